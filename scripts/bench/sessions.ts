/**
 * Durable new sessions, against a bare `Deno.serve` with one Deno KV write a session.
 *
 * @module
 */

import { alternate, type Measurement, median } from "./measure.ts";
import { beside, Server } from "./server.ts";
import type { SessionLoad } from "./session_load.ts";

const CLIENTS = 200;

/** Handshake with an empty token, first variable set, acknowledged after it is on disk. */
export const sessions: Measurement = {
  name: "sessions",
  how:
    `${CLIENTS} clients, each in a loop on its connection: \`N2O,\` with an empty token, which makes a new session; the ` +
    "session's first variable set; its acknowledgement, which comes once the variable is in Deno KV's file. The peer is " +
    "`bare_session.ts`: a random id, and one `kv.set` a session.",
  async run({ rounds, seconds, folder }) {
    const start = (script: string) => {
      const data = `${folder}/${script}.kv`;
      const allowed = ["--allow-net", `--allow-read=${folder}`, `--allow-write=${folder}`];
      return Server.start(["--unstable-kv", ...allowed, beside(script), data]);
    };
    await using ours = await start("n2o_session.ts");
    await using peer = await start("bare_session.ts");
    const round = (server: Server) => async () => {
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--allow-net",
          beside("session_load.ts"),
          ...[server.port, CLIENTS, seconds].map(String),
        ],
      }).output();
      if (!success) throw new Error(new TextDecoder().decode(stderr));
      return JSON.parse(new TextDecoder().decode(stdout)) as SessionLoad;
    };
    const results = await alternate(rounds, round(ours), round(peer));
    const row = (
      unit: string,
      goal: string,
      pick: (load: SessionLoad) => number,
      met: (figure: number) => boolean,
    ) => {
      const figure = median(results.ours, pick);
      return {
        name: `durable new sessions, ${CLIENTS} clients`,
        unit,
        less: unit.startsWith("ms"),
        ours: figure,
        peer: { name: "bare Deno.serve and Deno KV", figure: median(results.peer, pick) },
        goal,
        met: met(figure),
      };
    };
    return [
      row("sessions/s", "≥ 3000/s", ({ rate }) => rate, (rate) => rate >= 3000),
      row("ms, 99th percentile", "≤ 50 ms", ({ p99Ms }) => p99Ms, (ms) => ms <= 50),
    ];
  },
};
