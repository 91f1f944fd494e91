/**
 * Fan-out to a thousand subscribers, with both engines, against a loop over a bare `Deno.serve`'s sockets.
 *
 * @module
 */

import { compare } from "./compare.ts";
import { HANDSHAKE, tagged } from "./frames.ts";
import { inTurn, type Measurement, type Row } from "./measure.ts";
import { NET, startOurs } from "./ours.ts";
import { beside, Server } from "./server.ts";
import { underLoad } from "./under_load.ts";

/** The stream engine's goal at each depth, and whether the other engine is measured there. */
const DEPTHS = [
  { depth: 1, ratio: 1, serve: false },
  { depth: 8, ratio: 8, serve: true },
];

/** One publisher with so many publications of 64 bytes in flight; every delivery counts. */
export const fanOut: Measurement = {
  name: "fanout",
  how:
    "`FANOUT=1 wsload PORT /ws/ 1000 DEPTH SECONDS …`: 1000 subscribers of one topic, one of which publishes 64 bytes; every " +
    "delivery counts, and each goes through the subscriber's chain. The peer is `bare_fanout.ts`, which keeps its sockets in a " +
    "set and sends the bytes to each.",
  async run({ rounds, seconds, load }) {
    await using serve = await startOurs({ engine: "serve" });
    await using stream = await startOurs({ engine: "stream" });
    await using peer = await Server.start([NET, beside("bare_fanout.ts")]);
    const rows: Row[] = [];
    for (const { depth, ratio, serve: both } of DEPTHS) {
      const round = (server: Server, join: string) => () => {
        const frames = [HANDSHAKE, join, tagged("publish")];
        return underLoad(load, server, {
          path: "/ws/",
          connections: 1000,
          depth,
          seconds,
          fanOut: true,
          frames,
        });
      };
      const [ofStream, ofPeer, ofServe] = await inTurn(rounds, [
        round(stream, tagged("join")),
        round(peer, HANDSHAKE),
        both ? round(serve, tagged("join")) : undefined,
      ]);
      const name = `fan-out to 1000, depth ${depth}`;
      const unit = "deliveries/s";
      rows.push(...compare(`${name}, engine stream`, { ours: ofStream, peer: ofPeer }, {
        goal: { ratio, cpu: false },
        unit,
      }));
      if (!both) continue;
      rows.push(...compare(`${name}, engine serve`, { ours: ofServe, peer: ofPeer }, {
        goal: { ratio: 0.85, cpu: true },
        unit,
      }));
    }
    return rows;
  },
};
