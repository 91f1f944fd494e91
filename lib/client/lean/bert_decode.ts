/**
 * `lib/formats/bert_decode.ts` as the page's bundle has it: short, in place of fast; texts of errors say what is wrong, and where.
 *
 * @module
 */
import type * as fast from "../../formats/bert_decode.ts";
import { BertError } from "../../formats/bert_error.ts";
import { readAtom } from "../../term_atoms.ts";
import { hasTwins, TermMap } from "../../term_map.ts";
import { Bits, Charlist, Float, ImproperList, Opaque, type Term, tuple } from "../../term_shapes.ts";
import { readText } from "../../utf8.ts";
import { hex } from "../new_id.ts";
import { is, KINDS } from "./bert_opaque.ts";

const MAX_BYTES = 16_777_216;
const MAX_DEPTH = 512;

/** Decodes the term at the start of the input. */
export const decode: typeof fast.decode = (input, limits = {}) => {
  const { maxBytes = MAX_BYTES, maxDepth = MAX_DEPTH, strings, copy, inflate } = limits;
  let source = input;
  let pos = 1;

  /** The place of so many bytes, which must be there. */
  function take(length: number): number {
    if (source.length - pos < length) throw new BertError("truncated", pos);
    pos += length;
    return pos - length;
  }

  function number(length: number): number {
    let n = 0;
    for (let at = take(length); at < pos; at++) n = n * 256 + source[at];
    return n;
  }

  function bytes(length: number): Uint8Array {
    const at = take(length);
    return copy ? source.slice(at, pos) : source.subarray(at, pos);
  }

  function terms(count: number, depth: number): Term[] {
    // An element takes a byte at least.
    if (source.length - pos < count) throw new BertError("truncated", pos);
    if (count > 0 && depth === maxDepth) throw new BertError("too_deep", pos, maxDepth);
    const result: Term[] = [];
    while (count-- > 0) result.push(read(depth + 1));
    return result;
  }

  function atomOf(length: number, utf8: boolean): Term {
    const found = readAtom(source, take(length), length, utf8);
    if (typeof found === "string") throw new BertError(found, pos);
    return found;
  }

  function read(depth: number): Term {
    const at = take(1);
    const tag = source[at];
    switch (tag) {
      case 97:
        return number(1);
      case 98:
        return number(4) | 0;
      case 70:
      case 99: {
        const float = tag === 70
          ? new DataView(source.buffer, source.byteOffset).getFloat64(take(8))
          : writtenFloat(String.fromCharCode(...bytes(31)));
        if (!Number.isFinite(float)) throw new BertError("bad_float", at);
        return Number.isInteger(float) ? new Float(float) : float;
      }
      case 100:
      case 118:
        return atomOf(number(2), tag === 118);
      case 115:
      case 119:
        return atomOf(number(1), tag === 119);
      case 104:
      case 105:
        return tuple(...terms(number(tag === 104 ? 1 : 4), depth));
      case 106:
        return [];
      case 107: {
        const length = number(2);
        return length === 0 ? [] : new Charlist(bytes(length));
      }
      case 108: {
        const count = number(4);
        if (count === 0) return read(depth);
        const elements = terms(count, depth);
        const tail = read(depth + 1);
        if (Array.isArray(tail)) return elements.concat(tail);
        if (tail instanceof Charlist) return elements.concat(Array.from(tail.bytes));
        return tail instanceof ImproperList
          ? new ImproperList(elements.concat(tail.elements), tail.tail)
          : new ImproperList(elements, tail);
      }
      case 109: {
        const length = number(4);
        const from = pos;
        const binary = bytes(length);
        return (strings ? readText(source, from, pos) : undefined) ?? binary;
      }
      case 110:
      case 111: {
        const length = number(tag === 110 ? 1 : 4);
        const isNegative = number(1);
        const size = BigInt(`0x0${hex(bytes(length).slice().reverse())}`);
        const integer = isNegative ? -size : size;
        return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
      }
      case 116: {
        const pairs = terms(2 * number(4), depth);
        if (hasTwins(pairs)) throw new BertError("duplicate_key", at);
        return new TermMap(pairs);
      }
      case 77: {
        const length = number(4);
        const bits = number(1);
        if (bits > 8 || (bits === 0) !== (length === 0)) throw new BertError("bad_bits", at, bits);
        const string = bytes(length);
        return bits % 8 === 0 ? string : new Bits(string, 8 * length - 8 + bits);
      }
    }
    return opaque(depth, at);
  }

  function opaque(depth: number, at: number): Opaque {
    const tag = source[at];
    const [kind, shape, size] = KINDS[tag] ?? [];
    if (!kind) throw new BertError("unknown_tag", at, tag);
    let count = shape!.length;
    let behind = size!;
    if (kind === "fun") {
      take(behind - 4);
      count += number(4);
      behind = 0;
    } else if (tag === 90 || tag === 114) {
      const words = number(2);
      if (words < 1 || words > 5) throw new BertError("unknown_tag", at, tag);
      behind += 4 * words;
    }
    const inside = terms(count, depth);
    take(behind);
    if (![...shape!].every((one, i) => is(one, inside[i]))) throw new BertError("bad_opaque", at, kind);
    const length = pos - at;
    pos = at;
    return new Opaque(kind, bytes(length));
  }

  if (input.length > maxBytes) throw new BertError("too_large", maxBytes, input.length);
  if (input.length < 2) throw new BertError("truncated", input.length);
  if (input[0] !== 131) throw new BertError("not_bert", 0, input[0]);
  if (input[1] === 80) {
    if (!inflate) throw new BertError("compressed", 1);
    pos = 2;
    const size = number(4);
    if (size > maxBytes) throw new BertError("too_large", 2, size);
    source = inflate(input.subarray(6), size);
    if (source?.length !== size) throw new BertError("bad_compressed", 6, size);
    pos = 0;
  }
  return read(0);
};

/** The float that is written out, with zeros at its end. */
function writtenFloat(text: string): number {
  return /^[-+]?\d+\.\d+([eE][-+]?\d+)?\0*$/.test(text) ? parseFloat(text) : NaN;
}
