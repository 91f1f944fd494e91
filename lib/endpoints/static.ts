/**
 * Static files over HTTP, from a folder or from what is embedded in the program.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { acceptsEncodings } from "../std/negotiation.ts";
import { N2OError } from "../error.ts";
import { precondition, rangeApplies } from "./static/conditional.ts";
import { type EmbeddedFile, EmbeddedSource } from "./static/embedded.ts";
import { FolderSource } from "./static/folder.ts";
import { isCompressible, mediaType } from "./static/media_types.ts";
import { parseStaticPath, type StaticPath } from "./static/path.ts";
import { parseRange } from "./static/range.ts";
import type { StaticFile, StaticSource } from "./static/source.ts";

export type { EmbeddedFile } from "./static/embedded.ts";

/** How static files are served. */
export interface StaticOptions {
  /**
   * The part of the URL's path that stands for the folder; begins and ends with a slash.
   *
   * @default {"/"}
   */
  prefix?: string;
  /**
   * The names looked for in a directory, in this order.
   *
   * @default {["index.html", "index.htm"]}
   */
  index?: readonly string[];
  /**
   * The `Cache-Control` of a file, or a function from its path to that. The default lets a browser keep the file and ask
   * each time whether it has changed.
   *
   * @default {"no-cache"}
   */
  cacheControl?: string | ((path: string) => string);
  /** Headers to add to every file's response. */
  headers?: Readonly<Record<string, string>>;
  /** Media types by extension (`{ gltf: "model/gltf+json" }`), before the ones that are known. */
  types?: Readonly<Record<string, string>>;
  /**
   * Whether `name.br` and `name.gz` beside a text file are sent in its place to a client that takes them. One that is
   * older than its original is left alone.
   *
   * @default {true}
   */
  precompressed?: boolean;
  /**
   * The longest path in bytes, as it stands in the URL; a longer one gets 414.
   *
   * @default {4096}
   */
  maxPathBytes?: number;
}

/** Answers a request for a static file; `undefined` when there is none, so that something else may answer. */
export type StaticHandler = (request: Request) => Promise<Response | undefined>;

const encodings = [["br", ".br"], ["gzip", ".gz"]] as const;
// A list of codings is short; what parses it takes quadratic time on a long run of spaces.
const maxCodingsBytes = 1024;

/**
 * Serves static files from a folder, or from a map of embedded files.
 *
 * Answers GET and HEAD, with ranges, conditional requests, an index for directories (a directory's path without its
 * slash is redirected), and precompressed files. Paths are decoded once and confined to the folder: no `..`, no hidden
 * files (but `/.well-known/`), no links that lead outside. A malformed escape gets 400, a path that is too long 414,
 * another method 405, a file that may not be read 403. Nothing of the machine's paths reaches a client.
 *
 * Throws `bad_folder` when the folder cannot be served, `bad_path` for an impossible path of an embedded file, and
 * `bad_prefix` for a prefix without its slashes. The handler throws what the file system throws unexpectedly.
 *
 * @example
 * ```ts
 * import { staticFiles } from "./static.ts";
 *
 * const files = staticFiles({ "index.html": { body: "<h1>Hi</h1>" } });
 * const handler = async (request: Request) =>
 *   await files(request) ?? new Response("not found", { status: 404 });
 *
 * const response = await handler(new Request("http://localhost/"));
 * if (await response.text() !== "<h1>Hi</h1>") throw new Error("no index");
 * ```
 */
export function staticFiles(
  from: string | URL | Readonly<Record<string, EmbeddedFile>>,
  options: StaticOptions = {},
): StaticHandler {
  const server = new StaticServer(sourceOf(from), options);
  return (request) => server.handle(request);
}

function sourceOf(from: string | URL | Readonly<Record<string, EmbeddedFile>>): StaticSource {
  if (typeof from === "string") return new FolderSource(from);
  if (!(from instanceof URL)) return new EmbeddedSource(from);
  if (from.protocol === "file:") return new FolderSource(fileURLToPath(from));
  throw new N2OError("bad_folder", `static files: "${from}" is no folder on disk`, from);
}

class StaticServer {
  #source: StaticSource;
  #prefix: string;
  #index: readonly string[];
  #cacheControl: string | ((path: string) => string);
  #headers: [string, string][];
  #types: ReadonlyMap<string, string>;
  #precompressed: boolean;
  #maxPathBytes: number;

  constructor(source: StaticSource, options: StaticOptions) {
    this.#source = source;
    this.#prefix = options.prefix ?? "/";
    this.#index = options.index ?? ["index.html", "index.htm"];
    this.#cacheControl = options.cacheControl ?? "no-cache";
    this.#headers = Object.entries(options.headers ?? {});
    this.#types = new Map(Object.entries(options.types ?? {}));
    this.#precompressed = options.precompressed ?? true;
    this.#maxPathBytes = options.maxPathBytes ?? 4096;
    if (!this.#prefix.startsWith("/") || !this.#prefix.endsWith("/")) {
      throw new N2OError(
        "bad_prefix",
        `static files: the prefix "${this.#prefix}" needs a slash at both ends`,
        this.#prefix,
      );
    }
  }

  async handle(request: Request): Promise<Response | undefined> {
    const path = parseStaticPath(request.url, this.#prefix, this.#maxPathBytes);
    if (path === undefined) return undefined;
    if (path === "malformed") return refuse(400, "malformed path");
    if (path === "too_long") return refuse(414, "path too long");
    try {
      return await this.#answer(request, path);
    } catch (error) {
      if (error instanceof Deno.errors.PermissionDenied) return refuse(403, "forbidden");
      throw error;
    }
  }

  async #answer(request: Request, path: StaticPath): Promise<Response | undefined> {
    let name = path.segments.join("/");
    let found = path.directory ? "directory" as const : await this.#source.find(name);
    const bareDirectory = found === "directory" && !path.directory;
    if (found === "directory") {
      const index = await this.#findIndex(name);
      if (index === undefined) return undefined;
      [name, found] = index;
    }
    if (found === undefined) return undefined;
    if (request.method !== "GET" && request.method !== "HEAD") {
      return refuse(405, "only GET and HEAD", { allow: "GET, HEAD" });
    }
    if (bareDirectory) return redirect(request.url, path.segments);
    return await this.#respond(request, name, found);
  }

  async #findIndex(directory: string): Promise<[string, StaticFile] | undefined> {
    for (const index of this.#index) {
      const name = directory === "" ? index : `${directory}/${index}`;
      const found = await this.#source.find(name);
      if (found !== undefined && found !== "directory") return [name, found];
    }
    return undefined;
  }

  async #respond(request: Request, name: string, original: StaticFile): Promise<Response> {
    const type = original.type ?? mediaType(name, this.#types);
    const headers = new Headers(this.#headers);
    let file = original;
    let etag = original.etag;
    if (this.#precompressed && isCompressible(type)) {
      headers.append("vary", "accept-encoding");
      const compressed = await this.#findCompressed(request, name, original);
      if (compressed !== undefined) {
        const [encoding, variant] = compressed;
        file = variant;
        // Two representations of one resource must not share a tag, whatever their times and sizes are.
        etag = variant.etag?.replace(/"$/, `-${encoding}"`);
        headers.set("content-encoding", encoding);
      }
    }
    headers.set(
      "cache-control",
      typeof this.#cacheControl === "string" ? this.#cacheControl : this.#cacheControl(name),
    );
    headers.set("accept-ranges", "bytes");
    headers.set("x-content-type-options", "nosniff");
    if (etag !== undefined) headers.set("etag", etag);
    if (file.modifiedMs !== undefined) headers.set("last-modified", new Date(file.modifiedMs).toUTCString());

    const condition = precondition(request.headers, etag, file.modifiedMs);
    if (condition === "failed") return refuse(412, "precondition failed");
    if (condition === "not_modified") {
      headers.delete("content-encoding");
      return new Response(null, { status: 304, headers });
    }

    const wanted = request.headers.get("range");
    const range = wanted !== null && rangeApplies(request.headers, etag, file.modifiedMs)
      ? parseRange(wanted, file.size)
      : undefined;
    if (range === "unsatisfiable") {
      return refuse(416, "no such range", { "content-range": `bytes */${file.size}` });
    }
    const { start, end } = range ?? { start: 0, end: file.size };
    if (range !== undefined) headers.set("content-range", `bytes ${start}-${end - 1}/${file.size}`);
    headers.set("content-type", type);
    headers.set("content-length", String(end - start));
    const body = request.method === "HEAD" ? null : await file.open(start, end);
    return new Response(body, { status: range === undefined ? 200 : 206, headers });
  }

  async #findCompressed(
    request: Request,
    name: string,
    original: StaticFile,
  ): Promise<[string, StaticFile] | undefined> {
    const accepted = request.headers.get("accept-encoding") ?? "";
    if (accepted === "" || accepted.length > maxCodingsBytes) return undefined;
    for (const [encoding, suffix] of encodings) {
      if (acceptsEncodings(request, encoding) !== encoding) continue;
      const found = await this.#source.find(name + suffix);
      if (found === undefined || found === "directory") continue;
      if ((found.modifiedMs ?? 0) >= (original.modifiedMs ?? 0)) return [encoding, found];
    }
    return undefined;
  }
}

/** To the same name with a slash. A relative reference cannot name another host, and works below a proxy's prefix. */
function redirect(url: string, segments: readonly string[]): Response {
  const query = url.indexOf("?");
  // A server hands on what is not ASCII as it came; a header cannot carry it.
  const search = query === -1
    ? ""
    : url.slice(query).split("#", 1)[0].replace(/[^\x21-\x7e]/gu, encodeURIComponent);
  const name = encodeURIComponent(segments[segments.length - 1]);
  return refuse(301, "moved", { location: `./${name}/${search}` });
}

function refuse(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff", ...headers },
  });
}
