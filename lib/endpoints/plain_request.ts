/**
 * A request that the front answers itself, of which a `Request` is made only when somebody wants one.
 *
 * @module
 */
import { hasToken, type HeadHeaders, type RequestHead } from "../framing/http_head.ts";
import type { HttpRequest } from "./http.ts";

/** Whose request it is. */
export interface Requester {
  /** The address of the socket's other end. */
  readonly address: string;
  /** Whether the socket speaks TLS. */
  readonly secure: boolean;
}

/** What a request brings besides its head. */
export type PlainBody = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | null;

/** A request that the front answers itself. */
export class PlainRequest implements HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HeadHeaders;
  readonly bounded = true;
  readonly upgradable = false;
  readonly address: string;
  readonly secure: boolean;
  #body: PlainBody;
  #request: Request | undefined;
  #controller: AbortController | undefined;

  /** Makes it of its head and body. */
  constructor({ method, target, headers }: RequestHead, { address, secure }: Requester, body: PlainBody) {
    this.method = method;
    this.url = `${secure ? "https" : "http"}://${headers.get("host") || "localhost"}${target}`;
    this.headers = headers;
    this.address = address;
    this.secure = secure;
    this.#body = body;
  }

  /** Whether its connection ends behind the answer. */
  get close(): boolean {
    return hasToken(this.headers.get("connection"), "close");
  }

  /** The request in full. */
  request(): Request {
    if (this.#request === undefined) {
      this.#controller = new AbortController();
      const { signal } = this.#controller;
      const { method } = this;
      const headers = fieldsOf(this.headers);
      // As with `Deno.serve`, whoever may send a body sends one, if an empty one.
      const body = this.#body ?? (method === "GET" || method === "HEAD" ? null : new Uint8Array(0));
      this.#request = new Request(this.url, { method, headers, body, signal, duplex: "half" } as RequestInit);
    }
    return this.#request;
  }

  /** Its client has gone. */
  abort(): void {
    this.#controller?.abort();
  }
}

/** The headers as they are listed for a `Request`, which would join cookies as it joins everything else. */
function fieldsOf(headers: HeadHeaders): [string, string][] {
  const fields = [...headers];
  const first = fields.find(([name]) => name === "cookie");
  if (first === undefined) return fields;
  first[1] = headers.get("cookie")!;
  return fields.filter((field) => field === first || field[0] !== "cookie");
}
