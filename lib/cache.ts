/**
 * The cache: named tables in memory, whose entries expire and whose number is bounded.
 *
 * @module
 */
import { N2OError } from "./error.ts";
import type { Atom, Term } from "./term.ts";
import { secretHash } from "./term_hash.ts";
import { keyOf } from "./term_key.ts";

/** Options of a table. */
export interface CacheTableOptions {
  /** How many entries it keeps; one more pushes out the one that was not used for longest. @default 100_000 */
  readonly maxEntries?: number;
  /** The life of an entry from its `set`, in milliseconds; `Infinity` for no end. @default 900_000 */
  readonly ttlMs?: number;
}

/** Options of {@linkcode createCache}; those of a table are the defaults of all tables. */
export interface CacheOptions extends CacheTableOptions {
  /** How many tables there may be. @default 1000 */
  readonly maxTables?: number;
  /** The time, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** Options of {@linkcode CacheTable.set}: at most one of them. */
export interface CacheSetOptions {
  /** The life of the entry, in milliseconds; `Infinity` for no end. @default the table's */
  readonly ttlMs?: number;
  /** When it expires, in milliseconds since 1970. */
  readonly expiresAt?: number;
}

interface Entry<V> {
  readonly key: Key;
  readonly value: V;
  readonly till: number;
}

type Key = ReturnType<typeof keyOf>;
/** Where an entry is: under the hash of its key, or under an atom or boolean itself. */
type Place = Atom | boolean | number;

/** A key is made of what a client sent more often than not. */
const MAX_KEY_CHARACTERS = 4096;
/** Entries of one table that one sweep looks at. */
const SWEEP = 10_000;

/**
 * Makes a cache. It is memory and no more: it has no timers (whoever owns it calls {@linkcode Cache.sweep} now and then),
 * and nothing of it survives the process.
 *
 * @throws {N2OError} `bad_ttl`, `bad_option`.
 *
 * @example
 * ```ts
 * import { createCache } from "@n2o/n2o";
 *
 * const cache = createCache({ ttlMs: 60_000, maxEntries: 1000 });
 * cache.set("colours", "lobby", "#336699");
 * if (cache.get("colours", "lobby") !== "#336699") throw new Error("not kept");
 *
 * const visits = cache.table<number>("visits");
 * visits.set("maxim", (visits.get("maxim") ?? 0) + 1, { ttlMs: 365 * 24 * 3600_000 });
 * cache.close();
 * ```
 */
export function createCache(options: CacheOptions = {}): Cache {
  return new Cache(options);
}

/**
 * Named tables, each made when it is first used. N2O's `cache(Table, Key, Value)`.
 *
 * @example
 * ```ts
 * import { createCache, tuple } from "@n2o/n2o";
 *
 * const cache = createCache();
 * cache.set("pages", tuple("index", 1), "<h1>hello</h1>", { ttlMs: 5000 });
 * if (cache.get("pages", tuple("index", 1)) !== "<h1>hello</h1>") throw new Error("keys go by value");
 * if (cache.sweep() !== 0) throw new Error("too early");
 * ```
 */
export class Cache {
  #tables = new Map<string, CacheTable<unknown>>();
  #defaults: Required<CacheTableOptions>;
  #maxTables: number;
  #now: () => number;
  #closed = false;

  /** Made by {@linkcode createCache}. */
  constructor(options: CacheOptions = {}) {
    const { maxEntries = 100_000, ttlMs = 900_000, maxTables = 1000, now = Date.now } = options;
    this.#defaults = { maxEntries: checkCount("maxEntries", maxEntries), ttlMs: checkTtl(ttlMs) };
    this.#maxTables = checkCount("maxTables", maxTables);
    this.#now = now;
  }

  /**
   * The table of a name; made, with these options, when there is none. What type its values have is between those who
   * use it.
   *
   * @throws {N2OError} `too_many_tables`, `bad_ttl`, `bad_option`, `cache_closed`.
   */
  table<V>(name: string, options: CacheTableOptions = {}): CacheTable<V> {
    const found = this.#tables.get(name);
    if (found !== undefined) return found as CacheTable<V>;
    if (this.#closed) throw new N2OError("cache_closed", "the cache is closed");
    if (this.#tables.size >= this.#maxTables) {
      throw new N2OError("too_many_tables", `a cache has ${this.#maxTables} tables at most`, name);
    }
    const table = new CacheTable<V>({ ...this.#defaults, ...options }, this.#now);
    this.#tables.set(name, table as CacheTable<unknown>);
    return table;
  }

  /** Reads an entry; as {@linkcode CacheTable.get}, but makes no table. */
  get(table: string, key: Term): unknown {
    return this.#tables.get(table)?.get(key);
  }

  /** Keeps a value; as {@linkcode CacheTable.set}. */
  set(table: string, key: Term, value: unknown, options?: CacheSetOptions): void {
    this.table(table).set(key, value, options);
  }

  /** Drops an entry; tells whether it was there. */
  delete(table: string, key: Term): boolean {
    return this.#tables.get(table)?.delete(key) ?? false;
  }

  /**
   * Drops entries that have expired, looking at the next 10 000 of each table, so that it takes little time however
   * large they are. Gives how many it dropped.
   */
  sweep(now: number = this.#now()): number {
    let dropped = 0;
    for (const table of this.#tables.values()) dropped += table.sweep(now);
    return dropped;
  }

  /** Lets everything go. Nothing can be set from then on. */
  close(): void {
    this.#closed = true;
    for (const table of this.#tables.values()) table.close();
    this.#tables.clear();
  }
}

/**
 * One table of a cache.
 *
 * Keys are terms and go by value: `tuple("a", 1)` finds what another `tuple("a", 1)` set, a string is its UTF-8 binary,
 * and `1` is not `float(1)`.
 *
 * @example
 * ```ts
 * import { createCache } from "@n2o/n2o";
 *
 * const recent = createCache().table<number>("recent", { maxEntries: 2, ttlMs: Infinity });
 * for (const [i, name] of ["a", "b", "c"].entries()) recent.set(name, i);
 * if (recent.get("a") !== undefined || recent.get("c") !== 2) throw new Error("the oldest goes");
 * ```
 */
export class CacheTable<V> {
  // In the order of use: a Map keeps that of insertion, and whoever is used is put in anew.
  // Two keys of one place are as good as never seen; the later one then pushes the other out.
  #entries = new Map<Place, Entry<V>>();
  #sweep: Iterator<[Place, Entry<V>]> | undefined;
  #maxEntries: number;
  #ttlMs: number;
  #now: () => number;
  #closed = false;

  /** Made by {@linkcode Cache.table}. Throws an {@linkcode N2OError} `bad_ttl` or `bad_option`. */
  constructor(options: Required<CacheTableOptions>, now: () => number) {
    this.#maxEntries = checkCount("maxEntries", options.maxEntries);
    this.#ttlMs = checkTtl(options.ttlMs);
    this.#now = now;
  }

  /** How many entries it has, those that expired since the last sweep among them. */
  get size(): number {
    return this.#entries.size;
  }

  /** Reads an entry; `undefined` when there is none or it has expired. */
  get(key: Term): V | undefined {
    const name = nameOf(key);
    const place = placeOf(name);
    const entry = this.#entries.get(place);
    if (entry?.key !== name) return undefined;
    this.#entries.delete(place);
    if (entry.till <= this.#now()) return undefined;
    this.#entries.set(place, entry);
    return entry.value;
  }

  /** Whether there is an entry that has not expired; does not count as its use. */
  has(key: Term): boolean {
    const name = nameOf(key);
    const entry = this.#entries.get(placeOf(name));
    return entry?.key === name && entry.till > this.#now();
  }

  /**
   * Keeps a value. In a full table the entry that was not used for longest has to go, whenever it would have expired:
   * whoever is read stays.
   *
   * @throws {N2OError} `bad_ttl` for a life that is no positive number; `key_too_long` for a key of more than about 4000
   * characters; `cache_closed`.
   */
  set(key: Term, value: V, options?: CacheSetOptions): void {
    if (this.#closed) throw new N2OError("cache_closed", "the cache is closed");
    const name = nameOf(key);
    const till = this.#till(options);
    const place = placeOf(name);
    this.#entries.delete(place);
    if (this.#entries.size >= this.#maxEntries) this.#entries.delete(this.#entries.keys().next().value!);
    this.#entries.set(place, { key: name, value, till });
  }

  /** Drops an entry; tells whether it was there. */
  delete(key: Term): boolean {
    const name = nameOf(key);
    const place = placeOf(name);
    const entry = this.#entries.get(place);
    if (entry?.key !== name) return false;
    this.#entries.delete(place);
    return entry.till > this.#now();
  }

  /** Drops all entries. */
  clear(): void {
    this.#entries.clear();
    this.#sweep = undefined;
  }

  /** Drops those of the next 10 000 entries that have expired; gives how many. */
  sweep(now: number = this.#now()): number {
    let dropped = 0;
    for (let looked = Math.min(SWEEP, this.#entries.size); looked > 0; looked--) {
      this.#sweep ??= this.#entries.entries();
      const next = this.#sweep.next();
      if (next.done) {
        this.#sweep = undefined;
      } else if (next.value[1].till <= now) {
        this.#entries.delete(next.value[0]);
        dropped++;
      }
    }
    return dropped;
  }

  /** Lets everything go. Nothing can be set from then on. */
  close(): void {
    this.#closed = true;
    this.clear();
  }

  #till(options: CacheSetOptions | undefined): number {
    const expiresAt = options?.expiresAt;
    if (expiresAt === undefined) return this.#now() + checkTtl(options?.ttlMs ?? this.#ttlMs);
    if (Number.isNaN(expiresAt)) throw new N2OError("bad_ttl", "an entry cannot expire at NaN", expiresAt);
    return expiresAt;
  }
}

function nameOf(key: Term): Key {
  if (Number.isNaN(key)) throw new N2OError("bad_key", "NaN is no key", key);
  const name = keyOf(key);
  if (typeof name === "string" && name.length > MAX_KEY_CHARACTERS) {
    throw new N2OError("key_too_long", `a key of ${name.length} characters is over ${MAX_KEY_CHARACTERS}`);
  }
  return name;
}

function placeOf(name: Key): Place {
  return typeof name === "string" ? secretHash(name) : name;
}

function checkTtl(ttlMs: number): number {
  if (ttlMs > 0) return ttlMs;
  throw new N2OError("bad_ttl", `a life must be more than 0 ms, not ${ttlMs}`, ttlMs);
}

function checkCount(name: string, count: number): number {
  if (count >= 1) return count;
  throw new N2OError("bad_option", `${name} must be 1 or more, not ${count}`, count);
}
