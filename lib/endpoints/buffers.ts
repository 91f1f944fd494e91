/**
 * The buffers of streams: what is not in use serves the next one.
 *
 * @module
 */
import { Output } from "../framing/output.ts";

/** The buffer that an idle stream waits with. */
export const SMALL = 512;
/** The buffer of a stream that takes everything that there is room for. */
export const LARGE = 32_768;
/** Small buffers are cut out of one of this size. */
const CHUNK = 65_536;
/** Where outputs begin, and how many are kept. */
const OUTPUT = 16_384;
const OUTPUTS = 64;
/** How many buffers of a larger size are kept. */
const KEPT = 64;

/** The buffers of all streams of an application. */
export class Buffers {
  /** Bytes of larger buffers that streams wait with now. */
  lent = 0;
  #small: Uint8Array[] = [];
  #larger = new Map<number, Uint8Array[]>();
  #outputs: Output[] = [];

  /** A buffer to read into, of exactly this size. */
  take(size: number): Uint8Array {
    if (size > SMALL) {
      this.lent += size;
      return this.#larger.get(size)?.pop() ?? new Uint8Array(size);
    }
    if (this.#small.length === 0) {
      const chunk = new ArrayBuffer(CHUNK);
      for (let at = CHUNK; at > 0; at -= SMALL) this.#small.push(new Uint8Array(chunk, at - SMALL, SMALL));
    }
    return this.#small.pop()!;
  }

  /** Takes back a buffer that nobody reads into any more. */
  give(buffer: Uint8Array): void {
    const { length } = buffer;
    if (length <= SMALL) {
      this.#small.push(buffer);
      return;
    }
    this.lent -= length;
    const kept = this.#larger.get(length);
    if (kept === undefined) this.#larger.set(length, [buffer]);
    else if (kept.length < KEPT) kept.push(buffer);
  }

  /** An empty output. */
  output(): Output {
    return this.#outputs.pop() ?? new Output(new Uint8Array(OUTPUT));
  }

  /** Takes back an output whose bytes are sent. */
  sent(output: Output): void {
    if (output.buffer.length !== OUTPUT || this.#outputs.length >= OUTPUTS) return;
    output.used = 0;
    this.#outputs.push(output);
  }
}
