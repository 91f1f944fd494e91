/**
 * Maps whose keys go by value.
 *
 * @module
 */
import { Atom, atom } from "./term_atoms.ts";
import { keyOf } from "./term_key.ts";
import type { Term } from "./term_shapes.ts";

/** Up to so many pairs are searched one by one. */
const SMALL = 8;

/**
 * An Erlang map: read-only, its keys compared by value (`1` and `1.0` differ; a string and its UTF-8 binary do not), its
 * pairs in the order in which they came.
 *
 * @example
 * ```ts
 * import { atom, float, map } from "@n2o/n2o";
 *
 * const m = map([[1, "integer"], [float(1), "float"], ["name", atom("ok")]]);
 * if (m.get(float(1)) !== "float" || m.get(new TextEncoder().encode("name")) !== atom("ok")) throw new Error("by value");
 * ```
 */
export class TermMap implements ReadonlyMap<Term, Term> {
  /** Key, value, key, value …, in order. */
  readonly pairs: readonly Term[];
  #index: Map<unknown, number> | undefined;

  /** Wraps pairs (key, value, key, value …) whose keys all differ. {@linkcode map} makes one of anything. */
  constructor(pairs: readonly Term[]) {
    this.pairs = pairs;
  }

  /** How many pairs. */
  get size(): number {
    return this.pairs.length / 2;
  }

  /** The value under a key. */
  get(key: Term): Term | undefined {
    const at = this.#find(key);
    return at < 0 ? undefined : this.pairs[at + 1];
  }

  /** Whether there is such a key. */
  has(key: Term): boolean {
    return this.#find(key) >= 0;
  }

  /** Calls the function with each value and its key. */
  forEach(callback: (value: Term, key: Term, map: ReadonlyMap<Term, Term>) => void): void {
    for (let i = 0; i < this.pairs.length; i += 2) callback(this.pairs[i + 1], this.pairs[i], this);
  }

  /** The pairs. */
  *entries(): MapIterator<[Term, Term]> {
    for (let i = 0; i < this.pairs.length; i += 2) yield [this.pairs[i], this.pairs[i + 1]];
  }

  /** The keys. */
  *keys(): MapIterator<Term> {
    for (let i = 0; i < this.pairs.length; i += 2) yield this.pairs[i];
  }

  /** The values. */
  *values(): MapIterator<Term> {
    for (let i = 1; i < this.pairs.length; i += 2) yield this.pairs[i];
  }

  /** The pairs. */
  [Symbol.iterator](): MapIterator<[Term, Term]> {
    return this.entries();
  }

  #find(key: Term): number {
    const pairs = this.pairs;
    if (pairs.length <= 2 * SMALL) {
      for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === key) return i;
      if (key instanceof Atom || typeof key === "boolean") return -1;
      const wanted = keyOf(key);
      for (let i = 0; i < pairs.length; i += 2) if (keyOf(pairs[i]) === wanted) return i;
      return -1;
    }
    return (this.#index ??= indexOf(pairs)).get(keyOf(key)) ?? -1;
  }
}

function indexOf(pairs: readonly Term[]): Map<unknown, number> {
  const index = new Map<unknown, number>();
  for (let i = 0; i < pairs.length; i += 2) index.set(keyOf(pairs[i]), i);
  return index;
}

/**
 * A map of the given pairs, of which a later one replaces an earlier one with the same key; or of an object, whose names
 * become atoms.
 *
 * @example
 * ```ts
 * import { atom, map } from "@n2o/n2o";
 *
 * const user = map({ name: "Ada", age: 36 });
 * if (user.get(atom("age")) !== 36) throw new Error("names are atoms");
 * ```
 */
export function map(
  entries: Iterable<readonly [Term, Term]> | Readonly<Record<string, Term>>,
): TermMap {
  const byKey = new Map<unknown, [Term, Term]>();
  const pairs = Symbol.iterator in entries
    ? entries as Iterable<readonly [Term, Term]>
    : Object.entries(entries).map(([name, value]): [Term, Term] => [atom(name), value]);
  for (const [key, value] of pairs) {
    const k = keyOf(key);
    const old = byKey.get(k);
    if (old) old[1] = value;
    else byKey.set(k, [key, value]);
  }
  return new TermMap([...byKey.values()].flat() as Term[]);
}
