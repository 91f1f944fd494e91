/**
 * The passage from a public port to a `Deno.serve` that ends TLS itself: bytes go through as they are.
 *
 * A `Deno.serve` has one certificate for as long as it listens. So each certificate has a server of its own behind the same public port,
 * which never closes, and the server of a certificate that was replaced goes when its last connection has.
 *
 * @module
 */
import type { Application } from "../application.ts";
import type { ByteStream } from "./byte_stream.ts";
import type { Doorkeeper } from "./doorkeeper.ts";
import { type Gate, letIn, type Refusal } from "./gate.ts";
import type { InnerServer } from "./inner_server.ts";
import { type Behind, handedOn, Tunnel, type TunnelDeadlines } from "./tunnel.ts";

const NONE = new Uint8Array(0);

/** Leads the sockets of a public port to the server of the certificate in force. */
export class Passage implements Gate {
  /** The application's parts. */
  readonly application: Application;
  #door: Doorkeeper;
  #inner: InnerServer;
  /** All that have connections, that of the certificate in force too. */
  #servers = new Set<InnerServer>();
  #tunnels = new Set<Tunnel>();
  #now = 0;
  #closed = false;

  /** Leads to a server; `door` counts the sockets. */
  constructor(application: Application, door: Doorkeeper, inner: InnerServer) {
    this.application = application;
    this.#door = door;
    this.#inner = inner;
    this.#servers.add(inner);
  }

  /** Leads to another server from now on. */
  replace(inner: InnerServer): void {
    const before = this.#inner;
    this.#servers.add(inner);
    this.#inner = inner;
    before.onceLeft(() => {
      this.#servers.delete(before);
      before.close(0);
    });
  }

  /** Lets a socket in. */
  enter(address: string): Refusal | undefined {
    return letIn(this.#door, this.application, address);
  }

  /** A socket that was let in has gone. */
  leave(address: string): void {
    this.#door.leave(address);
  }

  /** To say why would take a handshake. */
  farewell(): undefined {
    return undefined;
  }

  /** Begins with a socket. */
  async begin(io: ByteStream, address: string): Promise<void> {
    let behind: Behind;
    try {
      behind = await this.#inner.connect(address, true);
    } catch (error) {
      this.application.log.error("tunnel_failed", { error });
      io.close();
      return this.leave(address);
    }
    if (this.#closed) {
      behind.forget();
      behind.server.close();
      io.close();
      return this.leave(address);
    }
    const closed = () => {
      this.#tunnels.delete(tunnel);
      this.leave(address);
    };
    const tunnel = new Tunnel(io, behind, NONE, this.#deadlines(behind), this.#now, closed);
    this.#tunnels.add(tunnel);
  }

  /** Looks at the deadlines. */
  tick(now: number): void {
    this.#now = now;
    for (const tunnel of this.#tunnels) tunnel.tick(now);
  }

  /** Lets answers that are on their way go out, for so many milliseconds, and closes what is left. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    const end = performance.now() + graceMs;
    await Promise.all([...this.#servers].map((server) => server.close(graceMs)));
    await handedOn(this.#tunnels, end);
    for (const tunnel of this.#tunnels) tunnel.close();
  }

  /** The first request has to come in the time for a handshake; later it may be HTTP/2, whose frames come without requests too. */
  #deadlines({ use }: Behind): TunnelDeadlines {
    const { handshakeTimeoutMs, idleTimeoutMs } = this.application.limits;
    return {
      get headMs() {
        return use.begun ? idleTimeoutMs : handshakeTimeoutMs;
      },
      get quietMs() {
        return use.begun ? idleTimeoutMs : handshakeTimeoutMs;
      },
    };
  }
}
