/**
 * The documents as a site: answers requests.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { N2OError } from "../../error.ts";
import { entries, type Entry, fileType } from "./contents.ts";
import { page, results } from "./layout.ts";
import { type Document, readMarkdown } from "./markdown.ts";
import type { Repository } from "./repository.ts";
import { search, wordsOf } from "./search.ts";
import icon from "./icon.svg" with { type: "text" };
import script from "./script.js" with { type: "text" };
import style from "./style.css" with { type: "text" };

/** Nothing comes from elsewhere, no script but the site's own file runs, and nobody frames it. */
const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": POLICY,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-cache",
};

const HTML = "text/html; charset=utf-8";

const assets: Readonly<Record<string, readonly [type: string, body: string]>> = {
  "/-/style.css": ["text/css; charset=utf-8", style],
  "/-/script.js": ["text/javascript; charset=utf-8", script],
  "/-/icon.svg": ["image/svg+xml", icon],
  "/favicon.ico": ["image/svg+xml", icon],
};

const byPath = new Map(entries.map((entry) => [`/${entry.path}`, entry]));

/** The site. */
export class Site {
  #repository: Repository;
  #read = new Map<string, { text: string; document: Document }>();
  #reference: ((request: Request) => Promise<Response | undefined>) | undefined;

  /** Takes where the documents are, and what answers below `/reference/`. */
  constructor(repository: Repository, reference?: (request: Request) => Promise<Response | undefined>) {
    this.#repository = repository;
    this.#reference = reference;
  }

  /** Answers a request. */
  readonly answer = async (request: Request): Promise<Response> => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return this.#tell(405, "Only GET and HEAD", "This site is only read.", { allow: "GET, HEAD" });
    }
    // There are hosts that a server lets pass and that stand in no URL.
    const url = URL.parse(request.url);
    if (url === null) return this.#nothing();
    const { pathname, searchParams } = url;
    try {
      if (pathname === "/") return redirect("/README.md");
      const entry = byPath.get(pathname);
      if (entry !== undefined) return reply(request, HTML, await this.#document(entry));
      if (Object.hasOwn(assets, pathname)) return reply(request, ...assets[pathname]);
      const name = pathname.slice(1);
      const type = fileType(name);
      if (type !== undefined) return reply(request, type, await this.#repository.bytes(name));
      if (pathname === "/search") {
        return reply(request, HTML, await this.#search(searchParams.get("q") ?? ""));
      }
      const found = pathname.startsWith("/reference/") ? await this.#reference?.(request) : undefined;
      return found ?? this.#nothing();
    } catch (error) {
      if (!(error instanceof N2OError) || error.code !== "no_document") throw error;
      if (this.#repository.local) return this.#nothing();
      return this.#tell(502, "Out of reach", "This document could not be had. Ask again in a while.");
    }
  };

  async #document(entry: Entry): Promise<string> {
    const { title, html, sections } = await this.#get(entry);
    const reference = this.#reference !== undefined;
    return page({ title, html, path: entry.path, headings: sections, reference });
  }

  /** A document is rendered again only when its text is another, so that who writes it sees it at the next look. */
  async #get({ path }: Entry): Promise<Document> {
    const text = await this.#repository.text(path);
    const known = this.#read.get(path);
    if (known?.text === text) return known.document;
    const document = readMarkdown(text);
    this.#read.set(path, { text, document });
    return document;
  }

  async #search(query: string): Promise<string> {
    const read = await Promise.all(entries.map(async (entry) => {
      // One that cannot be had now is not searched.
      const document = await this.#get(entry).catch(() => undefined);
      return { path: entry.path, name: entry.name, sections: document?.sections ?? [] };
    }));
    const words = wordsOf(query);
    const html = results(words.join(" "), search(read, words));
    return page({ title: "Search", html, query: words.join(" "), reference: this.#reference !== undefined });
  }

  #nothing(): Response {
    return this.#tell(404, "Not here", "There is no such document. The list has them all.");
  }

  #tell(status: number, title: string, text: string, headers: Record<string, string> = {}): Response {
    const html = `<h1>${title}</h1><p>${text}</p>`;
    const body = page({ title, html, reference: this.#reference !== undefined });
    return new Response(body, { status, headers: { ...HEADERS, ...headers, "content-type": HTML } });
  }
}

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { ...HEADERS, location } });
}

/** Answers with a body, or says that the browser has it already. */
function reply(request: Request, type: string, body: string | Uint8Array<ArrayBuffer>): Response {
  // Weak, for the server may compress the body.
  const etag = `W/"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  const headers = { ...HEADERS, etag };
  const known = request.headers.get("if-none-match")?.split(",").some((tag) => tag.trim() === etag) ?? false;
  if (known) return new Response(null, { status: 304, headers });
  return new Response(request.method === "HEAD" ? null : body, {
    headers: { ...headers, "content-type": type },
  });
}
