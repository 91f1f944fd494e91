/**
 * How long to wait before the next attempt.
 *
 * @module
 */

/** The bounds of a wait between attempts. */
export interface BackoffOptions {
  /**
   * The longest first wait, in milliseconds.
   * @default 500
   */
  minMs?: number;
  /**
   * The longest wait of all, in milliseconds.
   * @default 30000
   */
  maxMs?: number;
  /**
   * How many times longer each wait may be than the one before.
   * @default 2
   */
  factor?: number;
  /**
   * The share of a wait that is random: 1 spreads clients over the whole wait, 0 keeps them in step.
   * @default 1
   */
  jitter?: number;
}

/** Waits that grow exponentially, spread so that clients that lost one server do not come back all at once. */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: () => number;
  #scale = 1;

  constructor(options: BackoffOptions, random: () => number) {
    this.#options = options;
    this.#random = random;
  }

  /** The next wait, in milliseconds; each one's bound is `factor` times the one before. */
  next(): number {
    const { minMs = 500, maxMs = 30_000, factor = 2, jitter = 1 } = this.#options;
    const limit = Math.min(minMs * this.#scale, maxMs);
    if (limit < maxMs) this.#scale *= factor;
    return Math.round(limit * (1 - jitter * this.#random()));
  }

  /** Starts over with the shortest wait. */
  reset(): void {
    this.#scale = 1;
  }
}
