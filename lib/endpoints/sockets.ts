/**
 * Sockets that clients open: TCP, TLS and Unix domain sockets.
 *
 * TLS is that of `node:tls`: a TLS socket of Deno's own that is closed before its handshake is over, or while the other end reads
 * nothing, is kept until the other end goes. So there would be no deadline for handshakes and no way to be rid of slow readers.
 *
 * @module
 */
import { type SecureContext, TLSSocket } from "node:tls";
import { acceptAll, hangUp } from "./accept.ts";
import { ConnDuplex } from "./conn_duplex.ts";
import { type Gate, plainAddress, type Refusal } from "./gate.ts";
import { N2OError } from "../error.ts";
import type { Certificate, Listener } from "./listen.ts";
import { renewedContext } from "./tls_context.ts";
import { TlsStream } from "./tls_stream.ts";

/** How sockets are spoken with. */
export interface SocketsOptions {
  /** How the URL begins: `tcp`. */
  readonly scheme: string;
  /** Speaks TLS. */
  readonly tls?: SecureContext | undefined;
  /** What may be spoken within TLS, the best first; nothing where there is no choice. */
  readonly protocols?: string[];
}

/** So many of those who cannot come in are told why, and have so long to hear it, in milliseconds. */
const MAX_REFUSALS = 64;
const REFUSAL_MS = 1_000;

/** Takes the sockets of a listener of Deno's, and hands them to a gate. */
export class Sockets implements Listener {
  readonly hostname: string;
  readonly port: number;
  readonly url: string;
  readonly finished: Promise<void>;
  #gate: Gate;
  #listener: Deno.Listener;
  #options: SocketsOptions;
  /** What the next ones speak TLS with. */
  #tls: SecureContext | undefined;
  #closed = false;
  /** Those that are being refused, or are shaking hands. */
  #outside = new Set<() => void>();
  #refusals = 0;

  /** Begins to take sockets. */
  constructor(gate: Gate, listener: Deno.Listener, options: SocketsOptions) {
    this.#gate = gate;
    this.#listener = listener;
    this.#options = options;
    this.#tls = options.tls;
    const { addr } = listener;
    if ("hostname" in addr) {
      this.hostname = addr.hostname;
      this.port = addr.port;
      const shown = addr.hostname.includes(":") ? `[${addr.hostname}]` : addr.hostname;
      this.url = `${options.scheme}://${shown}:${addr.port}`;
    } else {
      this.hostname = "";
      this.port = 0;
      this.url = `unix:${(addr as Deno.UnixAddr).path}`;
    }
    const { log } = gate.application;
    this.finished = acceptAll(listener, (conn) => this.#take(conn), () => this.#closed, log);
  }

  /** Shows another certificate to those who come from now on. Throws as {@linkcode Listener.replaceCertificate} does. */
  replaceCertificate(certificate: Certificate): void {
    if (this.#closed) throw new N2OError("closed", "a closed listener takes no other certificate");
    if (this.#tls === undefined) throw new N2OError("no_tls", `${this.url} has no TLS`, this.url);
    this.#tls = renewedContext(certificate);
  }

  /** Connections that are open go on; the application closes them. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#listener.close();
      for (const end of this.#outside) end();
    }
    await this.finished;
  }

  #take(conn: Deno.Conn): void {
    if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
    const addr = conn.remoteAddr;
    const address = plainAddress("hostname" in addr ? addr.hostname : undefined);
    const refusal = this.#gate.enter(address);
    const tls = this.#tls;
    if (tls === undefined) {
      if (refusal === undefined) this.#gate.begin(conn, address, false);
      else this.#refuse(conn, refusal);
    } else if (refusal === undefined) this.#shake(conn, address, tls);
    // To say why would take a handshake.
    else hangUp(conn);
  }

  #shake(conn: Deno.Conn, address: string, secureContext: SecureContext): void {
    const socket = new TLSSocket(new ConnDuplex(conn), {
      isServer: true,
      secureContext,
      ALPNProtocols: this.#options.protocols,
    });
    const { handshakeTimeoutMs } = this.#gate.application.limits;
    const end = () => {
      socket.destroy();
      hangUp(conn);
    };
    const timer = setTimeout(end, handshakeTimeoutMs);
    this.#outside.add(end);
    const over = () => {
      clearTimeout(timer);
      return this.#outside.delete(end);
    };
    // Whoever speaks no TLS is told nothing.
    socket.on("error", end);
    socket.once("close", () => {
      hangUp(conn);
      if (over()) this.#gate.leave(address);
    });
    socket.once("secure", () => {
      if (over()) this.#gate.begin(new TlsStream(socket), address, true, socket.alpnProtocol || undefined);
    });
  }

  async #refuse(conn: Deno.Conn, refusal: Refusal): Promise<void> {
    if (this.#refusals >= MAX_REFUSALS) return hangUp(conn);
    const farewell = this.#gate.farewell(refusal);
    if (farewell === undefined) return hangUp(conn);
    this.#refusals++;
    const end = () => hangUp(conn);
    this.#outside.add(end);
    const timer = setTimeout(end, REFUSAL_MS);
    try {
      await conn.write(farewell);
      await conn.closeWrite();
      // A socket that is closed with unread bytes loses what it sent last.
      const buffer = new Uint8Array(1024);
      while (await conn.read(buffer) !== null);
    } catch {
      // It has gone, or its time is up.
    }
    clearTimeout(timer);
    end();
    this.#outside.delete(end);
    this.#refusals--;
  }
}
