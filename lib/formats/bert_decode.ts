/**
 * BERT to terms.
 *
 * @module
 */
import { beginAtoms, readAtom } from "../term_atoms.ts";
import { hasTwins, TermMap } from "../term_map.ts";
import { Bits, Charlist, ImproperList, Opaque, type Term, tuple, tupleOf } from "../term_shapes.ts";
import { BertError } from "./bert_error.ts";
import type { BertLimits } from "./bert_limits.ts";
import { readFloat, readFloatText, readInteger } from "./bert_numbers.ts";
import { fits, layoutAt } from "./bert_opaque.ts";
import { copied } from "./slab.ts";
import { readText } from "../utf8.ts";

const MAX_BYTES = 16_777_216;
const MAX_DEPTH = 512;
const MAX_ATOMS = 4096;
const NO_LIMITS: BertLimits = {};

/** The stack of values is dropped when a message has made it longer. */
const MOST_VALUES = 65_536;

/** V8's longest bigint, in bytes. */
const MAX_INTEGER = 1 << 27;

/**
 * Decodes the term at the start of the input; what lies behind it is ignored, as Erlang does. Throws a
 * {@linkcode BertError} that says what is wrong, and at which byte (of the inflated bytes, for a compressed term).
 */
export function decode(input: Uint8Array, limits: BertLimits = NO_LIMITS): Term {
  const maxBytes = limits.maxBytes ?? MAX_BYTES;
  const length = input.length;
  if (length > maxBytes) {
    throw new BertError("too_large", `${length} bytes, over ${maxBytes}`, maxBytes, length);
  }
  if (length < 2) throw truncated(length);
  if (input[0] !== 131) {
    throw new BertError("not_bert", `starts with ${input[0]} instead of 131`, 0, input[0]);
  }
  beginAtoms(limits.maxAtoms ?? MAX_ATOMS);
  try {
    return input[1] === 80 ? read(inflated(input, maxBytes, limits), 0, limits) : read(input, 1, limits);
  } catch (error) {
    forget();
    throw error;
  } finally {
    if (values.length > MOST_VALUES) forget();
  }
}

function inflated(input: Uint8Array, maxBytes: number, limits: BertLimits): Uint8Array {
  if (limits.inflate === undefined) throw new BertError("compressed", "compressed terms are not accepted", 1);
  if (input.length < 6) throw truncated(1);
  const size = u32(input, 2);
  if (size > maxBytes) throw new BertError("too_large", `${size} bytes inflated, over ${maxBytes}`, 2, size);
  let result: Uint8Array | undefined;
  let cause: unknown;
  try {
    result = limits.inflate(input.subarray(6), size);
  } catch (error) {
    cause = error;
  }
  if (result?.length === size) return result;
  throw new BertError("bad_compressed", `does not inflate to ${size} bytes`, 6, size, { cause });
}

const ROOT = 0, TUPLE = 1, LIST = 2, TAIL = 3, MAP = 4, OPAQUE = 5;

/**
 * What has been read of the open containers, the elements of the innermost one last. It starts with a string so that V8
 * takes it for an array of anything from the first.
 */
const values: Term[] = [""];
/** Of each container around the innermost one: its kind, how many elements it still wants, where its values begin. */
const around: number[] = [];

function forget(): void {
  values.length = 0;
  values[0] = "";
}

function read(src: Uint8Array, start: number, limits: BertLimits): Term {
  const end = src.length;
  const deepest = 3 * (limits.maxDepth ?? MAX_DEPTH);
  const strings = limits.strings === true;
  const copy = limits.copy === true;
  let pos = start;
  let depth = 0;
  let kind = ROOT;
  let wanted = 1;
  let base = 0;
  let top = 0;
  for (;;) {
    const at = pos;
    // only `[]` has but one byte
    if (end - pos < 2 && src[pos] !== 106) throw truncated(at);
    let value: Term = "";
    let opened = ROOT;
    let count = 0;
    switch (src[pos++]) {
      case 97:
        value = src[pos++];
        break;
      case 98:
        if (end - pos < 4) throw truncated(at);
        value = u32(src, pos) | 0;
        pos += 4;
        break;
      case 115:
      case 119:
      case 100:
      case 118: {
        const tag = src[at];
        let length = src[pos++];
        if (tag === 100 || tag === 118) {
          if (pos === end) throw truncated(at);
          length = length << 8 | src[pos++];
        }
        if (end - pos < length) throw truncated(at);
        const atom = readAtom(src, pos, length, tag > 117);
        if (typeof atom === "string") throw new BertError(atom, ATOM_PROBLEMS[atom], at);
        value = atom;
        pos += length;
        break;
      }
      case 109: {
        if (end - pos < 4) throw truncated(at);
        const length = u32(src, pos);
        pos += 4;
        if (end - pos < length) throw truncated(at);
        const text = strings ? readText(src, pos, pos + length) : undefined;
        value = text ?? bytes(src, pos, length, copy);
        pos += length;
        break;
      }
      case 104:
        opened = TUPLE;
        count = src[pos++];
        break;
      case 105:
        if (end - pos < 4) throw truncated(at);
        opened = TUPLE;
        count = u32(src, pos);
        pos += 4;
        break;
      case 106:
        value = [];
        break;
      case 107: {
        if (end - pos < 2) throw truncated(at);
        const length = src[pos] << 8 | src[pos + 1];
        pos += 2;
        if (end - pos < length) throw truncated(at);
        value = length === 0 ? [] : new Charlist(bytes(src, pos, length, copy));
        pos += length;
        break;
      }
      case 108:
        if (end - pos < 4) throw truncated(at);
        count = u32(src, pos);
        pos += 4;
        // a list of no elements is its tail
        if (count === 0) continue;
        opened = LIST;
        break;
      case 116:
        if (end - pos < 4) throw truncated(at);
        opened = MAP;
        count = 2 * u32(src, pos);
        pos += 4;
        break;
      case 70: {
        if (end - pos < 8) throw truncated(at);
        const float = readFloat(src, pos);
        if (float === undefined) throw new BertError("bad_float", "a float that is not finite", at);
        value = float;
        pos += 8;
        break;
      }
      case 99: {
        if (end - pos < 31) throw truncated(at);
        const float = readFloatText(src, pos);
        if (float === undefined) throw new BertError("bad_float", "a float's text that is none", at);
        value = float;
        pos += 31;
        break;
      }
      case 110:
      case 111: {
        let length = src[pos++];
        if (src[at] === 111) {
          if (end - pos < 3) throw truncated(at);
          length = u32(src, pos - 1);
          pos += 3;
        }
        if (end - pos <= length) throw truncated(at);
        if (length >= MAX_INTEGER) {
          throw new BertError("too_large", `an integer of ${length} bytes`, at, length);
        }
        value = readInteger(src, pos + 1, length, src[pos] !== 0);
        pos += length + 1;
        break;
      }
      case 77: {
        if (end - pos < 5) throw truncated(at);
        const length = u32(src, pos);
        const bits = src[pos + 4];
        pos += 5;
        if (end - pos < length) throw truncated(at);
        if (bits > 8 || (bits === 0) !== (length === 0)) {
          throw new BertError("bad_bits", `${bits} bits`, at, bits);
        }
        const string = bytes(src, pos, length, copy);
        value = bits % 8 === 0 ? string : new Bits(string, 8 * length - 8 + bits);
        pos += length;
        break;
      }
      default: {
        const layout = layoutAt(src, at);
        if (layout === undefined) throw new BertError("unknown_tag", `a bad tag, ${src[at]}`, at, src[at]);
        opened = OPAQUE;
        count = layout.terms;
        pos += layout.before;
      }
    }
    if (opened !== ROOT) {
      if (count > 0) {
        // an element takes a byte at least
        if (end - pos < count) throw truncated(at);
        if (depth === deepest) throw new BertError("too_deep", `nested deeper than ${deepest / 3}`, at);
        around[depth] = kind;
        around[depth + 1] = wanted;
        around[depth + 2] = base;
        depth += 3;
        if (opened === OPAQUE) values[top++] = at;
        kind = opened;
        wanted = count;
        base = top;
        continue;
      }
      value = opened === TUPLE ? tuple() : new TermMap([]);
    }
    for (;;) {
      if (kind === ROOT) return value;
      values[top++] = value;
      if (--wanted > 0) break;
      if (kind === TUPLE) value = tupleOf(values, base, top);
      else if (kind === MAP) {
        const pairs = values.slice(base, top);
        value = mapOf(pairs, at);
      } else if (kind === LIST) {
        // a tail that is a list goes on with this one: in a loop, however often
        while (wanted === 0 && end - pos > 4 && src[pos] === 108) {
          wanted = u32(src, pos + 1);
          pos += 5;
        }
        if (end - pos < wanted) throw truncated(pos);
        if (wanted > 0) break;
        const tail = pos < end ? src[pos] : 0;
        if (tail === 106) pos++;
        else if (tail === 107 && end - pos > 2 && end - pos - 3 >= (src[pos + 1] << 8 | src[pos + 2])) {
          const last = pos + 3 + (src[pos + 1] << 8 | src[pos + 2]);
          for (pos += 3; pos < last; pos++) values[top++] = src[pos];
        } else {
          kind = TAIL;
          wanted = 1;
          break;
        }
        value = values.slice(base, top);
      } else if (kind === TAIL) value = new ImproperList(values.slice(base, top - 1), value);
      else {
        const from = values[--base] as number;
        const layout = layoutAt(src, from)!;
        if (end - pos < layout.after) throw truncated(from);
        if (!fits(src[from], values, base + 1)) {
          throw new BertError("bad_opaque", `a ${layout.kind} that is none`, from, src[from]);
        }
        pos += layout.after;
        value = new Opaque(layout.kind, bytes(src, from, pos - from, copy));
      }
      while (top > base) values[--top] = "";
      depth -= 3;
      kind = around[depth];
      wanted = around[depth + 1];
      base = around[depth + 2];
    }
  }
}

function mapOf(pairs: Term[], at: number): TermMap {
  let twins: boolean;
  try {
    twins = hasTwins(pairs);
  } catch (cause) {
    throw new BertError("too_deep", "a map with a key that is nested too deeply", at, undefined, { cause });
  }
  if (twins) throw new BertError("duplicate_key", "a map with a key that comes twice", at);
  return new TermMap(pairs);
}

const ATOM_PROBLEMS = {
  bad_atom: "an atom that is not UTF-8, or over 255 characters",
  too_many_atoms: "more unknown atoms than a message may bring",
};

function truncated(at: number): BertError {
  return new BertError("truncated", "the input ends within the term that starts", at);
}

function u32(src: Uint8Array, at: number): number {
  return (src[at] << 24 | src[at + 1] << 16 | src[at + 2] << 8 | src[at + 3]) >>> 0;
}

function bytes(src: Uint8Array, at: number, length: number, copy: boolean): Uint8Array {
  return copy ? copied(src, at, at + length) : new Uint8Array(src.buffer, src.byteOffset + at, length);
}
