import assert from "node:assert/strict";
import { type Cache, type CacheOptions, createCache } from "../lib/cache.ts";
import { N2OError } from "../lib/error.ts";
import { atom, charlist, float, map, type Term, tuple } from "../lib/term.ts";

const YEAR = 365 * 24 * 3600_000;

Deno.test("an entry is read back from its table only", () => {
  const { cache } = open();
  cache.set("colours", "lobby", "#336699");
  assert.equal(cache.get("colours", "lobby"), "#336699");
  assert.equal(cache.get("colours", "hall"), undefined);
  assert.equal(cache.get("sounds", "lobby"), undefined);
  assert.equal(cache.table<string>("colours").get("lobby"), "#336699");
  assert.equal(cache.delete("colours", "lobby"), true);
  assert.equal(cache.delete("colours", "lobby"), false);
  assert.equal(cache.delete("never", "lobby"), false);
  assert.equal(cache.get("colours", "lobby"), undefined);
});

Deno.test("a later value replaces an earlier one, and whatever is falsy is a value", () => {
  const { cache } = open();
  const table = cache.table<unknown>("t");
  for (const value of [1, 0, "", false, null]) {
    table.set("k", value);
    assert.equal(table.get("k"), value);
  }
  assert.equal(table.size, 1);
});

Deno.test("keys are terms and go by value", () => {
  const { cache } = open();
  const same: [Term, Term][] = [
    ["room", new TextEncoder().encode("room")],
    ["é", new TextEncoder().encode("é")],
    [tuple(atom("a"), 1), tuple(atom("a"), 1)],
    [[1, 2, "x"], [1, 2, "x"]],
    [charlist("abc"), [97, 98, 99]],
    [map([["a", 1], ["b", 2]]), map([["b", 2], ["a", 1]])],
    [1, 1n],
    [2n ** 70n, 2n ** 70n],
    [float(2), float(2)],
    [atom("ok"), atom("ok")],
  ];
  for (const [one, other] of same) {
    cache.set("t", one, "kept");
    assert.equal(cache.get("t", other), "kept");
    cache.delete("t", one);
    assert.equal(cache.get("t", other), undefined);
  }
  const different: Term[] = [
    1,
    float(1),
    1.5,
    "1",
    "a",
    atom("a"),
    true,
    [],
    "",
    tuple(),
    tuple(1),
    [1],
    map([]),
  ];
  for (const [i, key] of different.entries()) cache.set("u", key, i);
  for (const [i, key] of different.entries()) assert.equal(cache.get("u", key), i);
});

Deno.test("an entry is gone when its life is over, to the millisecond", () => {
  const { cache, clock } = open({ ttlMs: 1000 });
  const table = cache.table<string>("t");
  table.set("default", "d");
  table.set("longer", "l", { ttlMs: 2000 });
  table.set("at", "a", { expiresAt: clock.time + 3000 });
  clock.time += 999;
  assert.deepEqual(["default", "longer", "at"].map((key) => table.has(key)), [true, true, true]);
  clock.time += 1;
  assert.equal(table.get("default"), undefined);
  assert.deepEqual(["default", "longer", "at"].map((key) => table.has(key)), [false, true, true]);
  clock.time += 1000;
  assert.deepEqual(["default", "longer", "at"].map((key) => table.has(key)), [false, false, true]);
  clock.time += 1000;
  assert.equal(table.get("at"), undefined);
});

Deno.test("setting anew begins a new life, reading does not", () => {
  const { cache, clock } = open({ ttlMs: 1000 });
  cache.set("t", "set", 1);
  cache.set("t", "read", 1);
  clock.time += 900;
  cache.set("t", "set", 2);
  cache.get("t", "read");
  clock.time += 900;
  assert.equal(cache.get("t", "set"), 2);
  assert.equal(cache.get("t", "read"), undefined);
});

Deno.test("a life of thirty days, a year or for ever is that long, and takes no timer", () => {
  const { cache, clock } = open();
  const start = clock.time;
  cache.set("t", "month", 1, { ttlMs: 2_592_000_000 });
  cache.set("t", "year", 1, { ttlMs: YEAR });
  cache.set("t", "ever", 1, { ttlMs: Infinity });
  const left = () => ["month", "year", "ever"].filter((key) => cache.get("t", key) !== undefined);
  clock.time = start + 5000;
  cache.sweep();
  assert.deepEqual(left(), ["month", "year", "ever"]);
  clock.time = start + YEAR - 1;
  cache.sweep();
  assert.deepEqual(left(), ["year", "ever"]);
  clock.time = start + 1000 * YEAR;
  cache.sweep();
  assert.deepEqual(left(), ["ever"]);
});

Deno.test("a full table lets go of what was not used for longest", () => {
  const { cache } = open({ maxEntries: 3 });
  const table = cache.table<number>("t");
  for (const key of ["a", "b", "c"]) table.set(key, 1);
  table.get("a");
  table.set("b", 2);
  table.has("c");
  table.set("d", 1);
  assert.deepEqual(["a", "b", "c", "d"].map((key) => table.get(key)), [1, 2, undefined, 1]);
  assert.equal(table.size, 3);
  for (let i = 0; i < 1000; i++) table.set(`more ${i}`, i);
  assert.equal(table.size, 3);
});

Deno.test("a table may have limits of its own", () => {
  const { cache, clock } = open({ maxEntries: 100, ttlMs: 1000 });
  const small = cache.table<number>("small", { maxEntries: 1, ttlMs: 5000 });
  small.set("a", 1);
  small.set("b", 2);
  clock.time += 4000;
  assert.deepEqual([small.get("a"), small.get("b")], [undefined, 2]);
  assert.equal(cache.table("small"), small);
});

Deno.test("a sweep drops what has expired, a bounded number at a time, until all is gone", () => {
  const { cache, clock } = open({ ttlMs: 1000 });
  const table = cache.table<number>("t");
  for (let i = 0; i < 25_000; i++) table.set(i, i, { ttlMs: i % 2 === 0 ? 1000 : 5000 });
  assert.equal(cache.sweep(), 0);
  assert.equal(cache.sweep(clock.time + 1000), 5000);
  clock.time += 1000;
  let dropped = 5000;
  for (let i = 0; i < 10; i++) dropped += cache.sweep();
  assert.equal(dropped, 12_500);
  assert.equal(table.size, 12_500);
  assert.equal(table.get(1), 1);
});

Deno.test("a life or bound that cannot be is refused, and the old entry stays", () => {
  const { cache } = open();
  cache.set("t", "k", "old");
  for (const ttlMs of [NaN, 0, -1, -Infinity]) {
    refuses("bad_ttl", () => cache.set("t", "k", "new", { ttlMs }));
    refuses("bad_ttl", () => createCache({ ttlMs }));
    refuses("bad_ttl", () => cache.table("another", { ttlMs }));
  }
  refuses("bad_ttl", () => cache.set("t", "k", "new", { expiresAt: NaN }));
  for (const count of [NaN, 0, -1]) {
    refuses("bad_option", () => createCache({ maxEntries: count }));
    refuses("bad_option", () => createCache({ maxTables: count }));
  }
  assert.equal(cache.get("t", "k"), "old");
});

Deno.test("keys and tables are bounded", () => {
  const { cache } = open({ maxTables: 2 });
  cache.set("one", "k", 1);
  cache.set("two", "k", 1);
  refuses("too_many_tables", () => cache.set("three", "k", 1));
  assert.equal(cache.get("three", "k"), undefined);
  refuses("key_too_long", () => cache.set("one", "x".repeat(5000), 1));
  refuses("key_too_long", () => cache.get("one", "я".repeat(3000)));
  refuses("bad_key", () => cache.set("one", NaN, 1));
});

Deno.test("a cache that is closed is empty and takes nothing more", () => {
  const { cache } = open();
  const table = cache.table<number>("t");
  table.set("k", 1);
  cache.close();
  assert.equal(cache.get("t", "k"), undefined);
  assert.equal(table.get("k"), undefined);
  refuses("cache_closed", () => cache.set("t", "k", 2));
  refuses("cache_closed", () => table.set("k", 2));
  assert.equal(cache.sweep(), 0);
});

function open(options: CacheOptions = {}): { cache: Cache; clock: { time: number } } {
  const clock = { time: 1_700_000_000_000 };
  return { cache: createCache({ now: () => clock.time, ...options }), clock };
}

function refuses(code: string, run: () => unknown): void {
  assert.throws(run, (error) => error instanceof N2OError && error.code === code);
}
