/**
 * Where keys stand among the pairs of a map.
 *
 * @module
 */
import type { Atom } from "./term_atoms.ts";
import { secretHash } from "./term_hash.ts";
import { keyOf } from "./term_key.ts";
import type { Term } from "./term_shapes.ts";

/** An index of keys by value, which takes as long for one key as for another, whoever chose them. */
export class TermIndex {
  #pairs: readonly Term[];
  #hash: (text: string) => number;
  /** Where a key stands, by its hash or by a later free number; atoms and booleans by themselves. */
  #places = new Map<Atom | boolean | number, number>();

  /** An index, empty at first, of the keys among these pairs: key, value, key, value … */
  constructor(pairs: readonly Term[], hash: (text: string) => number = secretHash) {
    this.#pairs = pairs;
    this.#hash = hash;
  }

  /** Where the key stands among the pairs, or -1. Throws as {@linkcode keyOf} does. */
  find(key: Term): number {
    return this.#places.get(this.#slot(key)) ?? -1;
  }

  /** Takes the key that stands there in, unless its equal is known: then tells where that one stands; else -1. */
  add(at: number): number {
    const slot = this.#slot(this.#pairs[at]);
    const known = this.#places.get(slot);
    if (known !== undefined) return known;
    this.#places.set(slot, at);
    return -1;
  }

  #slot(key: Term): Atom | boolean | number {
    const name = keyOf(key);
    if (typeof name !== "string") return name;
    let slot = this.#hash(name);
    for (;; slot++) {
      const at = this.#places.get(slot);
      if (at === undefined || keyOf(this.#pairs[at]) === name) return slot;
    }
  }
}
