/**
 * The records that were read or written last, so that they need not be read again.
 *
 * @module
 */

/** What a record costs besides its bytes and those of its key, about. */
const OVERHEAD = 160;

/** Records by encoded key, bounded in bytes; the ones that were not used for longest go first. */
export class Recent {
  #records = new Map<string, Uint8Array>();
  #bytes = 0;
  #most: number;

  /** Makes an empty one that keeps at most so many bytes. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The record of a key, if it is here. */
  get(encoded: string): Uint8Array | undefined {
    const record = this.#records.get(encoded);
    if (record !== undefined) {
      // A Map keeps the order of insertion: to put it in anew makes it the newest.
      this.#records.delete(encoded);
      this.#records.set(encoded, record);
    }
    return record;
  }

  /** Keeps a record, unless it would push out most of the others. */
  put(encoded: string, record: Uint8Array): void {
    this.drop(encoded);
    const size = sizeOf(encoded, record);
    if (size > this.#most / 4) return;
    this.#records.set(encoded, record);
    this.#bytes += size;
    while (this.#bytes > this.#most) this.drop(this.#records.keys().next().value!);
  }

  /** Forgets a key. */
  drop(encoded: string): void {
    const record = this.#records.get(encoded);
    if (record === undefined) return;
    this.#records.delete(encoded);
    this.#bytes -= sizeOf(encoded, record);
  }
}

function sizeOf(encoded: string, record: Uint8Array): number {
  return encoded.length + record.length + OVERHEAD;
}
