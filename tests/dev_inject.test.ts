/**
 * The dev client's script in documents, and nothing in anything else.
 *
 * @module
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { createN2O, type FileHandler, staticFiles } from "@n2o/n2o";
import { injectInto } from "../lib/cli/dev/inject.ts";
import { prologEnd } from "../lib/cli/dev/prolog.ts";

const TAG = "<script></script>";
const HTML = { "content-type": "text/html; charset=utf-8" };
const encoder = new TextEncoder();

function put(handler: FileHandler, version = "1"): (request: Request) => Promise<Response> {
  const injected = injectInto(handler, () => ({ html: TAG, version }));
  return async (request) => (await injected(request))!;
}

function get(headers: Record<string, string> = {}, method = "GET"): Request {
  return new Request("http://localhost/", { method, headers });
}

/** Where the script stands in a document. */
async function placed(html: string): Promise<string> {
  return await (await put(() => new Response(html, { headers: HTML }))(get())).text();
}

Deno.test("the script is the first thing in the head, however the document begins", async () => {
  for (
    const [before, after] of [
      ["<!doctype html><html><head>", "<title>a</title></head><body></body></html>"],
      ['<!DOCTYPE html>\n<html lang="en" data-a="a>b">\n<head class=x>', '\n<meta charset="utf-8">'],
      ["<!doctype html><html lang=en>", "<meta charset=utf-8><title>a</title>"],
      ["<!doctype html>", "<p>Hello"],
      ["", "<p>Hello"],
      ["", "Hello"],
      ["", ""],
      ["<!-- <head> --><!doctype html><!----><!--><!---><html><!-- > -- > -->\n<HEAD>", "<title>a</title>"],
      ["<!doctype html>", "<header>no head</header>"],
      ["<!doctype html><html>", "\n<body><head></head>"],
      ["\ufeff<?xml version='1.0'?><!doctype html>", "\n<main></main>"],
      ["<!doctype html>", "<!-- it never ends <head>"],
      ["<html a='\"' b=\">\" c=d'e><head\n>", "x"],
      ["<!doctype html>", "<html"],
    ]
  ) {
    const html = await placed(before + after);
    strictEqual(html.replace("\ufeff", ""), (before + TAG + after).replace("\ufeff", ""));
  }
});

Deno.test("a byte order mark stays first", async () => {
  const bytes = encoder.encode("\ufeff<p>Hello");
  const answer = await put(() => new Response(bytes, { headers: HTML }))(get());
  deepStrictEqual(await answer.bytes(), encoder.encode(`\ufeff${TAG}<p>Hello`));
});

Deno.test("the place is the same wherever the document is cut into pieces", async () => {
  const html =
    `<!doctype html><!-- c --><html lang="a>b"> <head data-x='y'><title>Grüße</title></head><p>Hello`;
  const bytes = encoder.encode(html);
  const whole = await placed(html);
  ok(whole.includes(`<head data-x='y'>${TAG}<title>`));
  for (let size = 1; size <= 24; size++) {
    const body = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    strictEqual(
      await (await put(() => new Response(body, { headers: HTML }))(get())).text(),
      whole,
      `${size}`,
    );
  }
});

Deno.test("a stream is handed on as it comes", async () => {
  let send!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => void (send = controller),
  });
  const answer = await put(() => new Response(body, { headers: HTML }))(get());
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  send.enqueue(encoder.encode("<!doctype html><p>one"));
  let seen = "";
  while (!seen.endsWith("one")) seen += (await reader.read()).value;
  strictEqual(seen, `<!doctype html>${TAG}<p>one`);
  send.enqueue(encoder.encode("<p>two"));
  strictEqual((await reader.read()).value, "<p>two");
  send.close();
  strictEqual((await reader.read()).done, true);
});

Deno.test("a prolog without end is let through after a bound", () => {
  const long = encoder.encode("<!--" + "-".repeat(100));
  strictEqual(prologEnd(long, false), undefined);
  strictEqual(prologEnd(long, true), 0);
});

Deno.test("what is no document is handed on as it is", async () => {
  for (
    const [type, headers, status] of [
      ["text/css", {}, 200],
      ["application/json", {}, 200],
      ["application/xhtml+xml", {}, 200],
      ["text/html-sandboxed", {}, 200],
      ["text/html; charset=utf-16", {}, 200],
      ["text/html", { "sec-fetch-dest": "empty" }, 200],
      ["text/html", { "sec-fetch-dest": "script" }, 200],
    ] as const
  ) {
    const given = new Response("<head>", { status, headers: { "content-type": type, etag: '"a"' } });
    strictEqual(await put(() => given)(get(headers)), given, type);
  }
  const none = injectInto(() => undefined, () => ({ html: TAG, version: "1" }));
  strictEqual(await none(get()), undefined);
  const empty = new Response(null, { status: 204, headers: HTML });
  strictEqual(await put(() => empty)(get()), empty);
});

Deno.test("documents of errors, of frames and in answer to forms get it, too", async () => {
  const page = () =>
    new Response("<p>No", { status: 404, statusText: "gone", headers: { ...HTML, "x-a": "b" } });
  for (
    const request of [
      get({ "sec-fetch-dest": "document" }),
      get({ "sec-fetch-dest": "iframe" }),
      get({}, "POST"),
    ]
  ) {
    const answer = await put(page)(request);
    strictEqual(await answer.text(), `${TAG}<p>No`);
    deepStrictEqual([answer.status, answer.statusText, answer.headers.get("x-a")], [404, "gone", "b"]);
  }
});

Deno.test("lengths are those of what is sent, to HEAD as well", async () => {
  const files = put(staticFiles({ "index.html": { body: "<!doctype html><p>Grüße" } }));
  const answer = await files(get());
  const length = (await answer.bytes()).length;
  strictEqual(answer.headers.get("content-length"), String(length));
  strictEqual(answer.headers.get("accept-ranges"), null);
  const head = await files(get({}, "HEAD"));
  strictEqual(head.body, null);
  deepStrictEqual([...head.headers], [...answer.headers]);
});

Deno.test("a browser that has the document with this script gets 304; one that has it without, or with another, gets it anew", async () => {
  const files = staticFiles({ "index.html": { body: "<p>Hello" }, "a.txt": { body: "a" } });
  const [one, two] = [put(files, "run.1.1"), put(files, "run.2.1")];
  const bare = (await files(get()))!;
  const plain = bare.headers.get("etag")!;
  await bare.body?.cancel();
  const first = await one(get());
  const tag = first.headers.get("etag")!;
  await first.body?.cancel();
  ok(tag !== plain);
  const same = await one(get({ "if-none-match": tag }));
  deepStrictEqual([same.status, same.headers.get("etag"), same.body], [304, tag, null]);
  strictEqual((await one(get({ "if-none-match": `"other", ${tag}` }))).status, 304);
  for (const [handler, known] of [[two, tag], [one, plain], [one, `W/${plain}`]] as const) {
    const answer = await handler(get({ "if-none-match": known }));
    deepStrictEqual([answer.status, await answer.text()], [200, `${TAG}<p>Hello`]);
  }
  // The other files answer as ever.
  const text = await one(new Request("http://localhost/a.txt"));
  const known = text.headers.get("etag")!;
  strictEqual(await text.text(), "a");
  const unchanged = await one(new Request("http://localhost/a.txt", { headers: { "if-none-match": known } }));
  strictEqual(unchanged.status, 304);
});

Deno.test("a document that is known by its date alone is sent anew", async () => {
  const since = new Date().toUTCString();
  const page = (request: Request) =>
    request.headers.has("if-modified-since")
      ? new Response(null, { status: 304 })
      : new Response("<p>Hello", { headers: { ...HTML, "last-modified": since } });
  const answer = await put(page)(get({ "if-modified-since": since }));
  strictEqual(await answer.text(), `${TAG}<p>Hello`);
  strictEqual(answer.headers.get("last-modified"), null);
});

Deno.test("a part of a document is answered with all of it", async () => {
  const files = put(staticFiles({ "index.html": { body: "<p>Hello" } }));
  const answer = await files(get({ range: "bytes=2-4" }));
  deepStrictEqual([answer.status, await answer.text()], [200, `${TAG}<p>Hello`]);
});

Deno.test("a compressed document is sent without compression, whether its handler can leave it or not", async () => {
  const html = "<!doctype html>" + "<p>Hello".repeat(1000);
  const expected = html.replace("<!doctype html>", `<!doctype html>${TAG}`);
  const compressed = { gzip: new Uint8Array(gzipSync(html)), br: new Uint8Array(brotliCompressSync(html)) };
  const folder = { "index.html": { body: html }, "index.html.gz": { body: compressed.gzip } };
  const stubborn = (encoding: "gzip" | "br") => () =>
    new Response(compressed[encoding], {
      headers: { ...HTML, "content-encoding": encoding, "content-length": `${compressed[encoding].length}` },
    });
  for (const handler of [staticFiles(folder), stubborn("gzip"), stubborn("br")]) {
    for (const method of ["GET", "HEAD"]) {
      const answer = await put(handler)(get({ "accept-encoding": "gzip, br" }, method));
      strictEqual(answer.headers.get("content-encoding"), null);
      if (method === "HEAD") strictEqual(answer.body, null);
      else strictEqual(await answer.text(), expected);
    }
  }
  // What a form sent is not sent again to have it otherwise.
  let posts = 0;
  const post = await put(() => {
    posts++;
    return stubborn("br")();
  })(get({}, "POST"));
  deepStrictEqual([await post.text(), posts], [expected, 1]);
  const odd = new Response("?", { headers: { ...HTML, "content-encoding": "rot13" } });
  strictEqual(await put(() => odd)(get()), odd);
});

Deno.test("over a socket the browser gets what the headers say", async () => {
  const handler = injectInto(
    staticFiles({ "index.html": { body: "<!doctype html><title>a</title>" } }),
    () => ({ html: TAG, version: "1" }),
  );
  for (const engine of ["serve", "stream"] as const) {
    const n2o = createN2O({ protocols: [], files: [handler] });
    const { port } = n2o.listen({ port: 0, engine });
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    const body = await answer.text();
    match(body, /^<!doctype html><script><\/script><title>/);
    strictEqual(answer.headers.get("content-length"), String(body.length));
    await n2o.close();
  }
});
