/**
 * `lib/formats/bert_encode.ts` as the page's bundle has it: short, in place of fast.
 *
 * @module
 */
import type * as fast from "../../formats/bert_encode.ts";
import { BertError } from "../../formats/bert_error.ts";
import { Atom } from "../../term_atoms.ts";
import { Bits, Charlist, Float, ImproperList, isTupleObject, Opaque, type Term } from "../../term_shapes.ts";

/** How deep a term may be nested: what goes deeper is taken for a circle. */
const MAX_DEPTH = 1000;

const encoder = new TextEncoder();

/** Encodes a term. */
export const encode: typeof fast.encode = (root) => {
  const parts: ArrayLike<number>[] = [];
  let size = 0;

  function put(bytes: ArrayLike<number>): void {
    parts.push(bytes);
    size += bytes.length;
  }

  function long(tag: number, n: number): void {
    put([tag, n >>> 24, n >>> 16, n >>> 8, n]);
  }

  function all(terms: Iterable<Term>, depth: number): void {
    if (depth > MAX_DEPTH) throw new BertError("too_deep", -1, MAX_DEPTH);
    for (const term of terms) write(term, depth + 1);
  }

  function list(terms: readonly Term[], depth: number): void {
    const { length } = terms;
    if (length > 0 && length < 65_536 && terms.every((n) => typeof n === "number" && (n & 255) === n)) {
      put([107, length >> 8, length]);
      put(terms as number[]);
    } else if (length > 0) {
      long(108, length);
      all(terms, depth);
      put([106]);
    } else put([106]);
  }

  function integer(n: bigint): void {
    const small = Number(n);
    if (small === (small & 255)) return put([97, small]);
    if (small === (small | 0)) return long(98, small);
    const bytes: number[] = [];
    for (let rest = n < 0n ? -n : n; rest > 0n; rest >>= 8n) bytes.push(Number(rest & 255n));
    if (bytes.length < 256) put([110, bytes.length]);
    else long(111, bytes.length);
    put([n < 0n ? 1 : 0]);
    put(bytes);
  }

  function atom(name: string): void {
    const isLatin = !/[^\0-\xff]/.test(name);
    const bytes = isLatin ? Array.from(name, (c) => c.charCodeAt(0)) : encoder.encode(name);
    const n = bytes.length;
    put([...isLatin ? [100, n >> 8] : n < 256 ? [119] : [118, n >> 8], n]);
    put(bytes);
  }

  function write(term: Term, depth: number): void {
    if (typeof term === "bigint" || Number.isInteger(term)) integer(BigInt(term as bigint));
    else if (Number.isFinite(term) || term instanceof Float) {
      const bytes = new Uint8Array(9);
      bytes[0] = 70;
      new DataView(bytes.buffer).setFloat64(1, term instanceof Float ? term.value : term as number);
      put(bytes);
    } else if (typeof term === "boolean" || term instanceof Atom) atom(`${term}`);
    else if (typeof term === "string" || term instanceof Uint8Array) {
      const bytes = typeof term === "string" ? encoder.encode(term) : term;
      long(109, bytes.length);
      put(bytes);
    } else if (term instanceof Opaque) put(term.bytes);
    else if (Array.isArray(term)) list(term, depth);
    else if (term instanceof Charlist) list(Array.from(term.bytes), depth);
    else if (isTupleObject(term)) {
      if (term.length < 256) put([104, term.length]);
      else long(105, term.length);
      all(term, depth);
    } else if (term instanceof ImproperList) {
      long(108, term.elements.length);
      all([...term.elements, term.tail], depth);
    } else if (term instanceof Bits) {
      long(77, term.bytes.length);
      put([term.size & 7]);
      put(term.bytes);
    } else {
      const map = term as ReadonlyMap<Term, Term>;
      // A `Map`, or what was decoded as one.
      if (!map?.entries) throw new BertError("bad_term", -1, typeof term);
      long(116, map.size);
      for (const pair of map) all(pair, depth);
    }
  }

  put([131]);
  write(root, 0);
  const result = new Uint8Array(size);
  size = 0;
  for (const part of parts) {
    result.set(part, size);
    size += part.length;
  }
  return result;
};
