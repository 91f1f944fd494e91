/**
 * What a driver with a disk does for the store that commits in groups.
 *
 * @module
 */
import type { KeyRange } from "./key.ts";
import type { StoreKey } from "./mod.ts";

/** One write that waits for its commit. */
export interface Write {
  /** The key. */
  readonly key: StoreKey;
  /** The key, encoded. */
  readonly encoded: string;
  /** The sequence number. */
  readonly sequence: number;
  /** The whole record; `undefined` for a delete. */
  readonly record: Uint8Array | undefined;
  /** What to call when it fails. */
  readonly undo: (() => void) | undefined;
}

/** Keeps records. Whatever it throws tells why, and leaves what was committed as it was. */
export interface Engine {
  /** The driver's name. */
  readonly driver: string;
  /** Tells this opening of the store from all others, up to 2^32 - 1; a part of each version. */
  readonly run: number;
  /** How many of the first writes of a queue can be committed at once; at least one. */
  take(queue: readonly Write[]): number;
  /** Commits writes, all or none, in order. Called again only after the last call has ended. */
  commit(group: readonly Write[]): Promise<void>;
  /** Reads the whole record of a key. */
  read(key: StoreKey): Promise<Uint8Array | undefined>;
  /** Reads whole records in order; `expected` is about how many will be asked for. */
  list(
    range: KeyRange,
    reverse: boolean,
    expected: number,
  ): AsyncIterable<[key: StoreKey, record: Uint8Array]>;
  /** Lets the disk go. Called once, after the last commit. */
  close(): Promise<void>;
}
