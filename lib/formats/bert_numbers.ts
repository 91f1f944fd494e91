/**
 * BERT's numbers that are not plain.
 *
 * @module
 */
import { Float } from "../term_shapes.ts";

const scratch = new Uint8Array(8);
const scratchFloat = new Float64Array(scratch.buffer);

/** The float in eight bytes, the highest first; `undefined` for what is not finite. */
export function readFloat(source: Uint8Array, at: number): number | Float | undefined {
  for (let i = 0; i < 8; i++) scratch[7 - i] = source[at + i];
  const n = scratchFloat[0];
  return (n | 0) !== n && !Number.isInteger(n) ? (n - n === 0 ? n : undefined) : new Float(n);
}

/** The float written out in 31 bytes, of which zeros fill the end; `undefined` for what is none. */
export function readFloatText(source: Uint8Array, at: number): number | Float | undefined {
  const text = String.fromCharCode(...source.subarray(at, at + 31));
  if (!/^[-+]?\d+\.\d+([eE][-+]?\d+)?\0*$/.test(text)) return undefined;
  const n = Number.parseFloat(text);
  if (!Number.isFinite(n)) return undefined;
  return Number.isInteger(n) ? new Float(n) : n;
}

/** The integer whose size is `length` bytes from `at`, the lowest first. */
export function readInteger(
  source: Uint8Array,
  at: number,
  length: number,
  negative: boolean,
): number | bigint {
  while (length > 0 && source[at + length - 1] === 0) length--;
  if (length < 8) {
    let size = 0;
    for (let i = at + length; i-- > at;) size = size * 256 + source[i];
    if (size <= Number.MAX_SAFE_INTEGER) return negative && size > 0 ? -size : size;
  }
  const digits: string[] = [];
  for (let i = at + length; i-- > at;) digits.push((source[i] + 256).toString(16).slice(1));
  const size = BigInt("0x" + digits.join(""));
  return negative ? -size : size;
}
