/**
 * Listening with `Deno.serve`.
 *
 * @module
 */
import type { Logger } from "../log.ts";
import { problem } from "./answer.ts";
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

/** Listens with `Deno.serve`. Throws what {@linkcode listenError} says, and `bad_tls`. */
export function listenServe(fetch: ServeHandler, place: ServePlace, log: Logger): Listener {
  const { port, hostname, cert, key } = place;
  const secure = tlsContext(cert, key) !== undefined;
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({
      port,
      hostname,
      ...(secure ? { cert: cert!, key: key! } : {}),
      onListen: () => {},
      onError: (error) => {
        log.error("request_failed", { error });
        return problem(500, "internal");
      },
    }, fetch);
  } catch (error) {
    throw listenError(error, hostname, port);
  }
  const { addr } = server;
  const shown = addr.hostname.includes(":") ? `[${addr.hostname}]` : addr.hostname;
  let closing: Promise<void> | undefined;
  return {
    hostname: addr.hostname,
    port: addr.port,
    url: `${secure ? "https" : "http"}://${shown}:${addr.port}/`,
    finished: server.finished,
    close: (graceMs = 1_000) => closing ??= close(server, graceMs),
  };
}

/** A half-open WebSocket would keep `shutdown` waiting for as long as its TCP connection lives. */
async function close(server: Deno.HttpServer<Deno.NetAddr>, graceMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => timer = setTimeout(resolve, Math.max(50, graceMs)));
  await Promise.race([server.shutdown(), late]);
  clearTimeout(timer);
}
