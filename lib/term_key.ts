/**
 * Terms as keys of a JavaScript `Map`: two terms give the same key exactly when they are the same term.
 *
 * @module
 */
import { Atom } from "./term_atoms.ts";
import { Bits, Charlist, Float, ImproperList, Opaque, type Term, Tuple } from "./term_shapes.ts";

const encoder = new TextEncoder();

/** The term's key. Numbers, booleans and atoms are their own. */
export function keyOf(term: Term): unknown {
  switch (typeof term) {
    case "number":
      return Number.isSafeInteger(term) || !Number.isInteger(term) ? term + 0 : BigInt(term);
    case "bigint":
      return term >= Number.MIN_SAFE_INTEGER && term <= Number.MAX_SAFE_INTEGER ? Number(term) : term;
    case "boolean":
      return term;
  }
  return term instanceof Atom ? term : spell(term);
}

function spell(term: Term): string {
  switch (typeof term) {
    case "number":
    case "bigint":
      return `i${keyOf(term)}`;
    case "boolean":
      return `a${term}`;
    case "string":
      return bytesKey("b", encoder.encode(term));
  }
  if (term instanceof Atom) return `a${term.name.length}:${term.name}`;
  if (term instanceof Uint8Array) return bytesKey("b", term);
  if (term instanceof Tuple) return sequence("t", Array.from(term));
  if (term instanceof Charlist) return sequence("l", Array.from(term.bytes));
  if (term instanceof Float) {
    return Number.isInteger(term.value)
      ? `f${Object.is(term.value, -0) ? "-0" : term.value}`
      : `i${term.value}`;
  }
  if (term instanceof Bits) return bytesKey(`s${term.size}:`, term.bytes);
  if (term instanceof Opaque) return bytesKey("o", term.bytes);
  if (term instanceof ImproperList) return sequence("m", [...term.elements, term.tail]);
  if (Array.isArray(term)) return sequence("l", term);
  const pairs: string[] = [];
  for (const [key, value] of term as ReadonlyMap<Term, Term>) pairs.push(`${spell(key)}=${spell(value)}`);
  return `p${pairs.length}(${pairs.sort().join(",")})`;
}

function sequence(kind: string, terms: readonly Term[]): string {
  return `${kind}${terms.length}(${terms.map(spell).join(",")})`;
}

function bytesKey(kind: string, bytes: Uint8Array): string {
  let key = `${kind}${bytes.length}:`;
  for (let i = 0; i < bytes.length; i++) key += String.fromCharCode(bytes[i]);
  return key;
}
