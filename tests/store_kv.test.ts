/** The Deno KV driver: what lies in its file, and which files it takes. What happens to the process is in store_kv_process. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { kvStore, type KvStoreOptions } from "../lib/store/kv.ts";
import { memoryStore } from "../lib/store/memory.ts";
import type { Store, StoreKey } from "../lib/store/mod.ts";
import { bytes, conformance, pattern, rejects, text } from "./store_conformance.ts";

for (const recentBytes of [16_777_216, 0]) {
  conformance(recentBytes === 0 ? "kv that reads everything from the disk" : "kv", async (settings) => {
    const folder = await Deno.makeTempDir();
    const store = await kvStore({ path: `${folder}/store.kv`, recentBytes, ...settings });
    return { store, discard: () => Deno.remove(folder, { recursive: true }) };
  });
}

Deno.test("what was written is there after closing and opening again", async () => {
  await inFolder(async (path) => {
    await using(await kvStore({ path }), (store) => {
      store.set(["small"], bytes("small"), { expiresAt: Date.now() + 60_000 });
      store.set(["large"], pattern(3_000_000, 1));
      store.set(["gone"], bytes("gone"));
      store.delete(["gone"]);
    });
    await using(await kvStore({ path }), async (store) => {
      assert.equal(text((await store.get(["small"]))?.value), "small");
      assert.deepEqual((await store.get(["large"]))?.value, pattern(3_000_000, 1));
      assert.equal((await store.list([])).length, 2);
      assert.equal((await store.get(["small"]))?.sequence, 0);
    });
  });
});

Deno.test("a version of an earlier opening is not given again, and is still good for compareAndSet", async () => {
  await inFolder(async (path) => {
    const versions: (string | undefined)[] = [];
    for (let i = 0; i < 3; i++) {
      await using(await kvStore({ path }), async (store) => {
        assert.equal((await store.get(["a"]))?.version, versions.at(-1));
        assert.equal(await store.compareAndSet(["a"], versions.at(-1), bytes("same")), true);
        versions.push((await store.get(["a"]))?.version);
      });
    }
    assert.equal(new Set(versions).size, 3);
  });
});

Deno.test("a list has the same order and the same bounds as in memory, whatever the keys", async () => {
  await inFolder(async (path) => {
    const kv = await kvStore({ path });
    const memory = memoryStore();
    let seed = 7;
    const random = (most: number) => (seed = seed * 48_271 % 2_147_483_647) % most;
    const alphabet = ["", "\0", "a", "b", "~", "\x7f", "\x80", "é", "\uffff", "😀", "\xff"];
    const part = () =>
      random(2) === 0
        ? alphabet[random(11)] + alphabet[random(11)]
        : [0, -0, 1, -1, 0.5, -1e300, 1e-300, 255, 256, 2 ** 40][random(10)];
    const key = (most: number): StoreKey => Array.from({ length: random(most) + 1 }, part);
    for (let i = 0; i < 1500; i++) {
      const name = key(3);
      if (random(4) === 0) kv.delete(name), memory.delete(name);
      else kv.set(name, bytes(`${i}`)), memory.set(name, bytes(`${i}`));
      if (i % 10 !== 0) continue;
      const prefix = random(2) === 0 ? [] : key(1);
      const options = {
        start: random(2) === 0 ? undefined : key(2),
        end: random(2) === 0 ? undefined : key(2),
        limit: random(3) === 0 ? random(10) : undefined,
        reverse: random(2) === 0,
      };
      const show = async (store: Store) =>
        (await store.list(prefix, options)).map((entry) => [entry.key, text(entry.value)]);
      assert.deepEqual(await show(kv), await show(memory), JSON.stringify({ prefix, options }));
    }
    await kv.close();
    await memory.close();
  });
});

Deno.test("nothing of an overwritten, deleted or expired large value is left in the file", async () => {
  await inFolder(async (path) => {
    const clock = { time: Date.now() };
    const store = await kvStore({ path, sweepIntervalMs: 5, now: () => clock.time });
    await using(store, async () => {
      const raw = await Deno.openKv(path);
      store.set(["a"], pattern(1_000_000, 1));
      store.set(["a"], pattern(2_000_000, 2));
      store.set(["b"], pattern(500_000, 3));
      store.set(["c"], pattern(500_000, 4), { expiresAt: clock.time + 1000 });
      store.set(["d"], bytes("short"), { expiresAt: clock.time + 1000 });
      store.set(["e"], bytes("long"), { expiresAt: clock.time + 100_000 });
      await store.flush();
      // The format, and a stub, a manifest and the pieces of each large value, and two small ones.
      assert.equal(await count(raw), 1 + (2 + 31) + (2 + 8) + (2 + 8) + 2);
      store.delete(["b"]);
      await store.flush();
      assert.equal(await count(raw), 1 + (2 + 31) + (2 + 8) + 2);
      clock.time += 1000;
      while (await count(raw) > 1 + (2 + 31) + 1) await new Promise((done) => setTimeout(done, 5));
      assert.deepEqual((await store.list([])).map(({ key }) => key[0]), ["a", "e"]);
      store.set(["c"], pattern(70_000, 5));
      store.set(["a"], bytes("small now"));
      await store.flush();
      assert.equal(await count(raw), 1 + 1 + 1 + (2 + 2));
      raw.close();
    });
  });
});

Deno.test("the sweep gets through more values than it reads at once, and leaves those that live", async () => {
  await inFolder(async (path) => {
    const clock = { time: Date.now() };
    const store = await kvStore({ path, sweepIntervalMs: 5, now: () => clock.time });
    await using(store, async () => {
      const raw = await Deno.openKv(path);
      for (let i = 0; i < 1050; i++) {
        store.set(["k", i], bytes("x"), { expiresAt: clock.time + (i % 3 === 0 ? 1000 : 100_000) });
      }
      await store.flush();
      clock.time += 1000;
      while (await count(raw) > 701) await new Promise((done) => setTimeout(done, 5));
      raw.close();
      assert.equal((await store.list(["k"])).length, 700);
    });
  });
});

Deno.test("a sweep leaves alone what was written since it looked", async () => {
  await inFolder(async (path) => {
    const clock = { time: Date.now() };
    const store = await kvStore({ path, recentBytes: 0, sweepIntervalMs: 5, now: () => clock.time });
    const { check, commit } = Deno.AtomicOperation.prototype;
    const sweeps = new WeakSet<Deno.AtomicOperation>();
    const results: boolean[] = [];
    let overtaken = 0;
    // Only the sweep checks versions: before each of its first two commits, its values are written anew.
    Deno.AtomicOperation.prototype.check = function (...checks) {
      sweeps.add(this);
      return check.apply(this, checks);
    };
    Deno.AtomicOperation.prototype.commit = async function () {
      const sweep = sweeps.has(this) && overtaken < 2;
      if (sweep) {
        overtaken++;
        store.set(["small"], bytes("new"));
        store.set(["large"], pattern(200_000, 2));
        await store.flush();
      }
      const result = await commit.call(this);
      if (sweep) results.push(result.ok);
      return result;
    };
    try {
      await using(store, async () => {
        store.set(["large"], pattern(300_000, 1), { expiresAt: clock.time + 1000 });
        store.set(["small"], bytes("old"), { expiresAt: clock.time + 1000 });
        await store.flush();
        clock.time += 1000;
        while (results.length < 2) await new Promise((done) => setTimeout(done, 5));
        assert.deepEqual(results, [false, false]);
        assert.equal(text((await store.get(["small"]))?.value), "new");
        assert.deepEqual((await store.get(["large"]))?.value, pattern(200_000, 2));
      });
    } finally {
      Object.assign(Deno.AtomicOperation.prototype, { check, commit });
    }
  });
});

Deno.test("a value in pieces whose piece is lost is an error with a code, and the others are read", async () => {
  for (const index of [0, 2, 4]) {
    await inFolder(async (path) => {
      await using(await kvStore({ path }), (store) => {
        store.set(["large"], pattern(300_000, 1));
        store.set(["small"], bytes("small"));
      });
      const raw = await Deno.openKv(path);
      for await (const { key } of raw.list({ start: [new Uint8Array()], end: [""] })) {
        if (key.length === 4 && key[3] === index) await raw.delete(key);
      }
      raw.close();
      await using(await kvStore({ path }), async (store) => {
        await rejects("store_corrupt", Promise.resolve(store.get(["large"])));
        await rejects("store_corrupt", Promise.resolve(store.list([])));
        assert.equal(text((await store.get(["small"]))?.value), "small");
        store.set(["large"], bytes("anew"));
        await store.flush();
        assert.equal((await store.list([])).length, 2);
      });
    });
  }
});

Deno.test("a large value that is overwritten while it is read is read whole, old or new", async () => {
  await inFolder(async (path) => {
    await using(await kvStore({ path, recentBytes: 0 }), async (store) => {
      store.set(["large"], pattern(999_999, 0));
      await store.flush();
      let last = 0;
      const writing = (async () => {
        while (last < 20) {
          store.set(["large"], pattern(1_000_000 + last, ++last));
          await store.flush();
        }
      })();
      let reads = 0;
      while (last < 20) {
        const [entry] = reads++ % 2 === 0 ? [await store.get(["large"])] : await store.list([]);
        const size = entry?.value.length ?? 0;
        assert.deepEqual(entry?.value, pattern(size, size - 999_999));
      }
      await writing;
    });
  });
});

Deno.test("what is being read when the store closes is read, or refused as of a closed store", async () => {
  await inFolder(async (path) => {
    const store = await kvStore({ path, recentBytes: 0, sweepIntervalMs: 1 });
    for (let i = 0; i < 100; i++) store.set(["k", i], pattern(i % 20 === 0 ? 200_000 : 100, i));
    await store.flush();
    const reads = [store.list([]), ...Array.from({ length: 100 }, (_, i) => store.get(["k", i]))];
    const [results] = await Promise.all([Promise.allSettled(reads), store.close()]);
    for (const result of results) {
      if (result.status === "rejected") assert.equal(result.reason.code, "store_closed");
    }
  });
});

Deno.test("a second store of the same file is refused, by whatever name", async () => {
  await inFolder(async (path, folder) => {
    await using(await kvStore({ path }), async () => {
      await Deno.symlink(path, `${folder}/other.kv`);
      await rejects("store_locked", kvStore({ path }));
      await rejects("store_locked", kvStore({ path: `${folder}/./other.kv` }));
      await assert.rejects(kvStore({ path }), /open in this process/);
    });
    await using(await kvStore({ path: `${folder}/other.kv` }), () => {});
  });
});

Deno.test("a folder that is not there is made, and only its user reads the files", async () => {
  await inFolder(async (_, folder) => {
    const path = `${folder}/a/b/store.kv`;
    await using(await kvStore({ path }), (store) => void store.set(["a"], bytes("x")));
    if (Deno.build.os !== "windows") {
      for (const file of Deno.readDirSync(`${folder}/a/b`)) {
        assert.equal(Deno.statSync(`${folder}/a/b/${file.name}`).mode! & 0o077, 0, file.name);
      }
    }
  });
});

Deno.test("a file of a newer version is refused and left as it was", async () => {
  await inFolder(async (path) => {
    await using(await kvStore({ path }), (store) => void store.set(["a"], bytes("x")));
    const raw = await Deno.openKv(path);
    const { key, value } = (await first(raw))!;
    assert.deepEqual(JSON.parse(text(value as Uint8Array)), { format: 1, run: 1 });
    await raw.set(key, bytes('{"format":2}'));
    raw.close();
    const before = await digest(path);
    await rejects("store_version", kvStore({ path }));
    await assert.rejects(kvStore({ path }), /format 2/);
    assert.equal(await digest(path), before);
  });
});

Deno.test("a format that cannot be read is damage", async () => {
  for (const format of ["", "null", "[]", '{"format":"1"}', "\xff", '{"format":1}']) {
    await inFolder(async (path) => {
      await using(await kvStore({ path }), () => {});
      const raw = await Deno.openKv(path);
      await raw.set((await first(raw))!.key, bytes(format));
      raw.close();
      await assert.rejects(kvStore({ path }), { code: "store_corrupt" });
    });
  }
});

Deno.test("a database of something else is refused and left as it was", async () => {
  await inFolder(async (path) => {
    const raw = await Deno.openKv(path);
    await raw.set(["mine"], 1);
    raw.close();
    const before = await digest(path);
    await rejects("store_foreign", kvStore({ path }));
    assert.equal(await digest(path), before);
  });
  await inFolder(async (path) => {
    const sqlite = new DatabaseSync(path);
    sqlite.exec("CREATE TABLE kv (a)");
    sqlite.close();
    const before = await digest(path);
    await rejects("store_foreign", kvStore({ path }));
    assert.equal(await digest(path), before);
  });
});

Deno.test("a file that another program holds is locked", async () => {
  await inFolder(async (path) => {
    await using(await kvStore({ path }), () => {});
    const sqlite = new DatabaseSync(path);
    sqlite.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; DELETE FROM kv; ROLLBACK");
    await rejects("store_locked", kvStore({ path }));
    sqlite.close();
    await using(await kvStore({ path }), () => {});
  });
});

Deno.test("what is no record of the store is an error with a code, and may be overwritten", async () => {
  await inFolder(async (path) => {
    await using(await kvStore({ path }), (store) => void store.set(["sound"], bytes("sound")));
    const raw = await Deno.openKv(path);
    await raw.set(["short"], new Uint8Array(5));
    await raw.set(["text"], "text");
    await raw.set(["kind"], new Uint8Array(100).fill(9));
    raw.close();
    await using(await kvStore({ path }), async (store) => {
      for (const name of ["short", "text", "kind"]) {
        await rejects("store_corrupt", Promise.resolve(store.get([name])));
        await rejects("store_corrupt", Promise.resolve(store.list([])));
        store.set([name], bytes("anew"));
        await store.flush();
      }
      assert.equal((await store.list([])).length, 4);
    });
  });
});

Deno.test("an empty file, or a Deno KV database without values, is taken", async () => {
  await inFolder(async (path) => {
    await Deno.writeFile(path, new Uint8Array());
    await using(await kvStore({ path }), () => {});
  });
  await inFolder(async (path) => {
    (await Deno.openKv(path)).close();
    await using(await kvStore({ path }), () => {});
  });
});

Deno.test("what cannot be a path or an option is refused, and locks nothing", async () => {
  await inFolder(async (path, folder) => {
    await rejects("bad_option", kvStore({ path: "" }));
    await rejects("bad_option", kvStore({ path: ":memory:" }));
    const bad: Partial<KvStoreOptions>[] = [
      { maxValueBytes: 33_554_433 },
      { maxValueBytes: NaN },
      { sweepIntervalMs: 0 },
      { sweepIntervalMs: 2 ** 31 },
      { checkBytes: -1 },
      { maxPendingBytes: -1 },
    ];
    for (const options of bad) await rejects("bad_option", kvStore({ path, ...options }));
    await rejects("store_unwritable", kvStore({ path: folder }));
    await assert.rejects(Deno.stat(`${folder}.lock`), Deno.errors.NotFound);
    await rejects("store_unwritable", kvStore({ path: `${folder}\0/x` }));
    await Deno.writeTextFile(`${folder}/file`, "");
    await rejects("store_unwritable", kvStore({ path: `${folder}/file/store.kv` }));
    await using(await kvStore({ path }), () => {});
  });
});

async function inFolder(run: (path: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(`${folder}/store.kv`, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function using(store: Store, run: (store: Store) => Promise<void> | void): Promise<void> {
  try {
    await run(store);
  } finally {
    await store.close();
  }
}

async function count(raw: Deno.Kv): Promise<number> {
  let n = 0;
  for await (const _ of raw.list({ start: [new Uint8Array()], end: [true] })) n++;
  return n;
}

async function first(raw: Deno.Kv): Promise<Deno.KvEntry<unknown> | undefined> {
  for await (const entry of raw.list({ start: [new Uint8Array()], end: [true] }, { limit: 1 })) return entry;
}

async function digest(path: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return new Uint8Array(hash).toHex();
}
