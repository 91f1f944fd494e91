/**
 * How long well-behaved clients wait for their answers while others misbehave, beside how long they wait otherwise.
 *
 *     deno run --allow-all scripts/soak/neighbours.ts [--seconds 2] [--only NAME]
 *
 * A hundred and sixty messages come every few milliseconds all the time, so that the server is not idle otherwise. With and without
 * alternate; of the rounds the median counts. It ends with 1 when the 99th percentile is more than twice what it is otherwise.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { atom, bert, tuple } from "../../mod.ts";
import { median } from "../bench/measure.ts";
import { abuses, usual } from "./abuses.ts";
import type { Attack } from "./attack.ts";
import { framed, framedByServer, Peer, type Wire } from "./peer.ts";
import { Subject } from "./subject.ts";

const NEIGHBOURS = 20;
const BEAT_MS = 5;
const MOST = 2;
const ROUNDS = 3;
/** How long an attack takes to be at its height, in milliseconds. */
const SETTLE_MS = 500;

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "2" }, only: { type: "string" } },
});
const chosen = abuses.filter(({ name }) => values.only === undefined || name.includes(values.only));
const ms = 1000 * Number(values.seconds);

/** The 99th percentile of the times to an answer, in milliseconds. */
async function measure(subject: Subject, ms: number): Promise<number> {
  const times: number[] = [];
  const end = performance.now() + ms;
  await Promise.all(Array.from({ length: NEIGHBOURS }, async (_, index) => {
    const wire: Wire = index % 4 === 3 ? "packet4" : "websocket";
    const peer = await Peer.open(wire, wire === "websocket" ? subject.webPort : subject.tcpPort);
    const payload = bert.encode(tuple(atom("echo"), new Uint8Array(64)));
    const question = framed(wire, payload), answer = framedByServer(wire, payload);
    while (performance.now() < end) {
      const asked = performance.now();
      await peer.write(question);
      await peer.bytes(answer.length);
      times.push(performance.now() - asked);
      await new Promise((resolve) => setTimeout(resolve, BEAT_MS * (0.5 + Math.random())));
    }
    peer.close();
  }));
  return times.sort((a, b) => a - b)[Math.floor(0.99 * times.length)];
}

/** Something that a thread does. */
interface Doing {
  /** How often it was done. */
  readonly times: Promise<number>;
  stop(): void;
}

function attack(order: Attack): Doing {
  const worker = new Worker(import.meta.resolve("./attack.ts"), { type: "module" });
  const times = new Promise<number>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(order);
  }).finally(() => worker.terminate());
  return { times, stop: () => worker.terminate() };
}

await using subject = await Subject.start();
const { webPort, tcpPort } = subject;
const load = attack({ name: usual.name, webPort, tcpPort, ms: Infinity });
await measure(subject, 1000);
console.log(
  "| while somebody sends | times a second | p99 otherwise | p99 meanwhile | ratio | resident memory |\n|---|---|---|---|---|---|",
);
let passed = true;
for (const { name } of chosen) {
  const rounds: { without: number; with: number; rate: number }[] = [];
  let rss = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const without = await measure(subject, ms);
    const attacked = attack({ name, webPort, tcpPort, ms: ms + 2 * SETTLE_MS });
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const meanwhile = await measure(subject, ms);
    rss = Math.max(rss, (await subject.sample()).rssBytes);
    rounds.push({ without, with: meanwhile, rate: 1000 * await attacked.times / (ms + 2 * SETTLE_MS) });
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
  const without = median(rounds, (round) => round.without), meanwhile = median(rounds, (round) => round.with);
  const ratio = meanwhile / without;
  passed &&= ratio <= MOST;
  const times = median(rounds, ({ rate }) => rate).toFixed(0);
  const figures = [times, `${without.toFixed(2)} ms`, `${meanwhile.toFixed(2)} ms`, ratio.toFixed(2)];
  console.log(`| ${[name, ...figures, `${Math.round(rss / 1e6)} MB`].join(" | ")} |`);
}
load.stop();
if (!passed) Deno.exitCode = 1;
