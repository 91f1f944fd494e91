/**
 * The HTTP endpoint: WebSockets and posts under `/ws/`, health, and files, as a `fetch` handler for any `Deno.serve`.
 *
 * @module
 */
import type { ConnectionHost, ConnectionOptions } from "../connection.ts";
import { N2OError } from "../error.ts";
import type { HeaderReader } from "../framing/http_head.ts";
import { type Admission, crossOrigin, isEntrance } from "./admission.ts";
import { problem } from "./answer.ts";
import { readBody } from "./body.ts";
import { handshakeHeadBytes, headBytes } from "./head.ts";
import { answerPost } from "./post.ts";
import { WebSocketTransport } from "./websocket.ts";

/** What a server tells about a request's socket; `Deno.ServeHandlerInfo` fits. */
export interface RequestInfo {
  /** The address of the other end of the socket. */
  readonly remoteAddr?: Deno.Addr | undefined;
  /** Whether that socket speaks TLS. @default as the URL says */
  readonly secure?: boolean;
}

/** A request, however it came. */
export interface HttpRequest {
  /** The method. */
  readonly method: string;
  /** The URL in full. */
  readonly url: string;
  /** The headers. */
  readonly headers: HeaderReader;
  /** Whether the headers are known to be within their limit. */
  readonly bounded: boolean;
  /** The address of the socket's other end; empty where it has none. */
  readonly address: string;
  /** Whether that socket speaks TLS. */
  readonly secure: boolean;
  /** Whether a WebSocket can be made of its connection. */
  readonly upgradable: boolean;
  /** The request in full; the same each time. */
  request(): Request;
}

/** A request of `Deno.serve`. */
class ServedRequest implements HttpRequest {
  readonly bounded = false;
  readonly upgradable: boolean;
  #request: Request;
  #info: RequestInfo | undefined;

  constructor(request: Request, info: RequestInfo | undefined, upgradable: boolean) {
    this.#request = request;
    this.#info = info;
    this.upgradable = upgradable;
  }

  get method(): string {
    return this.#request.method;
  }

  get url(): string {
    return this.#request.url;
  }

  get headers(): Headers {
    return this.#request.headers;
  }

  get address(): string {
    const remote = this.#info?.remoteAddr;
    return remote !== undefined && "hostname" in remote ? remote.hostname : "";
  }

  get secure(): boolean {
    return this.#info?.secure ?? this.#request.url.startsWith("https:");
  }

  request(): Request {
    return this.#request;
  }
}

/** A handler of requests that are none of N2O's own: files, your pages. `undefined` passes on to the next. */
export type FileHandler = (request: Request) => Response | undefined | Promise<Response | undefined>;

/** What the endpoint is made of. */
export interface HttpParts {
  /** Takes its connections. */
  readonly host: ConnectionHost;
  /** Decides who may enter. */
  readonly admission: Admission;
  /** Asked in order for everything that is none of N2O's own. */
  readonly files: readonly FileHandler[];
}

/** The HTTP endpoint of one application. */
export class HttpEndpoint {
  #parts: HttpParts;
  #opening = new Map<WebSocketTransport, number>();
  #started = Date.now();

  /** Made by `createN2O`. */
  constructor(parts: HttpParts) {
    this.#parts = parts;
  }

  /** Answers a request of `Deno.serve`. Never rejects. */
  async fetch(request: Request, info?: RequestInfo): Promise<Response> {
    return await this.answer(new ServedRequest(request, info, true));
  }

  /** Answers a request that came to the server behind the front. Never rejects. */
  async fetchBehind(request: Request, info: RequestInfo): Promise<Response> {
    return await this.answer(new ServedRequest(request, info, false));
  }

  /** Answers a request, at once where nothing has to be waited for. Never throws, never rejects. */
  answer(asked: HttpRequest): Response | Promise<Response> {
    const failed = (error: unknown) => {
      this.#parts.host.application.log.error("request_failed", { method: asked.method, error });
      return problem(500, "internal");
    };
    try {
      const answer = this.#route(asked);
      return answer instanceof Response ? answer : answer.catch(failed);
    } catch (error) {
      return failed(error);
    }
  }

  /** Lets go of handshakes that were never finished. Called with each tick. */
  tick(now: number): void {
    const { handshakeTimeoutMs } = this.#parts.host.application.limits;
    for (const [transport, since] of this.#opening) {
      const late = !transport.opened && now - since > handshakeTimeoutMs;
      if (late) transport.abandon();
      if (late || transport.opened) this.#opening.delete(transport);
    }
  }

  #route(asked: HttpRequest): Response | Promise<Response> {
    const { limits } = this.#parts.host.application;
    const url = URL.parse(asked.url);
    if (url === null) return problem(400, "bad_url");
    if (url.pathname.length + url.search.length > limits.maxPathBytes) return problem(414, "path_too_long");
    const { pathname } = url;
    const enters = isEntrance(pathname);
    if (!asked.bounded) {
      const { headers } = asked.request();
      const bytes = enters && headers.get("upgrade") !== null
        ? handshakeHeadBytes(headers)
        : headBytes(headers, limits.maxHeaderBytes);
      if (bytes > limits.maxHeaderBytes) return problem(431, "headers_too_big");
    }
    if (enters) return this.#enter(asked, url);
    const { admission } = this.#parts;
    if (admission.choosesHosts) {
      const foreign = admission.foreignHost(asked.headers.get("host") ?? url.host);
      if (foreign !== undefined) return foreign;
    }
    if (pathname === "/n2o/health") return this.#health(asked.method);
    return this.#file(asked);
  }

  #enter(asked: HttpRequest, { pathname, search, host: named }: URL): Response | Promise<Response> {
    const { method, headers, address, secure } = asked;
    const { admission } = this.#parts;
    // Requests of HTTP/2 name their host in their address alone.
    const host = headers.get("host") ?? named;
    const admitted = admission.enter({ method, headers, pathname, search, host, address, secure });
    if (admitted instanceof Response) return admitted;
    const { options, origin } = admitted;
    const request = asked.request();
    if (method === "GET") {
      if (asked.upgradable) return this.#upgrade(request, options);
      // Its engine would not keep the front's limits: the client has to come with a connection of its own.
      admission.leave(options.peer.address);
      return problem(421, "new_connection_needed", { connection: "close" });
    }
    return this.#post(request, options, origin).finally(() => admission.leave(options.peer.address));
  }

  #upgrade(request: Request, options: ConnectionOptions): Response {
    const { host } = this.#parts;
    const { silenceTimeoutMs, idleTimeoutMs } = host.application.limits;
    let upgraded: Deno.WebSocketUpgrade;
    try {
      // The runtime pings at half of this time and drops a peer that does not answer within it.
      const idleTimeout = Math.max(1, Math.round(Math.min(silenceTimeoutMs, idleTimeoutMs) / 1000));
      upgraded = Deno.upgradeWebSocket(request, { idleTimeout });
    } catch (error) {
      this.#parts.admission.leave(options.peer.address);
      host.application.log.debug("upgrade_refused", { error });
      return problem(400, "bad_handshake");
    }
    const transport = new WebSocketTransport(upgraded.socket, host, options, this.#parts.admission.leave);
    this.#opening.set(transport, host.now);
    return upgraded.response;
  }

  async #post(request: Request, options: ConnectionOptions, origin: string | null): Promise<Response> {
    const { host } = this.#parts;
    const { maxBodyBytes, maxFrameBytes, bodyTimeoutMs } = host.application.limits;
    let response: Response;
    try {
      const body = await readBody(request, Math.min(maxBodyBytes, maxFrameBytes), bodyTimeoutMs);
      response = await answerPost(body, host, options, request);
    } catch (error) {
      if (!(error instanceof N2OError)) throw error;
      response = problem(error.code === "body_too_slow" ? 408 : 413, error.code);
    }
    if (origin !== null) {
      for (const [name, value] of crossOrigin(origin)) {
        response.headers.set(name, value);
      }
    }
    return response;
  }

  #health(method: string): Response {
    if (method !== "GET" && method !== "HEAD") {
      return problem(405, "method_not_allowed", { allow: "GET, HEAD" });
    }
    const { counters } = this.#parts.host.application;
    const body = {
      status: this.#parts.admission.draining ? "draining" : "ok",
      connections: counters.connections,
      uptimeMs: Date.now() - this.#started,
    };
    const headers = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };
    const text = JSON.stringify(body) + "\n";
    return new Response(method === "HEAD" ? null : text, {
      status: this.#parts.admission.draining ? 503 : 200,
      headers,
    });
  }

  async #file(asked: HttpRequest): Promise<Response> {
    const request = seen(asked);
    for (const handler of this.#parts.files) {
      const response = await handler(request);
      if (response !== undefined) return response;
    }
    return problem(404, "not_found");
  }
}

/** The request as its client sees it: behind the front a server without TLS has got what came over TLS. */
function seen(asked: HttpRequest): Request {
  const request = asked.request();
  // One that is to be upgraded has to be the server's own.
  const other = asked.secure && request.url.startsWith("http:") && asked.headers.get("upgrade") === null;
  return other ? new Request(`https${request.url.slice(4)}`, request) : request;
}
