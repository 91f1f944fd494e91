/**
 * How soon after its start the chat takes connections, against a bare `Deno.serve`.
 *
 * @module
 */

import { inTurn, type Measurement, median, type Row } from "./measure.ts";
import { type Engine, NET } from "./ours.ts";
import { beside } from "./server.ts";

const MOST_MS = 200;

/** From the spawn of the process to the first connection that is taken. */
export const startup: Measurement = {
  name: "startup",
  how:
    "`deno run … main.ts serve`, from its spawn until the port takes a connection; the data folder is there from the " +
    "round before. The peer is `bare_echo.ts`.",
  async run({ rounds, folder }) {
    const main = beside("../../main.ts");
    const allowed = [
      NET,
      "--allow-read",
      "--allow-write=.n2o",
      "--allow-env=N2O_*",
      "--unstable-kv",
    ];
    const measure = (args: (port: string) => string[]) => async () => {
      const port = freePort();
      const started = performance.now();
      await using process = new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", ...args(String(port))],
        cwd: folder,
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      await taken(port, process);
      return performance.now() - started;
    };
    const chat = (engine: Engine) =>
      measure((port) => [...allowed, main, "serve", "--engine", engine, "--port", port]);
    const [ofStream, ofServe, ofPeer] = await inTurn(Math.max(rounds, 7), [
      chat("stream"),
      chat("serve"),
      measure((port) => [NET, beside("bare_echo.ts"), port]),
    ]);
    const peer = { name: "bare Deno.serve", figure: median(ofPeer, Number) };
    const row = (engine: Engine, times: number[]): Row => {
      const ours = median(times, Number);
      const name = `start-up of the chat, engine ${engine}`;
      const goal = { words: `≤ ${MOST_MS} ms`, figure: MOST_MS, met: ours <= MOST_MS };
      return { name, unit: "ms", less: true, ours, peer, goal };
    };
    return [row("stream", ofStream), row("serve", ofServe)];
  },
};

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Waits until something takes a connection on `port`; throws an `Error` when `process` has ended instead. */
async function taken(port: number, process: Deno.ChildProcess): Promise<void> {
  let ended: Deno.CommandStatus | undefined;
  process.status.then((status) => ended = status);
  for (;;) {
    try {
      using _connection = await Deno.connect({ hostname: "127.0.0.1", port });
      return;
    } catch (error) {
      const isEarly = error instanceof Deno.errors.ConnectionRefused ||
        error instanceof Deno.errors.ConnectionReset;
      if (!isEarly) throw error;
    }
    if (ended) throw new Error(`the server ended with code ${ended.code} before it listened`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
