/**
 * Fuzzing: random and mutated input for everything that reads bytes from outside.
 *
 *     deno task fuzz [--seconds N] [--only NAME] [--seed N] [--cases N]
 *
 * The seconds (600 if not said otherwise) are shared by all. `--only` with `--seed` and `--cases 1` runs one case again. It ends with 1
 * when something does not hold: an exception, a hang, memory that grows, frames that depend on how their bytes were cut.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { Random } from "./random.ts";
import { targets } from "./targets.ts";
import type { Done, Work } from "./work.ts";

/** No case takes longer, in milliseconds. */
const HANG_MS = 60_000;
/** Memory may be so much more at the end, in bytes. */
const GROWTH = 4_194_304;
const SHOW_MS = 500;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "600" },
    only: { type: "string" },
    seed: { type: "string" },
    cases: { type: "string" },
  },
});
const names = [...targets.map(({ name }) => name), "live"];
const chosen = values.only === undefined ? names : names.filter((name) => name === values.only);
if (chosen.length === 0) fail(`--only takes one of: ${names.join(", ")}`, 2);
const seconds = numberOf("seconds", values.seconds);
const cases = values.cases === undefined ? undefined : numberOf("cases", values.cases);
const seed = values.seed === undefined
  ? crypto.getRandomValues(new Uint32Array(1))[0]
  : numberOf("seed", values.seed);
const isTerminal = Deno.stdout.isTerminal();

console.log(`seed ${seed}`);
let failed = false;
for (const name of chosen) failed = await fuzz(name, 1000 * seconds / chosen.length) || failed;
Deno.exit(failed ? 1 : 0);

/** Fuzzes one target; tells whether it failed. */
async function fuzz(target: string, ms: number): Promise<boolean> {
  const progress = new SharedArrayBuffer(8);
  const worker = new Worker(import.meta.resolve("./work.ts"), { type: "module" });
  const done = new Promise<Done>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
  });
  const shown = new Uint32Array(progress);
  let last = 0, moved = performance.now();
  const hung = Promise.withResolvers<never>();
  const watch = setInterval(() => {
    const count = Atomics.load(shown, 0), now = performance.now();
    if (count !== last) moved = now;
    last = count;
    if (isTerminal) Deno.stdout.writeSync(new TextEncoder().encode(`\r${target}: ${count} cases\x1b[K`));
    if (now - moved > HANG_MS) hung.reject(new Error("it hangs"));
  }, SHOW_MS);
  try {
    worker.postMessage({ target, seed, ms, cases, progress } satisfies Work);
    return report(target, await Promise.race([done, hung.promise]));
  } catch (error) {
    console.log(`\n${target}: ${(error as Error).message}`);
    again(target, Atomics.load(shown, 1));
    return true;
  } finally {
    clearInterval(watch);
    worker.terminate();
    if (isTerminal) Deno.stdout.writeSync(new TextEncoder().encode("\r\x1b[K"));
  }
}

function report(target: string, { cases, outcomes, grownBytes, failure }: Done): boolean {
  const most = [...outcomes].sort(([, a], [, b]) => b - a).slice(0, 8);
  const came = most.map(([outcome, count]) => `${outcome} ${count}`).join(", ");
  const grown = grownBytes === undefined
    ? ""
    : `, memory ${grownBytes >= 0 ? "+" : ""}${Math.round(grownBytes / 1024)} KiB`;
  console.log(`${isTerminal ? "\r\x1b[K" : ""}${target}: ${cases} cases${grown}; ${came}`);
  if (failure !== undefined) {
    console.log(
      `\n${target} (${failure.about}): ${failure.error}\nshortest input: ${
        failure.bytes.toHex() || "(empty)"
      }`,
    );
    again(target, failure.seed);
    return true;
  }
  if (grownBytes === undefined || grownBytes <= GROWTH) return false;
  console.log(`${target}: memory has grown by ${grownBytes} bytes`);
  return true;
}

/** Says how to see a failure once more. */
function again(target: string, seed: number): void {
  const found = targets.find(({ name }) => name === target);
  if (found !== undefined) console.log(`input: ${found.make(new Random(seed)).bytes.toHex()}`);
  console.log(`again: deno task fuzz --only ${target} --seed ${seed} --cases 1`);
}

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (!(number >= 0)) fail(`--${name} takes a number`, 2);
  return number;
}

function fail(message: string, code: number): never {
  console.error(message);
  Deno.exit(code);
}
