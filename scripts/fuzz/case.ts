/**
 * What is fuzzed, and how.
 *
 * @module
 */
import type { Random } from "./random.ts";

/** An input, and what must hold of it. */
export interface Case {
  /** The input. */
  readonly bytes: Uint8Array;
  /** The options in force, for whoever reads of a failure. */
  readonly about: string;
  /**
   * Has the input handled, in ways that depend on the numbers; throws where something does not hold. Gives in a word what came of it.
   * Other bytes than those above are given, too, to find a shorter input with the same failure.
   */
  run(bytes: Uint8Array, random: Random): string | Promise<string>;
}

/** Something that takes input from outside. */
export interface Target extends AsyncDisposable {
  /** Its name on the command line. */
  readonly name: string;
  /** Makes an input. */
  make(random: Random): Case;
}

/** A target that holds nothing. */
export function target(name: string, make: (random: Random) => Case): Target {
  return { name, make, [Symbol.asyncDispose]: () => Promise.resolve() };
}

/** Throws unless it holds. */
export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

/** Throws unless both lists are the same, and says where they part. */
export function mustAgree(got: readonly string[], wanted: readonly string[], what: string): void {
  const most = Math.max(got.length, wanted.length);
  for (let i = 0; i < most; i++) {
    if (got[i] === wanted[i]) continue;
    throw new Error(`${what}: number ${i + 1} is ${shown(got[i])} in place of ${shown(wanted[i])}`);
  }
}

function shown(line: string | undefined): string {
  if (line === undefined) return "nothing";
  return JSON.stringify(line.length > 120 ? `${line.slice(0, 120)}… (${line.length})` : line);
}
