/**
 * Which writes a message depends on, so that its answer can wait for them.
 *
 * @module
 */
import type { Store } from "./store/mod.ts";

/** Keeps the newest undecided write that the message being handled made or read. */
export class Commits {
  #store: Store;
  #newest = 0;

  /** Follows the writes of one store. */
  constructor(store: Store) {
    this.#store = store;
  }

  /** Notes that the message being handled made or read the write of that sequence number. */
  touch(sequence: number): void {
    if (sequence > this.#newest) this.#newest = sequence;
  }

  /** Forgets what earlier messages touched. */
  begin(): void {
    this.#newest = 0;
  }

  /** The sequence number that what was sent since {@linkcode begin} must wait for; 0 when all of it is decided. */
  get barrier(): number {
    return this.#newest > this.#store.committed ? this.#newest : 0;
  }

  /** The sequence number to wait for where it is not known what was touched; 0 when everything is decided. */
  get newest(): number {
    return this.#store.sequence > this.#store.committed ? this.#store.sequence : 0;
  }
}
