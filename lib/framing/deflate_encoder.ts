/**
 * A compressor that remembers what it has sent before.
 *
 * The runtime's synchronous one begins anew with every call and ignores a `dictionary` for raw streams, and its asynchronous one would make
 * every frame wait. This one uses the fixed codes only, which is what short messages get from others too.
 *
 * @module
 */
import {
  BitWriter,
  LENGTH_CODES,
  LENGTH_SIZES,
  LITERAL_CODES,
  LITERAL_SIZES,
  MAX_MATCH,
} from "./deflate_codes.ts";
import { DeflateWindow } from "./deflate_window.ts";

const HASH_BITS = 12;
const SHORTEST_MATCH = 4;
/** The longest block without compression. */
const MAX_STORED = 65_535;
/** The header of a block of fixed codes that is not the last one, its first bit as the lowest. */
const FIXED_BLOCK = 0b010;

/** Compresses messages that refer to those before. */
export class DeflateEncoder {
  #window: DeflateWindow;
  /** Where four bytes of each hash stood last; 0 for nowhere. */
  #places = new Uint16Array(2 ** HASH_BITS);

  /** References go back 2 to the power of `windowBits` bytes, 8 to 15. */
  constructor(windowBits: number) {
    this.#window = new DeflateWindow(windowBits);
  }

  /** Compresses a message; what it gives needs 00 00 FF FF behind it to be whole. */
  compress(payload: Uint8Array): Uint8Array {
    // No code has more than nine bits a byte.
    const out = new BitWriter(new Uint8Array(payload.length + (payload.length >> 3) + 8));
    if (payload.length > 0) {
      out.put(FIXED_BLOCK, 3);
      const { size } = this.#window;
      for (let at = 0; at < payload.length; at += size) this.#write(payload.subarray(at, at + size), out);
      out.put(0, 7);
    }
    // The header of the empty block that has its length cut off.
    out.put(0, 3);
    out.pad();
    return out.used <= storedBytes(payload.length) ? out.bytes.subarray(0, out.used) : stored(payload);
  }

  /** Remembers a message that something else has compressed. */
  remember(payload: Uint8Array): void {
    const { size } = this.#window;
    const start = this.#add(payload.subarray(Math.max(0, payload.length - size)));
    this.#index(start, this.#window.used);
  }

  /** Forgets all messages. */
  forget(): void {
    this.#window.used = 0;
    this.#places.fill(0);
  }

  #add(piece: Uint8Array): number {
    const window = this.#window;
    const moved = window.add(piece);
    if (moved > 0) {
      const places = this.#places;
      for (let i = 0; i < places.length; i++) places[i] = Math.max(0, places[i] - moved);
    }
    return window.used - piece.length;
  }

  #index(start: number, end: number): void {
    const { buffer, used } = this.#window;
    const last = Math.min(end, used - SHORTEST_MATCH + 1);
    for (let at = start; at < last; at++) this.#places[hashOf(buffer, at)] = at;
  }

  #write(piece: Uint8Array, out: BitWriter): void {
    const start = this.#add(piece);
    const places = this.#places;
    const { buffer, used: end, size } = this.#window;
    const last = end - SHORTEST_MATCH;
    let at = start;
    while (at <= last) {
      const hash = hashOf(buffer, at);
      const place = places[hash];
      places[hash] = at;
      const length = place > 0 && at - place <= size ? matched(buffer, place, at, end) : 0;
      if (length < SHORTEST_MATCH) {
        const byte = buffer[at++];
        out.put(LITERAL_CODES[byte], LITERAL_SIZES[byte]);
        continue;
      }
      out.put(LENGTH_CODES[length], LENGTH_SIZES[length]);
      out.putDistance(at - place);
      this.#index(at + 1, at + length);
      at += length;
    }
    for (; at < end; at++) out.put(LITERAL_CODES[buffer[at]], LITERAL_SIZES[buffer[at]]);
  }
}

function hashOf(buffer: Uint8Array, at: number): number {
  const four = buffer[at] | buffer[at + 1] << 8 | buffer[at + 2] << 16 | buffer[at + 3] << 24;
  return Math.imul(four, 0x9e37_79b1) >>> 32 - HASH_BITS;
}

/** How many bytes at `place` and at `at` are the same. */
function matched(buffer: Uint8Array, place: number, at: number, end: number): number {
  const most = Math.min(MAX_MATCH, end - at);
  let length = 0;
  while (length < most && buffer[place + length] === buffer[at + length]) length++;
  return length;
}

function storedBytes(length: number): number {
  return length + 5 * Math.ceil(length / MAX_STORED) + 1;
}

/** A message without compression, for those that get longer by it. */
function stored(payload: Uint8Array): Uint8Array {
  const out = new Uint8Array(storedBytes(payload.length));
  let used = 0;
  for (let at = 0; at < payload.length; at += MAX_STORED) {
    const piece = payload.subarray(at, at + MAX_STORED);
    putStored(piece, out, used);
    used += 5 + piece.length;
  }
  return out;
}

/** Writes a block without compression of at most 65535 bytes, which takes five bytes more. */
export function putStored(piece: Uint8Array, out: Uint8Array, at: number): void {
  const { length } = piece;
  out[at] = 0;
  out[at + 1] = length;
  out[at + 2] = length >> 8;
  out[at + 3] = ~length;
  out[at + 4] = ~length >> 8;
  out.set(piece, at + 5);
}
