/**
 * Whether two terms are the same.
 *
 * @module
 */
import { keyOf } from "./term_key.ts";
import { map, TermMap } from "./term_map.ts";
import { Bits, Charlist, Float, ImproperList, Opaque, type Term, Tuple } from "./term_shapes.ts";

/**
 * Whether two terms are the same, whatever they look like in JavaScript: a string is its UTF-8 binary, a
 * {@linkcode Charlist} the list of its bytes; `1` and `1.0` differ, and so do `0.0` and `-0.0`; the order of a map's pairs does
 * not matter. Pids, ports, references and funs are compared by their bytes.
 *
 * @example
 * ```ts
 * import { equal, float, tuple } from "@n2o/n2o";
 *
 * if (!equal(tuple("a", [1]), tuple(Uint8Array.of(97), [1])) || equal(1, float(1))) throw new Error("by value");
 * ```
 */
export function equal(a: Term, b: Term): boolean {
  // pairs still to be compared: terms may be nested deeper than calls
  const todo: Term[] = [a, b];
  while (todo.length > 0) {
    b = todo.pop()!;
    a = todo.pop()!;
    if (a === b) continue;
    if (typeof a !== "object" && typeof a === typeof b) return false;
    if (a instanceof Uint8Array && b instanceof Uint8Array) {
      if (!sameBytes(a, b)) return false;
    } else if (a instanceof Tuple) {
      if (!(b instanceof Tuple) || !push(todo, a, b)) return false;
    } else if (Array.isArray(a) || a instanceof Charlist) {
      if (!Array.isArray(b) && !(b instanceof Charlist)) return false;
      if (!push(todo, a instanceof Charlist ? a.bytes : a, b instanceof Charlist ? b.bytes : b)) return false;
    } else if (a instanceof ImproperList) {
      if (!(b instanceof ImproperList) || !push(todo, a.elements, b.elements)) return false;
      todo.push(a.tail, b.tail);
    } else if (a instanceof Map || a instanceof TermMap) {
      if (!(b instanceof Map || b instanceof TermMap) || !pushPairs(todo, a, b)) return false;
    } else if (isContainer(b) || keyOf(a) !== keyOf(b)) return false;
  }
  return true;
}

function isContainer(term: Term): boolean {
  return typeof term === "object" &&
    !(term instanceof Uint8Array || term instanceof Float || term instanceof Bits || term instanceof Opaque);
}

function push(todo: Term[], a: ArrayLike<Term>, b: ArrayLike<Term>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) todo.push(a[i], b[i]);
  return true;
}

function pushPairs(todo: Term[], a: ReadonlyMap<Term, Term>, b: ReadonlyMap<Term, Term>): boolean {
  if (a.size !== b.size) return false;
  const byValue = b instanceof TermMap ? b : map(b);
  for (const [key, value] of a) {
    const other = byValue.get(key);
    if (other === undefined) return false;
    todo.push(value, other);
  }
  return true;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
