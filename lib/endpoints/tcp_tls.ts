/**
 * Sockets with TLS.
 *
 * By `node:tls`: a TLS socket of Deno's own that is closed before its handshake is over, or while the other end reads nothing, is kept
 * until the other end goes. So there would be no deadline for handshakes and no way to be rid of slow readers.
 *
 * @module
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { N2OError } from "../error.ts";
import type { Listener } from "./listen.ts";
import { listenError } from "./listen_error.ts";
import { TlsStream } from "./tls_stream.ts";
import { type Entrance, plainAddress } from "./tcp_entrance.ts";

/** Where to listen, and as whom. */
export interface TlsPlace {
  /** The port; 0 takes a free one. */
  readonly port: number;
  /** The address to listen on. */
  readonly hostname: string;
  /** The certificate chain, PEM. */
  readonly cert: string;
  /** The key, PEM. */
  readonly key: string;
}

/** Listens with TLS. Throws what {@linkcode listenError} says, and `bad_tls`. */
export async function listenTls(entrance: Entrance, place: TlsPlace): Promise<Listener> {
  const { port, hostname, cert, key } = place;
  const context = contextOf(cert, key);
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port, host: hostname }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    throw listenError(denoError(error), hostname, port);
  }
  return new TlsListener(entrance, server, context);
}

class TlsListener implements Listener {
  readonly hostname: string;
  readonly port: number;
  readonly url: string;
  readonly finished: Promise<void>;
  #finish: () => void;
  #entrance: Entrance;
  #server: Server;
  #context: SecureContext;
  #closed = false;
  /** Those that are shaking hands. */
  #shaking = new Set<TLSSocket>();

  constructor(entrance: Entrance, server: Server, context: SecureContext) {
    this.#entrance = entrance;
    this.#server = server;
    this.#context = context;
    const { address, port } = server.address() as { address: string; port: number };
    this.hostname = address;
    this.port = port;
    this.url = `tls://${address.includes(":") ? `[${address}]` : address}:${port}`;
    server.on("error", (error) => entrance.application.log.error("accept_failed", { error }));
    server.on("connection", (socket) => this.#take(socket));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.finished = promise;
    this.#finish = resolve;
  }

  /** Connections that are open go on; the application closes them. */
  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#server.close();
      for (const socket of this.#shaking) socket.destroy();
      // The server's own event would wait for every connection.
      this.#finish();
    }
    return this.finished;
  }

  #take(socket: Socket): void {
    socket.on("error", () => {});
    const address = plainAddress(socket.remoteAddress);
    if (this.#entrance.enter(address) !== undefined) {
      // To say why would take a handshake.
      socket.destroy();
      return;
    }
    const secure = new TLSSocket(socket, { isServer: true, secureContext: this.#context });
    const { handshakeTimeoutMs } = this.#entrance.application.limits;
    const timer = setTimeout(() => secure.destroy(), handshakeTimeoutMs);
    this.#shaking.add(secure);
    const over = () => {
      clearTimeout(timer);
      return this.#shaking.delete(secure);
    };
    // Whoever speaks no TLS is told nothing.
    secure.on("error", () => secure.destroy());
    secure.once("close", () => {
      if (over()) this.#entrance.leave(address);
    });
    secure.once("secure", () => {
      if (over()) this.#entrance.begin(new TlsStream(secure), address, true);
    });
  }
}

function contextOf(cert: string, key: string): SecureContext {
  try {
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
      throw new N2OError("bad_tls", "the TLS key is not that of the certificate");
    }
    return createSecureContext({ cert, key });
  } catch (error) {
    if (error instanceof N2OError) throw error;
    throw new N2OError("bad_tls", `the TLS certificate or key cannot be used: ${(error as Error).message}`);
  }
}

/** What Node says with codes, Deno says with classes. */
function denoError(error: unknown): unknown {
  const { code, message } = error as { code?: string; message: string };
  switch (code) {
    case "EADDRINUSE":
      return new Deno.errors.AddrInUse(message);
    case "EACCES":
    case "EPERM":
      return new Deno.errors.PermissionDenied(message);
    // Deno's way to say that the address is not this machine's.
    case "EINVAL":
    case "EADDRNOTAVAIL":
      return new Deno.errors.AddrNotAvailable(message);
    case "ENOTFOUND":
      return new Error("failed to lookup address");
  }
  return error;
}
