/**
 * Listening with this library's own WebSocket engine, and a `Deno.serve` behind it for all other HTTP.
 *
 * @module
 */
import type { Application } from "../application.ts";
import { type DeflateSettings, deflateSettings } from "../framing/deflate_settings.ts";
import type { Admission } from "./admission.ts";
import { Doorkeeper } from "./doorkeeper.ts";
import { Front } from "./front.ts";
import { N2OError } from "../error.ts";
import type { Limits } from "../limits.ts";
import type { HttpRequest } from "./http.ts";
import { type InnerHandler, InnerServer } from "./inner_server.ts";
import type { Listener, ListenOptions } from "./listen.ts";
import { listenNet } from "./listen_net.ts";
import { Sockets } from "./sockets.ts";
import type { Streams } from "./streams.ts";
import { tlsContext } from "./tls_context.ts";
import { openWebSocket } from "./websocket_stream.ts";

/** What listening needs of the application. */
export interface StreamListenParts {
  /** The application's parts. */
  readonly application: Application;
  /** Answers what is no WebSocket. */
  readonly fetch: InnerHandler;
  /** Answers requests without a body. */
  readonly answer: (request: HttpRequest) => Response | Promise<Response>;
  /** Decides who may enter. */
  readonly admission: Admission;
  /** All streams. */
  readonly streams: Streams;
  /** Compresses, where the client can. */
  readonly deflate: DeflateSettings | undefined;
}

/** A listener with deadlines. */
export interface StreamListener extends Listener {
  /** Looks at the deadlines. Called with each tick. */
  tick(now: number): void;
}

const LOOPBACK = "127.0.0.1";
const LEAST_SOCKETS = 1024;
const LEAST_SOCKETS_PER_ADDRESS = 256;
const HTTP2 = "h2", HTTP1 = "http/1.1";

/**
 * Listens for HTTP and WebSocket.
 *
 * @throws {N2OError} `port_taken`, `port_forbidden`, `bad_port`, `bad_host`, `loopback_forbidden`, `bad_tls`, `bad_deflate`.
 */
export function listenStream(parts: StreamListenParts, options: ListenOptions): StreamListener {
  const { application, admission, streams } = parts;
  const { port = 8001, hostname = LOOPBACK, cert, key, deflate } = options;
  const settings = deflate === undefined ? parts.deflate : deflateSettings(deflate);
  const tls = tlsContext(cert, key);
  const listener = listenNet(hostname, port);
  let inner: InnerServer;
  try {
    inner = new InnerServer(parts.fetch, application.log);
  } catch (error) {
    listener.close();
    if (!(error instanceof N2OError) || error.code !== "port_forbidden") throw error;
    throw new N2OError(
      "loopback_forbidden",
      `the engine stream also needs a port of ${LOOPBACK}: grant --allow-net=${LOOPBACK} too, or use the engine serve`,
      LOOPBACK,
    );
  }
  const front = new Front({
    application,
    admission,
    door: new Doorkeeper(socketLimits(application.limits)),
    answer: parts.answer,
    connect: (address, secure) => inner.connect(address, secure),
    open: (io, handshake) => openWebSocket(streams, io, handshake, settings),
  });
  const sockets = new Sockets(front, listener, {
    scheme: tls === undefined ? "http" : "https",
    tls,
    protocols: [HTTP2, HTTP1],
  });
  let closing: Promise<void> | undefined;
  return {
    hostname: sockets.hostname,
    port: sockets.port,
    url: `${sockets.url}/`,
    finished: sockets.finished,
    tick: () => front.tick(streams.now),
    close: (graceMs = 1_000) =>
      closing ??= (async () => {
        await sockets.close();
        await Promise.all([inner.close(graceMs), front.drain(graceMs)]);
        front.close();
      })(),
  };
}

/**
 * How many sockets there may be that have not become WebSockets, or have their tunnel: when all places are taken, health is still told and
 * the next client is refused in words.
 */
function socketLimits(limits: Limits): Limits {
  const { maxConnections, maxConnectionsPerAddress } = limits;
  return {
    ...limits,
    maxConnections: Math.max(LEAST_SOCKETS, 2 * maxConnections),
    maxConnectionsPerAddress: Math.max(LEAST_SOCKETS_PER_ADDRESS, 2 * maxConnectionsPerAddress),
  };
}
