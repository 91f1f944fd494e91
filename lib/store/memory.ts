/**
 * A store in memory.
 *
 * @module
 */
import { checkOption, checkValue, expiryOf, limitOf, MAX_VALUE_BYTES } from "./bounds.ts";
import { StoreError } from "./error.ts";
import { copyKey, encodeValueKey, rangeOf } from "./key.ts";
import { Listeners, reporter } from "./listeners.ts";
import type { Commit, Store, StoreEntry, StoreKey, StoreListOptions, StoreWriteOptions } from "./mod.ts";
import { OrderedMap } from "./ordered.ts";

/** Options of {@linkcode memoryStore}. */
export interface MemoryStoreOptions {
  /** The largest value, in bytes. @default 16_777_216 */
  readonly maxValueBytes?: number;
  /** All keys and values together, in bytes; a write beyond it is refused. @default Infinity */
  readonly maxBytes?: number;
  /** Hears what a commit listener throws. @default console.error */
  readonly onError?: (error: unknown) => void;
  /** The time, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/**
 * Makes a store that lives in memory and ends with the process: nothing waits for a disk, so that `committed` is always
 * `sequence` and no write is ever undone. Keys have the same order and limits as in the other drivers.
 *
 * Expired values are not seen; each write clears away a few, so that there is no timer and memory stays bounded.
 *
 * @throws {StoreError} `bad_option`.
 *
 * @example
 * ```ts
 * import { memoryStore } from "@n2o/n2o";
 *
 * const store = memoryStore();
 * store.set(["room", "lobby", 1], new TextEncoder().encode("hello"));
 * store.set(["room", "lobby", 2], new TextEncoder().encode("again"), { expiresAt: Date.now() + 60_000 });
 * const [newest] = await store.list(["room", "lobby"], { limit: 1, reverse: true });
 * if (newest.key[2] !== 2) throw new Error("not the newest");
 * await store.close();
 * ```
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  return new MemoryStore(options);
}

interface Slot {
  readonly entry: StoreEntry;
  readonly till: number;
  readonly size: number;
}

/** What a value costs besides its bytes and those of its key, about. */
const OVERHEAD = 128;

class MemoryStore implements Store {
  readonly driver = "memory";
  #slots = new OrderedMap<Slot>();
  #sweep: Iterator<[string, Slot]> | undefined;
  #sequence = 0;
  #bytes = 0;
  #told = true;
  #closed = false;
  #listeners: Listeners;
  #maxValueBytes: number;
  #maxBytes: number;
  #now: () => number;

  constructor(options: MemoryStoreOptions) {
    const { maxValueBytes = MAX_VALUE_BYTES, maxBytes = Infinity, now = Date.now } = options;
    this.#maxValueBytes = checkOption("maxValueBytes", maxValueBytes, 1, 2 ** 32);
    this.#maxBytes = checkOption("maxBytes", maxBytes, 1, Infinity);
    this.#listeners = new Listeners(reporter(options.onError));
    this.#now = now;
  }

  get sequence(): number {
    return this.#sequence;
  }

  get committed(): number {
    return this.#sequence;
  }

  get(key: StoreKey): StoreEntry | undefined {
    this.#check();
    return this.#find(encodeValueKey(key));
  }

  list(prefix: StoreKey, options: StoreListOptions = {}): StoreEntry[] {
    this.#check();
    const limit = limitOf(options.limit);
    const range = rangeOf(prefix, options);
    const entries: StoreEntry[] = [];
    if (range === undefined || limit < 1) return entries;
    const now = this.#now();
    this.#slots.walk(range.from, range.to, options.reverse === true, (_, slot) => {
      if (slot.till > now) entries.push(slot.entry);
      return entries.length < limit;
    });
    return entries;
  }

  set(key: StoreKey, value: Uint8Array, options?: StoreWriteOptions): number {
    this.#check();
    const encoded = encodeValueKey(key);
    checkValue(value, this.#maxValueBytes);
    return this.#write(encoded, key, value, expiryOf(options?.expiresAt));
  }

  delete(key: StoreKey): number {
    this.#check();
    this.#drop(encodeValueKey(key));
    return this.#wrote();
  }

  compareAndSet(
    key: StoreKey,
    version: string | undefined,
    value: Uint8Array,
    options?: Pick<StoreWriteOptions, "expiresAt">,
  ): Promise<boolean> {
    try {
      if (this.get(key)?.version !== version) return Promise.resolve(false);
      this.set(key, value, options);
      return Promise.resolve(true);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  onCommit(listener: (commit: Commit) => void): () => void {
    return this.#listeners.add(listener);
  }

  flush(): Promise<void> {
    this.#tell();
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#tell();
    this.#slots = new OrderedMap();
    this.#sweep = undefined;
    this.#bytes = 0;
    return Promise.resolve();
  }

  #check(): void {
    if (this.#closed) throw new StoreError("store_closed", "the store is closed");
  }

  #find(encoded: string): StoreEntry | undefined {
    const slot = this.#slots.get(encoded);
    return slot !== undefined && slot.till > this.#now() ? slot.entry : undefined;
  }

  #write(encoded: string, key: StoreKey, value: Uint8Array, till: number): number {
    const size = encoded.length + value.length + OVERHEAD;
    const bytes = this.#bytes + size - (this.#slots.get(encoded)?.size ?? 0);
    if (bytes > this.#maxBytes) {
      throw new StoreError("store_full", `the store may hold ${this.#maxBytes} bytes`, this.#maxBytes);
    }
    this.#bytes = bytes;
    const sequence = this.#wrote();
    const entry = {
      key: copyKey(key),
      value: value.slice(),
      version: String(sequence),
      expiresAt: till === Infinity ? undefined : till,
      sequence,
    };
    this.#slots.set(encoded, { entry, till, size });
    this.#sweepSome();
    return sequence;
  }

  #wrote(): number {
    if (this.#told && !this.#listeners.empty) {
      this.#told = false;
      queueMicrotask(() => this.#tell());
    }
    return ++this.#sequence;
  }

  /** Listeners hear after the write returned, once for all writes of a tick, as with a driver that has a disk. */
  #tell(): void {
    if (this.#told) return;
    this.#told = true;
    this.#listeners.tell({ sequence: this.#sequence, failedFrom: undefined, error: undefined });
  }

  #drop(encoded: string): void {
    const slot = this.#slots.get(encoded);
    if (slot === undefined) return;
    this.#slots.delete(encoded);
    this.#bytes -= slot.size;
  }

  /** Looks at two values a write, round and round: the expired ones never outnumber the writes. */
  #sweepSome(): void {
    const now = this.#now();
    for (let i = 0; i < 2; i++) {
      this.#sweep ??= this.#slots.entries();
      const next = this.#sweep.next();
      if (next.done) this.#sweep = undefined;
      else if (next.value[1].till <= now) this.#drop(next.value[0]);
    }
  }
}
