/**
 * Listening with this library's own WebSocket engine, and a `Deno.serve` behind it for all other HTTP.
 *
 * @module
 */
import type { Application } from "../application.ts";
import { type DeflateSettings, deflateSettings } from "../framing/deflate_settings.ts";
import type { Admission } from "./admission.ts";
import { socketDoor } from "./doorkeeper.ts";
import { Front } from "./front.ts";
import type { HttpRequest } from "./http.ts";
import { type InnerHandler, innerServer } from "./inner_server.ts";
import type { ListenOptions, TickingListener } from "./listen.ts";
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
  /** Answers requests that the front reads itself. */
  readonly answer: (request: HttpRequest) => Response | Promise<Response>;
  /** Decides who may enter. */
  readonly admission: Admission;
  /** All streams. */
  readonly streams: Streams;
  /** Compresses, where the client can. */
  readonly deflate: DeflateSettings | undefined;
}

const LOOPBACK = "127.0.0.1";
const HTTP2 = "h2", HTTP1 = "http/1.1";

/**
 * Listens for HTTP and WebSocket.
 *
 * @throws {N2OError} `port_taken`, `port_forbidden`, `bad_port`, `bad_host`, `loopback_forbidden`, `bad_tls`, `bad_deflate`.
 */
export function listenStream(parts: StreamListenParts, options: ListenOptions): TickingListener {
  const { application, admission, streams } = parts;
  const { port = 8001, hostname = LOOPBACK, cert, key, deflate } = options;
  const settings = deflate === undefined ? parts.deflate : deflateSettings(deflate);
  const tls = tlsContext(cert, key);
  const listener = listenNet(hostname, port);
  const inner = innerServer(parts.fetch, application.log, listener, "the engine stream");
  const front = new Front({
    application,
    admission,
    door: socketDoor(application.limits),
    answer: parts.answer,
    connect: (address, secure) => inner.connect(address, secure),
    open: (io, handshake) => openWebSocket(streams, io, handshake, settings),
  });
  front.tick(streams.now);
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
    replaceCertificate: (certificate) => sockets.replaceCertificate(certificate),
    tick: () => front.tick(streams.now),
    close: (graceMs = 1_000) =>
      closing ??= (async () => {
        await sockets.close();
        await front.drain(graceMs, inner.close(graceMs));
        front.close();
      })(),
  };
}
