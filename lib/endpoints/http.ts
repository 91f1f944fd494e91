/**
 * The HTTP endpoint: WebSockets and posts under `/ws/`, health, and files, as a `fetch` handler for any `Deno.serve`.
 *
 * @module
 */
import type { ConnectionHost, ConnectionOptions } from "../connection.ts";
import { N2OError } from "../error.ts";
import { problem } from "./answer.ts";
import { readBody } from "./body.ts";
import { cookieValue } from "./cookie.ts";
import { Doorkeeper } from "./doorkeeper.ts";
import type { Client, FindClient } from "./forwarded.ts";
import { handshakeHeadBytes, headBytes } from "./head.ts";
import { originAllowed, type OriginList } from "./origin.ts";
import { answerPost } from "./post.ts";
import { WebSocketTransport } from "./websocket.ts";

/** What a server tells about a request's socket; `Deno.ServeHandlerInfo` fits. */
export interface RequestInfo {
  /** The address of the other end of the socket. */
  readonly remoteAddr?: Deno.Addr | undefined;
}

/** A handler of requests that are none of N2O's own: files, your pages. `undefined` passes on to the next. */
export type FileHandler = (request: Request) => Response | undefined | Promise<Response | undefined>;

/** What the endpoint is made of. */
export interface HttpParts {
  /** Takes its connections. */
  readonly host: ConnectionHost;
  /** Origins that may connect besides the server's own. */
  readonly origins: OriginList;
  /** Whose forwarding headers are believed. */
  readonly trust: FindClient;
  /** Asked in order for everything that is none of N2O's own. */
  readonly files: readonly FileHandler[];
}

/** The HTTP endpoint of one application. */
export class HttpEndpoint {
  /** Whether the application is closing: nobody comes in any more. */
  draining = false;
  #parts: HttpParts;
  #door: Doorkeeper;
  #opening = new Map<WebSocketTransport, number>();
  #started = Date.now();

  /** Made by `createN2O`. */
  constructor(parts: HttpParts) {
    this.#parts = parts;
    this.#door = new Doorkeeper(parts.host.application.limits);
  }

  /** Answers a request. Never rejects. */
  async fetch(request: Request, info?: RequestInfo): Promise<Response> {
    try {
      return await this.#route(request, info);
    } catch (error) {
      this.#parts.host.application.log.error("request_failed", { method: request.method, error });
      return problem(500, "internal");
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

  #route(request: Request, info: RequestInfo | undefined): Response | Promise<Response> {
    const { limits } = this.#parts.host.application;
    const url = URL.parse(request.url);
    if (url === null) return problem(400, "bad_url");
    if (url.pathname.length + url.search.length > limits.maxPathBytes) return problem(414, "path_too_long");
    const { pathname } = url;
    const enters = pathname === "/ws" || pathname.startsWith("/ws/");
    const { headers } = request;
    const bytes = enters && headers.get("upgrade") !== null
      ? handshakeHeadBytes(headers)
      : headBytes(headers, limits.maxHeaderBytes);
    if (bytes > limits.maxHeaderBytes) return problem(431, "headers_too_big");
    if (enters) return this.#enter(request, url, info);
    if (pathname === "/n2o/health") return this.#health(request);
    return this.#file(request);
  }

  #enter(request: Request, url: URL, info: RequestInfo | undefined): Response | Promise<Response> {
    const { method, headers } = request;
    if (method !== "GET" && method !== "POST" && method !== "OPTIONS") {
      return problem(405, "method_not_allowed", { allow: "GET, POST" });
    }
    const caller = this.#caller(request, info);
    const origin = headers.get("origin");
    const { counters } = this.#parts.host.application;
    if (!originAllowed(origin, caller.host, caller.secure, this.#parts.origins)) {
      counters.connectionsRefused++;
      return problem(403, "foreign_origin");
    }
    if (method === "OPTIONS") return preflight(origin);
    if (method === "GET") {
      const fault = handshakeFault(headers);
      if (fault !== undefined) return fault;
    }
    if (this.draining) return problem(503, "draining", { "retry-after": "1" });
    const refusal = this.#door.enter(caller.address);
    if (refusal !== undefined) {
      counters.connectionsRefused++;
      return problem(refusal.status, refusal.code, { "retry-after": "10" });
    }
    const transport = method === "GET" ? "websocket" : "post";
    const options = {
      route: url.pathname.slice(4),
      query: url.search.slice(1),
      peer: { address: caller.address, secure: caller.secure, transport },
      session: this.#session(headers),
    };
    if (method === "GET") return this.#upgrade(request, options);
    return this.#post(request, options, origin).finally(() => this.#leave(caller.address));
  }

  #leave = (address: string): void => this.#door.leave(address);

  #upgrade(request: Request, options: ConnectionOptions): Response {
    const { host } = this.#parts;
    const { silenceTimeoutMs, idleTimeoutMs } = host.application.limits;
    let upgraded: Deno.WebSocketUpgrade;
    try {
      // The runtime pings at half of this time and drops a peer that does not answer within it.
      const idleTimeout = Math.max(1, Math.round(Math.min(silenceTimeoutMs, idleTimeoutMs) / 1000));
      upgraded = Deno.upgradeWebSocket(request, { idleTimeout });
    } catch (error) {
      this.#leave(options.peer.address);
      host.application.log.debug("upgrade_refused", { error });
      return problem(400, "bad_handshake");
    }
    const transport = new WebSocketTransport(upgraded.socket, host, options, this.#leave);
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

  /** The session of a bearer token, since who gives one means it, or else of the cookie, which browsers add by themselves. */
  #session(headers: Headers): ConnectionOptions["session"] {
    const token = bearer(headers.get("authorization")) ?? cookieValue(headers.get("cookie"), "X-Auth-Token");
    return token === undefined ? undefined : this.#parts.host.application.sessions.find(token);
  }

  #caller(request: Request, info: RequestInfo | undefined): Client {
    const remote = info?.remoteAddr;
    const address = remote !== undefined && "hostname" in remote ? remote.hostname : "";
    return this.#parts.trust(request.headers, address, request.url.startsWith("https:"));
  }

  #health(request: Request): Response {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return problem(405, "method_not_allowed", { allow: "GET, HEAD" });
    }
    const { counters } = this.#parts.host.application;
    const body = {
      status: this.draining ? "draining" : "ok",
      connections: counters.connections,
      uptimeMs: Date.now() - this.#started,
    };
    const headers = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };
    const text = JSON.stringify(body) + "\n";
    return new Response(request.method === "HEAD" ? null : text, {
      status: this.draining ? 503 : 200,
      headers,
    });
  }

  async #file(request: Request): Promise<Response> {
    for (const handler of this.#parts.files) {
      const response = await handler(request);
      if (response !== undefined) return response;
    }
    return problem(404, "not_found");
  }
}

/** What is wrong with a handshake, as RFC 6455 4.2 has it; the runtime checks less. */
function handshakeFault(headers: Headers): Response | undefined {
  if (headers.get("upgrade")?.toLowerCase() !== "websocket") {
    return problem(426, "upgrade_required", { upgrade: "websocket", connection: "upgrade" });
  }
  if (headers.get("sec-websocket-key") === null) return problem(400, "no_websocket_key");
  if (headers.get("sec-websocket-version") !== "13") {
    return problem(426, "websocket_version", {
      upgrade: "websocket",
      connection: "upgrade",
      "sec-websocket-version": "13",
    });
  }
  return undefined;
}

function bearer(header: string | null): string | undefined {
  return header === null ? undefined : /^Bearer +(\S+) *$/i.exec(header)?.[1];
}

function crossOrigin(origin: string): [string, string][] {
  return [
    ["access-control-allow-origin", origin],
    ["access-control-allow-credentials", "true"],
    ["access-control-expose-headers", "x-auth-token"],
    ["vary", "origin"],
  ];
}

function preflight(origin: string | null): Response {
  const headers = new Headers({ allow: "GET, POST" });
  if (origin !== null) {
    for (const [name, value] of crossOrigin(origin)) headers.set(name, value);
    headers.set("access-control-allow-methods", "POST");
    headers.set("access-control-allow-headers", "authorization, content-type");
    headers.set("access-control-max-age", "600");
  }
  return new Response(null, { status: 204, headers });
}
