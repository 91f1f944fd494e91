/**
 * A store that takes writes in memory and commits them in groups.
 *
 * @module
 */
import { checkOption, checkValue, expiryOf, limitOf, MAX_VALUE_BYTES } from "./bounds.ts";
import type { Engine, Write } from "./engine.ts";
import { StoreError } from "./error.ts";
import { copyKey, encodeKey, encodeValueKey, type KeyRange, rangeOf } from "./key.ts";
import { Listeners, reporter } from "./listeners.ts";
import type { Commit, Store, StoreEntry, StoreKey, StoreListOptions, StoreWriteOptions } from "./mod.ts";
import { Recent } from "./recent.ts";
import { entryOf, expiryOfRecord, HEADER_BYTES, makeRecord } from "./record.ts";

/** Options of a store that commits in groups. */
export interface GroupStoreOptions {
  /** The largest value, in bytes. @default 16_777_216 */
  readonly maxValueBytes?: number;
  /** What may wait for its commit, in bytes; a write beyond it is refused with `store_busy`. @default 67_108_864 */
  readonly maxPendingBytes?: number;
  /** What is kept in memory of the values read or written last, in bytes. @default 16_777_216 */
  readonly recentBytes?: number;
  /** Hears what goes wrong where nobody waits for it: a listener or `undo` that throws, the sweep. @default console.error */
  readonly onError?: (error: unknown) => void;
  /** The time, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

interface Waiter {
  readonly sequence: number;
  resolve(): void;
  reject(error: Error): void;
}

interface Reading {
  readonly promise: Promise<Uint8Array | undefined>;
  /** Whether the key was written since the reading began. */
  stale: boolean;
}

/** What a pending write costs besides its bytes, about. */
const OVERHEAD = 256;

/**
 * A store over an engine. One group is being committed at a time, and what was written meanwhile is the next one, so
 * that a lone write starts at once and a thousand at a time cost one commit.
 *
 * The engine must belong to this store alone: what was read or written is kept in memory and not asked for again.
 */
export class GroupStore implements Store {
  /** The engine's name. */
  readonly driver: string;
  #engine: Engine;
  #sequence = 0;
  #committed = 0;
  #queue: Write[] = [];
  #pending = new Map<string, Write>();
  #pendingBytes = 0;
  #running = false;
  #recent: Recent;
  #readings = new Map<string, Reading>();
  #listeners: Listeners;
  #waiters: Waiter[] = [];
  #closing: Promise<void> | undefined;
  #maxValueBytes: number;
  #maxPendingBytes: number;
  #report: (error: unknown) => void;
  #now: () => number;

  /** Makes a store over an engine that is open. Throws a {@linkcode StoreError} `bad_option`. */
  constructor(engine: Engine, options: GroupStoreOptions = {}) {
    const { maxValueBytes = MAX_VALUE_BYTES, maxPendingBytes = 67_108_864, recentBytes = 16_777_216 } =
      options;
    this.#engine = engine;
    this.driver = engine.driver;
    this.#maxValueBytes = checkOption("maxValueBytes", maxValueBytes, 1, 2 ** 32);
    this.#maxPendingBytes = checkOption("maxPendingBytes", maxPendingBytes, 1, Infinity);
    this.#recent = new Recent(checkOption("recentBytes", recentBytes, 0, Infinity));
    this.#report = reporter(options.onError);
    this.#listeners = new Listeners(this.#report);
    this.#now = options.now ?? Date.now;
  }

  /** The sequence number of the newest write. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Every write up to this sequence number is decided. */
  get committed(): number {
    return this.#committed;
  }

  /** Reads one value: at once when it was read or written lately, else from the engine. */
  get(key: StoreKey): StoreEntry | undefined | Promise<StoreEntry | undefined> {
    this.#check();
    const encoded = encodeValueKey(key);
    const pending = this.#pending.get(encoded);
    if (pending !== undefined) return this.#entry(key, pending.record);
    const recent = this.#recent.get(encoded);
    if (recent !== undefined) return this.#entry(key, recent);
    return this.#reading(key, encoded).promise.then((record) => this.#entry(key, record));
  }

  /** Reads the values whose key goes on after the prefix, in order. */
  list(prefix: StoreKey, options: StoreListOptions = {}): StoreEntry[] | Promise<StoreEntry[]> {
    this.#check();
    const limit = limitOf(options.limit);
    const range = rangeOf(prefix, options);
    if (range === undefined || limit < 1) return [];
    const reverse = options.reverse === true;
    const own: Write[] = [];
    for (const write of this.#pending.values()) {
      if (write.encoded >= range.from && write.encoded < range.to) own.push(write);
    }
    own.sort((a, b) => (a.encoded < b.encoded) === reverse ? 1 : -1);
    return this.#merge(range, own, limit, reverse);
  }

  /** Writes a value; gives the write's sequence number. */
  set(key: StoreKey, value: Uint8Array, options?: StoreWriteOptions): number {
    this.#check();
    const encoded = encodeValueKey(key);
    checkValue(value, this.#maxValueBytes);
    const expiresAt = expiryOf(options?.expiresAt);
    this.#reserve(encoded.length + value.length);
    const sequence = ++this.#sequence;
    const record = makeRecord(this.#engine.run, sequence, expiresAt, value);
    this.#push({ key: copyKey(key), encoded, sequence, record, undo: options?.undo });
    return sequence;
  }

  /** Deletes a value; gives the write's sequence number. */
  delete(key: StoreKey, options?: Pick<StoreWriteOptions, "undo">): number {
    this.#check();
    const encoded = encodeValueKey(key);
    this.#reserve(encoded.length);
    const sequence = ++this.#sequence;
    this.#push({ key: copyKey(key), encoded, sequence, record: undefined, undo: options?.undo });
    return sequence;
  }

  /** Writes only if the key still has that version; tells whether it did, after it is durable. */
  async compareAndSet(
    key: StoreKey,
    version: string | undefined,
    value: Uint8Array,
    options?: Pick<StoreWriteOptions, "expiresAt">,
  ): Promise<boolean> {
    this.#check();
    const encoded = encodeValueKey(key);
    let found = this.#known(encoded);
    while (found === undefined) {
      const reading = this.#reading(key, encoded);
      const record = await reading.promise;
      // The key may have been written meanwhile. From here to the write nothing is awaited.
      found = reading.stale || this.#pending.has(encoded) ? this.#known(encoded) : { record };
    }
    if (this.#entry(key, found.record)?.version !== version) return false;
    await this.#decided(this.set(key, value, options));
    return true;
  }

  /** Calls the listener after each group is decided. */
  onCommit(listener: (commit: Commit) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Resolves when everything written so far is decided; rejects when a part of it failed. */
  flush(): Promise<void> {
    if (this.#committed === this.#sequence) return Promise.resolve();
    return this.#decided(this.#sequence);
  }

  /** Flushes, stops, and lets the file go. */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.#closing = this.#close();
      this.#closing.catch(() => {});
    }
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#engine.close();
    }
  }

  #check(): void {
    if (this.#closing !== undefined) throw new StoreError("store_closed", "the store is closed");
  }

  #reserve(size: number): void {
    const bytes = this.#pendingBytes + size + OVERHEAD;
    if (bytes > this.#maxPendingBytes) {
      throw new StoreError("store_busy", `${this.#pendingBytes} bytes wait for the disk already`, size);
    }
    this.#pendingBytes = bytes;
  }

  #push(write: Write): void {
    this.#queue.push(write);
    this.#pending.set(write.encoded, write);
    const reading = this.#readings.get(write.encoded);
    if (reading !== undefined) {
      reading.stale = true;
      this.#readings.delete(write.encoded);
    }
    if (this.#running) return;
    this.#running = true;
    queueMicrotask(() => this.#run());
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#queue.splice(0, this.#engine.take(this.#queue));
      let failure: Error | undefined;
      try {
        await this.#engine.commit(group);
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
      }
      if (failure === undefined) this.#settle(group);
      else this.#fail(group, failure);
      // Whoever waited for this group writes again right now: let that into the next one.
      await undefined;
    }
    this.#running = false;
  }

  #settle(group: Write[]): void {
    for (const write of group) {
      this.#pendingBytes -= weigh(write);
      if (this.#pending.get(write.encoded) !== write) continue;
      this.#pending.delete(write.encoded);
      if (write.record === undefined) this.#recent.drop(write.encoded);
      else this.#recent.put(write.encoded, write.record);
    }
    this.#decide({ sequence: group[group.length - 1].sequence, failedFrom: undefined, error: undefined });
  }

  /** What comes after a failed write may rest on it, so all that is undecided fails with it. */
  #fail(group: Write[], error: Error): void {
    const failed = group.concat(this.#queue);
    this.#queue = [];
    this.#pending.clear();
    this.#pendingBytes = 0;
    for (const write of failed) this.#recent.drop(write.encoded);
    for (let i = failed.length - 1; i >= 0; i--) {
      try {
        failed[i].undo?.();
      } catch (thrown) {
        this.#report(thrown);
      }
    }
    this.#decide({ sequence: failed[failed.length - 1].sequence, failedFrom: failed[0].sequence, error });
  }

  /** Resolves when a write is committed. Nobody must wait for it: listeners and `undo` hear of a failure as well. */
  #decided(sequence: number): Promise<void> {
    const decided = new Promise<void>((resolve, reject) => this.#waiters.push({ sequence, resolve, reject }));
    decided.catch(() => {});
    return decided;
  }

  #decide(commit: Commit): void {
    this.#committed = commit.sequence;
    this.#listeners.tell(commit);
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      if (waiter.sequence > commit.sequence) this.#waiters.push(waiter);
      else if (commit.error === undefined) waiter.resolve();
      else waiter.reject(commit.error);
    }
  }

  /** What memory knows of a key: its record, or that it has none, or nothing (`undefined`). */
  #known(encoded: string): { readonly record: Uint8Array | undefined } | undefined {
    const pending = this.#pending.get(encoded);
    if (pending !== undefined) return pending;
    const record = this.#recent.get(encoded);
    return record === undefined ? undefined : { record };
  }

  #reading(key: StoreKey, encoded: string): Reading {
    const running = this.#readings.get(encoded);
    if (running !== undefined) return running;
    const promise = this.#engine.read(copyKey(key)).then((record) => {
      if (!reading.stale && record !== undefined) this.#recent.put(encoded, record);
      return record;
    }).finally(() => {
      if (!reading.stale) this.#readings.delete(encoded);
    });
    const reading: Reading = { promise, stale: false };
    this.#readings.set(encoded, reading);
    return reading;
  }

  #entry(key: StoreKey, record: Uint8Array | undefined): StoreEntry | undefined {
    if (record === undefined || expiryOfRecord(record) <= this.#now()) return undefined;
    return entryOf(key, record, this.#engine.run);
  }

  /** The engine's records with those over them that are pending; `own` is in the order asked for. */
  async #merge(range: KeyRange, own: Write[], limit: number, reverse: boolean): Promise<StoreEntry[]> {
    const entries: StoreEntry[] = [];
    const add = (key: StoreKey, record: Uint8Array | undefined) => {
      const entry = this.#entry(key, record);
      if (entry !== undefined) entries.push(entry);
      return entries.length < limit;
    };
    let next = 0;
    for await (const [key, record] of this.#engine.list(range, reverse, limit + own.length)) {
      const encoded = next < own.length ? encodeKey(key) : "";
      while (next < own.length && (reverse ? own[next].encoded > encoded : own[next].encoded < encoded)) {
        if (!add(own[next].key, own[next++].record)) return entries;
      }
      const over = next < own.length && own[next].encoded === encoded ? own[next++] : undefined;
      if (!add(key, over === undefined ? record : over.record)) return entries;
    }
    while (next < own.length) if (!add(own[next].key, own[next++].record)) break;
    return entries;
  }
}

function weigh(write: Write): number {
  return write.encoded.length + (write.record === undefined ? 0 : write.record.length - HEADER_BYTES) +
    OVERHEAD;
}
