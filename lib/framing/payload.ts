/**
 * What a payload is where the framing does not tell text frames from binary ones: TCP, UDP, posts.
 *
 * @module
 */

/**
 * Whether the bytes of `buffer` from `start` up to `end` are a text frame: they are empty, exactly `PING`, or begin with `N2O,`; with
 * BERT as the format of binary frames, also when they do not begin with its 131.
 */
export function isText(buffer: Uint8Array, start: number, end: number, bert: boolean): boolean {
  if (start === end) return true;
  const first = buffer[start];
  if (bert) return first !== 131;
  if (end - start < 4) return false;
  // "N2O," and "PING"
  if (first === 78) return buffer[start + 1] === 50 && buffer[start + 2] === 79 && buffer[start + 3] === 44;
  return end - start === 4 && first === 80 && buffer[start + 1] === 73 && buffer[start + 2] === 78 &&
    buffer[start + 3] === 71;
}
