/**
 * Terms to BERT.
 *
 * @module
 */
import { Atom } from "../term_atoms.ts";
import { TermMap } from "../term_map.ts";
import { Bits, Charlist, Float, ImproperList, Opaque, type Term, Tuple } from "../term_shapes.ts";
import { BertError } from "./bert_error.ts";

/** Deepest nesting that is encoded. */
const MAX_DEPTH = 16_384;
const INITIAL = 4096;
const KEEP = 1 << 18;

let out: Uint8Array = new Uint8Array(INITIAL);
/** Whether `out` may be replaced by a longer one. */
let spare = out;

const scratch = new Uint8Array(8);
const scratchFloat = new Float64Array(scratch.buffer);
const scratchBig = new BigUint64Array(scratch.buffer);
const textEncoder = new TextEncoder();

/** Encodes a term; the bytes are the caller's. */
export function encode(term: Term): Uint8Array {
  out = spare;
  const end = write(term, 0);
  const result = out.slice(0, end);
  spare = out.length > KEEP ? new Uint8Array(INITIAL) : out;
  return result;
}

/**
 * Encodes a term into a buffer from an offset; gives the offset behind it, or, when it does not fit, minus the offset that
 * it would have ended at (then the buffer's bytes from the offset on are undefined).
 */
export function encodeInto(term: Term, buffer: Uint8Array, offset: number): number {
  out = buffer;
  const end = write(term, offset);
  return out === buffer ? end : -end;
}

function grow(pos: number, more: number): void {
  const longer = new Uint8Array(Math.max(2 * out.length, pos + more + 64));
  longer.set(out.subarray(0, pos));
  out = longer;
}

function fail(message: string, value?: unknown): never {
  throw new BertError("bad_term", message, -1, value);
}

const PROPER = 0, IMPROPER = 1, OTHER = 2;

function write(root: Term, at: number): number {
  let pos = at;
  if (out.length - pos < 16) grow(pos, 16);
  out[pos++] = 131;
  let term: Term = root;
  // the innermost open container: its elements, the next one's index, and what comes at its end
  let elements: ArrayLike<Term> = [];
  let index = 0;
  let kind = OTHER;
  let tail: Term = 0;
  const stack: unknown[] = [];
  for (;;) {
    let open: ArrayLike<Term> | undefined;
    let openKind = OTHER;
    let openTail: Term = 0;
    if (out.length - pos < 16) grow(pos, 16);
    if (typeof term === "number") pos = writeNumber(term, pos);
    else if (typeof term === "string") pos = writeString(term, pos);
    else if (typeof term === "boolean") pos = writeBytes(term ? YES : NO, pos);
    else if (typeof term === "bigint") pos = writeBig(term, pos);
    else if (term instanceof Atom) pos = writeBytes(term.wire, pos);
    else if (term instanceof Tuple) {
      const n = term.length;
      if (n < 256) out[pos++] = 104, out[pos++] = n;
      else out[pos++] = 105, pos = u32(n, pos);
      open = term;
    } else if (term instanceof Uint8Array) {
      out[pos++] = 109;
      pos = writeBytes(term, u32(term.length, pos));
    } else if (Array.isArray(term)) {
      const n = term.length;
      if (n === 0) out[pos++] = 106;
      else if (n < 65536 && isBytes(term)) {
        out[pos++] = 107, out[pos++] = n >> 8, out[pos++] = n & 255;
        if (out.length - pos < n) grow(pos, n);
        for (let i = 0; i < n; i++) out[pos++] = term[i] as number;
      } else {
        out[pos++] = 108, pos = u32(n, pos);
        open = term;
        openKind = PROPER;
      }
    } else if (term instanceof Charlist) {
      const n = term.bytes.length;
      if (n === 0) out[pos++] = 106;
      else if (n < 65536) {
        out[pos++] = 107, out[pos++] = n >> 8, out[pos++] = n & 255;
        pos = writeBytes(term.bytes, pos);
      } else {
        out[pos++] = 108, pos = u32(n, pos);
        open = term.bytes;
        openKind = PROPER;
      }
    } else if (term instanceof Float) pos = writeFloat(term.value, pos);
    else if (term instanceof TermMap || term instanceof Map) {
      const pairs = term instanceof TermMap ? term.pairs : [...term].flat();
      out[pos++] = 116, pos = u32(pairs.length / 2, pos);
      open = pairs;
    } else if (term instanceof Bits) {
      out[pos++] = 77, pos = u32(term.bytes.length, pos);
      out[pos++] = term.size & 7;
      pos = writeBytes(term.bytes, pos);
    } else if (term instanceof ImproperList) {
      out[pos++] = 108, pos = u32(term.elements.length, pos);
      open = term.elements;
      openKind = IMPROPER;
      openTail = term.tail;
    } else if (term instanceof Opaque) pos = writeBytes(term.bytes, pos);
    else fail(`${nameOf(term)} is no term`, term);

    if (open !== undefined) {
      if (stack.length >= 4 * MAX_DEPTH) {
        throw new BertError("too_deep", "the term is nested too deeply, or in a circle");
      }
      stack.push(elements, index, kind, tail);
      elements = open, index = 0, kind = openKind, tail = openTail;
    }
    while (index === elements.length) {
      if (stack.length === 0) return pos;
      if (kind === IMPROPER) {
        kind = OTHER;
        elements = [tail];
        index = 0;
        break;
      }
      if (kind === PROPER) {
        if (out.length - pos < 16) grow(pos, 16);
        out[pos++] = 106;
      }
      tail = stack.pop() as Term, kind = stack.pop() as number, index = stack.pop() as number;
      elements = stack.pop() as ArrayLike<Term>;
    }
    term = elements[index++];
  }
}

const YES = Uint8Array.of(100, 0, 4, 116, 114, 117, 101);
const NO = Uint8Array.of(100, 0, 5, 102, 97, 108, 115, 101);

function u32(n: number, pos: number): number {
  out[pos] = n >>> 24, out[pos + 1] = n >>> 16, out[pos + 2] = n >>> 8, out[pos + 3] = n;
  return pos + 4;
}

function writeBytes(bytes: Uint8Array, pos: number): number {
  const n = bytes.length;
  if (out.length - pos < n) grow(pos, n);
  if (n > 24) out.set(bytes, pos);
  else for (let i = 0; i < n; i++) out[pos + i] = bytes[i];
  return pos + n;
}

function isBytes(list: readonly Term[]): boolean {
  for (let i = 0; i < list.length; i++) {
    const n = list[i];
    if (typeof n !== "number" || (n & 255) !== n) return false;
  }
  return true;
}

function writeNumber(n: number, pos: number): number {
  if ((n | 0) === n) {
    if ((n & 255) === n) {
      out[pos] = 97, out[pos + 1] = n;
      return pos + 2;
    }
    out[pos] = 98;
    return u32(n, pos + 1);
  }
  if (!Number.isInteger(n)) return writeFloat(n, pos);
  if (!Number.isSafeInteger(n)) return writeBig(BigInt(n), pos);
  let rest = Math.abs(n);
  let end = pos + 3;
  while (rest > 0) {
    out[end++] = rest;
    rest = Math.floor(rest / 256);
  }
  out[pos] = 110, out[pos + 1] = end - pos - 3, out[pos + 2] = n < 0 ? 1 : 0;
  return end;
}

function writeFloat(n: number, pos: number): number {
  if (!Number.isFinite(n)) fail(`${n} is no Erlang float`, n);
  scratchFloat[0] = n;
  out[pos] = 70;
  for (let i = 0; i < 8; i++) out[pos + 1 + i] = scratch[7 - i];
  return pos + 9;
}

function writeBig(n: bigint, pos: number): number {
  if (n >= -0x80000000n && n <= 0x7fffffffn) return writeNumber(Number(n), pos);
  const size = n < 0n ? -n : n;
  if (size <= 0xffffffffffffffffn) {
    scratchBig[0] = size;
    let length = 8;
    while (scratch[length - 1] === 0) length--;
    out[pos++] = 110, out[pos++] = length, out[pos++] = n < 0n ? 1 : 0;
    for (let i = 0; i < length; i++) out[pos++] = scratch[i];
    return pos;
  }
  const hex = size.toString(16);
  const length = hex.length + 1 >> 1;
  if (out.length - pos < length + 8) grow(pos, length + 8);
  if (length < 256) out[pos++] = 110, out[pos++] = length;
  else out[pos++] = 111, pos = u32(length, pos);
  out[pos++] = n < 0n ? 1 : 0;
  for (let i = hex.length; i > 0; i -= 2) out[pos++] = parseInt(hex.slice(Math.max(0, i - 2), i), 16);
  return pos;
}

function writeString(text: string, at: number): number {
  const n = text.length;
  let pos = at + 5;
  if (out.length - pos < 3 * n) grow(pos, 3 * n);
  let i = 0;
  if (n < 48) {
    for (; i < n; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 127) break;
      out[pos + i] = unit;
    }
  }
  pos += i < n ? textEncoder.encodeInto(text, out.subarray(pos)).written : n;
  out[at] = 109;
  u32(pos - at - 5, at + 1);
  return pos;
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  return `an object of ${value.constructor?.name ?? "no class"}`;
}
