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
    if (choice < 17) return this.pick([0, 1, 124, 125, 126, 127, 128, 255, 256]);
    if (choice < 19) return Math.min(70_000, Math.max(0, limit - 1 + this.below(3)));
    return this.pick([1000, 16_370 + this.below(20), 16_384, 65_535, 65_536]);
  }

  /** A text of so many characters, of one to four bytes each. */
  text(count: number): string {
    let text = "";
    for (let i = 0; i < count; i++) text += this.pick(CHARACTERS);
    return text;
  }
}

const CHARACTERS = [
  ..."aZ0 ,\"'\\{}[]<>#$%.|=-_@\n\r\t\0\x7f\x80\xe9\xff\u0416\u20ac\ufeff\ufffd\u{1f600}\u{10ffff}",
];
