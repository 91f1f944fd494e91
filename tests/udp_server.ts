/**
 * An application that listens for datagrams.
 *
 * @module
 */
import { createN2O, heart, type N2O, type N2OOptions, type Protocol, session } from "@n2o/n2o";
import type { UdpListener } from "../lib/endpoints/udp.ts";
import { echoProto } from "./echo_proto.ts";
import { keepLog, type LogLine } from "./log.ts";
import { UdpClient } from "./udp_client.ts";

/** An application that listens for datagrams on a port of its own. */
export interface UdpServer extends AsyncDisposable {
  readonly n2o: N2O;
  readonly listener: UdpListener;
  readonly lines: LogLine[];
  /** A new client. */
  client(): Promise<UdpClient>;
}

/** Starts an application with heart-beat, session, the given protocols, and the one that echoes. */
export async function startUdp(
  protocols: readonly Protocol[] = [],
  options: Partial<N2OOptions> = {},
  hostname = "127.0.0.1",
): Promise<UdpServer> {
  const { log, lines } = keepLog();
  const n2o = createN2O({ protocols: [heart, session, ...protocols, echoProto], log, ...options });
  const listener = await n2o.listenUdp({ port: 0, hostname });
  return {
    n2o,
    listener,
    lines,
    client: () => UdpClient.open(listener),
    [Symbol.asyncDispose]: () => n2o.close({ drainMs: 1_000 }),
  };
}
