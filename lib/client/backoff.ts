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
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #factor: number;
  readonly #jitter: number;
  readonly #random: () => number;
  #limitMs: number;

  constructor(options: BackoffOptions, random: () => number) {
    this.#minMs = options.minMs ?? 500;
    this.#maxMs = options.maxMs ?? 30_000;
    this.#factor = options.factor ?? 2;
    this.#jitter = options.jitter ?? 1;
    this.#random = random;
    this.#limitMs = this.#minMs;
  }

  /** The next wait, in milliseconds; each one's bound is `factor` times the one before. */
  next(): number {
    const limit = Math.min(this.#limitMs, this.#maxMs);
    this.#limitMs = Math.min(limit * this.#factor, this.#maxMs);
    return Math.round(limit * (1 - this.#jitter + this.#jitter * this.#random()));
  }

  /** Starts over with the shortest wait. */
  reset(): void {
    this.#limitMs = this.#minMs;
  }
}
