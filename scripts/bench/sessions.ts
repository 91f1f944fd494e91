/**
 * Durable new sessions, against a bare `Deno.serve` with one Deno KV write a session.
 *
 * @module
 */

import { alternate, type Measurement, median } from "./measure.ts";
import { NET } from "./ours.ts";
import { beside, Server } from "./server.ts";
import type { SessionLoad } from "./session_load.ts";

const CLIENTS = 200;
/** Sessions a second at which the latency is taken: a little over the goal, so that the goal is reached. */
const PACE = 3200;

/** Handshake with an empty token, first variable set, acknowledged after it is on disk. */
export const sessions: Measurement = {
  name: "sessions",
  how:
    `${CLIENTS} clients, each in a loop on its connection: \`N2O,\` with an empty token, which makes a new session; the ` +
    "session's first variable set; its acknowledgement, which comes once the variable is in Deno KV's file. The peer is " +
    "`bare_session.ts`: a random id, and one `kv.set` a session. The rate is the most that the server bears; the latency is " +
    `that of ${PACE} sessions a second, each timed from when it was due.`,
  async run({ rounds, seconds, folder }) {
    const start = (script: string) => {
      const data = `${folder}/${script}.kv`;
      const allowed = [NET, `--allow-read=${folder}`, `--allow-write=${folder}`];
      return Server.start(["--unstable-kv", ...allowed, beside(script), data]);
    };
    await using ours = await start("n2o_session.ts");
    await using peer = await start("bare_session.ts");
    const round = (server: Server, ...wanted: number[]) => async () => {
      const args = [server.port, CLIENTS, seconds, ...wanted].map(String);
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", NET, beside("session_load.ts"), ...args],
      }).output();
      if (!success) throw new Error(new TextDecoder().decode(stderr));
      return JSON.parse(new TextDecoder().decode(stdout)) as SessionLoad;
    };
    const paced = await alternate(rounds, round(ours, PACE), round(peer, PACE));
    const most = await alternate(rounds, round(ours), round(peer));
    const rate = median(most.ours, (load) => load.rate);
    const pacedRate = median(paced.ours, (load) => load.rate);
    const latency = median(paced.ours, (load) => load.p99Ms);
    const name = "bare Deno.serve and Deno KV";
    return [{
      name: `durable new sessions, ${CLIENTS} clients`,
      unit: "sessions/s",
      ours: rate,
      peer: { name, figure: median(most.peer, (load) => load.rate) },
      goal: { words: "≥ 3000/s", figure: 3000, met: rate >= 3000 },
    }, {
      name: `durable new sessions, ${CLIENTS} clients at ${PACE}/s`,
      unit: "ms, 99th percentile",
      less: true,
      ours: latency,
      peer: { name, figure: median(paced.peer, (load) => load.p99Ms) },
      goal: { words: "≤ 50 ms at 3000/s", figure: 50, met: latency <= 50 && pacedRate >= 3000 },
    }];
  },
};
