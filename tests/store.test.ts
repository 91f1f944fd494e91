/** The memory driver, and what every driver that commits in groups does, shown on an engine that fails when told to. */
import assert from "node:assert/strict";
import type { Engine, Write } from "../lib/store/engine.ts";
import { StoreError } from "../lib/store/error.ts";
import { GroupStore, type GroupStoreOptions } from "../lib/store/group.ts";
import { encodeKey, type KeyRange } from "../lib/store/key.ts";
import { memoryStore } from "../lib/store/memory.ts";
import type { Commit, StoreKey } from "../lib/store/mod.ts";
import { OrderedMap } from "../lib/store/ordered.ts";
import { bytes, conformance, rejects, text, throws } from "./store_conformance.ts";

conformance(
  "memory",
  (settings) => Promise.resolve({ store: memoryStore(settings), discard: () => Promise.resolve() }),
);
conformance("group", (settings) => {
  const store = new GroupStore(new TestEngine({ auto: true }), settings);
  return Promise.resolve({ store, discard: () => Promise.resolve() });
});

Deno.test("memory: committed is always sequence", async () => {
  const store = memoryStore();
  store.set(["a"], bytes("x"));
  assert.equal(store.committed, 1);
  store.delete(["a"]);
  assert.equal(store.committed, 2);
  await store.close();
});

Deno.test("memory: a bound on all bytes refuses writes, and deleting makes room", async () => {
  const store = memoryStore({ maxBytes: 10_000 });
  for (let i = 0; i < 8; i++) store.set(["k", i], new Uint8Array(1000));
  throws("store_full", () => store.set(["k", 8], new Uint8Array(1000)));
  assert.equal(store.sequence, 8);
  store.set(["k", 7], new Uint8Array(900));
  store.delete(["k", 0]);
  store.set(["k", 8], new Uint8Array(1000));
  assert.equal(store.list(["k"]) instanceof Promise, false);
  await store.close();
});

Deno.test("memory: expired values make room without being read", async () => {
  let now = 1000;
  const store = memoryStore({ maxBytes: 100_000, now: () => now });
  for (let round = 0; round < 100; round++) {
    for (let i = 0; i < 50; i++) store.set(["k", round, i], new Uint8Array(200), { expiresAt: now + 10 });
    now += 10;
  }
  await store.close();
});

Deno.test("memory: a listener that throws keeps no other from hearing", async () => {
  const errors: unknown[] = [];
  const heard: number[] = [];
  const store = memoryStore({ onError: (error) => errors.push(error) });
  store.onCommit(() => {
    throw new Error("mine");
  });
  store.onCommit(({ sequence }) => heard.push(sequence));
  store.set(["a"], bytes("x"));
  await store.flush();
  assert.deepEqual(heard, [1]);
  assert.equal((errors[0] as Error).message, "mine");
  await store.close();
});

Deno.test("options that cannot be are refused", () => {
  throws("bad_option", () => memoryStore({ maxBytes: NaN }));
  throws("bad_option", () => memoryStore({ maxValueBytes: 0 }));
  throws("bad_option", () => new GroupStore(new TestEngine(), { maxPendingBytes: -1 }));
  throws("bad_option", () => new GroupStore(new TestEngine(), { recentBytes: NaN }));
});

Deno.test("group: one commit at a time, and what is written meanwhile is the next", async () => {
  const { engine, store } = open();
  store.set(["a"], bytes("1"));
  store.set(["b"], bytes("2"));
  await engine.called();
  store.set(["c"], bytes("3"));
  store.set(["d"], bytes("4"));
  assert.deepEqual(engine.groups, [[1, 2]]);
  assert.equal(store.committed, 0);
  await engine.finish();
  assert.equal(store.committed, 2);
  await engine.called();
  assert.deepEqual(engine.groups, [[1, 2], [3, 4]]);
  await engine.finish();
  assert.equal(store.committed, 4);
  await store.close();
});

Deno.test("group: a first write starts in the tick that made it", async () => {
  const { engine, store } = open();
  store.set(["a"], bytes("1"));
  assert.deepEqual(engine.groups, []);
  await Promise.resolve();
  assert.deepEqual(engine.groups, [[1]]);
  await engine.finish();
  await store.close();
});

Deno.test("group: a write that fails is undone with all that followed it, the newest first", async () => {
  const { engine, store, commits } = open();
  store.set(["a"], bytes("durable"));
  await engine.called();
  await engine.finish();

  const undone: string[] = [];
  const undo = (name: string) => ({ undo: () => void undone.push(`${name} at ${store.committed}`) });
  store.set(["a"], bytes("2"), undo("2"));
  store.delete(["a"], undo("3"));
  await engine.called();
  store.set(["b"], bytes("4"), undo("4"));
  store.set(["a"], bytes("5"), undo("5"));
  const flushed = store.flush();
  assert.equal(text((await store.get(["a"]))?.value), "5");
  await engine.finish(new StoreError("store_write_failed", "the disk is full"));

  await rejects("store_write_failed", flushed);
  assert.deepEqual(undone, ["5 at 1", "4 at 1", "3 at 1", "2 at 1"]);
  assert.equal(store.committed, 5);
  const { sequence, failedFrom, error } = commits.at(-1)!;
  assert.deepEqual([sequence, failedFrom, (error as StoreError).code], [5, 2, "store_write_failed"]);
  assert.equal(text((await store.get(["a"]))?.value), "durable");
  assert.equal(await store.get(["b"]), undefined);
  assert.deepEqual((await store.list([])).map(({ key }) => key), [["a"]]);
  assert.deepEqual(engine.groups, [[1], [2, 3]]);
  await store.close();
});

Deno.test("group: what was committed before a failure stays, and the next write is tried anew", async () => {
  const { engine, store, commits } = open({}, { most: 2 });
  for (let i = 1; i <= 5; i++) store.set(["k", i], bytes(`${i}`));
  const flushed = store.flush();
  await engine.called();
  await engine.finish();
  await engine.called();
  await engine.finish(new Error("no room"));
  await assert.rejects(flushed, /no room/);
  assert.deepEqual(commits.map(({ sequence, failedFrom }) => [sequence, failedFrom]), [[2, undefined], [
    5,
    3,
  ]]);
  assert.deepEqual((await store.list(["k"])).map(({ key }) => key[1]), [1, 2]);

  store.set(["k", 6], bytes("6"));
  await engine.called();
  await engine.finish();
  await store.flush();
  assert.deepEqual((await store.list(["k"])).map(({ key }) => key[1]), [1, 2, 6]);
  await store.close();
});

Deno.test("group: undo may write, and that is a new write", async () => {
  const { engine, store } = open();
  store.set(["a"], bytes("1"), { undo: () => store.set(["log"], bytes("a failed")) });
  await engine.called();
  await engine.finish(new Error("no"));
  assert.deepEqual([store.sequence, store.committed], [2, 1]);
  await engine.called();
  await engine.finish();
  assert.equal(text((await store.get(["log"]))?.value), "a failed");
  assert.equal(store.committed, 2);
  await store.close();
});

Deno.test("group: an undo or listener or error handler that throws stops nothing", async () => {
  const errors: string[] = [];
  const onError = (error: unknown) => {
    errors.push((error as Error).message);
    throw new Error("so does the handler");
  };
  const { engine, store } = open({ onError });
  const quiet = console.error;
  console.error = () => {};
  try {
    store.onCommit(() => {
      throw new Error("listener");
    });
    const undone: number[] = [];
    store.set(["a"], bytes("1"), { undo: () => void undone.push(1) });
    store.set(["b"], bytes("2"), {
      undo: () => {
        throw new Error("undo");
      },
    });
    await engine.called();
    await engine.finish(new Error("no"));
    assert.deepEqual(undone, [1]);
    assert.deepEqual(errors, ["undo", "listener"]);
    store.set(["a"], bytes("3"));
    await engine.called();
    await engine.finish();
    assert.equal(store.committed, 3);
  } finally {
    console.error = quiet;
  }
  await store.close();
});

Deno.test("group: compareAndSet rejects when its write fails", async () => {
  const { engine, store } = open();
  const refused = rejects("store_write_failed", store.compareAndSet(["a"], undefined, bytes("1")));
  await engine.called();
  await engine.finish(new StoreError("store_write_failed", "no"));
  await refused;
  assert.equal(await store.get(["a"]), undefined);
  await store.close();
});

Deno.test("group: compareAndSet sees what was written while it read", async () => {
  const { engine, store } = open({ recentBytes: 0 }, { auto: true });
  store.set(["a"], bytes("1"));
  await store.flush();
  const version = (await store.get(["a"]))?.version;
  engine.holdReads();
  const done = store.compareAndSet(["a"], version, bytes("mine"));
  store.set(["a"], bytes("theirs"));
  await store.flush();
  engine.releaseReads();
  assert.equal(await done, false);
  assert.equal(text((await store.get(["a"]))?.value), "theirs");
  await store.close();
});

Deno.test("group: a reading that was overtaken by a write is not remembered", async () => {
  const { engine, store } = open({}, { auto: true });
  const other = new GroupStore(engine);
  other.set(["a"], bytes("old"));
  await other.flush();
  engine.holdReads();
  const reading = store.get(["a"]);
  store.set(["a"], bytes("new"));
  await store.flush();
  engine.releaseReads();
  assert.equal(text((await reading)?.value), "old");
  assert.equal(text((await store.get(["a"]))?.value), "new");
  await store.close();
});

Deno.test("group: readings of one key at once are one", async () => {
  const { engine, store } = open({}, { auto: true });
  await Promise.all([store.get(["a"]), store.get(["a"]), store.get(["a"])]);
  assert.equal(engine.reads, 1);
  await store.close();
});

Deno.test("group: what was read or written lately is there without a promise, within a bound", async () => {
  const { engine, store } = open({ recentBytes: 5000 }, { auto: true });
  for (let i = 0; i < 20; i++) store.set(["k", i], new Uint8Array(500));
  await store.flush();
  assert.equal(store.get(["k", 19]) instanceof Promise, false);
  assert.equal(store.get(["k", 0]) instanceof Promise, true);
  await store.get(["k", 1]);
  assert.equal(store.get(["k", 1]) instanceof Promise, false);
  assert.equal(engine.reads, 2);
  await store.close();
});

Deno.test("group: a failed read is told to whoever asked, and the next one is tried anew", async () => {
  const { engine, store } = open({}, { auto: true });
  engine.failReads = new StoreError("store_read_failed", "a bad sector");
  await rejects("store_read_failed", Promise.resolve(store.get(["a"])));
  await rejects("store_read_failed", store.compareAndSet(["a"], undefined, bytes("1")));
  await rejects("store_read_failed", Promise.resolve(store.list([])));
  engine.failReads = undefined;
  assert.equal(await store.get(["a"]), undefined);
  await store.close();
});

Deno.test("group: what waits for the disk is bounded", async () => {
  const { engine, store } = open({ maxPendingBytes: 10_000 });
  for (let i = 0; i < 7; i++) store.set(["k", i], new Uint8Array(1000));
  throws("store_busy", () => store.set(["k", 9], new Uint8Array(3000)));
  assert.equal(store.sequence, 7);
  await engine.called();
  await engine.finish();
  store.set(["k", 9], new Uint8Array(3000));
  await engine.called();
  await engine.finish(new Error("no"));
  for (let i = 0; i < 7; i++) store.set(["k", i], new Uint8Array(1000));
  await engine.called();
  await engine.finish();
  await store.close();
});

Deno.test("group: closing tells of a write that failed, and is closed", async () => {
  const { engine, store } = open();
  store.set(["a"], bytes("1"));
  const closed = store.close();
  await engine.called();
  await engine.finish(new StoreError("store_write_failed", "no"));
  await rejects("store_write_failed", closed);
  assert.equal(engine.closed, true);
  throws("store_closed", () => store.set(["a"], bytes("1")));
});

Deno.test("group: an entry of an earlier run has sequence 0, and its version is not given again", async () => {
  const engine = new TestEngine({ auto: true });
  const before = new GroupStore(engine);
  before.set(["a"], bytes("1"));
  await before.flush();
  const old = await before.get(["a"]);
  engine.run++;
  const after = new GroupStore(engine);
  const found = await after.get(["a"]);
  assert.deepEqual([found?.sequence, found?.version], [0, old?.version]);
  after.set(["a"], bytes("1"));
  assert.notEqual((await after.get(["a"]))?.version, old?.version);
  await after.close();
});

Deno.test("an ordered map walks any range both ways, whatever was put in and taken out", () => {
  const map = new OrderedMap<number>();
  const plain = new Map<string, number>();
  let seed = 1;
  const random = () => (seed = seed * 48_271 % 2_147_483_647) / 2_147_483_647;
  const name = () => Math.floor(random() * 3000).toString(36);
  for (let i = 0; i < 6000; i++) {
    const key = name();
    if (random() < 0.6) map.set(key, i), plain.set(key, i);
    else assert.equal(map.delete(key), plain.delete(key));
    if (i % 200 !== 0) continue;
    const [from, to] = [name(), name()];
    for (const reverse of [false, true]) {
      const walked: [string, number][] = [];
      map.walk(from, to, reverse, (...pair) => walked.push(pair) < 100);
      const expected = [...plain].filter(([key]) => key >= from && key < to).sort(([a], [b]) =>
        a < b ? -1 : 1
      );
      assert.deepEqual(walked, (reverse ? expected.toReversed() : expected).slice(0, 100));
    }
  }
  assert.equal(map.size, plain.size);
  for (const key of plain.keys()) assert.equal(map.delete(key), true);
  map.walk("", "zzz", false, () => assert.fail("nothing is left"));
});

/** An engine in memory whose commits end when the test says so. */
class TestEngine implements Engine {
  readonly driver = "test";
  run = 1;
  groups: number[][] = [];
  reads = 0;
  closed = false;
  failReads: Error | undefined;
  #records = new Map<string, [StoreKey, Uint8Array]>();
  #auto: boolean;
  #most: number;
  #called = Promise.withResolvers<void>();
  #finish = Promise.withResolvers<Error | undefined>();
  #gate: PromiseWithResolvers<void> | undefined;

  constructor({ auto = false, most = 1000 } = {}) {
    this.#auto = auto;
    this.#most = most;
  }

  take(queue: readonly Write[]): number {
    return Math.min(queue.length, this.#most);
  }

  async commit(group: readonly Write[]): Promise<void> {
    this.groups.push(group.map(({ sequence }) => sequence));
    if (!this.#auto) {
      this.#called.resolve();
      const error = await this.#finish.promise;
      if (error !== undefined) throw error;
    } else {
      await new Promise((done) => setTimeout(done));
    }
    for (const { key, encoded, record } of group) {
      if (record === undefined) this.#records.delete(encoded);
      else this.#records.set(encoded, [key, record]);
    }
  }

  /** Resolves when a commit is under way. */
  called(): Promise<void> {
    return this.#called.promise;
  }

  /** Ends the commit that is under way, and lets the store hear of it. */
  async finish(error?: Error): Promise<void> {
    this.#called = Promise.withResolvers();
    const finish = this.#finish;
    this.#finish = Promise.withResolvers();
    finish.resolve(error);
    await new Promise((done) => setTimeout(done));
  }

  holdReads(): void {
    this.#gate = Promise.withResolvers();
  }

  releaseReads(): void {
    this.#gate?.resolve();
    this.#gate = undefined;
  }

  async read(key: StoreKey): Promise<Uint8Array | undefined> {
    this.reads++;
    const found = this.#records.get(encodeKey(key))?.[1];
    await this.#gate?.promise;
    if (this.failReads !== undefined) throw this.failReads;
    return found;
  }

  async *list(range: KeyRange, reverse: boolean): AsyncGenerator<[StoreKey, Uint8Array]> {
    await this.#gate?.promise;
    if (this.failReads !== undefined) throw this.failReads;
    const found = [...this.#records].filter(([encoded]) => encoded >= range.from && encoded < range.to);
    found.sort(([a], [b]) => (a < b) === reverse ? 1 : -1);
    for (const [, pair] of found) yield pair;
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

function open(options: GroupStoreOptions = {}, settings: { auto?: boolean; most?: number } = {}) {
  const engine = new TestEngine(settings);
  const store = new GroupStore(engine, options);
  const commits: Commit[] = [];
  store.onCommit((commit) => commits.push(commit));
  return { engine, store, commits };
}
