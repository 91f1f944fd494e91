/**
 * Short byte arrays out of long buffers: an `ArrayBuffer` of its own costs a short message more than all the rest.
 *
 * @module
 */

const SIZE = 8192;
/** Longer ones get buffers of their own, so that one that is kept does not keep much else. */
const LONGEST = 1024;

let slab = new Uint8Array(SIZE);
let used = 0;

/** A copy of the bytes; a short one shares its buffer with others. */
export function copied(source: Uint8Array, from: number, to: number): Uint8Array {
  const length = to - from;
  if (length > LONGEST) return source.slice(from, to);
  if (used + length > slab.length) {
    slab = new Uint8Array(SIZE);
    used = 0;
  }
  const copy = new Uint8Array(slab.buffer, used, length);
  used += length + 7 & ~7;
  if (length > 32) copy.set(new Uint8Array(source.buffer, source.byteOffset + from, length));
  else for (let i = 0; i < length; i++) copy[i] = source[from + i];
  return copy;
}
