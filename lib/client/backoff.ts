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
export interface Backoff {
  /** The next wait, in milliseconds; each one's bound is `factor` times the one before. */
  next(): number;
  /** Starts over with the shortest wait. */
  reset(): void;
}

/** Begins with the shortest wait. */
export function createBackoff(options: BackoffOptions, random: () => number): Backoff {
  const { minMs = 500, maxMs = 30_000, factor = 2, jitter = 1 } = options;
  let scale = 1;
  return {
    next() {
      const limit = Math.min(minMs * scale, maxMs);
      if (limit < maxMs) scale *= factor;
      return Math.round(limit * (1 - jitter * random()));
    },
    reset() {
      scale = 1;
    },
  };
}
