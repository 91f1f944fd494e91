/**
 * The masks of WebSocket frames.
 *
 * @module
 */

/** From so many bytes on, four at once are faster, what it costs to begin with them included. */
const LONG = 96;

/**
 * Takes the mask off the bytes from `start` up to `end`, or puts it on. The mask is four bytes as a big-endian number; `phase`
 * is how many bytes of the payload came before.
 */
export function unmask(buffer: Uint8Array, start: number, end: number, mask: number, phase: number): void {
  const turned = phase & 3;
  if (turned !== 0) mask = mask << 8 * turned | mask >>> 32 - 8 * turned;
  const a = mask >>> 24, b = mask >>> 16 & 255, c = mask >>> 8 & 255, d = mask & 255;
  let at = start;
  if (end - start >= LONG) at = unmaskWords(buffer, start, end, a, b, c, d);
  for (; at + 3 < end; at += 4) {
    buffer[at] ^= a;
    buffer[at + 1] ^= b;
    buffer[at + 2] ^= c;
    buffer[at + 3] ^= d;
  }
  if (at < end) buffer[at] ^= a;
  if (at + 1 < end) buffer[at + 1] ^= b;
  if (at + 2 < end) buffer[at + 2] ^= c;
}

/** Words in the machine's order; gives the first byte that is not done, which the mask's first byte is for. */
function unmaskWords(
  buffer: Uint8Array,
  start: number,
  end: number,
  a: number,
  b: number,
  c: number,
  d: number,
): number {
  const bytes = [a, b, c, d];
  let at = start;
  let phase = 0;
  for (; (buffer.byteOffset + at & 3) !== 0; at++) buffer[at] ^= bytes[phase++ & 3];
  const words = new Int32Array(buffer.buffer, buffer.byteOffset + at, end - at >> 2);
  const pattern = Uint8Array.of(
    bytes[phase & 3],
    bytes[phase + 1 & 3],
    bytes[phase + 2 & 3],
    bytes[phase + 3 & 3],
  );
  const word = new Int32Array(pattern.buffer)[0];
  for (let i = 0; i < words.length; i++) words[i] ^= word;
  at += 4 * words.length;
  for (; at < end && (phase & 3) !== 0; at++) buffer[at] ^= bytes[phase++ & 3];
  return at;
}
