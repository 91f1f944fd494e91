/**
 * Listening with `Deno.serve`.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import type { Logger } from "../log.ts";
import { problem } from "./answer.ts";

/** Options of `N2O.listen`. */
export interface ListenOptions {
  /** The port; 0 takes a free one. @default 8001 */
  readonly port?: number;
  /** The address to listen on; `0.0.0.0` and `::` are all of the machine's. @default "127.0.0.1" */
  readonly hostname?: string;
  /** The TLS certificate chain, PEM. With `key`. */
  readonly cert?: string;
  /** The TLS key, PEM. With `cert`. */
  readonly key?: string;
}

/** A socket that is being listened on. */
export interface Listener {
  /** The address in force. */
  readonly hostname: string;
  /** The port in force. */
  readonly port: number;
  /** Where clients find it. */
  readonly url: string;
  /** Resolves when it listens no more. */
  readonly finished: Promise<void>;
  /** Stops listening and waits so long for answers that are on their way, in milliseconds. */
  close(graceMs?: number): Promise<void>;
}

/** Listens with `Deno.serve`. */
export function listenHttp(
  fetch: (request: Request, info: Deno.ServeHandlerInfo) => Promise<Response>,
  options: ListenOptions,
  log: Logger,
): Listener {
  const { port = 8001, hostname = "127.0.0.1", cert, key } = options;
  if ((cert === undefined) !== (key === undefined)) {
    throw new N2OError("bad_tls", "TLS needs both a certificate and its key");
  }
  const tls = cert !== undefined && key !== undefined ? { cert, key } : {};
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({
      port,
      hostname,
      ...tls,
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
    url: `${cert === undefined ? "http" : "https"}://${shown}:${addr.port}/`,
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

function listenError(error: unknown, hostname: string, port: number): Error {
  const at = `${hostname}:${port}`;
  if (error instanceof Deno.errors.AddrInUse) {
    return new N2OError(
      "port_taken",
      `${at} is taken by another program: stop it, or choose another port`,
      port,
    );
  }
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return new N2OError(
      "port_forbidden",
      `not allowed to listen on ${at}: choose a port over 1023, or grant --allow-net`,
      port,
    );
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return new N2OError("bad_host", `${hostname} is no address of this machine`, hostname);
  }
  if (error instanceof Error && /certificate|private key|pem/i.test(error.message)) {
    return new N2OError("bad_tls", `the TLS certificate or key cannot be used: ${error.message}`);
  }
  return error instanceof Error ? error : new Error(String(error));
}
