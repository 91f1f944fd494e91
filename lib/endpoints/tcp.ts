/**
 * The TCP endpoint: connections over TCP, TLS and Unix domain sockets.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import type { Doorkeeper } from "./doorkeeper.ts";
import type { Listener } from "./listen.ts";
import { listenNet } from "./listen_net.ts";
import { Sockets } from "./sockets.ts";
import { tlsContext } from "./tls_context.ts";
import type { Streams } from "./streams.ts";
import { Entrance, type TcpFraming } from "./tcp_entrance.ts";
import { listenUnix } from "./unix_listen.ts";

export type { TcpFraming } from "./tcp_entrance.ts";

/** Options of `N2O.listenTcp`. */
export interface TcpListenOptions {
  /** The port; 0 takes a free one. @default 0 */
  readonly port?: number;
  /** The address to listen on; `0.0.0.0` and `::` are all of the machine's. @default "127.0.0.1" */
  readonly hostname?: string;
  /** The path of a Unix domain socket, in place of port and hostname. */
  readonly path?: string;
  /** The TLS certificate chain, PEM. With `key`. */
  readonly cert?: string;
  /** The TLS key, PEM. With `cert`. */
  readonly key?: string;
  /** How frames stand in the stream. @default "packet4" */
  readonly framing?: TcpFraming;
}

const FRAMINGS: readonly string[] = ["packet4", "packet2", "line"] satisfies TcpFraming[];

/**
 * Listens for connections over TCP, TLS or a Unix domain socket. `door` counts them, with those of the other endpoints.
 *
 * @throws {N2OError} `bad_framing`, `bad_tls`, `port_taken`, `port_forbidden`, `bad_port`, `bad_host`; with a path `path_taken`,
 * `path_forbidden`, `bad_path`.
 */
export async function listenTcp(
  streams: Streams,
  door: Doorkeeper,
  options: TcpListenOptions = {},
): Promise<Listener> {
  const { framing = "packet4", path, port = 0, hostname = "127.0.0.1", cert, key } = options;
  if (!FRAMINGS.includes(framing)) {
    throw new N2OError(
      "bad_framing",
      `no framing is named "${framing}": use ${FRAMINGS.join(", ")}`,
      framing,
    );
  }
  const entrance = new Entrance(streams, door, framing);
  if (path !== undefined) {
    if (cert !== undefined || key !== undefined || options.port !== undefined) {
      throw new N2OError("bad_path", "a Unix domain socket has neither a port nor TLS", path);
    }
    return new Sockets(entrance, await listenUnix(path), { scheme: "unix" });
  }
  const tls = tlsContext(cert, key);
  const listener = listenNet(hostname, port);
  return new Sockets(entrance, listener, { scheme: tls === undefined ? "tcp" : "tls", tls });
}
