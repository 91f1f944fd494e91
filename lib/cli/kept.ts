/**
 * What is made of other things, and is the same as long as those are.
 *
 * @module
 */

/** Keeps what was made last of each kind, so that a reload replaces nothing that has not changed. */
export class Kept {
  #made: Map<string, { of: readonly unknown[]; value: unknown }>;

  /** Begins with nothing, or with what another one keeps, which stays as it is. */
  constructor(before?: Kept) {
    this.#made = new Map(before === undefined ? [] : before.#made);
  }

  /** What was made last of that kind, if it was made of the very same; else what `make` gives. */
  same<T>(kind: string, of: readonly unknown[], make: () => T): T {
    const last = this.#made.get(kind);
    if (last?.of.length === of.length && of.every((part, at) => part === last.of[at])) return last.value as T;
    const value = make();
    this.#made.set(kind, { of, value });
    return value;
  }
}
