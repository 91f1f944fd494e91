/**
 * How fast a visitor may send.
 *
 * @module
 */

/** So much may come at once after silence. */
const BURST_MS = 1000;

/** Counts what a visitor sends against a rate. */
export class Pace {
  #bytesPerMs: number;
  /** How far ahead of the rate a visitor may be before blocks are refused, in milliseconds. */
  #patienceMs: number;
  /** When what came will be paid for. */
  #paid = 0;

  /** Makes a pace of so many bytes a second; `ahead` bytes are taken before their time. */
  constructor(bytesPerSecond: number, ahead: number) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#patienceMs = ahead / this.#bytesPerMs;
  }

  /** Whether so much was sent ahead of the rate that no more is taken now. */
  isFar(now: number): boolean {
    return this.#paid - now > this.#patienceMs;
  }

  /** Counts bytes that came; gives how long their answer is to be held back, in milliseconds. */
  count(bytes: number, now: number): number {
    this.#paid = Math.max(this.#paid, now - BURST_MS) + bytes / this.#bytesPerMs;
    return Math.max(0, this.#paid - now);
  }

  /** Whether nothing that came is left to be paid for: then it need not be remembered. */
  isEven(now: number): boolean {
    return this.#paid <= now - BURST_MS;
  }
}
