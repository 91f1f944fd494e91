/**
 * The mailbox: what waits for a connection that is busy, in order and bounded.
 *
 * @module
 */

/** Entries from here on are moved to the front of the array when so many were taken. */
const COMPACT = 256;

/** A queue bounded in entries and bytes. */
export class Mailbox<T> {
  /** Bytes of the entries that wait. */
  bytes = 0;
  #entries: T[] = [];
  #sizes: number[] = [];
  #head = 0;
  #maxEntries: number;
  #maxBytes: number;

  /** Makes an empty mailbox with its bounds. */
  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  /** How many entries wait. */
  get length(): number {
    return this.#entries.length - this.#head;
  }

  /** Appends an entry; `false` when there is no room. A single entry always has room, whatever its size. */
  push(entry: T, size: number): boolean {
    const { length } = this;
    if (length >= this.#maxEntries || (length > 0 && this.bytes + size > this.#maxBytes)) return false;
    this.add(entry, size);
    return true;
  }

  /** Appends an entry, whether or not there is room. */
  add(entry: T, size: number): void {
    this.#entries.push(entry);
    this.#sizes.push(size);
    this.bytes += size;
  }

  /** Takes the oldest entry. Only when there is one. */
  shift(): T {
    const at = this.#head++;
    const entry = this.#entries[at];
    this.bytes -= this.#sizes[at];
    (this.#entries as (T | undefined)[])[at] = undefined;
    if (this.#head === this.#entries.length) {
      this.#entries.length = this.#sizes.length = this.#head = 0;
    } else if (this.#head >= COMPACT && this.#head * 2 > this.#entries.length) {
      this.#entries.splice(0, this.#head);
      this.#sizes.splice(0, this.#head);
      this.#head = 0;
    }
    return entry;
  }

  /** Drops everything. */
  clear(): void {
    this.#entries.length =
      this.#sizes.length =
      this.#head =
      this.bytes =
        0;
  }
}
