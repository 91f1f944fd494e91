/**
 * Work that is done again and again, one time after another.
 *
 * @module
 */

/** Does its work once at a time; calls while it is under way come to one more time after it. */
export class Turns<T> {
  #work: () => Promise<T>;
  #running: Promise<T> | undefined;
  #waiting: Promise<T> | undefined;
  #began = 0;

  /** Does nothing yet. */
  constructor(work: () => Promise<T>) {
    this.#work = work;
  }

  /** How long the work that is under way has taken so far, in milliseconds; 0 when none is. */
  get elapsedMs(): number {
    return this.#running === undefined ? 0 : performance.now() - this.#began;
  }

  /** Does the work, now or next. */
  next(): Promise<T> {
    if (this.#running === undefined) return this.#run();
    return this.#waiting ??= this.#running.then(() => this.#run(), () => this.#run());
  }

  /** Waits for what is under way and what comes after it. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#running, this.#waiting]);
  }

  #run(): Promise<T> {
    this.#waiting = undefined;
    this.#began = performance.now();
    return this.#running = this.#work().finally(() => this.#running = undefined);
  }
}
