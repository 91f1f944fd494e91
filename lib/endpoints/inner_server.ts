/**
 * The `Deno.serve` behind the front: speaks with nobody but the front, and knows whom its bytes come from.
 *
 * @module
 */
import type { Logger } from "../log.ts";
import { problem } from "./answer.ts";
import type { RequestInfo } from "./http.ts";
import type { Listener } from "./listen.ts";
import { listenServe } from "./listen_serve.ts";
import type { Behind, TunnelUse } from "./tunnel.ts";

/** Answers a request, with what is known about its client's socket. */
export type InnerHandler = (request: Request, info: RequestInfo) => Promise<Response>;

const LOOPBACK = "127.0.0.1";

/** Whose tunnel it is, and what the server makes of it. */
class Caller implements RequestInfo, TunnelUse {
  readonly remoteAddr: Deno.NetAddr;
  readonly secure: boolean;
  running = 0;
  over = false;

  constructor(address: string, secure: boolean) {
    this.remoteAddr = { transport: "tcp", hostname: address, port: 0 };
    this.secure = secure;
  }

  async answer(request: Request, completed: Promise<void>, handler: InnerHandler): Promise<Response> {
    this.running++;
    completed.then(this.#completed, this.#completed);
    const response = await handler(request, this);
    // The runtime does not always end a connection whose answer says so.
    if (response.headers.get("connection") === "close") this.over = true;
    return response;
  }

  #completed = (): void => {
    this.running--;
  };
}

/** The server behind one front. */
export class InnerServer {
  #listener: Listener;
  /** By the ports at which their tunnels end. Nobody else can have the same while a tunnel is open. */
  #callers = new Map<number, Caller>();

  /** Listens on a free port. Throws what {@linkcode listenServe} throws. */
  constructor(handler: InnerHandler, log: Logger) {
    this.#listener = listenServe(
      (request, { remoteAddr, completed }) => {
        // Another address of this machine may have the same port.
        const caller = remoteAddr.hostname === LOOPBACK ? this.#callers.get(remoteAddr.port) : undefined;
        return caller === undefined
          ? Promise.resolve(problem(403, "not_for_you"))
          : caller.answer(request, completed, handler);
      },
      { hostname: LOOPBACK, port: 0 },
      log,
    );
  }

  /** Opens a connection for a client. */
  async connect(address: string, secure: boolean): Promise<Behind> {
    const server = await Deno.connect({ hostname: LOOPBACK, port: this.#listener.port });
    server.setNoDelay(true);
    const { port } = server.localAddr as Deno.NetAddr;
    const use = new Caller(address, secure);
    this.#callers.set(port, use);
    return { server, use, forget: () => this.#callers.delete(port) };
  }

  /** Stops, after answers that are on their way, at the latest after so many milliseconds. */
  close(graceMs: number): Promise<void> {
    return this.#listener.close(graceMs);
  }
}
