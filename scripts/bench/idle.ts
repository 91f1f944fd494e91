/**
 * What an idle connection with a session costs in memory, against a bare `Deno.serve`.
 *
 * @module
 */

import { HANDSHAKE, tagged } from "./frames.ts";
import { type Measurement, median } from "./measure.ts";
import { beside, Server } from "./server.ts";

const FIRST = 1000;
const CONNECTIONS = 3000;

/** Resident memory a connection, after the handshake and a garbage collection. */
export const idle: Measurement = {
  name: "idle",
  how:
    `${CONNECTIONS} connections that have shaken hands (\`wsload\` with depth 0), besides ${FIRST} that are there already; growth ` +
    "of the server's resident memory, after a full garbage collection, by their number. The peer is `bare_echo.ts`.",
  async run({ rounds, load }) {
    const measure = async (script: string) => {
      await using server = await Server.start(["--allow-net", "--v8-flags=--expose-gc", beside(script)]);
      const frames = [HANDSHAKE, tagged("echo")];
      const options = { port: server.port, path: "/ws/", frames };
      // The first ones load and compile what all share; what one more costs is seen from there.
      let before = Promise.resolve(0);
      let after = Promise.resolve(0);
      const started = Promise.withResolvers<void>();
      const first = load.run({
        ...options,
        connections: FIRST,
        depth: 0,
        seconds: 8,
        onStarted: () => {
          before = server.memoryBytes();
          started.resolve();
        },
      });
      await Promise.race([started.promise, first]);
      await before;
      await load.run({
        ...options,
        connections: CONNECTIONS,
        depth: 0,
        seconds: 2,
        onStarted: () => after = server.memoryBytes(),
      });
      const growth = await after - await before;
      await first;
      return growth / CONNECTIONS / 1024;
    };
    const ours: number[] = [];
    const peer: number[] = [];
    for (let round = 0; round < Math.min(rounds, 3); round++) {
      ours.push(await measure("n2o_echo.ts"));
      peer.push(await measure("bare_echo.ts"));
    }
    const figures = { ours: median(ours, (kib) => kib), peer: median(peer, (kib) => kib) };
    return [{
      name: "idle connection with session",
      unit: "KiB",
      less: true,
      ours: figures.ours,
      peer: { name: "bare Deno.serve, no session", figure: figures.peer },
      goal: "≤ 1.3 × the peer",
      met: figures.ours <= 1.3 * figures.peer,
    }];
  },
};
