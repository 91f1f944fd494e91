/**
 * What every driver of the store must do. Each driver's test file calls {@linkcode conformance} with a way to open it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { StoreError } from "../lib/store/error.ts";
import type { Commit, Store, StoreKey } from "../lib/store/mod.ts";

/** What the suite needs to know of a store that it opens. */
export interface StoreSettings {
  /** The store's clock. */
  readonly now: () => number;
  /** The largest value. */
  readonly maxValueBytes: number;
}

/** Opens an empty store; `discard` takes away what it left once it is closed. */
export type OpenStore = (settings: StoreSettings) => Promise<{ store: Store; discard(): Promise<void> }>;

const YEAR = 365 * 24 * 3600 * 1000;
const MAX = 1_000_000;

/** Runs the suite against a driver. */
export function conformance(name: string, open: OpenStore): void {
  const test = (sentence: string, run: (store: Store, clock: { time: number }) => Promise<void> | void) => {
    Deno.test(`${name}: ${sentence}`, async () => {
      const clock = { time: Date.now() };
      const { store, discard } = await open({ now: () => clock.time, maxValueBytes: MAX });
      try {
        await run(store, clock);
      } finally {
        await store.close().catch(() => {});
        await discard();
      }
    });
  };

  test("a value is read back at once and after its commit, with what belongs to it", async (store) => {
    const expiresAt = Date.now() + 60_000;
    const sequence = store.set(["user", 1], bytes("first"), { expiresAt });
    for (const when of ["pending", "committed"]) {
      const entry = await store.get(["user", 1]);
      assert.deepEqual(entry?.key, ["user", 1], when);
      assert.equal(text(entry?.value), "first", when);
      assert.equal(entry?.expiresAt, expiresAt, when);
      assert.equal(entry?.sequence, sequence, when);
      await store.flush();
    }
    assert.equal(await store.get(["user", 2]), undefined);
    assert.equal(await store.get(["user"]), undefined);
  });

  test("sequence numbers count writes, and committed reaches them", async (store) => {
    assert.equal(store.sequence, 0);
    assert.equal(store.set(["a"], bytes("1")), 1);
    assert.equal(store.set(["b"], bytes("2")), 2);
    assert.equal(store.delete(["a"]), 3);
    assert.equal(store.delete(["never was"]), 4);
    assert.equal(store.sequence, 4);
    await store.flush();
    assert.equal(store.committed, 4);
  });

  test("listeners hear of every write, after it returned, until they leave", async (store) => {
    const heard: Commit[] = [];
    const leave = store.onCommit((commit) => heard.push(commit));
    store.set(["a"], bytes("1"));
    assert.equal(heard.length, 0);
    await store.flush();
    assert.deepEqual(heard.at(-1), { sequence: 1, failedFrom: undefined, error: undefined });
    leave();
    store.set(["a"], bytes("2"));
    await store.flush();
    assert.equal(heard.at(-1)?.sequence, 1);
  });

  test("writes of one tick are told of together", async (store) => {
    const heard: number[] = [];
    store.onCommit(({ sequence }) => heard.push(sequence));
    for (let i = 0; i < 200; i++) store.set(["k", i], bytes("x"));
    await store.flush();
    assert.deepEqual(heard, [200]);
  });

  test("the bytes given may be used again", async (store) => {
    const value = bytes("before");
    store.set(["a"], value);
    value.fill(0);
    assert.equal(text((await store.get(["a"]))?.value), "before");
    await store.flush();
    assert.equal(text((await store.get(["a"]))?.value), "before");
  });

  test("the last of many writes counts, pending and committed", async (store) => {
    for (let i = 0; i < 50; i++) store.set(["a"], bytes(`${i}`));
    assert.equal(text((await store.get(["a"]))?.value), "49");
    store.delete(["a"]);
    assert.equal(await store.get(["a"]), undefined);
    await store.flush();
    assert.equal(await store.get(["a"]), undefined);
    store.set(["a"], bytes("back"));
    await store.flush();
    assert.equal(text((await store.get(["a"]))?.value), "back");
  });

  test("keys are ordered part by part: strings by code point, then numbers by value", async (store) => {
    for (const key of shuffled(ORDERED)) store.set(key, bytes(JSON.stringify(key)));
    for (const when of ["pending", "committed"]) {
      const keys = (await store.list([])).map((entry) => entry.key);
      assert.deepEqual(keys, ORDERED, when);
      const back = (await store.list([], { reverse: true })).map((entry) => entry.key);
      assert.deepEqual(back, ORDERED.toReversed(), when);
      await store.flush();
    }
    for (const key of ORDERED) assert.equal(text((await store.get(key))?.value), JSON.stringify(key));
  });

  test("-0 and 0 are one key", async (store) => {
    store.set(["n", -0], bytes("minus"));
    assert.equal(text((await store.get(["n", 0]))?.value), "minus");
    await store.flush();
    assert.equal(text((await store.get(["n", -0]))?.value), "minus");
    const [entry] = await store.list(["n"]);
    assert.ok(Object.is(entry.key[1], 0));
  });

  test("a list gives what goes on after the prefix, from start to before end, up to the limit, either way", async (store) => {
    store.set(["room"], bytes("the prefix itself"));
    store.set(["roo"], bytes("shorter"));
    store.set(["room2", 1], bytes("longer"));
    for (let i = 0; i < 10; i++) store.set(["room", i], bytes(`${i}`));
    const list = async (options: Parameters<Store["list"]>[1]) =>
      (await store.list(["room"], options)).map(({ value }) => Number(text(value)));
    for (const _ of ["pending", "committed"]) {
      assert.deepEqual(await list({}), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      assert.deepEqual(await list({ limit: 3 }), [0, 1, 2]);
      assert.deepEqual(await list({ limit: 0 }), []);
      assert.deepEqual(await list({ limit: 3, reverse: true }), [9, 8, 7]);
      assert.deepEqual(await list({ start: ["room", 7] }), [7, 8, 9]);
      assert.deepEqual(await list({ end: ["room", 3] }), [0, 1, 2]);
      assert.deepEqual(await list({ start: ["room", 2.5], end: ["room", 5] }), [3, 4]);
      assert.deepEqual(await list({ start: ["room", 2], end: ["room", 8], limit: 2, reverse: true }), [7, 6]);
      assert.deepEqual(await list({ start: ["a"], end: ["z"], limit: 2 }), [0, 1]);
      assert.deepEqual(await list({ start: ["room", 5], end: ["room", 5] }), []);
      assert.deepEqual(await list({ start: ["z"] }), []);
      assert.deepEqual(await list({ end: ["a"] }), []);
      await store.flush();
    }
  });

  test("a list sees pending writes and deletes over committed values, and fills its limit", async (store) => {
    for (let i = 0; i < 20; i++) store.set(["k", i], bytes("old"));
    await store.flush();
    for (let i = 0; i < 20; i += 2) store.delete(["k", i]);
    store.set(["k", 3], bytes("new"));
    store.set(["k", 3.5], bytes("between"));
    const show = async (options: Parameters<Store["list"]>[1]) =>
      (await store.list(["k"], options)).map(({ key, value }) => `${key[1]} ${text(value)}`);
    for (const _ of ["pending", "committed"]) {
      assert.deepEqual(await show({ limit: 4 }), ["1 old", "3 new", "3.5 between", "5 old"]);
      assert.deepEqual(await show({ limit: 2, reverse: true }), ["19 old", "17 old"]);
      assert.equal((await show({})).length, 11);
      await store.flush();
    }
  });

  test("thousands of writes without a pause are all there, in order", async (store) => {
    for (let i = 0; i < 5000; i++) store.set(["k", i % 4000], bytes(`${i}`));
    await store.flush();
    const entries = await store.list(["k"]);
    assert.equal(entries.length, 4000);
    assert.ok(
      entries.every(({ key, value }, i) => key[1] === i && Number(text(value)) === (i < 1000 ? i + 4000 : i)),
    );
  });

  test("writes of any mix of sizes are committed, however many there are at once", async (store) => {
    const long = "k".repeat(1900);
    for (let i = 0; i < 100; i++) store.set(["medium", i], pattern(20_000, i));
    for (let i = 0; i < 100; i++) store.set([long, i], bytes("long key"));
    for (let i = 0; i < 100; i += 10) store.set(["large", i], pattern(100_000, i));
    for (let i = 0; i < 100; i++) store.delete([long, i]), store.set(["large", i], bytes("small"));
    for (let i = 0; i < 1200; i++) store.set(["small", i], bytes("x"));
    await store.flush();
    assert.equal((await store.list(["medium"])).length, 100);
    assert.equal((await store.list([long])).length, 0);
    assert.equal((await store.list(["large"])).length, 100);
    assert.equal((await store.list(["small"])).length, 1200);
    assert.deepEqual((await store.get(["medium", 99]))?.value, pattern(20_000, 99));
    assert.equal(text((await store.get(["large", 90]))?.value), "small");
  });

  test(
    "an expired value is gone for get, list and compareAndSet, and may be set anew",
    async (store, clock) => {
      const start = clock.time;
      store.set(["s", 1], bytes("short"), { expiresAt: start + 1000 });
      store.set(["s", 2], bytes("long"), { expiresAt: start + 5000 });
      await store.flush();
      clock.time = start + 999;
      assert.equal((await store.list(["s"])).length, 2);
      clock.time = start + 1000;
      assert.equal(await store.get(["s", 1]), undefined);
      assert.deepEqual((await store.list(["s"])).map(({ value }) => text(value)), ["long"]);
      assert.equal(await store.compareAndSet(["s", 1], undefined, bytes("again")), true);
      assert.equal(text((await store.get(["s", 1]))?.value), "again");
    },
  );

  test("a value set with a past expiry is not there", async (store, clock) => {
    store.set(["a"], bytes("old"));
    store.set(["a"], bytes("over"), { expiresAt: clock.time - 1 });
    for (const _ of ["pending", "committed"]) {
      assert.equal(await store.get(["a"]), undefined);
      assert.deepEqual(await store.list([]), []);
      await store.flush();
    }
  });

  test("a life of thirty days or a year is that long", async (store, clock) => {
    const start = clock.time;
    store.set(["month"], bytes("m"), { expiresAt: start + 2_592_000_000 });
    store.set(["year"], bytes("y"), { expiresAt: start + YEAR });
    store.set(["ever"], bytes("e"), { expiresAt: Infinity });
    await store.flush();
    const left = async () => (await store.list([])).map(({ value }) => text(value)).join("");
    clock.time = start + 5000;
    assert.equal(await left(), "emy");
    clock.time = start + YEAR - 1;
    assert.equal(await left(), "ey");
    clock.time = start + YEAR;
    assert.equal(await left(), "e");
    assert.equal((await store.get(["ever"]))?.expiresAt, undefined);
  });

  test("no value expires at NaN", (store) => {
    throws("bad_expiry", () => store.set(["a"], bytes("x"), { expiresAt: NaN }));
    assert.equal(store.sequence, 0);
  });

  test("a version changes with every write, also over a delete", async (store) => {
    const seen = new Set<string | undefined>();
    for (let i = 0; i < 5; i++) {
      store.set(["a"], bytes("same"));
      seen.add((await store.get(["a"]))?.version);
      await store.flush();
      seen.add((await store.get(["a"]))?.version);
      store.delete(["a"]);
    }
    assert.equal(seen.size, 5);
  });

  test("compareAndSet writes only over the version that it was given", async (store) => {
    assert.equal(await store.compareAndSet(["a"], "1", bytes("no")), false);
    assert.equal(await store.compareAndSet(["a"], undefined, bytes("one")), true);
    assert.equal(store.committed, store.sequence);
    assert.equal(await store.compareAndSet(["a"], undefined, bytes("no")), false);
    const first = await store.get(["a"]);
    assert.equal(await store.compareAndSet(["a"], first?.version, bytes("two")), true);
    assert.equal(await store.compareAndSet(["a"], first?.version, bytes("no")), false);
    store.set(["a"], bytes("three"));
    assert.equal(await store.compareAndSet(["a"], first?.version, bytes("no")), false);
    const pending = await store.get(["a"]);
    assert.equal(await store.compareAndSet(["a"], pending?.version, bytes("four")), true);
    assert.equal(text((await store.get(["a"]))?.value), "four");
  });

  test("of many who compare and set at once, exactly one wins each round", async (store) => {
    const increment = async () => {
      for (;;) {
        const entry = await store.get(["count"]);
        const next = Number(text(entry?.value) || 0) + 1;
        if (await store.compareAndSet(["count"], entry?.version, bytes(`${next}`))) return;
      }
    };
    await Promise.all(Array.from({ length: 25 }, increment));
    assert.equal(text((await store.get(["count"]))?.value), "25");
  });

  test("a key has 2048 bytes at most, encoded, and a longer one is a short error", async (store) => {
    for (const [unit, size] of [["a", 1], ["я", 2], ["語", 3], ["😀", 4]] as const) {
      for (const limit of [2047, 2048, 2049, 3000]) {
        const name = unit.repeat(Math.floor((limit - 2) / size)).padEnd(
          Math.floor((limit - 2) / size) * unit.length + (limit - 2) % size,
          "a",
        );
        if (limit <= 2048) {
          store.set([name], bytes("x"));
          await store.flush();
          assert.equal(text((await store.get([name]))?.value), "x");
          assert.deepEqual(await store.list([name]), []);
          assert.equal((await store.list([], { start: [name], limit: 1 }))[0].key[0], name);
          store.delete([name]);
        } else {
          throws("key_too_long", () => store.set([name], bytes("x")));
          throws("key_too_long", () => store.get([name]));
          throws("key_too_long", () => store.list([name]));
          throws("key_too_long", () => store.list([], { start: [name] }));
          throws("key_too_long", () => store.list([], { end: [name] }));
          throws("key_too_long", () => store.delete([name]));
          await rejects("key_too_long", store.compareAndSet([name], undefined, bytes("x")));
        }
      }
    }
    throws("key_too_long", () => store.get(["x".repeat(10_000_000)]));
    store.set(["room", "\0".repeat(1020)], bytes("NUL counts twice"));
    throws("key_too_long", () => store.set(["room", "\0".repeat(1021)], bytes("x")));
    await store.flush();
  });

  test("the prefix of a list may be as long as a key", async (store) => {
    const long = "p".repeat(2042);
    store.set([long, ""], bytes("x"));
    store.set([long, "y"], bytes("y"));
    for (const _ of ["pending", "committed"]) {
      assert.deepEqual((await store.list([long])).map(({ value }) => text(value)), ["x", "y"]);
      assert.deepEqual(await store.list([`${long}pppp`]), []);
      await store.flush();
    }
  });

  test("what is no key is refused", async (store) => {
    for (const part of [NaN, Infinity, -Infinity, "\ud800", "a\udc00b", null, undefined, true, 1n, {}]) {
      throws("bad_key", () => store.set(["a", part as string], bytes("x")));
      throws("bad_key", () => store.list(["a", part as string]));
    }
    throws("bad_key", () => store.set([], bytes("x")));
    throws("bad_key", () => store.get([]));
    await rejects("bad_key", store.compareAndSet([], undefined, bytes("x")));
    assert.equal(store.sequence, 0);
  });

  test("what is no limit is refused", (store) => {
    throws("bad_option", () => store.list([], { limit: -1 }));
    throws("bad_option", () => store.list([], { limit: NaN }));
  });

  test("values of every size up to the bound come back whole", async (store) => {
    const sizes = [0, 1, 65_514, 65_515, 65_516, 65_535, 65_536, 65_537, 131_072, 786_432, 900_000, MAX];
    for (const size of sizes) store.set(["v", size], pattern(size, size));
    for (const _ of ["pending", "committed"]) {
      for (const size of sizes) {
        assert.deepEqual((await store.get(["v", size]))?.value, pattern(size, size), `${size}`);
      }
      const listed = await store.list(["v"]);
      assert.deepEqual(listed.map(({ value }) => value.length), sizes);
      assert.deepEqual(listed.at(-1)?.value, pattern(MAX, MAX));
      await store.flush();
    }
    throws("value_too_large", () => store.set(["v"], new Uint8Array(MAX + 1)));
    await rejects("value_too_large", store.compareAndSet(["v"], undefined, new Uint8Array(MAX + 1)));
    assert.equal(store.sequence, sizes.length);
  });

  test("large and small values overwrite one another", async (store) => {
    let seed = 0;
    for (const size of [500_000, 10, 700_000, 600_000, 70_000, 0, 200_000]) {
      store.set(["v"], pattern(size, ++seed));
      assert.deepEqual((await store.get(["v"]))?.value, pattern(size, seed));
      await store.flush();
      assert.deepEqual((await store.get(["v"]))?.value, pattern(size, seed));
    }
    store.set(["v"], pattern(300_000, 1));
    store.set(["v"], pattern(400_000, 2));
    store.set(["w"], bytes("after"));
    await store.flush();
    assert.deepEqual((await store.get(["v"]))?.value, pattern(400_000, 2));
    store.delete(["v"]);
    await store.flush();
    assert.equal(await store.get(["v"]), undefined);
  });

  test("a store that is closed refuses everything, and has committed what was written", async (store) => {
    const heard: number[] = [];
    store.onCommit(({ sequence }) => heard.push(sequence));
    store.set(["a"], bytes("last"));
    const closed = store.close();
    throws("store_closed", () => store.set(["a"], bytes("x")));
    await closed;
    assert.deepEqual(heard, [1]);
    assert.equal(store.committed, 1);
    throws("store_closed", () => store.set(["a"], bytes("x")));
    throws("store_closed", () => store.delete(["a"]));
    throws("store_closed", () => store.get(["a"]));
    throws("store_closed", () => store.list([]));
    await rejects("store_closed", store.compareAndSet(["a"], undefined, bytes("x")));
    await store.close();
    await store.flush();
  });
}

const ORDERED: StoreKey[] = [
  [""],
  ["", ""],
  ["", 0],
  ["\0"],
  ["\0", "\0"],
  ["\0\0"],
  ["\x01"],
  ["a"],
  ["a", ""],
  ["a", "b"],
  ["a", -1],
  ["a", 1],
  ["a", 1, "x"],
  ["a\0"],
  ["a\0b"],
  ["a\x01"],
  ["aa"],
  ["a\x7f"],
  ["b"],
  ["é"],
  ["語"],
  ["\ufffd"],
  ["\uffff"],
  ["\u{10000}"],
  ["😀"],
  [-Number.MAX_VALUE],
  [-2],
  [-1.5],
  [-1],
  [-Number.MIN_VALUE],
  [0],
  [Number.MIN_VALUE],
  [0.1],
  [1],
  [1, "after 1"],
  [1.5],
  [2],
  [10],
  [2 ** 53],
  [Number.MAX_VALUE],
];

/** Bytes that tell which value they are of. */
export function pattern(size: number, seed: number): Uint8Array {
  const value = new Uint8Array(size);
  for (let i = 0; i < size; i++) value[i] = (i * 31 + (i >> 8) + seed) & 255;
  return value;
}

/** The bytes of a text. */
export function bytes(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** The text of bytes. */
export function text(value: Uint8Array | undefined): string {
  return new TextDecoder().decode(value);
}

/** Asserts that a store throws an error of a code, with a message fit for a log. */
export function throws(code: string, run: () => unknown): void {
  assert.throws(run, (error) => isStoreError(error, code));
}

/** Asserts that a promise is rejected with an error of a code. */
export async function rejects(code: string, promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, (error) => isStoreError(error, code));
}

function isStoreError(error: unknown, code: string): boolean {
  assert.ok(error instanceof StoreError, `${error}`);
  assert.equal(error.code, code);
  assert.ok(error.message.length < 300);
  return true;
}

/** The same keys in an order of no meaning, the same each time. */
function shuffled<T>(items: readonly T[]): T[] {
  return items.map((item, i) => [(i * 7919) % 104_729 % 97, item] as const).sort((a, b) => a[0] - b[0]).map((
    p,
  ) => p[1]);
}
