/**
 * Sockets without TLS: TCP and Unix domain sockets.
 *
 * @module
 */
import { acceptAll, hangUp } from "./accept.ts";
import type { Listener } from "./listen.ts";
import { type Entrance, plainAddress, type Refusal } from "./tcp_entrance.ts";

/** So many of those who cannot come in are told why, and have so long to hear it, in milliseconds. */
const MAX_REFUSALS = 64;
const REFUSAL_MS = 1_000;

/** Takes the sockets of a listener of Deno's. */
export class PlainListener implements Listener {
  readonly hostname: string;
  readonly port: number;
  readonly url: string;
  readonly finished: Promise<void>;
  #entrance: Entrance;
  #listener: Deno.Listener;
  #closed = false;
  #refused = new Set<Deno.Conn>();

  /** Begins to take sockets. */
  constructor(entrance: Entrance, listener: Deno.Listener) {
    this.#entrance = entrance;
    this.#listener = listener;
    const { addr } = listener;
    if ("hostname" in addr) {
      this.hostname = addr.hostname;
      this.port = addr.port;
      this.url = `tcp://${addr.hostname.includes(":") ? `[${addr.hostname}]` : addr.hostname}:${addr.port}`;
    } else {
      this.hostname = "";
      this.port = 0;
      this.url = `unix:${(addr as Deno.UnixAddr).path}`;
    }
    const { log } = entrance.application;
    this.finished = acceptAll(listener, (conn) => this.#take(conn), () => this.#closed, log);
  }

  /** Connections that are open go on; the application closes them. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#listener.close();
      for (const conn of this.#refused) hangUp(conn);
    }
    await this.finished;
  }

  #take(conn: Deno.Conn): void {
    if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
    const addr = conn.remoteAddr;
    const address = plainAddress("hostname" in addr ? addr.hostname : undefined);
    const refusal = this.#entrance.enter(address);
    if (refusal === undefined) this.#entrance.begin(conn, address, false);
    else this.#refuse(conn, refusal);
  }

  async #refuse(conn: Deno.Conn, refusal: Refusal): Promise<void> {
    if (this.#refused.size >= MAX_REFUSALS) return hangUp(conn);
    this.#refused.add(conn);
    const timer = setTimeout(() => hangUp(conn), REFUSAL_MS);
    try {
      await conn.write(this.#entrance.farewell(refusal));
      await conn.closeWrite();
      // A socket that is closed with unread bytes loses what it sent last.
      const buffer = new Uint8Array(1024);
      while (await conn.read(buffer) !== null);
    } catch {
      // It has gone, or its time is up.
    }
    clearTimeout(timer);
    hangUp(conn);
    this.#refused.delete(conn);
  }
}
