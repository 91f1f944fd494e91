/**
 * Bytes on their way out.
 *
 * @module
 */

const FIRST_SIZE = 512;

/** Bytes on their way out: framings write behind what is there already. */
export class Output {
  /** The bytes, and room behind them. */
  buffer: Uint8Array;
  /** How many bytes are there. */
  used = 0;

  /** Makes an output that begins with this buffer. */
  constructor(buffer: Uint8Array = new Uint8Array(FIRST_SIZE)) {
    this.buffer = buffer;
  }

  /** Makes room for so many more bytes; gives the buffer, which may be another than before. */
  reserve(bytes: number): Uint8Array {
    const { buffer, used } = this;
    if (buffer.length - used >= bytes) return buffer;
    const longer = new Uint8Array(Math.max(2 * buffer.length, used + bytes));
    longer.set(buffer.subarray(0, used));
    return this.buffer = longer;
  }

  /** Puts bytes behind those that are there. */
  append(bytes: Uint8Array): void {
    this.reserve(bytes.length).set(bytes, this.used);
    this.used += bytes.length;
  }

  /** A copy of the bytes. */
  bytes(): Uint8Array {
    return this.buffer.slice(0, this.used);
  }
}
