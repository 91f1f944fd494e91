import { match, ok, strictEqual } from "node:assert/strict";
import { parseRange } from "../lib/endpoints/static/range.ts";
import { get, withSite } from "./static_site.ts";

const hundred = Array.from({ length: 100 }, (_, i) => String.fromCharCode(33 + i % 90)).join("");

const ranges: [range: string, status: number, contentRange: string | null, body: string][] = [
  ["bytes=-10", 206, "bytes 90-99/100", hundred.slice(90)],
  ["bytes=90-", 206, "bytes 90-99/100", hundred.slice(90)],
  ["bytes=90-110", 206, "bytes 90-99/100", hundred.slice(90)],
  ["bytes=0-0", 206, "bytes 0-0/100", hundred.slice(0, 1)],
  ["bytes=-200", 206, "bytes 0-99/100", hundred],
  ["bytes=0-99999999999999999999999", 206, "bytes 0-99/100", hundred],
  ["Bytes= 5-6 ", 206, "bytes 5-6/100", hundred.slice(5, 7)],
  ["bytes=100-", 416, "bytes */100", "no such range\n"],
  ["bytes=-0", 416, "bytes */100", "no such range\n"],
  ["bytes=99999999999999999999999-", 416, "bytes */100", "no such range\n"],
  ["bytes=9-2", 200, null, hundred],
  ["bytes=0-1,5-6", 200, null, hundred],
  ["bytes=-", 200, null, hundred],
  ["bytes=", 200, null, hundred],
  ["bytes=a-b", 200, null, hundred],
  ["bytes=1.5-3", 200, null, hundred],
  ["bytes=--5", 200, null, hundred],
  ["lines=1-2", 200, null, hundred],
];

for (const method of ["GET", "HEAD"]) {
  Deno.test(`${method}: one range is sent as such, an impossible one refused, another thing ignored`, () =>
    withSite({}, async ({ url, write }) => {
      await write("hundred", hundred);
      for (const [range, status, contentRange, body] of ranges) {
        const answer = await get(`${url}/hundred`, { range }, method);
        strictEqual(answer.status, status, range);
        strictEqual(answer.headers.get("content-range"), contentRange, range);
        if (status !== 416) strictEqual(answer.headers.get("content-length"), String(body.length), range);
        strictEqual(answer.body, method === "GET" ? body : "", range);
      }
    }));
}

Deno.test("an empty file has no range but itself", () => {
  strictEqual(parseRange("bytes=-5", 0), undefined);
  strictEqual(parseRange("bytes=0-", 0), "unsatisfiable");
});

Deno.test("HEAD has the headers of GET and no body", () =>
  withSite({}, async ({ write, raw }) => {
    await write("a.txt", "content");
    const got = await raw("GET /a.txt");
    const head = await raw("HEAD /a.txt");
    strictEqual(head.body, "");
    for (const name of ["content-length", "content-type", "etag", "last-modified", "cache-control"]) {
      strictEqual(head.headers.get(name), got.headers.get(name), name);
      ok(got.headers.has(name), name);
    }
  }));

Deno.test("what a client has already is not sent again", () =>
  withSite({}, async ({ url, write }) => {
    await write("a.txt", "content");
    const first = await get(`${url}/a.txt`);
    const etag = first.headers.get("etag")!;
    const date = first.headers.get("last-modified")!;
    const later = "Tue, 07 May 2024 00:00:00 GMT";
    const earlier = "Mon, 06 May 2024 07:08:08 GMT";
    const rows: [Record<string, string>, number][] = [
      [{ "if-none-match": etag }, 304],
      [{ "if-none-match": `"x", W/${etag}` }, 304],
      [{ "if-none-match": "*" }, 304],
      [{ "if-none-match": '"x"' }, 200],
      [{ "if-modified-since": date }, 304],
      [{ "if-modified-since": later }, 304],
      [{ "if-modified-since": earlier }, 200],
      [{ "if-modified-since": "yesterday" }, 200],
      [{ "if-none-match": '"x"', "if-modified-since": later }, 200],
      [{ "if-none-match": " ".repeat(5000) + etag }, 304],
      [{ "if-none-match": `"x"${" ".repeat(5000)}${etag}` }, 200],
      [{ "if-match": etag }, 200],
      [{ "if-match": '"x"' }, 412],
      [{ "if-unmodified-since": earlier }, 412],
      [{ "if-unmodified-since": date }, 200],
      [{ "if-none-match": etag, range: "bytes=0-1" }, 304],
    ];
    for (const method of ["GET", "HEAD"]) {
      for (const [headers, status] of rows) {
        const answer = await get(`${url}/a.txt`, headers, method);
        strictEqual(answer.status, status, JSON.stringify(headers));
        if (status === 304) {
          strictEqual(answer.body, "");
          strictEqual(answer.headers.get("etag"), etag);
        }
      }
    }
    await write("a.txt", "changed", new Date("2024-05-06T07:08:10Z"));
    strictEqual((await get(`${url}/a.txt`, { "if-none-match": etag })).status, 200);
    strictEqual((await get(`${url}/a.txt`, { "if-modified-since": date })).status, 200);
  }));

Deno.test("a range goes with If-Range only while the file is the same", () =>
  withSite({}, async ({ url, write }) => {
    await write("a.txt", "content");
    const { headers } = await get(`${url}/a.txt`);
    const range = "bytes=0-2";
    for (const same of [headers.get("etag")!, headers.get("last-modified")!]) {
      strictEqual((await get(`${url}/a.txt`, { range, "if-range": same })).status, 206, same);
    }
    for (const other of ['"x"', `W/${headers.get("etag")}`, "Mon, 06 May 2024 07:08:10 GMT", "junk"]) {
      const answer = await get(`${url}/a.txt`, { range, "if-range": other });
      strictEqual(answer.status, 200, other);
      strictEqual(answer.body, "content");
    }
  }));

Deno.test("a file written this moment may change unseen: its tag is weak and allows no If-Range", () =>
  withSite({}, async ({ url, write }) => {
    await write("a.txt", "content", new Date(Date.now() + 60_000));
    const etag = (await get(`${url}/a.txt`)).headers.get("etag")!;
    match(etag, /^W\//);
    strictEqual((await get(`${url}/a.txt`, { "if-none-match": etag })).status, 304);
    strictEqual((await get(`${url}/a.txt`, { range: "bytes=0-2", "if-range": etag })).status, 200);
  }));

Deno.test("a compressed file beside the original goes to those who take it", () =>
  withSite({}, async ({ write, raw }) => {
    await write("app.js", "original");
    await write("app.js.br", "brotli");
    await write("app.js.gz", "gzip");
    const rows: [accept: string, encoding: string | null, body: string][] = [
      ["Accept-Encoding: gzip, deflate, br, zstd", "br", "brotli"],
      ["Accept-Encoding: gzip", "gzip", "gzip"],
      ["Accept-Encoding: br;q=0, gzip;q=0.5", "gzip", "gzip"],
      ["Accept-Encoding: *", "br", "brotli"],
      ["Accept-Encoding: deflate", null, "original"],
      ["Accept-Encoding: gzip;q=0", null, "original"],
      ["Accept-Encoding:", null, "original"],
      [`Accept-Encoding: gzip,${" ".repeat(5000)}br`, null, "original"],
      ["X-Other: 1", null, "original"],
    ];
    const tags = new Map<string, string>();
    for (const [accept, encoding, body] of rows) {
      const answer = await raw(`GET /app.js\r\n${accept}`);
      strictEqual(answer.headers.get("content-encoding"), encoding, accept);
      strictEqual(answer.body, body, accept);
      strictEqual(answer.headers.get("content-length"), String(body.length));
      strictEqual(answer.headers.get("content-type"), "text/javascript; charset=utf-8");
      strictEqual(answer.headers.get("vary")?.toLowerCase(), "accept-encoding");
      tags.set(body, answer.headers.get("etag")!);
    }
    strictEqual(new Set(tags.values()).size, 3);
    const again = await raw(`GET /app.js\r\nAccept-Encoding: br\r\nIf-None-Match: ${tags.get("brotli")}`);
    strictEqual(again.status, 304);
    const other = await raw(`GET /app.js\r\nAccept-Encoding: br\r\nIf-None-Match: ${tags.get("gzip")}`);
    strictEqual(other.status, 200);
  }));

Deno.test("a compressed file that is older than its original is not sent", () =>
  withSite({}, async ({ write, raw }) => {
    await write("app.js", "new", new Date("2024-06-01"));
    await write("app.js.gz", "old", new Date("2024-05-01"));
    strictEqual((await raw("GET /app.js\r\nAccept-Encoding: gzip")).body, "new");
  }));

Deno.test("precompressed files can be switched off", () =>
  withSite({ precompressed: false }, async ({ write, raw }) => {
    await write("app.js", "original");
    await write("app.js.gz", "gzip");
    strictEqual((await raw("GET /app.js\r\nAccept-Encoding: gzip")).body, "original");
  }));
