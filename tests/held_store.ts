/**
 * A store whose commits a test decides.
 *
 * @module
 */
import {
  type Commit,
  memoryStore,
  type Store,
  type StoreEntry,
  type StoreKey,
  type StoreWriteOptions,
} from "@n2o/n2o";

interface Write {
  readonly sequence: number;
  readonly before: { readonly key: StoreKey; readonly entry: StoreEntry | undefined };
  readonly undo: (() => void) | undefined;
}

/** Keeps values in memory, but what is written is decided only by {@linkcode HeldStore.commit} and {@linkcode HeldStore.fail}. */
export class HeldStore implements Store {
  readonly driver = "held";
  committed = 0;
  /** Whether it was closed. */
  closed = false;
  #values = memoryStore();
  #writes: Write[] = [];
  #sequence = 0;
  #listeners = new Set<(commit: Commit) => void>();
  #flushes: (() => void)[] = [];
  #atOnce = false;

  get sequence(): number {
    return this.#sequence;
  }

  /** How many writes are undecided. */
  get waiting(): number {
    return this.#writes.length;
  }

  get(key: StoreKey): StoreEntry | undefined {
    const entry = this.#values.get(key);
    if (entry instanceof Promise) throw new Error("memory is at once");
    return entry;
  }

  list: Store["list"] = (prefix, options) => this.#values.list(prefix, options);

  set(key: StoreKey, value: Uint8Array, options: StoreWriteOptions = {}): number {
    return this.#write(
      key,
      options.undo,
      () => this.#values.set(key, value, { expiresAt: options.expiresAt }),
    );
  }

  delete(key: StoreKey, options: Pick<StoreWriteOptions, "undo"> = {}): number {
    return this.#write(key, options.undo, () => this.#values.delete(key));
  }

  async compareAndSet(key: StoreKey, version: string | undefined, value: Uint8Array): Promise<boolean> {
    if (this.get(key)?.version !== version) return false;
    this.set(key, value);
    await this.flush();
    return true;
  }

  onCommit(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  flush(): Promise<void> {
    if (this.#writes.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#flushes.push(resolve));
  }

  async close(): Promise<void> {
    await this.flush();
    this.closed = true;
  }

  /** The oldest writes, all or so many of them, are durable. */
  commit(count: number = this.#writes.length): void {
    const decided = this.#writes.splice(0, count);
    if (decided.length > 0) this.#decide(decided[decided.length - 1].sequence, undefined);
  }

  /** From now on each write is durable soon after it was made. */
  decideAtOnce(): void {
    this.#atOnce = true;
    this.commit();
  }

  /** All undecided writes failed: they are undone, the newest first. */
  fail(): void {
    const failed = this.#writes.splice(0);
    if (failed.length === 0) return;
    for (const { before: { key, entry }, undo } of failed.toReversed()) {
      if (entry === undefined) this.#values.delete(key);
      else this.#values.set(key, entry.value, { expiresAt: entry.expiresAt });
      undo?.();
    }
    this.#decide(failed[failed.length - 1].sequence, failed[0].sequence);
  }

  #write(key: StoreKey, undo: (() => void) | undefined, apply: () => void): number {
    const before = { key: [...key], entry: this.get(key) };
    apply();
    this.#writes.push({ sequence: ++this.#sequence, before, undo });
    if (this.#atOnce) queueMicrotask(() => this.commit());
    return this.#sequence;
  }

  #decide(sequence: number, failedFrom: number | undefined): void {
    this.committed = sequence;
    const error = failedFrom === undefined ? undefined : new Error("the disk is full");
    for (const listener of this.#listeners) listener({ sequence, failedFrom, error });
    for (const resolve of this.#flushes.splice(0)) resolve();
  }
}
