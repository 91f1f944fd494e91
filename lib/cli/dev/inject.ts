/**
 * The dev client's script in HTML answers, whoever gives them.
 *
 * @module
 */
import type { FileHandler } from "../../endpoints/http.ts";
import { prologEnd } from "./prolog.ts";

/** What is put into documents. */
export interface Injected {
  /** The HTML, ASCII only. */
  readonly html: string;
  /** What tells a document with this HTML from the same with another one, and from the one without: letters, digits, `-` and `.`. */
  readonly version: string;
}

/** Of a longer prolog what is known of it ends here. */
const MAX_PROLOG = 65_536;
/** What stands in an entity tag before the version. */
const MARK = "-n2o-dev-";
const DOCUMENTS = new Set(["document", "iframe", "frame", "object", "embed"]);
const FORMATS: Readonly<Record<string, CompressionFormat | "brotli">> = {
  gzip: "gzip",
  "x-gzip": "gzip",
  deflate: "deflate",
  br: "brotli",
};

/**
 * Puts HTML at the beginning of the head of each document that a handler answers with: of type `text/html`, whatever its status, streamed
 * or compressed (it goes out as it is then). Its length and entity tag are told accordingly, to `HEAD` as well; a browser that kept the
 * document as it was without the HTML, or with another, gets it anew, and one that has it gets 304. What a script fetches is no document,
 * and nothing but documents is touched.
 *
 * @example
 * ```ts
 * import { injectInto } from "./inject.ts";
 *
 * const page = () => new Response("<!doctype html><p>Hello", { headers: { "content-type": "text/html" } });
 * const handler = injectInto(page, () => ({ html: "<script src=/dev.js></script>", version: "1" }));
 * const answer = await handler(new Request("http://localhost/"));
 * const html = await answer!.text();
 * if (html !== "<!doctype html><script src=/dev.js></script><p>Hello") throw new Error(html);
 * ```
 */
export function injectInto(handler: FileHandler, injected: () => Injected): FileHandler {
  return async (request) => {
    if (!mayBeDocument(request)) return await handler(request);
    const now = injected();
    const first = await handler(asked(request, now.version));
    if (first === undefined) return undefined;
    if (first.status === 304) return await notModified(request, first, handler, now);
    if (!isHtml(first)) return first;
    const mayAskAgain = request.method !== "POST";
    if (mayAskAgain && (first.status === 206 || first.headers.has("content-encoding"))) {
      const whole = await handler(without(request, "range", "if-range", "accept-encoding"));
      if (whole !== undefined && isHtml(whole) && whole.status !== 206) {
        await first.body?.cancel();
        return changed(whole, request.method, now);
      }
      await whole?.body?.cancel();
    }
    return first.status === 206 ? first : changed(first, request.method, now);
  };
}

/** Browsers say what a request is for, where the server's address is one that they trust. */
function mayBeDocument(request: Request): boolean {
  if (request.method !== "GET" && request.method !== "HEAD" && request.method !== "POST") return false;
  const destination = request.headers.get("sec-fetch-dest");
  return destination === null || DOCUMENTS.has(destination);
}

function isHtml(response: Response): boolean {
  const type = response.headers.get("content-type") ?? "";
  return /^\s*text\/html\s*(?:;|$)/i.test(type) && !/charset\s*=\s*"?utf-?(?:16|32)/i.test(type);
}

/** The request as its handler understands it: with the entity tags that are its own. */
function asked(request: Request, version: string): Request {
  const tags = request.headers.get("if-none-match");
  if (tags === null || !tags.includes(MARK)) return request;
  const own = tags.split(",").filter((tag) => !tag.includes(MARK) || tag.includes(`${MARK}${version}"`));
  const plain = own.join(",").replaceAll(`${MARK}${version}"`, '"').trim();
  if (plain === "") return without(request, "if-none-match", "if-modified-since");
  const headers = new Headers(request.headers);
  headers.set("if-none-match", plain);
  return new Request(request, { headers });
}

/** A document that its browser has is the same only if it has this HTML in it. What is no document is none of ours. */
async function notModified(
  request: Request,
  response: Response,
  handler: FileHandler,
  now: Injected,
): Promise<Response | undefined> {
  const given = request.headers.get("if-none-match") ?? "";
  if (given.includes(`${MARK}${now.version}"`)) {
    const headers = new Headers(response.headers);
    mark(headers, now.version);
    return new Response(null, { status: 304, headers });
  }
  const fresh = await handler(
    without(request, "if-none-match", "if-modified-since", "range", "if-range", "accept-encoding"),
  );
  if (fresh !== undefined && isHtml(fresh)) return changed(fresh, request.method, now);
  await fresh?.body?.cancel();
  return response;
}

function without(request: Request, ...names: string[]): Request {
  const headers = new Headers(request.headers);
  for (const name of names) headers.delete(name);
  return new Request(request, { headers });
}

function changed(response: Response, method: string, { html, version }: Injected): Response {
  const headers = new Headers(response.headers);
  const encoding = headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  const format = FORMATS[encoding];
  if (encoding !== "identity" && format === undefined) return response;
  const { status, statusText } = response;
  const isBare = method === "HEAD" || response.body === null;
  if (isBare && method !== "HEAD") return response;
  mark(headers, version);
  // A part of it would be one of another document.
  headers.delete("accept-ranges");
  const length = Number(headers.get("content-length") ?? NaN);
  headers.delete("content-length");
  let body = response.body;
  if (format !== undefined) {
    headers.delete("content-encoding");
    body = body?.pipeThrough(new DecompressionStream(format as CompressionFormat)) ?? null;
  } else if (Number.isInteger(length)) headers.set("content-length", String(length + html.length));
  body = body?.pipeThrough(inserting(html)) ?? null;
  return new Response(isBare ? null : body, { status, statusText, headers });
}

function mark(headers: Headers, version: string): void {
  const tag = headers.get("etag");
  if (tag !== null) headers.set("etag", tag.replace(/"$/, `${MARK}${version}"`));
  // By its date alone the document with the HTML is not told from the one without.
  headers.delete("last-modified");
}

/** Puts HTML behind the prolog of what runs through. */
function inserting(html: string): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  const piece = new TextEncoder().encode(html);
  let held = new Uint8Array(0);
  let isDone = false;
  const insert = (controller: TransformStreamDefaultController<Uint8Array<ArrayBuffer>>, at: number) => {
    isDone = true;
    if (at > 0) controller.enqueue(held.subarray(0, at));
    controller.enqueue(piece);
    if (at < held.length) controller.enqueue(held.subarray(at));
    held = new Uint8Array(0);
  };
  return new TransformStream({
    transform(chunk, controller) {
      if (isDone) return controller.enqueue(chunk);
      const joined = new Uint8Array(held.length + chunk.length);
      joined.set(held);
      joined.set(chunk, held.length);
      held = joined;
      const at = prologEnd(held, held.length > MAX_PROLOG);
      if (at !== undefined) insert(controller, at);
    },
    flush(controller) {
      if (!isDone) insert(controller, prologEnd(held, true)!);
    },
  });
}
