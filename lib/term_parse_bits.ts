/**
 * Bits behind bits.
 *
 * @module
 */
import { Bits } from "./term_shapes.ts";

const encoder = new TextEncoder();

/** Makes a binary or a bit string of integers, floats and characters. */
export class BitWriter {
  /** How many bits there are. */
  size = 0;
  #bytes = new Uint8Array(64);

  /** Writes the lowest `size` bits of an integer, from the highest on, or from the lowest byte on. */
  integer(value: number | bigint, size: number, little: boolean): void {
    if (size === 8) return this.#write(Number(value) & 255, 8);
    const bytes = lowestFirst(BigInt.asUintN(size, BigInt(value)), size);
    const over = size % 8 || 8;
    const last = bytes.length - 1;
    for (let i = 0; i <= last; i++) {
      const at = little ? i : last - i;
      this.#write(bytes[at], at === last ? over : 8);
    }
  }

  /** Writes a float of 32 or 64 bits. */
  float(value: number, size: number, little: boolean): void {
    const bytes = new Uint8Array(size / 8);
    const view = new DataView(bytes.buffer);
    if (size === 32) view.setFloat32(0, value, little);
    else view.setFloat64(0, value, little);
    this.#append(bytes);
  }

  /** Writes a character. */
  character(code: number, form: "utf8" | "utf16" | "utf32", little: boolean): void {
    if (form === "utf32") return this.integer(code, 32, little);
    const character = String.fromCodePoint(code);
    if (form === "utf8") return this.#append(encoder.encode(character));
    for (let i = 0; i < character.length; i++) this.integer(character.charCodeAt(i), 16, little);
  }

  /** What was written. */
  end(): Uint8Array | Bits {
    const bytes = this.#bytes.slice(0, Math.ceil(this.size / 8));
    return this.size % 8 === 0 ? bytes : new Bits(bytes, this.size);
  }

  #append(bytes: Uint8Array): void {
    for (const byte of bytes) this.#write(byte, 8);
  }

  /** Writes the lowest `size` bits, 8 at most, of a number that has no more. */
  #write(byte: number, size: number): void {
    const at = this.size >> 3;
    if (at + 2 > this.#bytes.length) {
      const longer = new Uint8Array(2 * this.#bytes.length);
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    const free = 8 - (this.size & 7);
    const bits = byte << 8 + free - size;
    this.#bytes[at] |= bits >> 8;
    this.#bytes[at + 1] = bits;
    this.size += size;
  }
}

function lowestFirst(value: bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(size / 8));
  const digits = value.toString(16);
  for (let i = 0, end = digits.length; end > 0; i++, end -= 2) {
    bytes[i] = parseInt(digits.slice(Math.max(0, end - 2), end), 16);
  }
  return bytes;
}
