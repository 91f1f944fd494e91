/**
 * The store: durable bytes under ordered keys, behind one interface with several drivers.
 *
 * Writes go to memory at once and are committed in groups. What depends on a write (a reply, a message on the bus)
 * waits until {@linkcode Store.committed} has reached the write's sequence number.
 *
 * @module
 */

/**
 * A key: parts compared one after another, strings before numbers, strings by their UTF-8 bytes, numbers by value; a
 * key comes before those that it begins. Empty strings and NUL are fine; a lone surrogate, `NaN` and infinities are not.
 *
 * At most 2048 bytes in all: a string takes its UTF-8 bytes and 2 (a NUL in it counts twice), a number 9.
 */
export type StoreKey = readonly (string | number)[];

/** A stored value with its version. */
export interface StoreEntry {
  /** The key that it lies under. */
  readonly key: StoreKey;
  /** The bytes, shared with the store: to be read only. */
  readonly value: Uint8Array;
  /** Changes with every write of the key; for {@linkcode Store.compareAndSet}. */
  readonly version: string;
  /** When it expires, in milliseconds since 1970; `undefined` means never. */
  readonly expiresAt: number | undefined;
  /** The sequence number of the write that made it, as {@linkcode Store.committed} counts; 0 from an earlier run. */
  readonly sequence: number;
}

/** Options of a write. */
export interface StoreWriteOptions {
  /** When the value expires, in milliseconds since 1970, however far away; `Infinity` means never. @default Infinity */
  readonly expiresAt?: number;
  /** Called when the write could not be committed, newest write first, so that memory can go back to what is durable. */
  readonly undo?: () => void;
}

/** Options of {@linkcode Store.list}. */
export interface StoreListOptions {
  /** At most so many entries. @default Infinity */
  readonly limit?: number;
  /** From the last key to the first. @default false */
  readonly reverse?: boolean;
  /** Only keys at or after this one. */
  readonly start?: StoreKey;
  /** Only keys before this one. */
  readonly end?: StoreKey;
}

/** What a listener hears after each group of writes. */
export interface Commit {
  /** Every write up to this sequence number is decided. */
  readonly sequence: number;
  /** The first sequence number that failed, when the group could not be written; all from there to `sequence` failed. */
  readonly failedFrom: number | undefined;
  /** Why it failed. */
  readonly error: Error | undefined;
}

/** Durable bytes under ordered keys. Reads see the store's own uncommitted writes. */
export interface Store {
  /** The driver's name: `memory`, `kv`. */
  readonly driver: string;
  /** The sequence number of the newest write. */
  readonly sequence: number;
  /** Every write up to this sequence number is decided: durable, or failed and undone. */
  readonly committed: number;
  /**
   * Reads one value; one that has expired is not there. Resolved at once (no promise) where the driver can.
   *
   * @throws {StoreError} `bad_key`, `key_too_long`, `store_closed`.
   */
  get(key: StoreKey): StoreEntry | undefined | Promise<StoreEntry | undefined>;
  /**
   * Reads the values whose key goes on after the prefix, in order. While others write, each entry is right for some
   * moment of the reading, but not all of them for the same one.
   *
   * @throws {StoreError} `bad_key`, `key_too_long`, `bad_option`, `store_closed`.
   */
  list(prefix: StoreKey, options?: StoreListOptions): StoreEntry[] | Promise<StoreEntry[]>;
  /**
   * Writes a value (the bytes are copied); gives the write's sequence number. It is one with all other writes in order:
   * when one fails, those after it that are not yet decided fail as well, since they may rest on it.
   *
   * @throws {StoreError} `bad_key`, `key_too_long`, `value_too_large`, `bad_expiry`, `store_busy`, `store_full`,
   * `store_closed`; nothing was written then.
   */
  set(key: StoreKey, value: Uint8Array, options?: StoreWriteOptions): number;
  /** Deletes a value, there or not; gives the write's sequence number. Throws as {@linkcode set}. */
  delete(key: StoreKey, options?: Pick<StoreWriteOptions, "undo">): number;
  /**
   * Writes only if the key still has that version (`undefined`: does not exist); tells whether it did, after it is
   * durable. Rejects with a `StoreError` as {@linkcode set} throws, or `store_write_failed`.
   */
  compareAndSet(
    key: StoreKey,
    version: string | undefined,
    value: Uint8Array,
    options?: Pick<StoreWriteOptions, "expiresAt">,
  ): Promise<boolean>;
  /**
   * Calls the listener after each group is decided, never from within a write, until the function that it gives is
   * called. A listener must not throw.
   */
  onCommit(listener: (commit: Commit) => void): () => void;
  /** Resolves when everything written so far is decided; rejects when a part of it failed. */
  flush(): Promise<void>;
  /** Flushes, stops, and lets the file go; rejects as {@linkcode flush} does, and is closed all the same. */
  close(): Promise<void>;
}
