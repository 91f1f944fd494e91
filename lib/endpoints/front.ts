/**
 * The front of the public port: takes WebSockets itself, and everything else to a `Deno.serve` behind it.
 *
 * It reads the first head of each connection and nothing more. What is no handshake goes through a tunnel byte for byte, so that no two
 * parsers can disagree about where a request begins; a handshake on a connection that was used before is the other engine's.
 *
 * @module
 */
import type { Application } from "../application.ts";
import { hasToken, HeadParser, type RequestHead } from "../framing/http_head.ts";
import { type Admission, isEntrance } from "./admission.ts";
import { problem } from "./answer.ts";
import type { ByteStream } from "./byte_stream.ts";
import type { Doorkeeper } from "./doorkeeper.ts";
import type { Gate, Refusal } from "./gate.ts";
import { responseBytes, responseHead } from "./response_bytes.ts";
import { type Behind, Tunnel } from "./tunnel.ts";
import type { WebSocketHandshake } from "./websocket_stream.ts";

/** What the front is made of. */
export interface FrontParts {
  /** The application's parts. */
  readonly application: Application;
  /** Decides who may enter. */
  readonly admission: Admission;
  /** Counts the sockets that have not become WebSockets. */
  readonly door: Doorkeeper;
  /** Connects to the server behind it, which will know whom the bytes come from. */
  connect(address: string, secure: boolean): Promise<Behind>;
  /** Follows a WebSocket that was let in. */
  open(io: ByteStream, handshake: WebSocketHandshake): void;
}

const FIRST_SIZE = 2048;
/** How long an answer of the front's own may take to leave, in milliseconds. */
const ANSWER_MS = 2_000;
const HTTP2 = "h2";

/** The front of one application's public port. */
export class Front implements Gate {
  /** The application's parts. */
  readonly application: Application;
  #parts: FrontParts;
  #tunnels = new Set<Tunnel>();
  /** Sockets whose head is being read, or answered. */
  #reading = new Set<ByteStream>();
  #now = 0;

  /** Stands before a server. */
  constructor(parts: FrontParts) {
    this.application = parts.application;
    this.#parts = parts;
  }

  /** Lets a socket in. */
  enter(address: string): Refusal | undefined {
    const refusal = this.#parts.door.enter(address);
    if (refusal === undefined) return undefined;
    this.application.counters.connectionsRefused++;
    return { code: refusal.status, reason: refusal.code };
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

  /** Reads the head of a socket's first request. */
  begin(io: ByteStream, address: string, secure: boolean, protocol?: string): void {
    this.#begin(io, address, secure, protocol).catch((error) => {
      this.application.log.debug("front_failed", { error });
      close(io);
    }).finally(() => {
      this.#reading.delete(io);
      this.leave(address);
    });
  }

  /** Looks at the tunnels' deadlines. */
  tick(now: number): void {
    this.#now = now;
    for (const tunnel of this.#tunnels) tunnel.tick(now);
  }

  /** Closes what is left. */
  close(): void {
    for (const tunnel of this.#tunnels) tunnel.close();
    for (const io of this.#reading) close(io);
  }

  async #begin(io: ByteStream, address: string, secure: boolean, protocol?: string): Promise<void> {
    this.#reading.add(io);
    if (protocol === HTTP2) return await this.#tunnel(io, new Uint8Array(0), address, secure, true);
    const read = await this.#head(io);
    if (read === undefined) return;
    const { head, bytes } = read;
    const url = wanted(head);
    const http2 = head.version === "2";
    if (url === undefined) return await this.#tunnel(io, bytes, address, secure, http2);
    const { admission } = this.#parts;
    const { method, headers } = head;
    const { pathname, search } = url;
    const admitted = admission.decide({ method, headers, pathname, search, address, secure });
    // Whoever is refused may ask for something else on the same connection.
    if (admitted instanceof Response) return await this.#tunnel(io, bytes, address, secure, false);
    const { options } = admitted;
    this.#parts.open(io, {
      key: headers.get("sec-websocket-key")!,
      extensions: headers.get("sec-websocket-extensions"),
      options,
      rest: bytes.slice(head.size),
      leave: () => admission.leave(options.peer.address),
    });
  }

  /** The first head, and everything that has been read; `undefined` when there is none, which has been answered. */
  async #head(io: ByteStream): Promise<{ head: RequestHead; bytes: Uint8Array } | undefined> {
    const parser = new HeadParser(this.application.limits);
    let late = false;
    const timeout = () => {
      late = true;
      // Whoever has said nothing is told nothing: browsers open connections that they may need.
      if (have === 0) return close(io);
      say(io, problem(408, "request_too_slow")).catch(() => close(io));
      timer = setTimeout(() => close(io), ANSWER_MS);
    };
    let timer = setTimeout(timeout, this.application.limits.handshakeTimeoutMs);
    let buffer = new Uint8Array(FIRST_SIZE);
    let have = 0;
    try {
      for (;;) {
        if (have === buffer.length) {
          const longer = new Uint8Array(Math.min(2 * have, Math.max(parser.maxBytes, have + FIRST_SIZE)));
          longer.set(buffer);
          buffer = longer;
        }
        const count = await io.read(buffer.subarray(have));
        if (count === null) {
          close(io);
          return undefined;
        }
        if (late) continue;
        have += count;
        const result = parser.read(buffer, 0, have);
        if (result === undefined) continue;
        if ("status" in result) {
          clearTimeout(timer);
          await answer(io, problem(result.status, result.code));
          return undefined;
        }
        return { head: result, bytes: buffer.subarray(0, have) };
      }
    } catch (error) {
      if (late) return undefined;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #tunnel(
    client: ByteStream,
    first: Uint8Array,
    address: string,
    secure: boolean,
    http2: boolean,
  ): Promise<void> {
    let behind: Behind;
    try {
      behind = await this.#parts.connect(address, secure);
    } catch (error) {
      this.application.log.error("tunnel_failed", { error });
      if (http2) close(client);
      else await answer(client, problem(503, "unavailable", { "retry-after": "10" }));
      return;
    }
    const { handshakeTimeoutMs, idleTimeoutMs } = this.application.limits;
    // Frames of HTTP/2 come without a request too.
    const deadlines = { headMs: http2 ? idleTimeoutMs : handshakeTimeoutMs, quietMs: idleTimeoutMs };
    await new Promise<void>((resolve) => {
      const tunnel = new Tunnel(client, behind, first, deadlines, this.#now, () => {
        this.#tunnels.delete(tunnel);
        resolve();
      });
      this.#tunnels.add(tunnel);
      this.#reading.delete(client);
    });
  }
}

/** Where a WebSocket is asked for; `undefined` for every other request. */
function wanted({ method, version, target, headers }: RequestHead): URL | undefined {
  if (method !== "GET" || version !== "1.1" || !target.startsWith("/")) return undefined;
  if (!hasToken(headers.get("upgrade"), "websocket")) return undefined;
  const url = URL.parse(`http://host${target}`);
  return url !== null && isEntrance(url.pathname) ? url : undefined;
}

/** Answers and closes: what else the client has sent is not looked at. */
async function answer(io: ByteStream, response: Response): Promise<void> {
  const timer = setTimeout(() => close(io), ANSWER_MS);
  try {
    await say(io, response);
    // A socket that is closed with unread bytes loses what it sent last.
    const buffer = new Uint8Array(4096);
    while (await io.read(buffer) !== null);
  } catch {
    // The client has gone, or its time is up.
  }
  clearTimeout(timer);
  close(io);
}

async function say(io: ByteStream, response: Response): Promise<void> {
  let bytes = await responseBytes(response);
  while (bytes.length > 0) bytes = bytes.subarray(await io.write(bytes));
  await io.closeWrite?.();
}

function close(io: ByteStream): void {
  try {
    io.close();
  } catch {
    // It is closed already.
  }
}
