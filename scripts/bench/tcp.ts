/**
 * Echo over TCP through the whole loop, against a bare `Deno.listen`.
 *
 * @module
 */

import { compare } from "./compare.ts";
import { HANDSHAKE, tagged } from "./frames.ts";
import { alternate, type Measurement } from "./measure.ts";
import { NET, startOurs } from "./ours.ts";
import { beside, Server } from "./server.ts";
import { underLoad } from "./under_load.ts";

/** `{echo, <<64 bytes>>}` behind its length in four bytes, on 50 connections, sixteen in flight on each. */
export const tcp: Measurement = {
  name: "tcp",
  how:
    "`PACKET=4 wsload PORT - 50 16 SECONDS …`: the echo over TCP, each frame behind its length in four bytes. Ours does what it " +
    "does for a WebSocket; the peer is `bare_tcp.ts`, which knows no frames and writes back what it reads.",
  async run({ rounds, seconds, load }) {
    await using ours = await startOurs({ engine: "stream", tcp: true });
    await using peer = await Server.start([NET, beside("bare_tcp.ts")]);
    const round = (server: Server) => () =>
      underLoad(load, server, {
        path: "-",
        connections: 50,
        depth: 16,
        seconds,
        frames: [HANDSHAKE, tagged("echo")],
        packet: true,
      });
    return compare("TCP echo, packet 4, depth 16", await alternate(rounds, round(ours), round(peer)), {
      peer: "bare Deno.listen",
      goal: { ratio: 0.5, cpu: false },
    });
  },
};
