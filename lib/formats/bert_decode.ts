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
    throw new BertError("too_large", maxBytes, length);
  }
  if (length < 2) throw truncated(length);
  if (input[0] !== 131) {
    throw new BertError("not_bert", 0, input[0]);
  }
  beginAtoms(limits.maxAtoms ?? MAX_ATOMS);
  try {
    if (input[1] !== 80) return read(input, 1, length, limits);
    const whole = inflated(input, maxBytes, limits);
    return read(whole, 0, whole.length, limits);
  } catch (error) {
    forget();
    throw error;
  } finally {
    if (values.length > MOST_VALUES) forget();
  }
}

/**
 * Decodes the term in a part of a buffer, as {@linkcode decode} does with a copy of it. The limits must say `copy`, so that the
 * buffer can be used again.
 */
export function decodeFrom(buffer: Uint8Array, start: number, end: number, limits: BertLimits): Term {
  const length = end - start;
  if (
    length > 1 && length <= (limits.maxBytes ?? MAX_BYTES) && buffer[start] === 131 &&
    buffer[start + 1] !== 80
  ) {
    beginAtoms(limits.maxAtoms ?? MAX_ATOMS);
    try {
      return read(buffer, start + 1, end, limits);
    } catch {
      // What is wrong, and at which byte of the payload, is found below; so is what needs to see the end of the buffer.
      forget();
    } finally {
      if (values.length > MOST_VALUES) forget();
    }
  }
  return decode(buffer.slice(start, end), limits);
}

function inflated(input: Uint8Array, maxBytes: number, limits: BertLimits): Uint8Array {
  if (limits.inflate === undefined) throw new BertError("compressed", 1);
  if (input.length < 6) throw truncated(1);
  const size = u32(input, 2);
  if (size > maxBytes) throw new BertError("too_large", 2, size);
  let result: Uint8Array | undefined;
  let cause: unknown;
  try {
    result = limits.inflate(input.subarray(6), size);
  } catch (error) {
    cause = error;
  }
  if (result?.length === size) return result;
  throw new BertError("bad_compressed", 6, size, { cause });
}

const ROOT = 0, TUPLE = 1, LIST = 2, TAIL = 3, MAP = 4, OPAQUE = 5;

/** In {@linkcode HEADS}: as many bytes follow as the number in the head says. */
const DATA = 64;

/** How many bytes stand between a tag and what follows it: a number of that size, but for 70, 99 and where one is left over. */
const HEADS = new Uint8Array(256);
for (
  const [head, ...tags] of [
    [1, 97, 104],
    [4, 98, 105, 108, 116],
    [8, 70],
    [31, 99],
    [1 | DATA, 115, 119],
    [2 | DATA, 100, 107, 110, 118],
    [4 | DATA, 109],
    [5 | DATA, 77, 111],
  ]
) for (const tag of tags) HEADS[tag] = head;

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

function read(src: Uint8Array, start: number, end: number, limits: BertLimits): Term {
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
    if (pos === end) throw truncated(at);
    const tag = src[pos++];
    const head = HEADS[tag];
    const size = head & ~DATA;
    if (end - pos < size) throw truncated(at);
    let n = 0;
    if (size === 1) n = src[pos];
    else if (size === 2) n = tag === 110 ? src[pos] : src[pos] << 8 | src[pos + 1];
    else if (size > 0) n = u32(src, pos);
    pos += size;
    const from = pos;
    if (head > DATA) {
      if (end - pos < n) throw truncated(at);
      pos += n;
    }
    let value: Term = n;
    let opened = ROOT;
    switch (tag) {
      case 97:
        break;
      case 98:
        value = n | 0;
        break;
      case 100:
      case 115:
      case 118:
      case 119: {
        const atom = readAtom(src, from, n, tag > 117);
        if (typeof atom === "string") throw new BertError(atom, at);
        value = atom;
        break;
      }
      case 109:
        value = (strings ? readText(src, from, pos) : undefined) ?? bytes(src, from, n, copy);
        break;
      case 104:
      case 105:
        opened = TUPLE;
        break;
      case 106:
        value = [];
        break;
      case 107:
        value = n === 0 ? [] : new Charlist(bytes(src, from, n, copy));
        break;
      case 108:
        // a list of no elements is its tail
        if (n === 0) continue;
        opened = LIST;
        break;
      case 116:
        n *= 2;
        opened = MAP;
        break;
      case 70:
      case 99: {
        const float = tag === 70 ? readFloat(src, at + 1) : readFloatText(src, at + 1);
        if (float === undefined) throw new BertError("bad_float", at);
        value = float;
        break;
      }
      case 110:
      case 111:
        if (n >= MAX_INTEGER) throw new BertError("too_large", at, n);
        value = readInteger(src, from, n, src[from - 1] !== 0);
        break;
      case 77: {
        const bits = src[from - 1];
        if (bits > 8 || (bits === 0) !== (n === 0)) throw new BertError("bad_bits", at, bits);
        const string = bytes(src, from, n, copy);
        value = bits % 8 === 0 ? string : new Bits(string, 8 * n - 8 + bits);
        break;
      }
      default: {
        const layout = end < src.length ? undefined : layoutAt(src, at);
        if (layout === undefined) throw new BertError("unknown_tag", at, tag);
        opened = OPAQUE;
        n = layout.terms;
        pos += layout.before;
      }
    }
    if (opened !== ROOT) {
      if (n > 0) {
        // an element takes a byte at least
        if (end - pos < n) throw truncated(at);
        if (depth === deepest) throw new BertError("too_deep", at, deepest / 3);
        around[depth] = kind;
        around[depth + 1] = wanted;
        around[depth + 2] = base;
        depth += 3;
        if (opened === OPAQUE) values[top++] = at;
        kind = opened;
        wanted = n;
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
          throw new BertError("bad_opaque", from, layout.kind);
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
    throw new BertError("too_deep", at, "key", { cause });
  }
  if (twins) throw new BertError("duplicate_key", at);
  return new TermMap(pairs);
}

function truncated(at: number): BertError {
  return new BertError("truncated", at);
}

function u32(src: Uint8Array, at: number): number {
  return (src[at] << 24 | src[at + 1] << 16 | src[at + 2] << 8 | src[at + 3]) >>> 0;
}

function bytes(src: Uint8Array, at: number, length: number, copy: boolean): Uint8Array {
  return copy ? copied(src, at, at + length) : new Uint8Array(src.buffer, src.byteOffset + at, length);
}
