/**
 * Which writes a message depends on, so that its answer can wait for them.
 *
 * @module
 */
import type { Store } from "./store/mod.ts";

/**
 * Keeps the newest undecided write that the message being handled made or read.
 *
 * @example
 * ```ts
 * import { Commits, memoryStore } from "@n2o/n2o";
 *
 * const store = memoryStore();
 * const commits = new Commits(store);
 * commits.begin();
 * if (commits.barrier !== 0) throw new Error("nothing was written, so nothing is to be waited for");
 * await store.close();
 * ```
 */
export class Commits {
  #store: Store;
  #newest = 0;
  #from = 0;

  /** Follows the writes of one store. */
  constructor(store: Store) {
    this.#store = store;
  }

  /** Notes that the message being handled read the write of that sequence number. Its own writes are noted by themselves. */
  touch(sequence: number): void {
    if (sequence > this.#newest) this.#newest = sequence;
  }

  /** Forgets what earlier messages touched. */
  begin(): void {
    this.#newest = 0;
    this.#from = this.#store.sequence;
  }

  /** The sequence number that what was sent since {@linkcode begin} must wait for; 0 when all of it is decided. */
  get barrier(): number {
    const { sequence, committed } = this.#store;
    const newest = sequence > this.#from ? sequence : this.#newest;
    return newest > committed ? newest : 0;
  }

  /** The sequence number to wait for where it is not known what was touched; 0 when everything is decided. */
  get newest(): number {
    return this.#store.sequence > this.#store.committed ? this.#store.sequence : 0;
  }
}
