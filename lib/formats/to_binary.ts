/**
 * Any simple term as bytes, by the original's rules.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import { joined } from "../joined.ts";
import { Atom } from "../term_atoms.ts";
import { Charlist, Float, ImproperList, type Term, Tuple } from "../term_shapes.ts";
import { encode } from "./bert_encode.ts";

const encoder = new TextEncoder();

/**
 * A term as a binary, as the original's `n2o:to_binary/1` makes it: of a binary or a string itself, of an atom or a number its
 * text (a float's with at most nine decimals), of a list the bytes that are in it at any depth, of a tuple its BERT.
 *
 * Throws `bad_term` for what has no such form: maps, funs, pids, a list with anything but bytes and binaries in it. Atoms
 * are in Latin-1 where that can be, as there.
 *
 * @example
 * ```ts
 * import { toBinary } from "./to_binary.ts";
 *
 * if (new TextDecoder().decode(toBinary(["a", [98, ["c"]]])) !== "abc") throw new Error("abc");
 * ```
 */
export function toBinary(term: Term): Uint8Array {
  switch (typeof term) {
    case "string":
    case "boolean":
    case "bigint":
      return encoder.encode(String(term));
    case "number":
      return encoder.encode(Number.isInteger(term) ? String(BigInt(term)) : floatText(term));
  }
  if (term instanceof Uint8Array) return term;
  if (term instanceof Charlist) return term.bytes;
  if (term instanceof Atom) return atomBytes(term.name);
  if (term instanceof Float) return encoder.encode(floatText(term.value));
  if (term instanceof Tuple) return encode(term);
  if (Array.isArray(term) || term instanceof ImproperList) return bytesOf(term);
  throw new N2OError("bad_term", "a term that has no bytes of its own", term);
}

function atomBytes(name: string): Uint8Array {
  const units = Array.from({ length: name.length }, (_, i) => name.charCodeAt(i));
  return units.every((unit) => unit < 256) ? Uint8Array.from(units) : encoder.encode(name);
}

function floatText(n: number): string {
  if (Math.abs(n) >= 1e21) return `${BigInt(n)}.0`;
  return n.toFixed(9).replace(/(\.\d+?)0+$/, "$1");
}

/** The bytes of nested lists, in order. */
function bytesOf(list: Term): Uint8Array {
  const parts: Uint8Array[] = [];
  const todo: Term[] = [list];
  while (todo.length > 0) {
    const next = todo.pop()!;
    if (Array.isArray(next)) { for (let i = next.length; i-- > 0;) todo.push(next[i]); }
    else if (next instanceof ImproperList) todo.push(next.tail, next.elements);
    else if (next instanceof Charlist) parts.push(next.bytes);
    else if (next instanceof Uint8Array) parts.push(next);
    else if (typeof next === "string") parts.push(encoder.encode(next));
    else if (typeof next === "number" && (next & 255) === next) parts.push(Uint8Array.of(next));
    else throw new N2OError("bad_term", "a list with more in it than bytes", next);
  }
  return joined(parts);
}
