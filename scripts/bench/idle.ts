/**
 * What an idle connection with a session costs in memory, against a bare `Deno.serve`.
 *
 * @module
 */

import { HANDSHAKE, tagged } from "./frames.ts";
import { type Measurement, median } from "./measure.ts";
import { beside, Server } from "./server.ts";

const CONNECTIONS = 3000;

/** Resident memory a connection, after the handshake and a garbage collection. */
export const idle: Measurement = {
  name: "idle",
  how:
    `${CONNECTIONS} connections that have shaken hands (\`wsload\` with depth 0); growth of the server's resident memory, ` +
    "after a full garbage collection, by the number of connections. The peer is `bare_echo.ts`.",
  async run({ rounds, load }) {
    const measure = async (script: string) => {
      await using server = await Server.start(["--allow-net", "--v8-flags=--expose-gc", beside(script)]);
      const frames = [HANDSHAKE, tagged("echo")];
      const options = { port: server.port, path: "/ws/", frames };
      // the code that connections share is loaded and compiled before it could be counted as theirs
      await load.run({ ...options, connections: 50, depth: 1, seconds: 0.5 });
      const before = await server.memoryBytes();
      let after = Promise.resolve(0);
      await load.run({
        ...options,
        connections: CONNECTIONS,
        depth: 0,
        seconds: 2,
        onStarted: () => after = server.memoryBytes(),
      });
      return (await after - before) / CONNECTIONS / 1024;
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
