/**
 * Whether two terms are the same.
 *
 * @module
 */
import { keyOf } from "./term_key.ts";
import type { Term } from "./term_shapes.ts";

/**
 * Whether two terms are the same, as Erlang's `=:=` has it.
 *
 * @example
 * ```ts
 * import { equal, float, tuple } from "@n2o/n2o";
 *
 * if (!equal(tuple("a", [1]), tuple(Uint8Array.of(97), [1])) || equal(1, float(1))) throw new Error("by value");
 * ```
 */
export function equal(a: Term, b: Term): boolean {
  return a === b || keyOf(a) === keyOf(b);
}
