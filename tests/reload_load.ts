/**
 * A server that is saved to under a small load, and all that must hold of it.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { files } from "../scripts/soak/reload/application.ts";
import { Load } from "../scripts/soak/reload/load.ts";
import { byTheClock, stepByStep } from "../scripts/soak/reload/run.ts";
import { Server } from "../scripts/soak/reload/server.ts";
import type { Wire } from "../scripts/soak/peer.ts";
import { withFolder } from "./command.ts";

/** Which server: `dev`, or `serve`, which is asked to reload; by which engine; and the command line up to there. */
export interface Subject {
  readonly name: "dev" | "serve";
  readonly engine: "stream" | "serve";
  /** Gives the whole command line. */
  command(args: readonly string[]): readonly string[];
}

/** A few of each wire, and so few messages that other tests have their share of the machine. */
const wires: readonly Wire[] = ["websocket", "packet4", "websocket", "packet4", "websocket", "packet4"];
const RATE = 400;
/** Every way and every breakage comes in so many saves, and the last one is good. */
const SAVES = 31;

/** Each save waits until the one before is live or refused: all of them are, and each swap reaches every connection. */
export async function savedInTurn(subject: Subject): Promise<void> {
  await underLoad(subject, async (server, load, folder) => {
    await stepByStep(server, load, folder, SAVES);
    const { account } = load;
    deepStrictEqual(account.texts, []);
    strictEqual(account.arrivals.length + account.broken, SAVES);
    strictEqual(account.skipped, 0);
    // A file that is saved and then moved may be two swaps.
    const { length } = account.arrivals;
    const moves = account.arrivals.filter(({ save }) => save.way === "moved").length;
    for (const { swaps } of load.clients) ok(swaps >= length && swaps <= length + moves, `${swaps} swaps`);
  });
}

/** Saves come faster than they can be loaded. */
export async function savedFast(subject: Subject): Promise<void> {
  await underLoad(subject, async (server, load, folder) => {
    await byTheClock(server, load, folder, { seconds: 2, everyMs: 30, marginMs: 100 });
  });
}

async function underLoad(
  { name, engine, command }: Subject,
  work: (server: Server, load: Load, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(files(), async (folder) => {
    const line = command([name, folder, "--port", "0", "--tcp", "0", "--engine", engine]);
    await using server = await Server.start({ command: line, cwd: folder, onRequest: name === "serve" });
    const { webPort, tcpPort } = server;
    const load = await Load.open({ webPort, tcpPort, wires, rate: RATE });
    await work(server, load, folder);
    const { account, clients } = load;
    deepStrictEqual(account.texts, []);
    strictEqual(account.faults, 0);
    ok(account.sent > 0);
    strictEqual(account.answered, account.sent);
    const never = account.arrivals.filter(({ liveAt }) => liveAt === undefined);
    deepStrictEqual(never, [], "saves that never went live");
    if (name === "dev") {
      for (const { swaps, told } of clients) ok(told >= swaps, `told of ${told} of ${swaps} swaps`);
    }
    strictEqual(await server.end(), 0);
  });
}
