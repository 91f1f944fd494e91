/**
 * Those who hear of commits.
 *
 * @module
 */
import type { Commit } from "./mod.ts";

/** The listeners of one store. */
export class Listeners {
  #all = new Set<(commit: Commit) => void>();
  #report: (error: unknown) => void;

  /** Makes an empty set; `report` hears of what a listener throws, and must not throw. */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** Whether nobody listens. */
  get empty(): boolean {
    return this.#all.size === 0;
  }

  /** Adds a listener (one function may be added twice); gives what takes it off. */
  add(listener: (commit: Commit) => void): () => void {
    const own = (commit: Commit) => listener(commit);
    this.#all.add(own);
    return () => void this.#all.delete(own);
  }

  /** Tells all of them. */
  tell(commit: Commit): void {
    for (const listener of this.#all) {
      try {
        listener(commit);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}

/** Makes an error handler that does not throw: an error that nobody waits for must not end the process. */
export function reporter(onError: (error: unknown) => void = console.error): (error: unknown) => void {
  return (error) => {
    try {
      onError(error);
    } catch (thrown) {
      console.error(error, thrown);
    }
  };
}
