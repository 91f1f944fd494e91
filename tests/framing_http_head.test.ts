import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { acceptResponse } from "../lib/framing/handshake.ts";
import { hasToken, type HeadFault, HeadParser, type RequestHead } from "../lib/framing/http_head.ts";

const LIMITS = { maxHeaderBytes: 1_000, maxPathBytes: 100 };

/** Characters are bytes. */
function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** What is read of a head whose bytes come in pieces that end at these offsets, behind bytes of others. */
function readAt(text: string, ...splits: number[]): RequestHead | HeadFault | undefined {
  const before = 7;
  const bytes = bytesOf("\0".repeat(before) + text + "rest");
  const parser = new HeadParser(LIMITS);
  for (const split of splits) {
    const got = parser.read(bytes, before, before + split);
    if (got !== undefined) return got;
  }
  return parser.read(bytes, before, bytes.length);
}

function show(got: RequestHead | HeadFault | undefined): unknown {
  if (got === undefined) return "more";
  if ("status" in got) return `${got.status} ${got.code}`;
  const { method, target, path, query, version, headers, size } = got;
  return { method, target, path, query, version, headers: [...headers], size };
}

/** What is read, which is the same wherever the bytes were split. */
function read(text: string): unknown {
  const whole = show(readAt(text));
  for (let split = 0; split <= text.length; split++) {
    deepStrictEqual(show(readAt(text, split)), whole, `split at ${split} of ${JSON.stringify(text)}`);
  }
  deepStrictEqual(
    show(readAt(text, ...Array(text.length).keys())),
    whole,
    `${JSON.stringify(text)} by bytes`,
  );
  return whole;
}

function head(text: string): RequestHead {
  const got = readAt(text);
  ok(got !== undefined && !("status" in got), `${JSON.stringify(text)} gives ${show(got)}`);
  return got;
}

const BAD = "400 bad_request";

Deno.test("a head is read, wherever its bytes are split", () => {
  const text = "GET /ws/app/index.htm?room=1&x HTTP/1.1\r\nHost: example.com:8001\r\nUpgrade:websocket\r\n" +
    "X-Spaces: \t a b \t \r\nX-Empty:\r\nx-Mixed: C\r\n\r\n";
  deepStrictEqual(read(text), {
    method: "GET",
    target: "/ws/app/index.htm?room=1&x",
    path: "/ws/app/index.htm",
    query: "room=1&x",
    version: "1.1",
    headers: [
      ["host", "example.com:8001"],
      ["upgrade", "websocket"],
      ["x-spaces", "a b"],
      ["x-empty", ""],
      ["x-mixed", "C"],
    ],
    size: text.length,
  });
});

Deno.test("every method, version and form of target is read", () => {
  for (const method of ["GET", "get", "POST", "M-SEARCH", "x!#$%&'*+-.^_`|~9", "A".repeat(24)]) {
    strictEqual(head(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`).method, method);
  }
  for (
    const [target, path, query] of [
      ["/", "/", ""],
      ["/?", "/", ""],
      ["/a?b?c", "/a", "b?c"],
      ["//a/../%2e%ff%zz", "//a/../%2e%ff%zz", ""],
      ["*", "*", ""],
      ["http://other.example/a?b", "http://other.example/a", "b"],
      ["example.com:443", "example.com:443", ""],
      ['/"<>\\^`{|}', '/"<>\\^`{|}', ""],
    ]
  ) {
    const got = head(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
    deepStrictEqual([got.target, got.path, got.query], [target, path, query]);
  }
  strictEqual(head("GET / HTTP/1.0\r\n\r\n").version, "1.0");
  strictEqual(head("GET / HTTP/1.0\r\nHost: a\r\n\r\n").version, "1.0");
});

Deno.test("the first line of HTTP/2 is told apart, and nothing that only looks like it", () => {
  const preface = "PRI * HTTP/2.0\r\n\r\n";
  deepStrictEqual(read(preface), {
    method: "PRI",
    target: "*",
    path: "*",
    query: "",
    version: "2",
    headers: [],
    size: preface.length,
  });
  for (
    const text of [
      "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
      "PRI / HTTP/2.0\r\n\r\n",
      "PRI * HTTP/2.0\r\nHost: a\r\n\r\n",
      "\r\nPRI * HTTP/2.0\r\n\r\n",
    ]
  ) strictEqual(read(text), BAD);
});

Deno.test("what begins otherwise than a request is refused", () => {
  for (
    const line of [
      "",
      "GET",
      "GET /",
      "GET  / HTTP/1.1",
      "GET /  HTTP/1.1",
      " GET / HTTP/1.1",
      "GET / HTTP/1.1 ",
      "GET /a b HTTP/1.1",
      "GET /\ta HTTP/1.1",
      "GET\t/ HTTP/1.1",
      "GET /a#b HTTP/1.1",
      "GET /\x7f HTTP/1.1",
      "GET /\xe9 HTTP/1.1",
      "G\xc9T / HTTP/1.1",
      "GET( / HTTP/1.1",
      "GET / HTTP/1.2",
      "GET / HTTP/0.9",
      "GET / HTTP/3.0",
      "GET / http/1.1",
      "GET / HTTP/1.10",
      "GET / HTTP/1.1HTTP/1.1",
      "GET / HTTP/01.1",
      "GET / XTTP/1.1",
      `${"A".repeat(25)} / HTTP/1.1`,
      "\x16\x03\x01\x02\x00\x01",
      "\0",
    ]
  ) strictEqual(read(`${line}\r\nHost: a\r\n\r\n`), BAD, line);
});

Deno.test("one empty line before a request is passed over, a second one is not", () => {
  const text = "\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n";
  const { method, target, size } = head(text);
  deepStrictEqual([method, target, size], ["GET", "/a", text.length]);
  ok(typeof read(text) === "object");
  strictEqual(read(`\r\n${text}`), BAD);
  strictEqual(read(`\n${text}`), BAD);
});

Deno.test("lines end with CR LF and nothing else: whoever takes another end sees other headers", () => {
  for (
    const text of [
      "GET / HTTP/1.1\nHost: a\n\n",
      "GET / HTTP/1.1\r\nHost: a\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\n\n",
      "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\n\r\r\n",
      "GET / HTTP/1.1\rHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX: a\x0bb\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX: a\x7fb\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX: a\x1bb\r\n\r\n",
    ]
  ) strictEqual(read(text), BAD, text);
});

Deno.test("a header is a token, a colon and a value; folded lines and spaces before the colon are refused", () => {
  for (
    const line of [
      "X : a",
      "X\t: a",
      " X: a",
      "\tX: a",
      ": a",
      "X",
      "X a",
      "X(: a",
      "X\xe9: a",
      'X"Y": a',
      "X: a\r\n b",
      "X: a\r\n\tb",
      "X: a\r\n : b",
    ]
  ) {
    strictEqual(read(`GET / HTTP/1.1\r\nHost: a\r\n${line}\r\n\r\n`), BAD, line);
    strictEqual(read(`GET / HTTP/1.1\r\n${line}\r\nHost: a\r\n\r\n`), BAD, line);
  }
});

Deno.test("HTTP/1.1 has one Host, which is a name or address and perhaps a port", () => {
  strictEqual(read("GET / HTTP/1.1\r\n\r\n"), BAD);
  strictEqual(read("GET / HTTP/1.1\r\nX-Host: a\r\n\r\n"), BAD);
  for (
    const host of [
      "a",
      "a:1",
      "A-b_c.example:80",
      "127.0.0.1:8001",
      "[::1]:8001",
      "[::ffff:1.2.3.4]",
      "a:",
      "%41",
      "a~!$&'()*+,;=",
      "",
    ]
  ) strictEqual(head(`GET / HTTP/1.1\r\nhOST: ${host}\r\n\r\n`).headers.get("host"), host);
  for (
    const host of [
      "a b",
      "a/b",
      "a/ws/",
      "a?b",
      "a#b",
      "u@a",
      "a\\b",
      "<a>",
      '"a"',
      "a\tb",
      "\xe9",
      "a^b",
      "[::1",
      "::1",
      "[x]",
      "a:b",
      "a:1:2",
      "a:123456",
      "[::1]a",
    ]
  ) {
    strictEqual(read(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`), BAD, host);
  }
  for (const version of ["1.1", "1.0"]) {
    strictEqual(read(`GET / HTTP/${version}\r\nHost: a\r\nhost: a\r\n\r\n`), BAD);
    strictEqual(read(`GET / HTTP/${version}\r\nHost: a\r\nX: b\r\nHOST: b\r\n\r\n`), BAD);
  }
});

Deno.test("a second request behind the first is left alone", () => {
  const first = "GET /ws/ HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n";
  const bytes = bytesOf(first + "GET /admin HTTP/1.1\r\nHost: b\r\n\r\n");
  const got = new HeadParser(LIMITS).read(bytes, 0, bytes.length);
  ok(got !== undefined && !("status" in got));
  strictEqual(got.size, first.length);
  deepStrictEqual([...got.headers], [["host", "a"], ["upgrade", "websocket"]]);
});

Deno.test("a header's value cannot make another header", () => {
  const { headers } = head(
    "GET /?x=%0d%0aX-Injected:%201 HTTP/1.1\r\nHost: a\r\nX: %0d%0aX-Injected: 1\r\nY: a, b: c\r\n\r\n",
  );
  strictEqual(headers.get("x-injected"), null);
  deepStrictEqual([...headers].map(([name]) => name), ["host", "x", "y"]);
});

Deno.test("bytes over 127 in a value are characters of the same codes", () => {
  const { headers } = head(`GET / HTTP/1.1\r\nHost: a\r\nCookie: a=\xff\xfe\x80; b=1\r\n\r\n`);
  strictEqual(headers.get("cookie"), "a=\xff\xfe\x80; b=1");
  ok(typeof read(`GET / HTTP/1.1\r\nHost: a\r\nX: ${"\xc3\xa9".repeat(40)}\r\n\r\n`) === "object");
});

Deno.test("headers of one name are joined, cookies with a semicolon", () => {
  const { headers } = head(
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nCookie: a=1\r\nCONNECTION: Upgrade\r\ncookie: b=2\r\n\r\n",
  );
  strictEqual(headers.get("connection"), "keep-alive, Upgrade");
  strictEqual(headers.get("cookie"), "a=1; b=2");
  strictEqual(headers.get("upgrade"), null);
  ok(headers.has("cookie") && !headers.has("upgrade") && !headers.has("Cookie"));
});

Deno.test("a list of tokens is looked through, whatever its case and spaces", () => {
  for (
    const list of [
      "upgrade",
      "Upgrade",
      "keep-alive, Upgrade",
      "keep-alive,UPGRADE",
      " \tupgrade\t ",
      ",,upgrade",
    ]
  ) {
    strictEqual(hasToken(list, "upgrade"), true, list);
  }
  for (const list of [null, "", "keep-alive", "upgrades", "not upgrade", "up, grade", "upgrade;q=1"]) {
    strictEqual(hasToken(list, "upgrade"), false, `${list}`);
  }
});

Deno.test("a target has as many bytes as the limit says, and not one more", () => {
  const asked = (length: number) => `GET /${"p".repeat(length - 1)} HTTP/1.1\r\nHost: a\r\n\r\n`;
  ok(typeof read(asked(100)) === "object");
  strictEqual(read(asked(101)), "414 path_too_long");
  strictEqual(read(asked(3_000)), "414 path_too_long");
  strictEqual(read(asked(101).replace("GET", "LONGER-METHOD-NAME")), "414 path_too_long");
  // It is not waited for.
  strictEqual(show(readAt("GET /" + "p".repeat(200))), "414 path_too_long");
  strictEqual(show(readAt("A".repeat(200))), "414 path_too_long");
});

Deno.test("header lines have as many bytes as the limit says, and not one more", () => {
  const asked = (bytes: number) => `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(bytes - 9 - 5)}\r\n\r\n`;
  ok(typeof read(asked(1_000)) === "object");
  strictEqual(read(asked(1_001)), "431 headers_too_big");
  strictEqual(read(asked(5_000)), "431 headers_too_big");
  strictEqual(show(readAt("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(1_200))), "431 headers_too_big");
  strictEqual(show(readAt("GET / HTTP/1.1\r\n" + "x".repeat(1_200))), "431 headers_too_big");
});

Deno.test("a head has a hundred headers and not one more", () => {
  const parser = (count: number) => {
    const bytes = bytesOf(`GET / HTTP/1.1\r\nHost: a\r\n${"X: y\r\n".repeat(count - 1)}\r\n`);
    return show(new HeadParser({ maxHeaderBytes: 16_384, maxPathBytes: 100 }).read(bytes, 0, bytes.length));
  };
  ok(typeof parser(100) === "object");
  strictEqual(parser(101), "431 headers_too_big");
});

Deno.test("no head that is taken is longer than the parser says", () => {
  const parser = new HeadParser(LIMITS);
  const longest = `\r\n${"A".repeat(24)} /${"p".repeat(99)} HTTP/1.1\r\nHost: a\r\nX: ${
    "x".repeat(986)
  }\r\n\r\n`;
  const bytes = bytesOf(longest);
  ok(typeof show(parser.read(bytes, 0, bytes.length)) === "object");
  ok(bytes.length <= parser.maxBytes);
  ok(bytes.length + 4 > parser.maxBytes);
});

Deno.test("a fault stays one, whatever comes behind it", () => {
  const parser = new HeadParser(LIMITS);
  const bytes = bytesOf("GET\n / HTTP/1.1\r\nHost: a\r\n\r\n");
  for (const end of [4, bytes.length]) strictEqual(show(parser.read(bytes, 0, end)), BAD);
});

Deno.test("random bytes and broken heads are answered or waited for, alike at every split", () => {
  let seed = 1;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  const parts = [
    "GET ",
    "/ws/",
    "?",
    " HTTP/1.1",
    "\r\n",
    "\r",
    "\n",
    "Host: a",
    ":",
    " ",
    "\t",
    "\0",
    "X: y",
    "\xff",
    "#",
  ];
  const kinds = new Set<unknown>();
  for (let round = 0; round < 3_000; round++) {
    let text = round % 2 === 0 ? "GET / HTTP/1.1\r\nHost: a\r\n" : "";
    for (let i = random(8); i >= 0; i--) text += parts[random(parts.length)];
    const got = readAt(text);
    const split = random(text.length + 1);
    deepStrictEqual(show(readAt(text, split)), show(got), `split at ${split} of ${JSON.stringify(text)}`);
    kinds.add(got === undefined ? "more" : "status" in got ? got.code : "head");
  }
  deepStrictEqual(kinds, new Set(["more", "bad_request", "head"]));
});

Deno.test("a long head that comes byte by byte is looked at once", () => {
  const value = "x".repeat(100_000);
  const bytes = bytesOf(`GET / HTTP/1.1\r\nHost: a\r\nX: ${value}\r\n\r\n`);
  let looked = 0;
  const parser = new HeadParser({ maxHeaderBytes: 200_000, maxPathBytes: 100 });
  const watched = new Proxy(bytes, {
    get(target, name) {
      if (typeof name === "string" && /^\d+$/.test(name)) looked++;
      const got = Reflect.get(target, name, target);
      return typeof got === "function" ? got.bind(target) : got;
    },
  });
  for (let end = 1; end < bytes.length; end++) strictEqual(parser.read(watched, 0, end), undefined);
  ok(typeof show(parser.read(watched, 0, bytes.length)) === "object");
  ok(looked < 8 * bytes.length, `${looked} looks at ${bytes.length} bytes`);
});

Deno.test("a handshake is accepted with the value of RFC 6455, and what was agreed on", () => {
  const text = (extensions?: string) =>
    new TextDecoder().decode(acceptResponse("dGhlIHNhbXBsZSBub25jZQ==", extensions));
  strictEqual(
    text(),
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n" +
      "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
  );
  strictEqual(text(""), text());
  match(text("permessage-deflate"), /\r\nsec-websocket-extensions: permessage-deflate\r\n\r\n$/);
});
