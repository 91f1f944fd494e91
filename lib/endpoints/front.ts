/**
 * The front of the public port: takes WebSockets itself, answers requests without a body or with one of a length that was said, and
 * everything else goes to a `Deno.serve` behind it.
 *
 * It reads heads until one is none of its own; from there on everything goes through a tunnel byte for byte. Each byte is read by one
 * parser only, so that no two can disagree about where a request begins. A handshake behind the first request of a tunnel is the other
 * engine's.
 *
 * @module
 */
import type { Application } from "../application.ts";
import { hasToken, type RequestHead } from "../framing/http_head.ts";
import type { Limits } from "../limits.ts";
import { type Admission, isEntrance } from "./admission.ts";
import { problem } from "./answer.ts";
import type { ByteStream } from "./byte_stream.ts";
import type { Doorkeeper } from "./doorkeeper.ts";
import { type Gate, letIn, type Refusal } from "./gate.ts";
import type { HttpRequest } from "./http.ts";
import { responseHead } from "./response_bytes.ts";
import { type Behind, handedOn, Tunnel } from "./tunnel.ts";
import { Visit, type VisitHost } from "./visit.ts";
import type { WebSocketHandshake } from "./websocket_stream.ts";

/** What the front is made of. */
export interface FrontParts {
  /** The application's parts. */
  readonly application: Application;
  /** Decides who may enter. */
  readonly admission: Admission;
  /** Counts the sockets that have not become WebSockets. */
  readonly door: Doorkeeper;
  /** Answers a request; never rejects. */
  answer(request: HttpRequest): Response | Promise<Response>;
  /** Connects to the server behind it, which will know whom the bytes come from. */
  connect(address: string, secure: boolean): Promise<Behind>;
  /** Follows a WebSocket that was let in. */
  open(io: ByteStream, handshake: WebSocketHandshake): void;
}

const HTTP2 = "h2";
const NONE = new Uint8Array(0);
const PAUSE_MS = 5;

/** The front of one application's public port. */
export class Front implements Gate, VisitHost {
  /** The application's parts. */
  readonly application: Application;
  /** A clock of ticks, in milliseconds. */
  now = 0;
  /** Whether connections end with their next answer. */
  closing = false;
  #parts: FrontParts;
  #visits = new Set<Visit>();
  #tunnels = new Set<Tunnel>();

  /** Stands before a server. */
  constructor(parts: FrontParts) {
    this.application = parts.application;
    this.#parts = parts;
  }

  /** The limits in force. */
  get limits(): Limits {
    return this.application.limits;
  }

  /** Lets a socket in, or gives the status and code to refuse it with. */
  enter(address: string): Refusal | undefined {
    return letIn(this.#parts.door, this.application, address);
  }

  /** A socket that was let in has gone. */
  leave(address: string): void {
    this.#parts.door.leave(address);
  }

  /** Answers who cannot come in. */
  farewell({ code, reason }: Refusal): Uint8Array {
    const body = JSON.stringify({ error: reason }) + "\n";
    return new TextEncoder().encode(
      responseHead(problem(code, reason, { "retry-after": "10" }), body.length) + body,
    );
  }

  /** Begins with a socket. */
  begin(io: ByteStream, address: string, secure: boolean, protocol?: string): void {
    const visit = new Visit(this, io, address, secure);
    this.#visits.add(visit);
    if (protocol === HTTP2) this.#tunnel(visit, NONE, true);
    else visit.begin();
  }

  /** Answers a request. */
  answer(request: HttpRequest): Response | Promise<Response> {
    return this.#parts.answer(request);
  }

  /** Takes a WebSocket over, or refuses it; other requests are not its own. */
  welcome(visit: Visit, head: RequestHead, rest: Uint8Array): true | Response | undefined {
    const { method, target, headers } = head;
    if (method !== "GET" || !hasToken(headers.get("upgrade"), "websocket")) return undefined;
    const url = URL.parse(`http://${headers.get("host") || "localhost"}${target}`);
    if (url === null || !isEntrance(url.pathname)) return undefined;
    const { pathname, search } = url;
    const { io, address, secure } = visit;
    const { admission } = this.#parts;
    const host = headers.get("host");
    const admitted = admission.enter({ method, headers, pathname, search, host, address, secure });
    if (admitted instanceof Response) return admitted;
    this.gone(visit);
    const { options } = admitted;
    this.#parts.open(io, {
      key: headers.get("sec-websocket-key")!,
      extensions: headers.get("sec-websocket-extensions"),
      options,
      rest,
      leave: () => admission.leave(options.peer.address),
    });
    return true;
  }

  /** Hands a connection on to the server behind. */
  tunnel(visit: Visit, read: Uint8Array, http2: boolean): void {
    this.#tunnel(visit, read, http2);
  }

  /** A connection has ended, or become a WebSocket. */
  gone(visit: Visit): void {
    this.#visits.delete(visit);
    this.leave(visit.address);
  }

  /** Looks at the deadlines. */
  tick(now: number): void {
    this.now = now;
    for (const visit of this.#visits) visit.tick();
    for (const tunnel of this.#tunnels) tunnel.tick(now);
  }

  /**
   * Ends the connections on which nothing is being answered, and waits for the others so many milliseconds, also for what the server
   * behind sends before it has `closed`.
   */
  async drain(graceMs: number, closed: Promise<void>): Promise<void> {
    this.closing = true;
    for (const visit of this.#visits) visit.close();
    const end = performance.now() + graceMs;
    while (this.#visits.size > 0 && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    await closed;
    await handedOn(this.#tunnels, end);
  }

  /** Closes what is left. */
  close(): void {
    for (const visit of this.#visits) visit.end();
    for (const tunnel of this.#tunnels) tunnel.close();
  }

  async #tunnel(visit: Visit, read: Uint8Array, http2: boolean): Promise<void> {
    const { io, address, secure } = visit;
    let behind: Behind;
    try {
      behind = await this.#parts.connect(address, secure);
    } catch (error) {
      this.application.log.error("tunnel_failed", { error });
      // Without HTTP/1 there is no way to say so.
      return http2 ? visit.end() : visit.refuse(503, "unavailable");
    }
    if (!this.#visits.delete(visit)) {
      behind.forget();
      behind.server.close();
      return;
    }
    const { handshakeTimeoutMs, idleTimeoutMs } = this.limits;
    const deadlines = {
      // Frames of HTTP/2 come without requests too.
      headMs: http2 ? idleTimeoutMs : handshakeTimeoutMs,
      quietMs: idleTimeoutMs,
    };
    const closed = () => {
      this.#tunnels.delete(tunnel);
      this.leave(address);
    };
    const tunnel = new Tunnel(io, behind, read, deadlines, this.now, closed);
    this.#tunnels.add(tunnel);
  }
}
