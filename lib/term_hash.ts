/**
 * The hash that keys from outside are found by.
 *
 * A JavaScript `Map` is no place for them: V8 hashes numbers, and strings that look like numbers, by their value alone, and
 * all other strings by a seed that is a part of Deno's snapshot, the same in every process. Keys that share a bucket can be
 * worked out beforehand, and each of them then costs a walk over all the others.
 *
 * @module
 */

/** Nobody outside knows it, and each process has another. */
const SECRET = crypto.getRandomValues(new Int32Array(2));

/** The text's hash, a whole number of 52 bits: SipHash on half its width, one round for two units and three to end. */
export function secretHash(text: string): number {
  let a = SECRET[0];
  let b = SECRET[1];
  let c = a ^ 0x6c796765;
  let d = b ^ 0x74656462;
  const length = text.length;
  // the length comes first, so that no text is the start of another; what is not there counts as 0
  for (let i = -2; i < length + 6; i += 2) {
    const word = i < 0 ? length : i < length ? text.charCodeAt(i) | text.charCodeAt(i + 1) << 16 : 0;
    d ^= word;
    a = a + b | 0;
    b = (b << 5 | b >>> 27) ^ a;
    a = a << 16 | a >>> 16;
    c = c + d | 0;
    d = (d << 8 | d >>> 24) ^ c;
    a = a + d | 0;
    d = (d << 7 | d >>> 25) ^ a;
    c = c + b | 0;
    b = (b << 13 | b >>> 19) ^ c;
    c = c << 16 | c >>> 16;
    a ^= word;
  }
  return ((b ^ d) >>> 0) + ((a ^ c) & 0xfffff) * 2 ** 32;
}
