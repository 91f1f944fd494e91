/**
 * What an idle connection with a session costs in memory, with both engines, against a bare `Deno.serve`.
 *
 * @module
 */

import { HANDSHAKE, tagged } from "./frames.ts";
import { inTurn, type Measurement, median, type Row } from "./measure.ts";
import { NET, startOurs } from "./ours.ts";
import { beside, Server } from "./server.ts";

const FIRST = 1000;
const CONNECTIONS = 3000;
const MOST_KIB = 12;
const COLLECTABLE = "--expose-gc";

/** Resident memory a connection, after the handshake and a garbage collection. */
export const idle: Measurement = {
  name: "idle",
  how:
    `${CONNECTIONS} connections that have shaken hands (\`wsload\` with depth 0), besides ${FIRST} that are there already; growth ` +
    "of the server's resident memory, after a full garbage collection, by their number. The peer is `bare_echo.ts`.",
  async run({ rounds, load }) {
    const measure = (start: () => Promise<Server>) => async () => {
      await using server = await start();
      const open = (connections: number) =>
        load.hold({ port: server.port, path: "/ws/", connections, frames: [HANDSHAKE, tagged("echo")] });
      // The first ones load and compile what all share; what one more costs is seen from there.
      await using _first = await open(FIRST);
      const before = await server.memoryBytes();
      await using _more = await open(CONNECTIONS);
      return (await server.memoryBytes() - before) / CONNECTIONS / 1024;
    };
    const [ofStream, ofServe, ofPeer] = await inTurn(Math.min(rounds, 3), [
      measure(() => startOurs({ engine: "stream", v8: COLLECTABLE })),
      measure(() => startOurs({ engine: "serve", v8: COLLECTABLE })),
      measure(() => Server.start([NET, `--v8-flags=${COLLECTABLE}`, beside("bare_echo.ts")])),
    ], { warmUp: false });
    const peer = { name: "bare Deno.serve, no session", figure: median(ofPeer, Number) };
    const row = (engine: string, figures: number[], goal: { words: string; figure: number }): Row => {
      const ours = median(figures, Number);
      const name = `idle connection with session, engine ${engine}`;
      return { name, unit: "KiB", less: true, ours, peer, goal: { ...goal, met: ours <= goal.figure } };
    };
    return [
      row("stream", ofStream, { words: `≤ ${MOST_KIB} KiB`, figure: MOST_KIB }),
      row("serve", ofServe, { words: "≤ 1.3 × the peer", figure: 1.3 * peer.figure }),
    ];
  },
};
