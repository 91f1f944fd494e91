/**
 * The store: durable bytes under ordered keys, behind one interface with several drivers.
 *
 * Writes go to memory at once and are committed in groups. What depends on a write (a reply, a message on the bus)
 * waits until {@linkcode Store.committed} has reached the write's sequence number.
 *
 * @module
 */

/** A key: parts compared one after another. At most 2 KiB in all, encoded. */
export type StoreKey = readonly (string | number)[];

/** A stored value with its version. */
export interface StoreEntry {
  /** The key that it lies under. */
  readonly key: StoreKey;
  /** The bytes. */
  readonly value: Uint8Array;
  /** Changes with every write of the key; for {@linkcode Store.compareAndSet}. */
  readonly version: string;
  /** When it expires, in milliseconds since 1970; `undefined` means never. */
  readonly expiresAt: number | undefined;
}

/** Options of a write. */
export interface WriteOptions {
  /** When the value expires, in milliseconds since 1970. */
  readonly expiresAt?: number;
  /** Called when the write could not be committed, newest write first, so that memory can go back to what is durable. */
  readonly undo?: () => void;
}

/** Options of {@linkcode Store.list}. */
export interface ListOptions {
  /** At most so many entries. */
  readonly limit?: number;
  /** From the last key to the first. */
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
  /** Reads one value. Resolved at once (no promise) where the driver can. */
  get(key: StoreKey): StoreEntry | undefined | Promise<StoreEntry | undefined>;
  /** Reads all values whose key begins with the prefix, in order. */
  list(prefix: StoreKey, options?: ListOptions): StoreEntry[] | Promise<StoreEntry[]>;
  /** Writes a value; gives the write's sequence number. Throws a `StoreError` for a key or value over the limits, or while the store refuses writes. */
  set(key: StoreKey, value: Uint8Array, options?: WriteOptions): number;
  /** Deletes a value; gives the write's sequence number. */
  delete(key: StoreKey, options?: Pick<WriteOptions, "undo">): number;
  /** Writes only if the key still has that version (`undefined`: does not exist); tells whether it did, after it is durable. */
  compareAndSet(
    key: StoreKey,
    version: string | undefined,
    value: Uint8Array,
    options?: Pick<WriteOptions, "expiresAt">,
  ): Promise<boolean>;
  /** Calls the listener after each group is decided, until the function that it gives is called. */
  onCommit(listener: (commit: Commit) => void): () => void;
  /** Resolves when everything written so far is decided; rejects when a part of it failed. */
  flush(): Promise<void>;
  /** Flushes, stops, and lets the file go. */
  close(): Promise<void>;
}
