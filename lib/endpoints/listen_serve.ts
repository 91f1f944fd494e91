/**
 * Listening with `Deno.serve`.
 *
 * @module
 */
import type { Logger } from "../log.ts";
import { problem } from "./answer.ts";
import { N2OError } from "../error.ts";
import type { Listener } from "./listen.ts";
import { listenError } from "./listen_error.ts";
import { tlsContext } from "./tls_context.ts";

/** Where to listen, and as whom. */
export interface ServePlace {
  /** The port; 0 takes a free one. */
  readonly port: number;
  /** The address to listen on. */
  readonly hostname: string;
  /** The TLS certificate chain, PEM. */
  readonly cert?: string | undefined;
  /** The TLS key, PEM. */
  readonly key?: string | undefined;
}

/** Answers a request, with what is known about its socket. */
export type ServeHandler = (request: Request, info: Deno.ServeHandlerInfo<Deno.NetAddr>) => Promise<Response>;

/** How long to wait before listening again, in milliseconds. */
const AGAIN_MS = 100;

/**
 * Listens with `Deno.serve`. The runtime stops taking connections for good when it once has no descriptor for one: then it is
 * listened on again, with port 0 on another port.
 *
 * @throws what {@linkcode listenError} says, and `bad_tls`.
 */
export function listenServe(fetch: ServeHandler, place: ServePlace, log: Logger): Listener {
  const secure = tlsContext(place.cert, place.key) !== undefined;
  return new ServeListener(fetch, place, secure, log);
}

class ServeListener implements Listener {
  readonly finished: Promise<void>;
  #finish: () => void;
  #fetch: ServeHandler;
  #place: ServePlace;
  #secure: boolean;
  #log: Logger;
  #server: Deno.HttpServer<Deno.NetAddr>;
  #closing: Promise<void> | undefined;

  constructor(fetch: ServeHandler, place: ServePlace, secure: boolean, log: Logger) {
    this.#fetch = fetch;
    this.#place = place;
    this.#secure = secure;
    this.#log = log;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.finished = promise;
    this.#finish = resolve;
    try {
      this.#server = this.#serve();
    } catch (error) {
      throw listenError(error, place.hostname, place.port);
    }
  }

  get hostname(): string {
    return this.#server.addr.hostname ?? "";
  }

  get port(): number {
    return this.#server.addr.port ?? 0;
  }

  get url(): string {
    const { hostname, port } = this;
    const { path } = this.#server.addr as { path?: string };
    // The runtime's variable DENO_SERVE_ADDRESS can lead it there.
    if (path !== undefined) return `unix:${path}`;
    const shown = hostname.includes(":") ? `[${hostname}]` : hostname;
    return `${this.#secure ? "https" : "http"}://${shown}:${port}/`;
  }

  replaceCertificate(): never {
    throw new N2OError("no_tls", `${this.url} has no TLS`, this.url);
  }

  close(graceMs = 1_000): Promise<void> {
    return this.#closing ??= this.#close(graceMs);
  }

  #serve(): Deno.HttpServer<Deno.NetAddr> {
    const { port, hostname, cert, key } = this.#place;
    const server = Deno.serve({
      port,
      hostname,
      ...(this.#secure ? { cert: cert!, key: key! } : {}),
      onListen: () => {},
      onError: (error) => {
        this.#log.error("request_failed", { error });
        return problem(500, "internal");
      },
    }, this.#fetch);
    server.finished.then(() => this.#ended(), () => this.#ended());
    return server;
  }

  #ended(): void {
    if (this.#closing !== undefined) return this.#finish();
    this.#log.error("listener_failed", { port: this.port });
    const again = () => {
      if (this.#closing !== undefined) return this.#finish();
      try {
        this.#server = this.#serve();
      } catch {
        setTimeout(again, AGAIN_MS);
      }
    };
    setTimeout(again, AGAIN_MS);
  }

  /** A half-open WebSocket would keep `shutdown` waiting for as long as its TCP connection lives. */
  async #close(graceMs: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, Math.max(50, graceMs)));
    await Promise.race([this.#server.shutdown(), late]);
    clearTimeout(timer);
  }
}
