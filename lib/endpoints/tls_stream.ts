/**
 * A TLS socket of `node:tls` as a stream of bytes.
 *
 * @module
 */
import type { TLSSocket } from "node:tls";
import { NodeStream } from "./node_stream.ts";

/** How long the good-bye of TLS may take to leave, in milliseconds. */
const GOODBYE_MS = 1_000;

/** A TLS socket as a stream of bytes. */
export class TlsStream extends NodeStream {
  readonly #socket: TLSSocket;

  /** Takes a socket over whose handshake is done. */
  constructor(socket: TLSSocket) {
    super(socket);
    this.#socket = socket;
  }

  /** Closes it. Without TLS's own good-bye the other end would take what it got for cut short; who reads nothing gets none. */
  override close(): void {
    const socket = this.#socket;
    if (socket.writableLength > 0 || socket.writableEnded || socket.destroyed) {
      socket.destroy();
      return;
    }
    const timer = setTimeout(() => socket.destroy(), GOODBYE_MS);
    socket.end(() => {
      clearTimeout(timer);
      socket.destroy();
    });
  }
}
