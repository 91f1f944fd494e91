/**
 * Keys of a store: their order, their size, and ranges of them.
 *
 * @module
 */
import { StoreError } from "./error.ts";
import type { StoreKey, StoreListOptions } from "./mod.ts";

/** The longest key, encoded, in bytes: a string takes its UTF-8 bytes and 2 (a NUL in it counts twice), a number 9. */
export const MAX_KEY_BYTES = 2048;

/** Keys between two others. */
export interface KeyRange {
  /** The encoding at or after which they lie. */
  readonly from: string;
  /** The encoding before which they lie. */
  readonly to: string;
  /** A key whose encoding is `from`. */
  readonly first: StoreKey;
  /** A key whose encoding is `to`. Its last part may be `true`, which Deno KV has after all strings and numbers. */
  readonly last: readonly (string | number | true)[];
}

const SPECIAL = /[^ -~]/;
const STRING = "\x02";
const NUMBER = "\x21";
const BEYOND = "\x22";

// Scratch of encodeKey, which is synchronous: nothing in them outlives a call.
const utf8 = new TextEncoder();
const bytes = new Uint8Array(3 * MAX_KEY_BYTES);
const double = new DataView(new ArrayBuffer(8));

/**
 * Encodes a key, one character a byte, so that comparing encodings with `<` orders keys: part after part, a shorter key
 * before those that it begins, strings before numbers, strings by their UTF-8 bytes (which is by code point), numbers by
 * value. It is the encoding, and so the order, of Deno KV.
 *
 * @throws {StoreError} `bad_key` for a part that is no string or finite number, or a string with a lone surrogate;
 * `key_too_long` over {@linkcode MAX_KEY_BYTES}.
 */
export function encodeKey(key: StoreKey): string {
  let encoded = "";
  for (const part of key) {
    if (typeof part === "string") encoded += STRING + encodeString(part, key) + "\0";
    else if (Number.isFinite(part)) encoded += NUMBER + encodeNumber(part);
    else throw new StoreError("bad_key", `a key has strings and finite numbers, not ${String(part)}`, key);
  }
  if (encoded.length > MAX_KEY_BYTES) throw tooLong(encoded.length, key);
  return encoded;
}

/**
 * Encodes the key of one value.
 *
 * @throws {StoreError} as {@linkcode encodeKey}, and `bad_key` for a key without parts.
 */
export function encodeValueKey(key: StoreKey): string {
  if (key.length === 0) throw new StoreError("bad_key", "a value needs a key of at least one part", key);
  return encodeKey(key);
}

/**
 * The range that a prefix and the options of a list mean; `undefined` when no key can lie in it.
 *
 * @throws {StoreError} as {@linkcode encodeKey}.
 */
export function rangeOf(prefix: StoreKey, options: StoreListOptions): KeyRange | undefined {
  const encoded = encodeKey(prefix);
  let first: StoreKey = [...prefix, ""];
  let last: KeyRange["last"] = [...prefix, true];
  let from = encoded + STRING + "\0";
  let to = encoded + BEYOND;
  if (options.start !== undefined) {
    const start = encodeKey(options.start);
    if (start > from) [from, first] = [start, options.start];
  }
  if (options.end !== undefined) {
    const end = encodeKey(options.end);
    if (end < to) [to, last] = [end, options.end];
  }
  if (from >= to || encoded.length + 2 > MAX_KEY_BYTES) return undefined;
  return { from, to, first: copyKey(first), last: last.map(withoutMinus) };
}

/** A copy of a key, as it is stored. */
export function copyKey(key: StoreKey): StoreKey {
  return key.map(withoutMinus);
}

/** `-0` is `0`: they encode alike. */
function withoutMinus<P>(part: P): P {
  return Object.is(part, -0) ? 0 as P : part;
}

function encodeString(part: string, key: StoreKey): string {
  // Every UTF-16 unit is at least one byte: a name of megabytes is refused before any work is done on it.
  if (part.length > MAX_KEY_BYTES) throw tooLong(part.length, key);
  if (!SPECIAL.test(part)) return part;
  if (!part.isWellFormed()) throw new StoreError("bad_key", "a key must not hold a lone surrogate", key);
  const { written } = utf8.encodeInto(part, bytes);
  const encoded = String.fromCharCode(...bytes.subarray(0, written));
  return encoded.replaceAll("\0", "\0\xff");
}

/** The bits of a double, turned so that bytes compare as numbers do. */
function encodeNumber(part: number): string {
  double.setFloat64(0, part === 0 ? 0 : part);
  const high = double.getUint32(0);
  const flip = high >= 0x8000_0000 ? 0xffff_ffff : 0;
  const a = flip === 0 ? high ^ 0x8000_0000 : high ^ flip;
  const b = double.getUint32(4) ^ flip;
  return String.fromCharCode(
    a >>> 24 & 255,
    a >>> 16 & 255,
    a >>> 8 & 255,
    a & 255,
    b >>> 24 & 255,
    b >>> 16 & 255,
    b >>> 8 & 255,
    b & 255,
  );
}

function tooLong(size: number, key: StoreKey): StoreError {
  return new StoreError(
    "key_too_long",
    `a key of ${size} bytes is over the ${MAX_KEY_BYTES} that it may have`,
    key,
  );
}
