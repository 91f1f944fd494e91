/**
 * BERT to terms.
 *
 * @module
 */
import { type Atom, type AtomProblem, beginAtoms, readAtom } from "../term_atoms.ts";
import { keyOf } from "../term_key.ts";
import { TermMap } from "../term_map.ts";
import {
  Bits,
  Charlist,
  Float,
  ImproperList,
  Opaque,
  type OpaqueKind,
  type Term,
  tupleOf,
} from "../term_shapes.ts";
import { BertError } from "./bert_error.ts";

/** What a decoder accepts, and how it gives binaries. */
export interface BertLimits {
  /**
   * How long the input may be, and a compressed one when inflated.
   *
   * @default 16 MiB
   */
  readonly maxBytes?: number;
  /**
   * How deep terms may be nested.
   *
   * @default 512
   */
  readonly maxDepth?: number;
  /**
   * How many distinct atoms that the program does not use itself may come in one message. They are forgotten as soon as
   * nobody holds them, so messages do not add up.
   *
   * @default 4096
   */
  readonly maxAtoms?: number;
  /**
   * Inflates a compressed term (zlib) to exactly `size` bytes, or throws. Without it compressed terms are refused.
   */
  readonly inflate?: (deflated: Uint8Array, size: number) => Uint8Array;
  /**
   * Gives binaries as strings where they are valid UTF-8.
   *
   * @default false
   */
  readonly strings?: boolean;
  /**
   * Copies binaries out of the input, which may then be used again; otherwise they are views of it.
   *
   * @default false
   */
  readonly copy?: boolean;
}

const textDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const NONE: BertLimits = {};
const ROOT = 0, TUPLE = 1, LIST = 2, TAIL = 3, MAP = 4, OPAQUE = 5;

const scratch = new Uint8Array(8);
const scratchFloat = new Float64Array(scratch.buffer);

/** Decodes one term; throws a {@linkcode BertError}. Bytes behind the term are ignored, as Erlang does. */
export function decode(input: Uint8Array, limits: BertLimits = NONE): Term {
  const maxBytes = limits.maxBytes ?? 16_777_216;
  if (input.length > maxBytes) {
    throw new BertError("too_large", `${input.length} bytes, over ${maxBytes}`, maxBytes, input.length);
  }
  if (input.length === 0) throw new BertError("truncated", "no bytes", 0);
  if (input[0] !== 131) throw new BertError("not_bert", `starts with ${input[0]}, not 131`, 0, input[0]);
  beginAtoms(limits.maxAtoms ?? 4096);
  if (input[1] === 80) return read(inflated(input, maxBytes, limits), 0, limits);
  return read(input, 1, limits);
}

function inflated(input: Uint8Array, maxBytes: number, limits: BertLimits): Uint8Array {
  if (limits.inflate === undefined) throw new BertError("compressed", "compressed terms are refused", 1);
  if (input.length < 6) throw new BertError("truncated", "the size is cut off", 2);
  const size = (input[2] << 24 | input[3] << 16 | input[4] << 8 | input[5]) >>> 0;
  if (size > maxBytes) throw new BertError("too_large", `${size} bytes inflated, over ${maxBytes}`, 2, size);
  let result: Uint8Array;
  try {
    result = limits.inflate(input.subarray(6), size);
  } catch (error) {
    throw new BertError("bad_compressed", `cannot be inflated (${(error as Error).message})`, 6);
  }
  if (result.length !== size) {
    throw new BertError("bad_compressed", `${result.length} bytes inflated, ${size} announced`, 2, size);
  }
  return result;
}

function read(src: Uint8Array, start: number, limits: BertLimits): Term {
  const end = src.length;
  const maxDepth = limits.maxDepth ?? 512;
  const strings = limits.strings === true;
  const copy = limits.copy === true;
  const values: Term[] = [];
  const frames: number[] = [];
  let pos = start;
  let kind = ROOT;
  let left = 1;
  let base = 0;

  function need(n: number, at: number): void {
    if (end - pos < n) throw new BertError("truncated", `${n} bytes needed, ${end - pos} left`, at);
  }
  function u32(): number {
    need(4, at);
    pos += 4;
    return (src[pos - 4] << 24 | src[pos - 3] << 16 | src[pos - 2] << 8 | src[pos - 1]) >>> 0;
  }
  function u16(): number {
    need(2, at);
    pos += 2;
    return src[pos - 2] << 8 | src[pos - 1];
  }
  function u8(): number {
    need(1, at);
    return src[pos++];
  }
  function bytes(n: number): Uint8Array {
    need(n, at);
    pos += n;
    return copy ? src.slice(pos - n, pos) : src.subarray(pos - n, pos);
  }
  function opened(next: number, count: number): void {
    need(count, at);
    if (frames.length >= 3 * maxDepth) throw new BertError("too_deep", `nested deeper than ${maxDepth}`, at);
    frames.push(kind, left, base);
    kind = next, left = count, base = values.length;
  }
  function big(n: number): Term {
    const negative = u8() !== 0;
    need(n, at);
    let hex = "";
    for (let i = n; i-- > 0;) hex += (src[pos + i] + 256).toString(16).slice(1);
    pos += n;
    const size = BigInt(hex === "" ? 0 : "0x" + hex);
    const value = negative ? -size : size;
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }

  let at = pos;
  for (;;) {
    at = pos;
    if (pos >= end) throw new BertError("truncated", "the term is cut off", pos);
    const tag = src[pos++];
    let value: Term;
    switch (tag) {
      case 97:
        value = u8();
        break;
      case 98:
        value = u32() | 0;
        break;
      case 70: {
        need(8, at);
        for (let i = 0; i < 8; i++) scratch[7 - i] = src[pos++];
        const n = scratchFloat[0];
        if (!Number.isFinite(n)) throw new BertError("bad_float", `${n}`, at);
        value = Number.isInteger(n) ? new Float(n) : n;
        break;
      }
      case 99: {
        const text = String.fromCharCode(...bytes(31)).replace(/\0+$/, "");
        if (!/^[-+]?\d+\.\d+(e[-+]?\d+)?$/.test(text) || !Number.isFinite(Number(text))) {
          throw new BertError("bad_float", "no float", at);
        }
        const n = Number(text);
        value = Number.isInteger(n) ? new Float(n) : n;
        break;
      }
      case 100:
      case 115:
      case 118:
      case 119: {
        const n = tag === 100 || tag === 118 ? u16() : u8();
        need(n, at);
        const found: Atom | boolean | AtomProblem = readAtom(src, pos, n, tag > 117);
        if (typeof found === "string") throw new BertError(found, "a bad atom, or too many", at);
        pos += n;
        value = found;
        break;
      }
      case 104:
      case 105: {
        const n = tag === 104 ? u8() : u32();
        if (n === 0) {
          value = tupleOf([], 0, 0);
          break;
        }
        opened(TUPLE, n);
        continue;
      }
      case 106:
        value = [];
        break;
      case 107: {
        const n = u16();
        value = n === 0 ? [] : new Charlist(bytes(n));
        break;
      }
      case 108: {
        const n = u32();
        if (n > 0) opened(LIST, n);
        continue;
      }
      case 109: {
        const binary = bytes(u32());
        value = binary;
        if (strings) {
          try {
            value = textDecoder.decode(binary);
          } catch { /* stays a binary */ }
        }
        break;
      }
      case 77: {
        const n = u32();
        const bits = u8();
        if (bits > 8 || (bits === 0) !== (n === 0)) throw new BertError("bad_bits", `${bits} bits`, at, bits);
        const binary = bytes(n);
        value = bits === 8 || n === 0 ? binary : new Bits(binary, 8 * n - 8 + bits);
        break;
      }
      case 110:
        value = big(u8());
        break;
      case 111:
        value = big(u32());
        break;
      case 116: {
        const n = u32();
        if (n === 0) {
          value = new TermMap([]);
          break;
        }
        opened(MAP, 2 * n);
        continue;
      }
      case 88:
      case 103:
      case 89:
      case 102:
      case 120:
        opened(OPAQUE, 1);
        values.push(at);
        base++;
        continue;
      default:
        throw new BertError("unknown_tag", `unknown tag ${tag}`, at, tag);
    }
    for (;;) {
      values.push(value);
      if (--left > 0) break;
      if (kind === ROOT) return value;
      if (kind === TUPLE) value = tupleOf(values, base, values.length);
      else if (kind === LIST) {
        const next = src[pos];
        if (pos < end && next === 106) pos++, value = values.slice(base);
        else if (pos < end && next === 108) {
          at = pos++;
          left = u32();
          need(left, at);
          if (left === 0) throw new BertError("bad_list", "unsupported yet", at);
          break;
        } else if (pos < end && next === 107) {
          at = pos++;
          for (const byte of bytes(u16())) values.push(byte);
          value = values.slice(base);
        } else {
          kind = TAIL;
          left = 1;
          break;
        }
      } else if (kind === TAIL) value = new ImproperList(values.slice(base, -1), values[values.length - 1]);
      else if (kind === MAP) {
        const pairs = values.slice(base);
        const keys = new Set<unknown>();
        for (let i = 0; i < pairs.length; i += 2) keys.add(keyOf(pairs[i]));
        if (2 * keys.size !== pairs.length) throw new BertError("duplicate_key", "a key comes twice", at);
        value = new TermMap(pairs);
      } else {
        base--;
        const from = values[base] as number;
        value = new Opaque("pid" as OpaqueKind, src.subarray(from, pos));
      }
      values.length = base;
      base = frames.pop()!, left = frames.pop()!, kind = frames.pop()!;
    }
  }
}
