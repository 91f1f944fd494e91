/**
 * Maps whose keys go by value.
 *
 * @module
 */
import { Atom, atom } from "./term_atoms.ts";
import { TermIndex } from "./term_index.ts";
import { keyOf, narrowed } from "./term_key.ts";
import type { Term } from "./term_shapes.ts";

/** So many pairs are searched one by one. */
const FEW = 8;

/**
 * An Erlang map: read-only, its keys compared by value (`1` and `1.0` differ; a string and its UTF-8 binary do not), its
 * pairs in the order in which they came. {@linkcode map} makes one.
 *
 * @example
 * ```ts
 * import { bert, map, TermMap } from "@n2o/n2o";
 *
 * const decoded = bert.decode(bert.encode(map([["name", "Ada"], [1, 2]])));
 * if (!(decoded instanceof TermMap) || decoded.get(1) !== 2 || !decoded.has("name")) throw new Error("by value");
 * ```
 */
export class TermMap implements ReadonlyMap<Term, Term> {
  /** Key, value, key, value …, in order. */
  readonly pairs: readonly Term[];
  private index: TermIndex | undefined = undefined;

  /** Wraps pairs (key, value, key, value …) whose keys all differ; a safe integer among them is a `number`. */
  constructor(pairs: readonly Term[]) {
    this.pairs = pairs;
  }

  /** How many pairs. */
  get size(): number {
    return this.pairs.length / 2;
  }

  /** The value under a key. */
  get(key: Term): Term | undefined {
    const at = this.find(key);
    return at < 0 ? undefined : this.pairs[at + 1];
  }

  /** Whether there is such a key. */
  has(key: Term): boolean {
    return this.find(key) >= 0;
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

  /** The index of a key among the pairs, or -1. */
  private find(key: Term): number {
    const pairs = this.pairs;
    if (pairs.length > 2 * FEW) return (this.index ??= indexOf(pairs)).find(key);
    for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === key) return i;
    if (isUnique(key)) return -1;
    const wanted = keyOf(key);
    for (let i = 0; i < pairs.length; i += 2) if (keyOf(pairs[i]) === wanted) return i;
    return -1;
  }
}

/** Whether no other value can be the same term. */
function isUnique(term: Term): boolean {
  return term instanceof Atom || typeof term === "boolean" || Number.isSafeInteger(term);
}

function indexOf(pairs: readonly Term[]): TermIndex {
  const index = new TermIndex(pairs);
  for (let i = 0; i < pairs.length; i += 2) index.add(i);
  return index;
}

/** Counts maps, so that an atom can carry the last one that had it as a key. */
let maps = 0;

/** Whether a key comes twice among pairs. Throws `too_deep` as {@linkcode keyOf} does. */
export function hasTwins(pairs: readonly Term[]): boolean {
  if (pairs.length === 2) return false;
  maps = maps + 1 | 0;
  for (let i = 0; i < pairs.length; i += 2) {
    const key = pairs[i];
    if (!(key instanceof Atom)) return hasTwinsAt(pairs);
    if (key["map"] === maps) return true;
    key["map"] = maps;
  }
  return false;
}

/** The same for keys of any kind. A few that are the same only when they are identical are compared with each other. */
function hasTwinsAt(pairs: readonly Term[]): boolean {
  const few = pairs.length <= 2 * FEW;
  for (let i = 0; i < pairs.length; i += 2) {
    const key = pairs[i];
    if (!few || typeof key !== "string" && !isUnique(key)) return hasTwinsAmong(pairs);
    for (let j = 0; j < i; j += 2) if (pairs[j] === key) return true;
  }
  return false;
}

function hasTwinsAmong(pairs: readonly Term[]): boolean {
  const index = new TermIndex(pairs);
  for (let i = 0; i < pairs.length; i += 2) if (index.add(i) >= 0) return true;
  return false;
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
 * const byNumber = map([[1, "one"], [2, "two"]]);
 * if (user.get(atom("age")) !== 36 || byNumber.get(2) !== "two") throw new Error("not found");
 * ```
 */
export function map(
  entries: Iterable<readonly [Term, Term]> | Readonly<Record<string, Term>>,
): TermMap {
  const pairs: Term[] = [];
  const index = new TermIndex(pairs);
  for (
    const [key, value] of Symbol.iterator in entries
      ? entries as Iterable<readonly [Term, Term]>
      : named(entries)
  ) {
    const at = pairs.push(typeof key === "bigint" ? narrowed(key) : key, value) - 2;
    const known = index.add(at);
    if (known < 0) continue;
    pairs[known + 1] = value;
    pairs.length = at;
  }
  return new TermMap(pairs);
}

function* named(object: Readonly<Record<string, Term>>): Iterable<readonly [Term, Term]> {
  for (const [name, value] of Object.entries(object)) {
    yield [name === "true" ? true : name === "false" ? false : atom(name), value];
  }
}
