/**
 * A pace: so many a second, and no more.
 *
 * @module
 */

/** Counts what happens within a second. */
export class Pace {
  #most: number;
  #second = 0;
  #count = 0;

  /** Allows so many a second. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Counts one more in that second; tells whether it is allowed. */
  admits(second: number): boolean {
    if (second !== this.#second) {
      this.#second = second;
      this.#count = 0;
    }
    return ++this.#count <= this.#most;
  }
}
