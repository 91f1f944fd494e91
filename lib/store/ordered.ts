/**
 * A map whose keys are kept in order.
 *
 * @module
 */

/** Keys of one run: large enough that a million of them are few runs, small enough that to insert is to move little. */
const RUN = 512;

/** A map with string keys that can be walked in the order of `<`. Reading costs what a `Map` costs. */
export class OrderedMap<V> {
  #values = new Map<string, V>();
  #runs: string[][] = [];

  /** How many keys it has. */
  get size(): number {
    return this.#values.size;
  }

  /** The value of a key. */
  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  /** Sets the value of a key. */
  set(key: string, value: V): void {
    const { size } = this.#values;
    this.#values.set(key, value);
    if (this.#values.size !== size) this.#insert(key);
  }

  /** Takes a key out; tells whether it was there. */
  delete(key: string): boolean {
    if (!this.#values.delete(key)) return false;
    const at = this.#runAt(key);
    const run = this.#runs[at];
    if (run.length === 1) this.#runs.splice(at, 1);
    else run.splice(indexIn(run, key), 1);
    return true;
  }

  /** All of it, in the order of insertion; keeps on while keys come and go. */
  entries(): Iterator<[string, V]> {
    return this.#values.entries();
  }

  /** Shows the keys from `from` to before `to`, in order or from the last to the first, until `visit` gives `false`. */
  walk(from: string, to: string, reverse: boolean, visit: (key: string, value: V) => boolean): void {
    const step = reverse ? -1 : 1;
    let at = this.#runAt(reverse ? to : from);
    let index = this.#runs[at] === undefined ? 0 : indexIn(this.#runs[at], reverse ? to : from);
    if (reverse) index--;
    for (; at >= 0 && at < this.#runs.length; at += step) {
      const run = this.#runs[at];
      for (; index >= 0 && index < run.length; index += step) {
        const key = run[index];
        if (reverse ? key < from : key >= to) return;
        if (reverse ? key >= to : key < from) continue;
        if (!visit(key, this.#values.get(key)!)) return;
      }
      index = reverse ? (this.#runs[at - 1]?.length ?? 0) - 1 : 0;
    }
  }

  #insert(key: string): void {
    if (this.#runs.length === 0) {
      this.#runs.push([key]);
      return;
    }
    const at = this.#runAt(key);
    const run = this.#runs[at];
    run.splice(indexIn(run, key), 0, key);
    if (run.length > RUN) this.#runs.splice(at + 1, 0, run.splice(RUN / 2));
  }

  /** The run that a key is in or belongs into: the first one whose last key is not before it, else the last run. */
  #runAt(key: string): number {
    let low = 0;
    let high = this.#runs.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#runs[middle][this.#runs[middle].length - 1] < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Where a key is in a run, or would be. */
function indexIn(run: string[], key: string): number {
  let low = 0;
  let high = run.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (run[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
