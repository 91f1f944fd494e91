/**
 * Who may enter under `/ws/`, by WebSocket or by POST, whatever server the request came to.
 *
 * @module
 */
import type { ConnectionHost, ConnectionOptions } from "../connection.ts";
import { hasToken, type HeaderReader } from "../framing/http_head.ts";
import { problem } from "./answer.ts";
import { cookieValue } from "./cookie.ts";
import type { Doorkeeper } from "./doorkeeper.ts";
import type { FindClient } from "./forwarded.ts";
import { hostName, originAllowed, type OriginList } from "./origin.ts";

/** What the decision rests on. */
export interface AdmissionParts {
  /** Takes the connections. */
  readonly host: ConnectionHost;
  /** Counts who is in. */
  readonly door: Doorkeeper;
  /** Origins that may connect besides the server's own. */
  readonly origins: OriginList;
  /** Whose forwarding headers are believed. */
  readonly trust: FindClient;
  /** Whether the server answers to a name; without it, to every one. */
  readonly allowHost?: ((name: string) => boolean) | undefined;
}

/** A request to enter. */
export interface Asking {
  readonly method: string;
  /** The path, which begins with `/ws`. */
  readonly pathname: string;
  /** The query with its question mark; empty for none. */
  readonly search: string;
  /** The host that it names, perhaps with a port; `null` for none. */
  readonly host: string | null;
  readonly headers: HeaderReader;
  /** The address of the socket's other end. */
  readonly address: string;
  /** Whether the socket speaks TLS. */
  readonly secure: boolean;
}

/** Somebody who was let in, and has to {@linkcode Admission.leave}. */
export interface Admitted {
  /** What opens the connection. */
  readonly options: ConnectionOptions;
  /** Where the page comes from, if a browser says so. */
  readonly origin: string | null;
}

/** Decides who may enter. */
export class Admission {
  /** Whether the application is closing: nobody comes in any more. */
  draining = false;
  /** Whether it counts by which name the server is called. */
  readonly choosesHosts: boolean;
  #parts: AdmissionParts;

  /** Decides with these. */
  constructor(parts: AdmissionParts) {
    this.#parts = parts;
    this.choosesHosts = parts.allowHost !== undefined;
  }

  /** Lets somebody in, or gives the answer for who is not, and counts it. */
  enter(asking: Asking): Admitted | Response {
    const answer = this.decide(asking);
    if (!(answer instanceof Response)) return answer;
    const { status } = answer;
    const full = status === 429 || (status === 503 && !this.draining);
    if (full || status === 403) this.#parts.host.application.counters.connectionsRefused++;
    return answer;
  }

  /** Lets somebody in, or gives the answer for who is not. */
  decide(asking: Asking): Admitted | Response {
    const { method, headers, pathname, search } = asking;
    if (method !== "GET" && method !== "POST" && method !== "OPTIONS") {
      return problem(405, "method_not_allowed", { allow: "GET, POST" });
    }
    const { host, trust, origins, door } = this.#parts;
    const foreign = this.foreignHost(asking.host);
    if (foreign !== undefined) return foreign;
    const caller = trust(headers, asking.address, asking.secure);
    const origin = headers.get("origin");
    const isAllowed = originAllowed(origin, caller.host ?? asking.host, caller.secure, origins);
    if (!isAllowed) return problem(403, "foreign_origin");
    if (method === "OPTIONS") return preflight(origin);
    if (method === "GET") {
      const fault = handshakeFault(headers);
      if (fault !== undefined) return fault;
    }
    if (this.draining) return problem(503, "draining", { "retry-after": "1" });
    const refusal = door.enter(caller.address);
    if (refusal !== undefined) return problem(refusal.status, refusal.code, { "retry-after": "10" });
    // Who gives a bearer token means it; a cookie browsers add by themselves.
    const token = bearer(headers.get("authorization")) ?? cookieValue(headers.get("cookie"), "X-Auth-Token");
    const transport = method === "GET" ? "websocket" : "post";
    const options = {
      route: pathname.slice(4),
      query: search.slice(1),
      peer: { address: caller.address, secure: caller.secure, transport },
      session: token === undefined ? undefined : host.application.sessions.find(token),
    };
    return { options, origin };
  }

  /** The answer for who calls the server by a name that it does not answer to. Who names none is no browser, and cannot be led astray. */
  foreignHost(host: string | null): Response | undefined {
    const { allowHost } = this.#parts;
    if (allowHost === undefined || host === null || allowHost(hostName(host) ?? "")) return undefined;
    return problem(403, "foreign_host");
  }

  /** Somebody who was let in has gone. */
  leave = (address: string): void => this.#parts.door.leave(address);
}

/** Whether a path is one under which clients enter. */
export function isEntrance(pathname: string): boolean {
  return pathname === "/ws" || pathname.startsWith("/ws/");
}

/** A `Sec-WebSocket-Key`: 16 bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

/** What is wrong with a handshake, as RFC 6455 4.2 has it. */
function handshakeFault(headers: HeaderReader): Response | undefined {
  if (!hasToken(headers.get("upgrade"), "websocket")) {
    return problem(426, "upgrade_required", { upgrade: "websocket", connection: "upgrade" });
  }
  const key = headers.get("sec-websocket-key");
  if (key === null) return problem(400, "no_websocket_key");
  if (headers.get("sec-websocket-version") !== "13") {
    return problem(426, "websocket_version", {
      upgrade: "websocket",
      connection: "upgrade",
      "sec-websocket-version": "13",
    });
  }
  const body = headers.get("transfer-encoding") !== null || (headers.get("content-length") ?? "0") !== "0";
  if (!KEY.test(key) || body || !hasToken(headers.get("connection"), "upgrade")) {
    return problem(400, "bad_handshake");
  }
  return undefined;
}

function bearer(header: string | null): string | undefined {
  return header === null ? undefined : /^Bearer +(\S+) *$/i.exec(header)?.[1];
}

/** The headers that let the page of another origin read an answer. */
export function crossOrigin(origin: string): [string, string][] {
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
