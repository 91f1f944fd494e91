/**
 * Responses as HTTP/1.1.
 *
 * @module
 */
import { hasToken } from "../framing/http_head.ts";
import type { ByteStream } from "./byte_stream.ts";

/** What the answer depends on besides the response. */
export interface Asked {
  /** The request's method: the answer to `HEAD` has no body. */
  readonly method: string;
  /** Whether the connection ends behind the answer. */
  readonly close: boolean;
  /** Told who reads the body, if it is read bit by bit: to cancel it ends the answer. */
  readonly reading?: (reader: ReadableStreamDefaultReader<Uint8Array>) => void;
}

/** A body whose length is known and no greater is taken in one piece. */
const WHOLE = 65_536;
/** Turns of the microtask queue in which a body that is there already says so. */
const TURNS = 4;
const encoder = new TextEncoder();
const LAST_CHUNK = encoder.encode("0\r\n\r\n");

/** The reasons of the usual statuses; the others have none, which HTTP allows. */
export const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  206: "Partial Content",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  426: "Upgrade Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/**
 * Writes a response, no faster than the other end takes it. Gives whether the connection may be used again.
 *
 * A body without a length goes out in chunks as they come, unless it is there as a whole. What concerns the connection is decided
 * here, whatever the response's headers say, except that `connection: close` ends it.
 *
 * @throws what the stream throws, and what the body throws: then the answer is cut short, and only the end of the connection can say so.
 *
 * @example
 * ```ts
 * import { writeResponse } from "./response_writer.ts";
 *
 * let text = "";
 * const io = {
 *   read: () => Promise.resolve(null),
 *   write(bytes: Uint8Array) {
 *     text += new TextDecoder().decode(bytes);
 *     return Promise.resolve(bytes.length);
 *   },
 *   close() {},
 * };
 * await writeResponse(io, new Response("hi"), { method: "GET", close: false });
 * if (!text.includes("content-length: 2\r\n") || !text.endsWith("\r\n\r\nhi")) throw new Error(text);
 * ```
 */
export async function writeResponse(
  io: Pick<ByteStream, "write">,
  response: Response,
  { method, close, reading }: Asked,
): Promise<boolean> {
  const { status } = response;
  const bare = method === "HEAD" || status === 204 || status === 304;
  const { lines, length, keep } = fieldsOf(response.headers, close, bare && method !== "HEAD");
  const start = `HTTP/1.1 ${status} ${REASONS[status] ?? ""}\r\n${lines}date: ${dateNow()}\r\n`;
  if (bare) {
    // What nobody reads may hold a file open.
    if (response.body !== null) response.body.cancel().catch(() => {});
    const size = method === "HEAD" && length !== undefined ? `content-length: ${length}\r\n` : "";
    await send(io, bytesOf(`${start}${size}\r\n`));
  } else if (length !== undefined && length <= WHOLE) {
    await sendWhole(io, start, await response.bytes());
  } else if (response.body === null) {
    await sendWhole(io, start, new Uint8Array(0));
  } else {
    const reader = response.body.getReader();
    reading?.(reader);
    try {
      await sendBody(io, start, length, reader);
    } catch (error) {
      reader.cancel(error).catch(() => {});
      throw error;
    }
  }
  return keep;
}

/** The header lines that are sent, the length that they give, and whether the connection goes on. */
function fieldsOf(
  headers: Headers,
  close: boolean,
  sizeless: boolean,
): { lines: string; length: number | undefined; keep: boolean } {
  let lines = "";
  let length: number | undefined;
  let connection = "";
  headers.forEach((value, name) => {
    switch (name) {
      case "connection":
        connection = value;
        return;
      case "content-length":
        if (!sizeless && /^[0-9]{1,15}$/.test(value)) length = Number(value);
        return;
      case "date":
      case "keep-alive":
      case "trailer":
      case "transfer-encoding":
        return;
    }
    lines += `${name}: ${value}\r\n`;
  });
  const keep = !close && !hasToken(connection, "close");
  if (hasToken(connection, "upgrade")) lines += `connection: upgrade${keep ? "" : ", close"}\r\n`;
  else if (!keep) lines += "connection: close\r\n";
  return { lines, length, keep };
}

async function sendWhole(io: Pick<ByteStream, "write">, start: string, body: Uint8Array): Promise<void> {
  const head = `${start}content-length: ${body.length}\r\n\r\n`;
  const bytes = new Uint8Array(head.length + body.length);
  put(head, bytes);
  bytes.set(body, head.length);
  await send(io, bytes);
}

async function sendBody(
  io: Pick<ByteStream, "write">,
  start: string,
  length: number | undefined,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<void> {
  let { done, value } = await reader.read();
  if (length !== undefined) {
    await send(io, bytesOf(`${start}content-length: ${length}\r\n\r\n`));
    let left = length;
    for (; !done; { done, value } = await reader.read()) {
      const chunk = checked(value);
      if (chunk.length > left) throw new Error("a body is longer than its headers say");
      left -= chunk.length;
      await send(io, chunk);
    }
    if (left > 0) throw new Error("a body is shorter than its headers say");
    return;
  }
  if (done) return await sendWhole(io, start, new Uint8Array(0));
  let next: ReadableStreamReadResult<Uint8Array> | undefined;
  const reading = reader.read().then((result) => next = result);
  // Whoever fails later is heard of when it is waited for.
  reading.catch(() => {});
  for (let turn = 0; turn < TURNS && next === undefined; turn++) await null;
  const first = checked(value);
  if (next?.done) {
    if (first.length <= WHOLE) return await sendWhole(io, start, first);
    await send(io, bytesOf(`${start}content-length: ${first.length}\r\n\r\n`));
    return await send(io, first);
  }
  await send(io, bytesOf(`${start}transfer-encoding: chunked\r\n\r\n`));
  await sendChunk(io, first);
  for (let result = await reading; !result.done; result = await reader.read()) {
    await sendChunk(io, checked(result.value));
  }
  await send(io, LAST_CHUNK);
}

async function sendChunk(io: Pick<ByteStream, "write">, chunk: Uint8Array): Promise<void> {
  // An empty chunk would be the end.
  if (chunk.length === 0) return;
  const size = `${chunk.length.toString(16)}\r\n`;
  const bytes = new Uint8Array(size.length + chunk.length + 2);
  put(size, bytes);
  bytes.set(chunk, size.length);
  put("\r\n", bytes.subarray(size.length + chunk.length));
  await send(io, bytes);
}

/** A stream can hold anything. */
function checked(chunk: unknown): Uint8Array {
  if (!(chunk instanceof Uint8Array)) throw new TypeError("a body consists of bytes");
  return chunk;
}

async function send(io: Pick<ByteStream, "write">, bytes: Uint8Array): Promise<void> {
  let rest = bytes;
  while (rest.length > 0) {
    const count = await io.write(rest);
    if (count === rest.length) return;
    rest = rest.subarray(count);
  }
}

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  put(text, bytes);
  return bytes;
}

/** Headers have characters of one byte. */
function put(text: string, bytes: Uint8Array): void {
  const { length } = text;
  for (let i = 0; i < length; i++) bytes[i] = text.charCodeAt(i);
}

let second = 0;
let date = "";

/** The present second, as HTTP writes it: the same text for all answers of a second. */
function dateNow(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    date = new Date(now * 1000).toUTCString();
  }
  return date;
}
