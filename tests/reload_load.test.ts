import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { files } from "../scripts/soak/reload/application.ts";
import { Load } from "../scripts/soak/reload/load.ts";
import { verdicts } from "../scripts/soak/reload/report.ts";
import { byTheClock, stepByStep } from "../scripts/soak/reload/run.ts";
import { Server } from "../scripts/soak/reload/server.ts";
import type { Wire } from "../scripts/soak/peer.ts";
import { commandLine, withFolder } from "./command.ts";

/** A few of each wire, and so few messages that other tests have their share of the machine. */
const wires: readonly Wire[] = ["websocket", "packet4", "websocket", "packet4", "websocket", "packet4"];
const RATE = 400;
/** Every way and every breakage comes in so many saves, and the last one is good. */
const SAVES = 31;

async function underLoad(
  engine: string,
  work: (server: Server, load: Load, folder: string) => Promise<void>,
) {
  await withFolder(files(), async (folder) => {
    const command = commandLine(["dev", folder, "--port", "0", "--tcp", "0", "--engine", engine]);
    await using server = await Server.start({ command, cwd: folder });
    const { webPort, tcpPort } = server;
    const load = await Load.open({ webPort, tcpPort, wires, rate: RATE });
    await work(server, load, folder);
    const { account } = load;
    deepStrictEqual(account.texts, []);
    strictEqual(account.faults, 0);
    strictEqual(account.answered, account.sent);
    ok(account.sent > 0);
    strictEqual(account.skipped, 0);
    deepStrictEqual(
      account.arrivals.filter(({ liveAt }) => liveAt === undefined),
      [],
      "saves that never went live",
    );
    for (const { swaps, told } of load.clients) ok(told >= swaps, `told of ${told} of ${swaps} swaps`);
    strictEqual(await server.end(), 0);
  });
}

for (const engine of ["stream", "serve"]) {
  Deno.test(`${engine}: under load each save is live or refused, and nothing is lost`, () =>
    underLoad(engine, async (server, load, folder) => {
      await stepByStep(server, load, folder, SAVES);
      const { account } = load;
      strictEqual(account.arrivals.length + account.broken, SAVES);
      for (const { swaps } of load.clients) strictEqual(swaps, account.arrivals.length);
    }));

  Deno.test(`${engine}: saves come faster than they are loaded, and nothing is lost`, () =>
    underLoad(engine, async (server, load, folder) => {
      const run = await byTheClock(server, load, folder, { seconds: 2, everyMs: 30 });
      const failed = verdicts(run).filter(({ passed, name }) => !passed && !/ ms$/.test(name));
      deepStrictEqual(failed, []);
    }));
}
