import { strictEqual } from "node:assert/strict";
import { cookieValue } from "../lib/endpoints/cookie.ts";

const rows: [header: string | null | undefined, value: string | undefined][] = [
  ["a=b", "b"],
  ["x=1; a=b; y=2", "b"],
  ["x=1;a=b;y=2", "b"],
  ["  a =  b  ", "b"],
  ["broken;;=; a=b", "b"],
  ["a; a=b", "b"],
  ["=a; a=b", "b"],
  ["a=first; a=second", "first"],
  ["a=b=c==", "b=c=="],
  ['a="b c"; x="', "b c"],
  ['a=""', ""],
  ['a="', '"'],
  ['a="b', '"b'],
  ["a=", ""],
  ["a=%20b", "%20b"],
  ["aa=1; xa=2; A=3", undefined],
  ["x=a=b", undefined],
  ["a", undefined],
  ["", undefined],
  [";;;", undefined],
  ["=", undefined],
  [null, undefined],
  [undefined, undefined],
  ["__proto__=1", undefined],
  [`${";".repeat(10_000)}a=b`, "b"],
  [`x=${"y".repeat(20_000)}; a=b`, undefined],
];

Deno.test("one cookie is found in whatever a Cookie header holds", () => {
  for (const [header, value] of rows) {
    strictEqual(cookieValue(header, "a"), value, String(header).slice(0, 40));
  }
});

Deno.test("a name is its own, not a part of another", () => {
  strictEqual(cookieValue("N-X-Auth-Token=1; X-Auth-Token-2=2; X-Auth-Token=3", "X-Auth-Token"), "3");
});

Deno.test("two Cookie lines of one request are one header", async () => {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    return new Response(cookieValue(request.headers.get("cookie"), "b"));
  });
  const connection = await Deno.connect({ port: server.addr.port, hostname: "127.0.0.1" });
  const request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n";
  await connection.write(new TextEncoder().encode(request));
  const answer = await new Response(connection.readable).text();
  strictEqual(answer.slice(answer.indexOf("\r\n\r\n") + 4), "2");
  await server.shutdown();
});
