/**
 * Events of files that come close together, as one burst.
 *
 * @module
 */

/** What happened to files in a short time. */
export interface Burst {
  /** The paths that were named, each once, in no order that means anything. */
  readonly paths: readonly string[];
  /** Whether more may have happened than was told. */
  readonly overflow: boolean;
}

/** When a burst is over. */
export interface BurstOptions {
  /** After so long without an event, in milliseconds. @default 25 */
  readonly quietMs?: number;
  /** After so long whatever comes, in milliseconds. @default 100 */
  readonly maxMs?: number;
}

/** Gathers events. */
export class Bursts {
  #quietMs: number;
  #maxMs: number;
  #onBurst: (burst: Burst) => void;
  #paths = new Set<string>();
  #overflow = false;
  #since: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Takes who is told of bursts. */
  constructor({ quietMs = 25, maxMs = 100 }: BurstOptions, onBurst: (burst: Burst) => void) {
    this.#quietMs = quietMs;
    this.#maxMs = maxMs;
    this.#onBurst = onBurst;
  }

  /** Takes paths that were named, or `undefined` for events that were lost. */
  add(paths: Iterable<string> | undefined): void {
    if (paths === undefined) this.#overflow = true;
    else {
      const meant = [...paths];
      // What nobody wants to hear of does not keep a burst going.
      if (meant.length === 0) return;
      for (const path of meant) this.#paths.add(path);
    }
    const now = performance.now();
    this.#since ??= now;
    clearTimeout(this.#timer);
    const left = this.#since + this.#maxMs - now;
    this.#timer = setTimeout(() => this.#end(), Math.max(0, Math.min(this.#quietMs, left)));
  }

  /** Gathers no more; what was gathered is dropped. */
  close(): void {
    clearTimeout(this.#timer);
    this.#paths.clear();
    this.#overflow = false;
  }

  #end(): void {
    const burst = { paths: [...this.#paths], overflow: this.#overflow };
    this.#paths.clear();
    this.#overflow = false;
    this.#since = undefined;
    this.#onBurst(burst);
  }
}
