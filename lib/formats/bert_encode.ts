/**
 * Terms to BERT.
 *
 * @module
 */
import { Atom } from "../term_atoms.ts";
import { TermMap } from "../term_map.ts";
import {
  Bits,
  Charlist,
  Float,
  ImproperList,
  isTupleObject,
  Opaque,
  type Term,
  type Tuple,
} from "../term_shapes.ts";
import { BertError } from "./bert_error.ts";
import { copied } from "./slab.ts";
import { writeText } from "../utf8.ts";

/** How deep a term may be nested: what goes deeper is taken for a circle. */
const MAX_DEPTH = 16_384;

/** The encoder's own buffer grows with the terms; after a long one it goes back to its first size. */
const FIRST_SIZE = 8192;
const KEPT_SIZE = 1 << 18;

/** No tag, length and number together are longer, nor is a common atom. */
const ROOM = 64;

const YES = Uint8Array.of(100, 0, 4, 116, 114, 117, 101);
const NO = Uint8Array.of(100, 0, 5, 102, 97, 108, 115, 101);

const scratch = new Uint8Array(8);
const scratchFloat = new Float64Array(scratch.buffer);

let own: Uint8Array = new Uint8Array(FIRST_SIZE);
let out: Uint8Array = own;
let busy = false;

/** Encodes a term; the bytes are the caller's, in a buffer of their own. Throws a {@linkcode BertError} for what is no term. */
export function encode(term: Term): Uint8Array {
  const end = run(term, own, 0);
  const result = out.slice(0, end);
  keep();
  return result;
}

/** Encodes a term for sending: what is short shares its buffer with other messages. */
export function encodeShared(term: Term): Uint8Array {
  const end = run(term, own, 0);
  const result = copied(out, 0, end);
  keep();
  return result;
}

/**
 * Encodes a term into the caller's buffer, from an offset on. Gives the offset behind it; or, when it does not fit, minus
 * the offset at which it would end: then the buffer's bytes from the offset on are of no use.
 */
export function encodeInto(term: Term, buffer: Uint8Array, offset: number): number {
  const end = run(term, buffer, offset);
  if (out !== buffer) {
    if (end > buffer.length) return -end;
    // only the room for what might have come was wanting
    buffer.set(out.subarray(offset, end), offset);
  }
  return end;
}

function run(term: Term, buffer: Uint8Array, at: number): number {
  if (busy) throw new BertError("bad_term", -1, "a getter that encodes");
  busy = true;
  out = buffer;
  try {
    return write(term, at);
  } finally {
    busy = false;
  }
}

function keep(): void {
  own = out.length > KEPT_SIZE ? new Uint8Array(FIRST_SIZE) : out;
}

/** Makes room for so many more bytes. */
function grow(pos: number, more: number): Uint8Array {
  if (out.length - pos < more) {
    const longer = new Uint8Array(Math.max(2 * out.length, pos + more + ROOM));
    longer.set(out.subarray(0, pos));
    out = longer;
  }
  return out;
}

const IN_TUPLE = 0, IN_LIST = 1, IN_PAIRS = 2;
const NOTHING: readonly Term[] = [];
const NO_TUPLE = NOTHING as unknown as Tuple;

/** The containers around the innermost one, and of each its kind and the next element's index. */
const around: (Tuple | readonly Term[])[] = [];
const places: number[] = [];

function write(root: Term, at: number): number {
  let pos = at;
  let buf = grow(pos, ROOM);
  buf[pos++] = 131;
  let term = root;
  let depth = 0;
  // the innermost open container; a tuple apart from lists, so that each is read where V8 has seen only its kind
  let kind = IN_PAIRS;
  let inTuple = NO_TUPLE;
  let inList = NOTHING;
  let index = 0;
  let count = 0;
  for (;;) {
    let opened = -1;
    if (buf.length - pos < ROOM) buf = grow(pos, ROOM);
    if (typeof term === "number") {
      if ((term & 255) === term) {
        buf[pos] = 97;
        buf[pos + 1] = term;
        pos += 2;
      } else if ((term | 0) === term) {
        buf[pos] = 98;
        pos = u32(term, buf, pos + 1);
      } else {
        pos = writeNumber(term, pos);
        buf = out;
      }
    } else if (typeof term === "string") {
      const length = term.length;
      if (buf.length - pos < 3 * length + ROOM) buf = grow(pos, 3 * length + ROOM);
      const end = writeText(term, buf, pos + 5);
      buf[pos] = 109;
      u32(end - pos - 5, buf, pos + 1);
      pos = end;
    } else if (term instanceof Atom || typeof term === "boolean") {
      const wire = term === true ? YES : term === false ? NO : term["encoded"] ?? term.wire;
      if (wire.length > ROOM) buf = grow(pos, wire.length);
      for (let i = 0; i < wire.length; i++) buf[pos++] = wire[i];
    } else if (term instanceof Uint8Array) {
      buf[pos] = 109;
      pos = append(term, u32(term.length, buf, pos + 1));
      buf = out;
    } else if (Array.isArray(term)) {
      const list = term as readonly Term[];
      const length = list.length;
      if (length === 0) buf[pos++] = 106;
      else if (length < 65_536 && isBytes(list)) {
        buf = grow(pos, length + ROOM);
        buf[pos] = 107;
        buf[pos + 1] = length >> 8;
        buf[pos + 2] = length;
        pos += 3;
        for (let i = 0; i < length; i++) buf[pos++] = list[i] as number;
      } else {
        buf[pos] = 108;
        pos = u32(length, buf, pos + 1);
        opened = IN_LIST;
      }
    } else if (isTupleObject(term)) {
      const length = term.length;
      if (length < 256) {
        buf[pos] = 104;
        buf[pos + 1] = length;
        pos += 2;
      } else {
        buf[pos] = 105;
        pos = u32(length, buf, pos + 1);
      }
      opened = IN_TUPLE;
    } else if (term instanceof TermMap || term instanceof Map) {
      const pairs: readonly Term[] = term instanceof Map ? pairsOf(term) : term.pairs;
      buf[pos] = 116;
      pos = u32(pairs.length / 2, buf, pos + 1);
      term = pairs;
      opened = IN_PAIRS;
    } else if (term instanceof Charlist && (term.bytes.length === 0 || term.bytes.length > 65_535)) {
      term = Array.from(term.bytes);
      continue;
    } else if (term instanceof ImproperList) {
      buf[pos] = 108;
      pos = u32(term.elements.length, buf, pos + 1);
      term = [...term.elements, term.tail];
      opened = IN_PAIRS;
    } else {
      pos = writeRare(term, pos);
      buf = out;
    }

    if (opened >= 0) {
      if (depth === MAX_DEPTH) {
        around.length = 0;
        throw new BertError("too_deep", -1, MAX_DEPTH);
      }
      around[depth] = kind === IN_TUPLE ? inTuple : inList;
      places[2 * depth] = kind;
      places[2 * depth + 1] = index;
      depth++;
      kind = opened;
      index = 0;
      if (kind === IN_TUPLE) count = (inTuple = term as Tuple).length;
      else count = (inList = term as readonly Term[]).length;
    }
    while (index === count) {
      if (kind === IN_LIST) {
        if (buf.length - pos < ROOM) buf = grow(pos, ROOM);
        buf[pos++] = 106;
      }
      if (depth === 0) return pos;
      depth--;
      const container = around[depth];
      around[depth] = NOTHING;
      kind = places[2 * depth];
      index = places[2 * depth + 1];
      if (kind === IN_TUPLE) count = (inTuple = container as Tuple).length;
      else count = (inList = container as readonly Term[]).length;
    }
    term = kind === IN_TUPLE ? inTuple[index++] : inList[index++];
  }
}

function u32(n: number, buf: Uint8Array, pos: number): number {
  buf[pos] = n >>> 24;
  buf[pos + 1] = n >>> 16;
  buf[pos + 2] = n >>> 8;
  buf[pos + 3] = n;
  return pos + 4;
}

function append(bytes: Uint8Array, pos: number): number {
  const length = bytes.length;
  const buf = grow(pos, length);
  if (length > 16) buf.set(bytes, pos);
  else for (let i = 0; i < length; i++) buf[pos + i] = bytes[i];
  return pos + length;
}

function isBytes(list: readonly Term[]): boolean {
  for (let i = 0; i < list.length; i++) {
    const n = list[i];
    if (typeof n !== "number" || (n & 255) !== n) return false;
  }
  return true;
}

function pairsOf(map: ReadonlyMap<Term, Term>): Term[] {
  const pairs: Term[] = [];
  Map.prototype.forEach.call(map, (value, key) => pairs.push(key, value));
  return pairs;
}

/** A float, or an integer of more than 32 bits. */
function writeNumber(n: number, pos: number): number {
  if (!Number.isInteger(n)) return writeFloat(n, pos);
  if (!Number.isSafeInteger(n)) return writeBig(BigInt(n), pos);
  let rest = Math.abs(n);
  let end = pos + 3;
  while (rest > 0) {
    out[end++] = rest;
    rest = Math.floor(rest / 256);
  }
  out[pos] = 110;
  out[pos + 1] = end - pos - 3;
  out[pos + 2] = n < 0 ? 1 : 0;
  return end;
}

function writeFloat(n: number, pos: number): number {
  if (!Number.isFinite(n)) throw badTerm(n);
  scratchFloat[0] = n;
  out[pos] = 70;
  for (let i = 0; i < 8; i++) out[pos + 8 - i] = scratch[i];
  return pos + 9;
}

function writeBig(n: bigint, pos: number): number {
  if (n >= -0x8000_0000n && n < 0x8000_0000n) {
    out[pos] = 97;
    out[pos + 1] = Number(n);
    if (n >> 8n === 0n) return pos + 2;
    out[pos] = 98;
    return u32(Number(n), out, pos + 1);
  }
  const hex = (n < 0n ? -n : n).toString(16);
  const length = hex.length + 1 >> 1;
  grow(pos, length + ROOM);
  out[pos] = 110;
  out[pos + 1] = length;
  if (length < 256) pos += 2;
  else {
    out[pos] = 111;
    pos = u32(length, out, pos + 1);
  }
  out[pos++] = n < 0n ? 1 : 0;
  for (let i = hex.length; i > 0; i -= 2) out[pos++] = parseInt(hex.slice(Math.max(0, i - 2), i), 16);
  return pos;
}

function writeRare(term: Term, pos: number): number {
  if (typeof term === "bigint") return writeBig(term, pos);
  if (term instanceof Float) return writeFloat(term.value, pos);
  if (term instanceof Opaque) return append(term.bytes, pos);
  if (term instanceof Charlist) {
    const length = term.bytes.length;
    out[pos] = 107;
    out[pos + 1] = length >> 8;
    out[pos + 2] = length;
    return append(term.bytes, pos + 3);
  }
  if (term instanceof Bits) {
    out[pos] = 77;
    pos = u32(term.bytes.length, out, pos + 1);
    out[pos] = term.size & 7;
    return append(term.bytes, pos + 1);
  }
  throw badTerm(described(term));
}

function badTerm(detail: unknown): BertError {
  around.length = 0;
  return new BertError("bad_term", -1, detail);
}

function described(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "object"
    ? `an object of ${value.constructor?.name ?? "no class"}`
    : `a ${typeof value}`;
}
