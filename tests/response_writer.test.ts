import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { writeResponse } from "../lib/endpoints/response_writer.ts";

interface Written {
  readonly head: string[];
  readonly body: string;
  readonly keep: boolean;
  readonly writes: number;
}

/** Takes at most so many bytes at once; characters are bytes. */
function wire(most = Infinity) {
  let text = "";
  let writes = 0;
  return {
    write(bytes: Uint8Array): Promise<number> {
      writes++;
      const piece = bytes.subarray(0, most);
      for (const byte of piece) text += String.fromCharCode(byte);
      return Promise.resolve(piece.length);
    },
    get text() {
      return text;
    },
    get writes() {
      return writes;
    },
  };
}

async function written(
  response: Response,
  { method = "GET", close = false, most = Infinity } = {},
): Promise<Written> {
  const io = wire(most);
  const keep = await writeResponse(io, response, { method, close });
  const end = io.text.indexOf("\r\n\r\n");
  const head = io.text.slice(0, end).split("\r\n").filter((line) => !line.startsWith("date: "));
  match(io.text.slice(0, end), /\r\ndate: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/);
  return { head, body: io.text.slice(end + 4), keep, writes: io.writes };
}

function streamOf(...chunks: unknown[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(chunks) as ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** A stream that gives each chunk in a turn of its own. */
function slowStreamOf(...chunks: Uint8Array<ArrayBuffer>[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      const chunk = chunks.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
}

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("a body that is there goes out with its length, in one write", async () => {
  const { head, body, keep, writes } = await written(new Response("hällo", { headers: { "x-a": "1" } }));
  deepStrictEqual(head, [
    "HTTP/1.1 200 OK",
    "content-type: text/plain;charset=UTF-8",
    "x-a: 1",
    "content-length: 6",
  ]);
  deepStrictEqual(Uint8Array.from(body, (char) => char.charCodeAt(0)), bytes("hällo"));
  strictEqual(keep, true);
  strictEqual(writes, 1);
});

Deno.test("no body is a length of 0, and none where the status allows no body", async () => {
  deepStrictEqual((await written(new Response(null, { status: 404 }))).head, [
    "HTTP/1.1 404 Not Found",
    "content-length: 0",
  ]);
  for (const status of [204, 304]) {
    const response = new Response(null, { status, headers: { "content-length": "7", "etag": '"a"' } });
    const { head, body } = await written(response);
    deepStrictEqual(head.slice(1), ['etag: "a"']);
    strictEqual(body, "");
  }
});

Deno.test("the answer to HEAD has the length that is known, and no body", async () => {
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    cancel: () => {
      cancelled = true;
    },
  });
  const { head, body } = await written(new Response(stream, { headers: { "content-length": "70000" } }), {
    method: "HEAD",
  });
  deepStrictEqual(head, ["HTTP/1.1 200 OK", "content-length: 70000"]);
  strictEqual(body, "");
  strictEqual(cancelled, true);
});

Deno.test("a body without a length goes out in chunks as they come", async () => {
  const { head, body } = await written(
    new Response(slowStreamOf(bytes("one"), bytes(""), bytes("x".repeat(300)))),
  );
  deepStrictEqual(head, ["HTTP/1.1 200 OK", "transfer-encoding: chunked"]);
  strictEqual(body, `3\r\none\r\n12c\r\n${"x".repeat(300)}\r\n0\r\n\r\n`);
});

Deno.test("a chunk is sent before the next one is there", async () => {
  const io = wire();
  let more: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => {
      more = controller;
    },
  });
  const writing = writeResponse(io, new Response(stream), { method: "GET", close: false });
  more!.enqueue(bytes("data: 1\n\n"));
  while (!io.text.includes("data: 1")) await new Promise((resolve) => setTimeout(resolve, 1));
  more!.close();
  strictEqual(await writing, true);
  ok(io.text.endsWith("\r\n9\r\ndata: 1\n\n\r\n0\r\n\r\n"));
});

Deno.test("a long body with a length is sent as it comes", async () => {
  const half = bytes("y".repeat(50_000));
  const response = new Response(streamOf(half, half), { headers: { "content-length": "100000" } });
  const { head, body, writes } = await written(response);
  deepStrictEqual(head, ["HTTP/1.1 200 OK", "content-length: 100000"]);
  strictEqual(body, "y".repeat(100_000));
  strictEqual(writes, 3);
});

Deno.test("a write that takes only some of the bytes is gone on with", async () => {
  strictEqual((await written(new Response("hello"), { most: 1 })).body, "hello");
  strictEqual(
    (await written(new Response(slowStreamOf(bytes("a"), bytes("b"))), { most: 3 })).body,
    "1\r\na\r\n1\r\nb\r\n0\r\n\r\n",
  );
});

Deno.test("what concerns the connection is not the handler's, but that it ends", async () => {
  const response = new Response("x", {
    headers: { "transfer-encoding": "gzip", "keep-alive": "timeout=9", "trailer": "a", "connection": "x" },
  });
  deepStrictEqual((await written(response)).head.slice(1), [
    "content-type: text/plain;charset=UTF-8",
    "content-length: 1",
  ]);
  const closing = await written(new Response("x", { headers: { connection: "Close" } }));
  strictEqual(closing.keep, false);
  ok(closing.head.includes("connection: close"));
  const asked = await written(new Response("x"), { close: true });
  strictEqual(asked.keep, false);
  ok(asked.head.includes("connection: close"));
  const upgrade = new Response(null, {
    status: 426,
    headers: { upgrade: "websocket", connection: "upgrade" },
  });
  deepStrictEqual((await written(upgrade)).head, [
    "HTTP/1.1 426 Upgrade Required",
    "upgrade: websocket",
    "connection: upgrade",
    "content-length: 0",
  ]);
});

Deno.test("each cookie has a line of its own, and characters are bytes", async () => {
  const headers = new Headers([["set-cookie", "a=1"], ["set-cookie", "b=2"], ["x-latin", "\xe9"]]);
  deepStrictEqual((await written(new Response(null, { headers }))).head, [
    "HTTP/1.1 200 OK",
    "set-cookie: a=1",
    "set-cookie: b=2",
    "x-latin: \xe9",
    "content-length: 0",
  ]);
});

Deno.test("a body that is not as long as its headers say cuts the answer short", async () => {
  for (const [chunk, length] of [["y".repeat(70_001), 70_000], ["y".repeat(69_999), 70_000]] as const) {
    const response = new Response(streamOf(bytes(chunk)), { headers: { "content-length": `${length}` } });
    await rejects(
      writeResponse(wire(), response, { method: "GET", close: false }),
      /longer|shorter/,
    );
  }
});

Deno.test("a short body counts for itself, whatever its headers say", async () => {
  for (const length of ["3", "nonsense", "7"]) {
    const response = new Response("hello", { headers: { "content-length": length } });
    const { head, body } = await written(response);
    ok(head.includes("content-length: 5"));
    strictEqual(body, "hello");
  }
});

Deno.test("a body that fails, or holds no bytes, cuts the answer short before its last chunk", async () => {
  const failing = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      controller.enqueue(bytes("a"));
      throw new Error("no more");
    },
  });
  for (const stream of [failing, streamOf(bytes("a"), "no bytes")]) {
    const io = wire();
    await rejects(writeResponse(io, new Response(stream), { method: "GET", close: false }));
    ok(!io.text.includes("\r\n0\r\n"));
  }
});

Deno.test("a body is cancelled when the other end is gone", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => controller.enqueue(bytes("a")),
    cancel: resolve,
  });
  const gone = { write: () => Promise.reject(new Deno.errors.BrokenPipe("gone")) };
  await rejects(writeResponse(gone, new Response(endless), { method: "GET", close: false }), /gone/);
  ok(await promise instanceof Deno.errors.BrokenPipe);
});
