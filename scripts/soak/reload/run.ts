/**
 * A run: a server that is saved to while it is loaded.
 *
 * @module
 */
import type { Account, Arrival } from "./account.ts";
import type { Load } from "./load.ts";
import { type Pressure, pressure } from "./pressure.ts";
import { type Save, saves, write } from "./saver.ts";
import type { Server } from "./server.ts";

/** How the server was at a time. */
export interface Sample {
  /** Seconds since the start of the run. */
  readonly seconds: number;
  readonly rssBytes: number;
}

/** What a run came to. */
export interface Run {
  /** How long the load went on. */
  readonly seconds: number;
  readonly account: Account;
  readonly samples: readonly Sample[];
  /** When each good save had been written, in seconds since the start, and how long it took to be live, in milliseconds. */
  readonly points: readonly (readonly [number, number])[];
  /** The server's part of a core. */
  readonly cpu: number;
  /** The fewest swaps that a connection went through. */
  readonly swaps: number;
  /** Connections whose protocol was told of fewer reloads than they had swaps; `undefined` where nobody is told. */
  readonly untold: number | undefined;
  /** How late the client's own beats were, in milliseconds: half of them, and nearly all. */
  readonly lateness: readonly [number, number];
  /** What others did to the machine meanwhile. */
  readonly pressure: Pressure;
}

/** How often memory is looked at, in milliseconds. */
const SAMPLE_MS = 1_000;
/** How a run goes. */
export interface Pace {
  /** How long files are saved. */
  readonly seconds: number;
  /** How often, in milliseconds. */
  readonly everyMs: number;
  /** How long the load goes on before the first save, and behind the last one, in milliseconds. @default 1_000 */
  readonly marginMs?: number;
}

/** Saves at regular times, whatever the server is about. */
export async function byTheClock(
  server: Server,
  load: Load,
  folder: string,
  { seconds, everyMs, marginMs = 1_000 }: Pace,
): Promise<Run> {
  const { account } = load;
  const samples: Sample[] = [];
  const started = performance.now();
  const since = (now: number) => (now - started) / 1_000;
  const look = () => samples.push({ seconds: since(performance.now()), rssBytes: server.rssBytes() });
  const pressed = pressure();
  load.start();
  await pause(marginMs);
  look();
  const cpu = server.cpuSeconds(), begun = performance.now();
  const sampling = setInterval(look, SAMPLE_MS);
  let due = performance.now();
  let last: Arrival | undefined;
  for (const one of saves()) {
    last = await save(server, folder, account, one);
    due += everyMs;
    if (due > begun + 1_000 * seconds && last !== undefined) break;
    await pause(Math.max(0, due - performance.now()));
  }
  await account.live(last!);
  await pause(marginMs);
  clearInterval(sampling);
  look();
  const used = (server.cpuSeconds() - cpu) / (performance.now() - begun) * 1_000;
  const took = since(performance.now());
  await load.stop();
  const points = account.arrivals.filter(({ liveAt }) => liveAt !== undefined)
    .map(({ wroteAt, liveAt }) => [since(wroteAt!), Math.max(0, liveAt! - wroteAt!)] as const);
  return {
    seconds: took,
    account,
    samples,
    points,
    cpu: used,
    swaps: Math.min(...load.clients.map(({ swaps }) => swaps)),
    untold: server.onRequest ? undefined : load.clients.filter(({ swaps, told }) => told < swaps).length,
    pressure: pressed(),
    lateness: [percentile(load.lateness, 0.5), percentile(load.lateness, 0.99)],
  };
}

/** Saves so many times, each when the one before has come to its end: a good one is live, a broken one has been complained of. */
export async function stepByStep(server: Server, load: Load, folder: string, count: number): Promise<void> {
  load.start();
  for (const one of saves()) {
    const from = server.complaints.length;
    const arrival = await save(server, folder, load.account, one);
    // What is wrong is told with the file's name, whatever the words.
    if (arrival === undefined) await server.complained(/(?:n2o: |where=)\S*load\.ts/, from);
    else if (!await load.account.live(arrival)) break;
    if (one.number >= count) break;
  }
  await load.stop();
}

async function save(
  server: Server,
  folder: string,
  account: Account,
  one: Save,
): Promise<Arrival | undefined> {
  const arrival = account.begin(one);
  await write(folder, one);
  server.saved();
  if (arrival !== undefined) arrival.wroteAt = performance.now();
  return arrival;
}

/** The value that this part of all are not above, of counts by whole values. */
export function percentile(counts: Uint32Array, part: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (let value = 0; value < counts.length; value++) {
    seen += counts[value];
    if (seen >= total * part) return value;
  }
  return counts.length;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
