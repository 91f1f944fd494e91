/**
 * Random numbers that come again with their seed.
 *
 * @module
 */

/** Random numbers that come again with their seed. */
export class Random {
  #state: number;

  /** Begins at a seed, of which the lowest 32 bits count. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** The next 32 bits. */
  bits(): number {
    this.#state = this.#state + 0x9e37_79b9 >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ mixed >>> 16, 0x21f0_aaad);
    mixed = Math.imul(mixed ^ mixed >>> 15, 0x735a_2d97);
    return (mixed ^ mixed >>> 15) >>> 0;
  }

  /** A whole number from 0 up to but without `count`. */
  below(count: number): number {
    return Math.floor(this.bits() / 0x1_0000_0000 * count);
  }

  /** Whether this is the one time out of so many. */
  one(times: number): boolean {
    return this.below(times) === 0;
  }

  /** One of them. */
  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)];
  }

  /** So many bytes. */
  bytes(count: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(count);
    for (let i = 0; i < count; i++) bytes[i] = this.bits();
    return bytes;
  }

  /** A length: mostly short, sometimes one at which forms change, seldom longer than a reader's buffer. */
  length(limit: number): number {
    const choice = this.below(20);
    if (choice < 12) return this.below(40);
    if (choice < 16) return this.pick([0, 1, 124, 125, 126, 127, 128, 255, 256]);
    if (choice < 18) return Math.min(70_000, Math.max(0, limit - 1 + this.below(3)));
    return this.pick([1000, 16_370 + this.below(20), 16_384, 65_535, 65_536]);
  }

  /** A text of so many characters, of one to four bytes each. */
  text(count: number): string {
    let text = "";
    for (let i = 0; i < count; i++) text += this.pick(CHARACTERS);
    return text;
  }

  /** The bytes of a text, of about so many bytes; sometimes it is none. */
  utf8(count: number): Uint8Array<ArrayBuffer> {
    if (this.one(3)) return new Uint8Array(count).fill(120);
    const bytes = encoder.encode(this.text(Math.min(count, 9000)));
    if (!this.one(4)) return bytes;
    let at = this.below(bytes.length + 1);
    if (this.one(2)) {
      // Within a character, if there is one that can be cut.
      while (at < bytes.length && (bytes[at] & 0xc0) !== 0x80) at++;
      return bytes.slice(0, at);
    }
    const spoiled = new Uint8Array(bytes.length + 4);
    spoiled.set(bytes.subarray(0, at));
    spoiled.set(this.pick(SPOILERS), at);
    spoiled.set(bytes.subarray(at), at + 4);
    return spoiled;
  }
}

const encoder = new TextEncoder();

/** What is no UTF-8, of four bytes each: surrogates, longer forms than needed, beyond the last, bytes that never come. */
const SPOILERS = [
  "eda08061",
  "61edbfbf",
  "c0af6161",
  "e0808061",
  "f0808080",
  "f4908080",
  "f8888080",
  "80616161",
  "c3286161",
]
  .map((hex) => Uint8Array.fromHex(hex));

const CHARACTERS = [
  ..."aZ0 ,\"'\\{}[]<>#$%.|=-_@\n\r\t\0\x7f\x80\xe9\xff\u0416\u20ac\ufeff\ufffd\u{1f600}\u{10ffff}",
];
