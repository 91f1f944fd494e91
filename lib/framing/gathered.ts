/**
 * A payload that comes in pieces.
 *
 * @module
 */

const FIRST_SIZE = 1024;

/** A payload that comes in pieces: the room grows with what has come, never with what is announced. */
export class Gathered {
  /** The bytes, and room behind them. */
  buffer: Uint8Array = new Uint8Array(FIRST_SIZE);
  /** How many have come. */
  length = 0;

  /** Appends the bytes of `source` from `start` up to `end`; gives where they stand now. */
  add(source: Uint8Array, start: number, end: number): number {
    const at = this.length;
    const length = at + end - start;
    if (length > this.buffer.length) {
      const longer = new Uint8Array(Math.max(length, 2 * this.buffer.length));
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
