/**
 * The fixed codes of RFC 1951 section 3.2.6, as a writer of bits sends them.
 *
 * @module
 */

/** The longest match that a length can say. */
export const MAX_MATCH = 258;

/** The bits of each literal, the first to send as the lowest. */
export const LITERAL_CODES = new Uint16Array(256);
/** How many bits each of {@linkcode LITERAL_CODES} has. */
export const LITERAL_SIZES = new Uint8Array(256);
/** The bits of each match length with its extra bits. */
export const LENGTH_CODES = new Uint16Array(MAX_MATCH + 1);
/** How many bits each of {@linkcode LENGTH_CODES} has. */
export const LENGTH_SIZES = new Uint8Array(MAX_MATCH + 1);

for (let byte = 0; byte < 256; byte++) {
  LITERAL_SIZES[byte] = byte < 144 ? 8 : 9;
  LITERAL_CODES[byte] = byte < 144 ? reversed(0x30 + byte, 8) : reversed(0x100 + byte, 9);
}
for (let symbol = 257, length = 3; symbol < 285; symbol++) {
  // Every four symbols have one more extra bit than those before, beginning with the second four.
  const extra = symbol < 265 ? 0 : (symbol - 261) >> 2;
  for (let rest = 0; rest < 2 ** extra; rest++, length++) setLength(length, symbol, rest, extra);
}
setLength(MAX_MATCH, 285, 0, 0);

function setLength(length: number, symbol: number, rest: number, extra: number): void {
  const size = symbol < 280 ? 7 : 8;
  const code = symbol < 280 ? reversed(symbol - 256, 7) : reversed(symbol - 280 + 0xc0, 8);
  LENGTH_CODES[length] = code | rest << size;
  LENGTH_SIZES[length] = size + extra;
}

function reversed(code: number, size: number): number {
  let result = 0;
  for (let i = 0; i < size; i++) result |= (code >> i & 1) << size - 1 - i;
  return result;
}

const DISTANCE_CODES = Uint8Array.from({ length: 30 }, (_, symbol) => reversed(symbol, 5));

/** Writes bits into bytes, the first into the lowest. */
export class BitWriter {
  /** The bytes; there must be room for all that is put. */
  bytes: Uint8Array;
  /** How many bytes are whole. */
  used = 0;
  #pending = 0;
  #count = 0;

  /** Begins at the beginning of this buffer. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Puts at most 24 bits. */
  put(bits: number, size: number): void {
    let pending = this.#pending | bits << this.#count;
    let count = this.#count + size;
    while (count >= 8) {
      this.bytes[this.used++] = pending;
      pending >>>= 8;
      count -= 8;
    }
    this.#pending = pending;
    this.#count = count;
  }

  /** Puts a distance from 1 to 32768. */
  putDistance(distance: number): void {
    const rest = distance - 1;
    if (rest < 4) return this.put(DISTANCE_CODES[rest], 5);
    const extra = 30 - Math.clz32(rest);
    const symbol = 2 * extra + 2 + (rest >> extra & 1);
    this.put(DISTANCE_CODES[symbol] | (rest & (1 << extra) - 1) << 5, 5 + extra);
  }

  /** Fills the last byte with zeros. */
  pad(): void {
    if (this.#count > 0) this.put(0, 8 - this.#count);
  }
}
