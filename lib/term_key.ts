/**
 * Terms as keys: two terms give the same key exactly when they are the same term.
 *
 * @module
 */
import { N2OError } from "./error.ts";
import { Atom } from "./term_atoms.ts";
import { Bits, Charlist, Float, ImproperList, Opaque, type Term, Tuple } from "./term_shapes.ts";

/**
 * Maps within maps that are keys may be nested so deep. Each map spells its keys out, so a message of nothing but such keys
 * would cost its length times its depth.
 */
const MAX_MAPS = 16;

const encoder = new TextEncoder();

/**
 * The term's key: atoms and booleans are their own, all else is spelled out, in time that grows as the term does. To find
 * one among many take its `secretHash`. Throws `too_deep` for maps nested deeply in a key.
 */
export function keyOf(term: Term): Atom | boolean | string {
  return term instanceof Atom || typeof term === "boolean" ? term : spell(term, 0);
}

/** Whether a number can be a `number`, or is one only as a fraction. */
function isPlain(n: number | bigint): boolean {
  if (typeof n === "number") return Number.isSafeInteger(n) || !Number.isInteger(n);
  return n >= Number.MIN_SAFE_INTEGER && n <= Number.MAX_SAFE_INTEGER;
}

/** The integer as a `number` where it is a safe one. */
export function narrowed(n: bigint): number | bigint {
  return isPlain(n) ? Number(n) : n;
}

function spell(term: Term, maps: number): string {
  switch (typeof term) {
    case "number":
    case "bigint":
      // hexadecimal, since decimal digits take long to make
      return isPlain(term) ? `i${term}` : `x${BigInt(term).toString(16)}`;
    case "boolean":
      return `a4:${term}`;
    case "string":
      return isAscii(term) ? `b${term.length}:${term}` : bytesKey("b", encoder.encode(term));
  }
  if (term instanceof Atom) return `a${term.name.length}:${term.name}`;
  if (term instanceof Uint8Array) return bytesKey("b", term);
  if (term instanceof Tuple) return sequence("t", term, maps);
  if (Array.isArray(term)) return sequence("l", term, maps);
  if (term instanceof Charlist) return sequence("l", Array.from(term.bytes), maps);
  if (term instanceof Float) return floatKey(term.value);
  if (term instanceof Bits) return bytesKey(`s${term.size}:`, term.bytes);
  if (term instanceof Opaque) return bytesKey("o", term.bytes);
  if (term instanceof ImproperList) return sequence("m", [...term.elements, term.tail], maps);
  if (maps === MAX_MAPS) throw new N2OError("too_deep", `maps nested deeper than ${MAX_MAPS} in a key`);
  const pairs: string[] = [];
  for (const [key, value] of term as ReadonlyMap<Term, Term>) {
    pairs.push(`${spell(key, maps + 1)}=${spell(value, maps + 1)}`);
  }
  return `p${pairs.length}(${pairs.sort().join()})`;
}

/** A float with a fraction is a plain number's equal. */
function floatKey(n: number): string {
  return Number.isInteger(n) ? `f${Object.is(n, -0) ? "-0" : n}` : `i${n}`;
}

function sequence(kind: string, terms: ArrayLike<Term>, maps: number): string {
  let key = `${kind}${terms.length}(`;
  for (let i = 0; i < terms.length; i++) key += spell(terms[i], maps) + ",";
  return key + ")";
}

function bytesKey(kind: string, bytes: Uint8Array): string {
  let key = `${kind}${bytes.length}:`;
  for (let i = 0; i < bytes.length; i++) key += String.fromCharCode(bytes[i]);
  return key;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}
