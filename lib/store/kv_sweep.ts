/**
 * Clears away what has expired, and pieces that nothing names.
 *
 * Deno KV could do it by itself (`expireIn`), but its sweep ends the process when the disk is full, and it knows
 * nothing of pieces. So expiry times lie in the records, and this reads through them, a little at a time.
 *
 * @module
 */
import { deletePieces, dropPieces, type Pieces, piecesOf } from "./kv_pieces.ts";
import type { StoreKey } from "./mod.ts";
import { expiryOfRecord, HEADER_BYTES } from "./record.ts";

/** What a sweep works with. */
export interface SweepOptions {
  /** Between two sweeps, in milliseconds. */
  readonly intervalMs: number;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
  /** Hears why a sweep ended early; it is tried again. */
  readonly report: (error: unknown) => void;
  /** Called when the pieces of an expired record are gone. */
  readonly dropped: (key: StoreKey, pieces: Pieces) => void;
}

/** Records read at once: Deno KV has one thread, and whoever reads or writes waits for it. */
const SLICE = 100;
/** Slices a sweep; a store of more records takes several. */
const SLICES = 100;

/** Sweeps one Deno KV in the background. */
export class Sweep {
  #kv: Deno.Kv;
  #options: SweepOptions;
  #garbage: Pieces[] = [];
  #cursor = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sweeping: Promise<void> = Promise.resolve();
  #stopped = false;

  /** Begins to sweep. */
  constructor(kv: Deno.Kv, options: SweepOptions) {
    this.#kv = kv;
    this.#options = options;
    this.#schedule();
  }

  /** Pieces to delete; tried at once, and again with each sweep until it succeeds. */
  discard(pieces: Pieces): void {
    this.#garbage.push(pieces);
    if (this.#garbage.length === 1) this.#queue(() => this.#collect());
  }

  /** Ends it; resolves when nothing of it is under way. */
  stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    return this.#sweeping;
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#queue(() => this.#sweep());
      this.#sweeping.then(() => this.#schedule());
    }, this.#options.intervalMs);
    Deno.unrefTimer(this.#timer);
  }

  #queue(work: () => Promise<void>): void {
    this.#sweeping = this.#sweeping.then(work).catch((error) => {
      if (!this.#stopped) this.#options.report(error);
    });
  }

  async #collect(): Promise<void> {
    while (this.#garbage.length > 0 && !this.#stopped) {
      await deletePieces(this.#kv, this.#garbage[0]);
      this.#garbage.shift();
    }
  }

  async #sweep(): Promise<void> {
    await this.#collect();
    for (let slices = 0; slices < SLICES && !this.#stopped; slices++) {
      if (await this.#slice() < SLICE) break;
    }
  }

  /** Reads the next records and deletes those that have expired; gives how many it read. */
  async #slice(): Promise<number> {
    const now = this.#options.now();
    const options = { limit: SLICE, batchSize: SLICE, cursor: this.#cursor };
    const entries = this.#kv.list({ start: [""], end: [true] }, options);
    const expired: Deno.KvEntry<Uint8Array>[] = [];
    let count = 0;
    for await (const { key, value, versionstamp } of entries) {
      count++;
      if (!(value instanceof Uint8Array) || value.length < HEADER_BYTES) continue;
      if (expiryOfRecord(value) <= now) expired.push({ key, value, versionstamp });
    }
    this.#cursor = count < SLICE ? "" : entries.cursor;
    await this.#delete(expired);
    return count;
  }

  async #delete(expired: Deno.KvEntry<Uint8Array>[]): Promise<void> {
    const atomic = this.#kv.atomic();
    let size = 0;
    for (const entry of expired) {
      const pieces = piecesOf(entry.value);
      if (pieces !== undefined) {
        const alone = this.#kv.atomic().check(entry).delete(entry.key);
        dropPieces(alone, pieces);
        if ((await alone.commit()).ok) this.#options.dropped(entry.key as StoreKey, pieces);
      } else {
        // The check leaves alone what was written since it was read.
        atomic.check(entry).delete(entry.key);
        size++;
      }
    }
    if (size > 0) await atomic.commit();
  }
}
