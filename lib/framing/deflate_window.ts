/**
 * The plain text that compressed messages may refer back to.
 *
 * @module
 */

const FIRST_SIZE = 2048;

/** The last bytes of what was said, at least a window full of them once there were so many. */
export class DeflateWindow {
  /** How far back references go, in bytes. */
  readonly size: number;
  /** The bytes, and room behind them. */
  buffer: Uint8Array = new Uint8Array(FIRST_SIZE);
  /** How many are there, at most two windows. */
  used = 0;

  /** Makes an empty window of 2 to the power of `bits` bytes. */
  constructor(bits: number) {
    this.size = 2 ** bits;
  }

  /** Appends at most one window of bytes. Gives by how much those that were there have moved towards the beginning. */
  add(bytes: Uint8Array): number {
    let moved = 0;
    const needed = this.used + bytes.length;
    if (needed > this.buffer.length) {
      // What is older than a window goes, once there is no more room for it.
      if (needed > 2 * this.size) moved = this.used - Math.min(this.used, this.size);
      const kept = this.buffer.subarray(moved, this.used);
      if (needed - moved > this.buffer.length) {
        this.buffer = new Uint8Array(
          Math.min(2 * this.size, Math.max(2 * this.buffer.length, needed - moved)),
        );
        this.buffer.set(kept);
      } else if (moved > 0) this.buffer.set(kept);
    }
    this.buffer.set(bytes, this.used - moved);
    this.used = needed - moved;
    return moved;
  }

  /** The last window of bytes; a view. */
  last(): Uint8Array {
    return this.buffer.subarray(Math.max(0, this.used - this.size), this.used);
  }
}
