/**
 * `lib/term_map.ts` as the page's bundle has it: keys are compared by how they are encoded.
 *
 * @module
 */
import { encode } from "../../formats/bert_encode.ts";
import type * as full from "../../term_map.ts";
import type { Term } from "../../term_shapes.ts";

/** An Erlang map: read-only, its keys compared by value. */
export class TermMap extends Map<Term, Term> implements ReadonlyMap<Term, Term> {
  readonly #keys = new Map<string, Term>();

  /** Wraps pairs: key, value, key, value … */
  constructor(pairs: readonly Term[]) {
    super();
    for (let i = 0; i < pairs.length; i += 2) {
      super.set(pairs[i], pairs[i + 1]);
      this.#keys.set(keyOf(pairs[i]), pairs[i]);
    }
  }

  /** The value under a key. */
  override get(key: Term): Term | undefined {
    return super.get(this.#keys.get(keyOf(key))!);
  }

  /** Whether there is such a key. */
  override has(key: Term): boolean {
    return this.#keys.has(keyOf(key));
  }
}

/** Whether a key comes twice among pairs. */
export const hasTwins: typeof full.hasTwins = (pairs) =>
  new Set(pairs.filter((_, i) => i % 2 === 0).map(keyOf)).size < pairs.length / 2;

function keyOf(key: Term): string {
  return encode(key).join();
}
