/**
 * Case after case, until one fails or the time is over.
 *
 * @module
 */
import type { Case, Target } from "./case.ts";
import { Random } from "./random.ts";

/** How long to go on, and with which numbers to begin. */
export interface RoundOptions {
  /** The seed of the first case; each next one has the next. */
  readonly seed: number;
  /** How long, in milliseconds. */
  readonly ms?: number;
  /** How many cases at most. */
  readonly cases?: number;
  /** Called before each case, with its seed. */
  readonly onCase?: (seed: number) => void;
}

/** What rounds came to. */
export interface Rounds {
  /** How many cases there were. */
  readonly cases: number;
  /** How often each outcome was seen. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** By how many bytes memory has grown, after garbage collection; `undefined` where that cannot be told. */
  readonly grownBytes: number | undefined;
  /** The case that failed. */
  readonly failure: Failure | undefined;
}

/** A case that failed. */
export interface Failure {
  readonly target: string;
  readonly seed: number;
  readonly about: string;
  readonly error: unknown;
  /** The input, made shorter as far as it still fails. */
  readonly bytes: Uint8Array;
}

/** What else runs in this process gets a turn so often, in milliseconds. */
const TURN_MS = 50;
/** After this part of the time memory counts: caches are full by then and the code is compiled. */
const WARM = 0.3;
/** How long a failing input is tried shorter, in milliseconds. */
const SHORTEN_MS = 10_000;

/** The case of a seed, and the numbers for its run. */
export function caseOf(target: Target, seed: number): { case: Case; random: () => Random } {
  return { case: target.make(new Random(seed)), random: () => new Random(seed ^ 0x5eed) };
}

/** Runs cases of one target. */
export async function runRounds(target: Target, options: RoundOptions): Promise<Rounds> {
  const { seed: first, ms = Infinity, cases: most = Infinity, onCase } = options;
  const outcomes = new Map<string, number>();
  const started = performance.now();
  let turn = started;
  let warm: number | undefined;
  let cases = 0;
  for (let seed = first; cases < most; seed++) {
    const now = performance.now();
    if (now - started >= ms) break;
    if (now - turn > TURN_MS) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      turn = performance.now();
    }
    if (warm === undefined && now - started >= WARM * ms) warm = await usedBytes();
    onCase?.(seed);
    cases++;
    const { case: one, random } = caseOf(target, seed);
    try {
      const pending = one.run(one.bytes, random());
      const outcome = typeof pending === "string" ? pending : await pending;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    } catch (error) {
      const bytes = await shortened(one, random);
      const failure = { target: target.name, seed, about: one.about, error, bytes };
      return { cases, outcomes, grownBytes: undefined, failure };
    }
  }
  const after = warm === undefined ? undefined : await usedBytes();
  const grownBytes = warm === undefined || after === undefined ? undefined : after - warm;
  return { cases, outcomes, grownBytes, failure: undefined };
}

/** Leaves parts of a failing input away as long as it fails. */
async function shortened(one: Case, random: () => Random): Promise<Uint8Array> {
  let { bytes } = one;
  const end = performance.now() + SHORTEN_MS;
  for (let size = bytes.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at + size <= bytes.length && performance.now() < end;) {
      const shorter = new Uint8Array(bytes.length - size);
      shorter.set(bytes.subarray(0, at));
      shorter.set(bytes.subarray(at + size), at);
      if (await fails(one, shorter, random())) bytes = shorter;
      else at += size;
    }
  }
  return bytes;
}

async function fails(one: Case, bytes: Uint8Array, random: Random): Promise<boolean> {
  try {
    await one.run(bytes, random);
    return false;
  } catch {
    return true;
  }
}

/** Memory in use after garbage collection; `undefined` unless V8 runs with `--expose-gc`. */
async function usedBytes(): Promise<number | undefined> {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) return undefined;
  for (let round = 0; round < 3; round++) {
    gc();
    // What was held weakly is let go in a turn of its own.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}
