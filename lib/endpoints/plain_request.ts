/**
 * A request without a body, of which a `Request` is made only when somebody wants one.
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

/** A request without a body. */
export class PlainRequest implements HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HeadHeaders;
  readonly bounded = true;
  readonly upgradable = false;
  readonly address: string;
  readonly secure: boolean;
  #request: Request | undefined;
  #controller: AbortController | undefined;

  /** Makes it of its head. */
  constructor({ method, target, headers }: RequestHead, { address, secure }: Requester) {
    this.method = method;
    this.url = `${secure ? "https" : "http"}://${headers.get("host") || "localhost"}${target}`;
    this.headers = headers;
    this.address = address;
    this.secure = secure;
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
      this.#request = new Request(this.url, { method: this.method, headers: [...this.headers], signal });
    }
    return this.#request;
  }

  /** Its client has gone. */
  abort(): void {
    this.#controller?.abort();
  }
}
