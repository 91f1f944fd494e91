/** The Deno KV driver in processes of its own: killed, locked out, without rights, and on a full disk. */
import assert from "node:assert/strict";
import { kvStore } from "../lib/store/kv.ts";
import { count, inFolder, run, start } from "./store_child.ts";
import { bytes, pattern, text } from "./store_conformance.ts";

const linux = Deno.build.os === "linux";
const root = Deno.uid() === 0;

Deno.test("every acknowledged write is there after kill -9", async () => {
  await inFolder(async (path) => {
    let acknowledged = 0;
    for (let round = 1; round <= 5; round++) {
      const child = await start(
        `const store = await kvStore({ path: Deno.args[0] });
        const first = Number(Deno.args[1]);
        let next = first;
        store.onCommit(({ sequence }) => console.log(first + sequence));
        await Promise.all(Array.from({ length: 50 }, async () => {
          for (;;) {
            const n = ++next;
            store.set(["k", n], new TextEncoder().encode("value " + n));
            await store.flush();
          }
        }));`,
        [path, String(acknowledged + 1_000_000 * round)],
      );
      const from = acknowledged + 1_000_000 * round;
      let killed: Promise<void> | undefined;
      for await (const line of child.lines) {
        acknowledged = Number(line);
        if (acknowledged > from + 2000) killed ??= child.kill();
      }
      await killed;
      assert.ok(acknowledged > from + 2000);
      const store = await kvStore({ path });
      const found = await store.list(["k"], { start: ["k", from + 1], end: ["k", acknowledged + 1] });
      assert.equal(found.length, acknowledged - from);
      for (const { key, value } of found) assert.equal(text(value), `value ${key[1]}`);
      await store.close();
    }
  });
});

Deno.test("kill -9 at any commit of a large write leaves the old value or the new one, and then no garbage", async () => {
  await inFolder(async (path) => {
    let killed = true;
    for (let commits = 1; killed; commits++) {
      const before = await kvStore({ path });
      before.set(["large"], pattern(1_500_000, 1));
      await before.close();
      const child = await run(
        `let left = Number(Deno.args[1]) + 1; // one is the opening's own
        for (const [object, name] of [[Deno.Kv.prototype, "set"], [Deno.AtomicOperation.prototype, "commit"]]) {
          const original = object[name];
          object[name] = async function (...of) {
            const done = await original.apply(this, of);
            if (--left === 0) Deno.kill(Deno.pid, "SIGKILL");
            return done;
          };
        }
        const store = await kvStore({ path: Deno.args[0] });
        const value = new Uint8Array(2_000_000).fill(7);
        store.set(["large"], value);
        await store.close();`,
        [path, String(commits)],
      );
      killed = child.signal === "SIGKILL";
      const after = await kvStore({ path });
      const value = (await after.get(["large"]))?.value;
      // Three commits of up to twelve pieces, then the one that counts.
      if (commits <= 3) assert.deepEqual(value, pattern(1_500_000, 1), `after commit ${commits}`);
      else assert.deepEqual(value, new Uint8Array(2_000_000).fill(7), `after commit ${commits}`);
      const pieces = commits <= 3 ? 23 : 31;
      const raw = await Deno.openKv(path);
      while (await count(raw) > 1 + 2 + pieces) await new Promise((done) => setTimeout(done, 5));
      assert.equal(await count(raw), 1 + 2 + pieces);
      raw.close();
      await after.close();
      if (!killed) assert.equal(commits, 5);
    }
  });
});

Deno.test("a store is locked to others while its process lives, and to nobody after kill -9", async () => {
  await inFolder(async (path) => {
    const holder = await start(
      `await kvStore({ path: Deno.args[0] });
      console.log("open");
      setInterval(() => {}, 1000);`,
      [path],
    );
    for await (const _ of holder.lines) break;
    await assert.rejects(kvStore({ path }), (error: Error & { code: string }) => {
      assert.equal(error.code, "store_locked");
      assert.ok(error.message.includes(path), error.message);
      assert.ok(error.message.includes(`pid ${holder.pid}`), error.message);
      return true;
    });
    await holder.kill();
    const store = await kvStore({ path });
    await store.close();
  });
});

Deno.test("without --unstable-kv the error names the flag", async () => {
  await inFolder(async (path) => {
    const child = await run(`${TRY} await attempt({ path: Deno.args[0] });`, [path], {
      flags: ["-A"],
    });
    assert.match(child.text, /^store_unavailable .*--unstable-kv/);
    assert.deepEqual(child.code, 0);
  });
});

Deno.test("without permission to write the error says so", async () => {
  await inFolder(async (path) => {
    const child = await run(`${TRY} await attempt({ path: Deno.args[0] });`, [path], {
      flags: ["--unstable-kv", "--allow-read", "--no-prompt"],
    });
    assert.match(child.text, /^store_unwritable .*--allow-write/);
  });
});

Deno.test("a damaged file is an error with a code, is left as it was, and does not end the process", async () => {
  await inFolder(async (path, folder) => {
    const store = await kvStore({ path });
    for (let i = 0; i < 3000; i++) store.set(["k", i], pattern(500, i));
    await store.close();
    const sound = await Deno.readFile(path);
    const PAGE = 4096;
    const damaged = (from: number, to: number, byte: (i: number) => number) =>
      sound.map((old, i) => i >= from * PAGE && i < to * PAGE ? byte(i) : old);
    const noise = (i: number) => (i * 7919 >> 3) & 255;
    const files: Record<string, Uint8Array> = {
      noise: Uint8Array.from({ length: 5000 }, (_, i) => noise(i)),
      short: bytes("hello"),
      text: bytes("hello\n".repeat(1000)),
      half: sound.subarray(0, sound.length / 2),
      "one page": sound.subarray(0, PAGE),
      "no header": damaged(0, 1, noise),
    };
    // Each of the first pages, where the tables begin, and some of the others.
    for (const page of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 20, 100, 300]) {
      files[`zeros at ${page}`] = damaged(page, page + 1, () => 0);
      files[`noise at ${page}`] = damaged(page, page + 1, noise);
    }
    files["zeros from 2"] = damaged(2, 200, () => 0);
    const names = Object.keys(files);
    for (const [i, name] of names.entries()) await Deno.writeFile(`${folder}/${i}.kv`, files[name]);
    const child = await run(
      `${TRY} for (let i = 0; i < Number(Deno.args[1]); i++) await attempt({ path: Deno.args[0] + "/" + i + ".kv" });`,
      [folder, String(names.length)],
    );
    const answers = child.text.trim().split("\n");
    assert.equal(child.code, 0, answers.join("\n"));
    for (const [i, name] of names.entries()) {
      assert.match(answers[i], /^store_(corrupt|foreign) /, `${name}: ${answers[i]}`);
      assert.deepEqual(await Deno.readFile(`${folder}/${i}.kv`), files[name], name);
    }
  });
});

Deno.test("damage in a file too large to be read at the start is an error where it is met", async () => {
  await inFolder(async (path) => {
    const store = await kvStore({ path });
    for (let i = 0; i < 3000; i++) store.set(["k", i], pattern(500, i));
    await store.close();
    const file = await Deno.open(path, { write: true });
    await file.seek(4096 * 200, Deno.SeekMode.Start);
    await file.write(new Uint8Array(4096 * 20));
    file.close();
    const child = await run(
      `const store = await kvStore({ path: Deno.args[0], checkBytes: 0 });
      const codes = new Set();
      for (let i = 0; i < 3000; i++) {
        try { await store.get(["k", i]); } catch (error) { codes.add(error.code); }
      }
      await Promise.resolve(store.list([])).catch((error) => codes.add("list " + error.code));
      console.log([...codes].join());
      await store.close();`,
      [path],
    );
    assert.equal(child.text.trim(), "store_corrupt,list store_corrupt");
    assert.equal(child.code, 0);
  });
});

Deno.test("a file or folder that cannot be written is an error at the start", async (t) => {
  if (Deno.build.os === "windows") return void console.log("skipped: no POSIX modes here");
  if (root && !linux) {
    return void console.log("skipped: root writes everything, and there is no setpriv here");
  }
  await inFolder(async (path, folder) => {
    await (await kvStore({ path })).close();
    const cases: Record<string, () => void> = {
      "file": () => Deno.chmodSync(path, 0o444),
      "unreadable file": () => Deno.chmodSync(path, 0o000),
      "folder": () => Deno.chmodSync(folder, 0o555),
      "folder without a lock file": () => (Deno.removeSync(`${path}.lock`), Deno.chmodSync(folder, 0o555)),
      "folder without a file": () => (Deno.removeSync(path), Deno.chmodSync(folder, 0o555)),
    };
    for (const [name, prepare] of Object.entries(cases)) {
      await t.step(name, async () => {
        Deno.chmodSync(folder, 0o777);
        for (const file of Deno.readDirSync(folder)) Deno.chmodSync(`${folder}/${file.name}`, 0o666);
        prepare();
        const child = await run(`${TRY} await attempt({ path: Deno.args[0] });`, [path], {
          plain: true,
        });
        assert.match(child.text, /^store_unwritable /);
        Deno.chmodSync(folder, 0o777);
      });
    }
  });
});

Deno.test("a full disk refuses writes and undoes them; reading goes on, the process lives, and room heals it", async () => {
  if (!linux || !root) return void console.log("skipped: a small disk can be mounted only by root on Linux");
  await inFolder(async (_, folder) => {
    const disk = `${folder}/disk`;
    await Deno.mkdir(disk);
    const mount = await new Deno.Command("mount", { args: ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk] })
      .output();
    if (!mount.success) return console.log(`skipped: mount says ${text(mount.stderr).trim()}`);
    try {
      await Deno.writeFile(`${disk}/ballast`, new Uint8Array(650_000));
      const child = await run(FULL_DISK, [disk]);
      const answer = child.text;
      assert.equal(child.code, 0, answer);
      assert.deepEqual(answer.trim().split("\n"), [
        "full: store_write_failed",
        "memory is what is durable",
        "all of a group failed, the newest undone first",
        "a large value failed as a whole",
        "the sweep told of store_write_failed",
        "a second process's error: store_unwritable",
        "room: stored",
        "after opening again: all there",
      ]);
    } finally {
      await new Deno.Command("umount", { args: [disk] }).output();
    }
  });
});

/** Prints the code and message of what opening throws. */
const TRY = `async function attempt(options) {
  try {
    const store = await kvStore(options);
    await store.close();
    console.log("opened");
  } catch (error) {
    console.log(error.code, error.message);
  }
}
`;

const FULL_DISK = `
const disk = Deno.args[0];
const errors = [];
let now = Date.now();
const options = { path: disk + "/store.kv", sweepIntervalMs: 20, now: () => now, onError: (error) => errors.push(error) };
let store = await kvStore(options);
for (let i = 0; i < 5; i++) store.set(["expires", i], new Uint8Array(20), { expiresAt: now + 1000 });
await store.flush();

let durable = 0;
let failure;
for (const bytes of [30_000, 1000, 1]) {
  failure = undefined;
  while (failure === undefined) {
    store.set(["k", durable + 1], new Uint8Array(bytes));
    await store.flush().then(() => durable++, (error) => failure = error);
  }
}
console.log("full: " + failure.code);

const size = async () => (await store.list(["k"])).length;
if (store.committed === store.sequence && await size() === durable && (await store.get(["k", 1])).value.length === 30_000) {
  console.log("memory is what is durable");
}

const undone = [];
let heard;
const leave = store.onCommit((commit) => heard = commit);
const first = store.sequence + 1;
for (let n = 0; n < 3; n++) store.set(["group", n], new Uint8Array(30_000), { undo: () => undone.push(n) });
await store.flush().catch(() => {});
leave();
if (undone.join() === "2,1,0" && heard.failedFrom === first && heard.sequence === store.sequence) {
  console.log("all of a group failed, the newest undone first");
}

store.set(["large"], new Uint8Array(2_000_000));
await store.flush().catch((error) => failure = error);
if (await store.get(["large"]) === undefined && await size() === durable) console.log("a large value failed as a whole");

errors.length = 0;
now += 1000;
while (errors.length === 0) await new Promise((done) => setTimeout(done, 5));
console.log("the sweep told of " + errors[0].code);
if ((await store.list(["expires"])).length !== 0) console.log("expired values are shown");

await store.close();
await kvStore(options).then(() => console.log("opened"), (error) => console.log("a second process's error: " + error.code));

Deno.removeSync(disk + "/ballast");
store = await kvStore(options);
store.set(["room"], new Uint8Array(10_000));
await store.flush();
console.log("room: stored");
await store.close();
store = await kvStore(options);
if (await size() === durable && (await store.get(["room"])).value.length === 10_000) {
  console.log("after opening again: all there");
}
await store.close();
`;
