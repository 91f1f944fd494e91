/**
 * Listening with `Deno.serve` and TLS.
 *
 * @module
 */
import type { Application } from "../application.ts";
import { N2OError } from "../error.ts";
import { socketDoor } from "./doorkeeper.ts";
import { type InnerHandler, InnerServer, innerServer } from "./inner_server.ts";
import type { Certificate, ListenOptions, TickingListener } from "./listen.ts";
import { listenNet } from "./listen_net.ts";
import { Passage } from "./passage.ts";
import { Sockets } from "./sockets.ts";
import type { Streams } from "./streams.ts";
import { renewedContext, tlsContext } from "./tls_context.ts";

/**
 * Listens for HTTP and WebSocket over TLS that `Deno.serve` ends.
 *
 * @throws {N2OError} `port_taken`, `port_forbidden`, `bad_port`, `bad_host`, `loopback_forbidden`, `bad_tls`.
 */
export function listenServeTls(
  application: Application,
  streams: Streams,
  fetch: InnerHandler,
  certificate: Certificate,
  options: ListenOptions,
): TickingListener {
  const { port = 8001, hostname = "127.0.0.1" } = options;
  tlsContext(certificate.cert, certificate.key);
  const listener = listenNet(hostname, port);
  const first = innerServer(fetch, application.log, listener, "TLS", certificate);
  const passage = new Passage(application, socketDoor(application.limits), first);
  passage.tick(streams.now);
  const sockets = new Sockets(passage, listener, { scheme: "https" });
  let closing: Promise<void> | undefined;
  return {
    hostname: sockets.hostname,
    port: sockets.port,
    url: `${sockets.url}/`,
    finished: sockets.finished,
    replaceCertificate({ cert, key }) {
      if (closing !== undefined) throw new N2OError("closed", "a closed listener takes no other certificate");
      renewedContext({ cert, key });
      passage.replace(new InnerServer(fetch, application.log, { cert, key }));
    },
    tick: () => passage.tick(streams.now),
    close: (graceMs = 1_000) =>
      closing ??= (async () => {
        await sockets.close();
        await passage.close(graceMs);
      })(),
  };
}
