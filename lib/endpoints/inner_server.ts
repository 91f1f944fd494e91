/**
 * The `Deno.serve` behind the public port: speaks with nobody but what stands before it, and knows whom its bytes come from.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import type { Logger } from "../log.ts";
import { problem } from "./answer.ts";
import type { RequestInfo } from "./http.ts";
import type { Certificate, Listener } from "./listen.ts";
import { listenServe } from "./listen_serve.ts";
import { spendRedirection } from "./redirection.ts";
import type { Behind, TunnelUse } from "./tunnel.ts";

/** Answers a request, with what is known about its client's socket. */
export type InnerHandler = (request: Request, info: RequestInfo) => Promise<Response>;

const LOOPBACK = "127.0.0.1";
const SWITCHING_PROTOCOLS = 101;

/** Whose tunnel it is, and what the server makes of it. */
class Caller implements RequestInfo, TunnelUse {
  readonly remoteAddr: Deno.NetAddr;
  readonly secure: boolean;
  running = 0;
  over = false;
  begun = false;

  constructor(address: string, secure: boolean) {
    this.remoteAddr = { transport: "tcp", hostname: address, port: 0 };
    this.secure = secure;
  }

  async answer(request: Request, completed: Promise<void>, handler: InnerHandler): Promise<Response> {
    this.begun = true;
    this.running++;
    completed.then(this.#completed, this.#completed);
    const response = await handler(request, this);
    // A WebSocket has deadlines of its own, and is in use until it ends.
    if (response.status === SWITCHING_PROTOCOLS) this.running++;
    // The runtime does not always end a connection whose answer says so.
    else if (response.headers.get("connection") === "close") this.over = true;
    return response;
  }

  #completed = (): void => {
    this.running--;
  };
}

/** The server behind one public port. */
export class InnerServer {
  #listener: Listener;
  /** By the ports at which their tunnels end. Nobody else can have the same while a tunnel is open. */
  #callers = new Map<number, Caller>();
  #connecting = 0;
  /** Called when its last tunnel has gone. */
  #left: (() => void) | undefined;

  /** Listens on a free port, with TLS where there is a certificate. Throws what {@linkcode listenServe} throws. */
  constructor(handler: InnerHandler, log: Logger, certificate?: Certificate) {
    spendRedirection();
    this.#listener = listenServe(
      (request, { remoteAddr, completed }) => {
        // Another address of this machine may have the same port.
        const caller = remoteAddr.hostname === LOOPBACK ? this.#callers.get(remoteAddr.port) : undefined;
        return caller === undefined
          ? Promise.resolve(problem(403, "not_for_you"))
          : caller.answer(request, completed, handler);
      },
      { hostname: LOOPBACK, port: 0, ...certificate },
      log,
    );
  }

  /** Opens a connection for a client. */
  async connect(address: string, secure: boolean): Promise<Behind> {
    this.#connecting++;
    try {
      const server = await Deno.connect({ hostname: LOOPBACK, port: this.#listener.port });
      server.setNoDelay(true);
      const { port } = server.localAddr as Deno.NetAddr;
      const use = new Caller(address, secure);
      this.#callers.set(port, use);
      const forget = () => {
        this.#callers.delete(port);
        this.#look();
      };
      return { server, use, forget };
    } finally {
      this.#connecting--;
      this.#look();
    }
  }

  /** Calls back once when the last of its tunnels has gone. Nobody may connect any more. */
  onceLeft(left: () => void): void {
    this.#left = left;
    this.#look();
  }

  /** Stops, after answers that are on their way, at the latest after so many milliseconds. */
  close(graceMs: number): Promise<void> {
    return this.#listener.close(graceMs);
  }

  #look(): void {
    if (this.#left === undefined || this.#connecting > 0 || this.#callers.size > 0) return;
    const left = this.#left;
    this.#left = undefined;
    left();
  }
}

/**
 * The server behind a public port, which is closed when there can be none.
 *
 * @throws {N2OError} `loopback_forbidden` where the permission is missing, and what {@linkcode listenServe} throws.
 */
export function innerServer(
  handler: InnerHandler,
  log: Logger,
  listener: Pick<Deno.Listener, "close">,
  whose: string,
  certificate?: Certificate,
): InnerServer {
  try {
    return new InnerServer(handler, log, certificate);
  } catch (error) {
    listener.close();
    if (!(error instanceof N2OError) || error.code !== "port_forbidden") throw error;
    throw new N2OError(
      "loopback_forbidden",
      `${whose} also needs a port of ${LOOPBACK}: grant --allow-net=${LOOPBACK} too`,
      LOOPBACK,
    );
  }
}
