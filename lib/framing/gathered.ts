/**
 * A payload that comes in pieces.
 *
 * @module
 */

const FIRST_SIZE = 1024;

/** A payload that comes in pieces: the room grows with what has come, to 16 times of it at most where more is announced. */
export class Gathered {
  /** The bytes, and room behind them. */
  buffer: Uint8Array = new Uint8Array(FIRST_SIZE);
  /** How many have come. */
  length = 0;

  /** Appends the bytes of `source` from `start` up to `end`, after which `left` are to come; gives where they stand now. */
  add(source: Uint8Array, start: number, end: number, left = 0): number {
    const at = this.length;
    const length = at + end - start;
    if (length > this.buffer.length) {
      const room = left === 0
        ? Math.max(length, 2 * this.buffer.length)
        : Math.min(length + left, 16 * length);
      const longer = new Uint8Array(room);
      longer.set(this.buffer.subarray(0, at));
      this.buffer = longer;
    }
    this.buffer.set(source.subarray(start, end), at);
    this.length = length;
    return at;
  }

  /** The bytes that have come; a view. */
  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }
}
