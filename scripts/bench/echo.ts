/**
 * WebSocket echo through the whole loop, with both engines, against a bare `Deno.serve`.
 *
 * @module
 */

import { compare } from "./compare.ts";
import { HANDSHAKE, tagged } from "./frames.ts";
import { inTurn, type Measurement, type Row } from "./measure.ts";
import { startNodePeer } from "./node_peer.ts";
import { NET, startOurs } from "./ours.ts";
import { beside, Server } from "./server.ts";
import { underLoad } from "./under_load.ts";

/** The stream engine's goal at each depth, and whether the other engine is measured there. */
const DEPTHS = [
  { depth: 1, goal: { ratio: 0.95, cpu: true }, serve: true },
  { depth: 16, goal: { ratio: 5, cpu: false }, serve: true },
  { depth: 64, goal: { ratio: 8, cpu: false }, serve: false },
];

/** `{echo, <<64 bytes>>}` on 50 connections, so many frames in flight on each. */
export const echo: Measurement = {
  name: "echo",
  how:
    "`wsload PORT /ws/ 50 DEPTH SECONDS 1:N2O, 2:{echo, <<64 bytes>>}`: 50 connections. Ours decodes the term, asks " +
    "the chain (heart, session, echo) and encodes the answer, with all limits but the message rate at their defaults; the peer is " +
    "`bare_echo.ts`, which sends the bytes back. `ws` on Node, without native add-ons, sends them back too; it has no goal.",
  async run({ rounds, seconds, load }) {
    await using serve = await startOurs({ engine: "serve" });
    await using stream = await startOurs({ engine: "stream" });
    await using peer = await Server.start([NET, beside("bare_echo.ts")]);
    const node = await startNodePeer();
    await using _ = node?.server;
    const rows: Row[] = [];
    for (const { depth, goal, serve: both } of DEPTHS) {
      const round = (server: Server) => () =>
        underLoad(load, server, {
          path: "/ws/",
          connections: 50,
          depth,
          seconds,
          frames: [HANDSHAKE, tagged("echo")],
        });
      const [ofStream, ofPeer, ofNode, ofServe] = await inTurn(rounds, [
        round(stream),
        round(peer),
        node && round(node.server),
        both ? round(serve) : undefined,
      ]);
      rows.push(...compare(`echo, depth ${depth}, engine stream`, { ours: ofStream, peer: ofPeer }, {
        goal,
        beside: node && [{ name: node.name, rounds: ofNode }],
      }));
      if (!both) continue;
      rows.push(...compare(`echo, depth ${depth}, engine serve`, { ours: ofServe, peer: ofPeer }, {
        goal: { ratio: 0.85, cpu: true },
      }));
    }
    return rows;
  },
};
