/** Files sent by the client's half of the file protocol, apart from any page. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type Client, createClient } from "@n2o/n2o/client";
import { atom, createLogger, createSecret, isTuple, type Protocol, type Term, text, tuple } from "@n2o/n2o";
import {
  createUploads,
  type Remembered,
  type Transfer,
  type UploadMemory,
  type Uploads,
  type UploadsOptions,
} from "../lib/client/nitro/uploads.ts";
import { createFtp, type FtpOptions } from "../protocols/ftp/mod.ts";
import session from "../protocols/session.ts";
import { Gate } from "./client/gate.ts";
import { Changes } from "./client/until.ts";
import { each, type Engine, type Running } from "./engines.ts";

/** Bytes that differ from place to place. */
function bytesOf(size: number, seed = 0): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, i) => (i * 7 + (i >> 8) + seed) % 256);
}

function fileOf(name: string, size: number, seed = 0): File {
  return new File([bytesOf(size, seed)], name, { lastModified: 1_700_000_000_000 });
}

/** A memory, as a browser's storage is one. */
class TestMemory implements UploadMemory {
  readonly files = new Map<string, Remembered>();
  get = () => Promise.resolve([...this.files.values()]);
  set = ({ id, name, size, lastModified, begun, offset }: Remembered) =>
    void this.files.set(id, { id, name, size, lastModified, begun, offset });
  delete = (id: string) => void this.files.delete(id);
}

/** A server that takes files, a gate before it, and a visitor. */
class World extends Changes implements AsyncDisposable {
  readonly folder: string;
  readonly gate: Gate;
  readonly client: Client;
  readonly memory = new TestMemory();
  uploads: Uploads;
  /** What has become of the files, in order. */
  readonly seen: string[] = [];
  /** The messages of the file protocol that have come to the server. */
  readonly came: { status: string; name: string; offset: number; bytes: number }[] = [];
  /** The most files that were being sent at the same time. */
  atOnce = 0;
  #running: Running;

  constructor(engine: Engine, options: Partial<FtpOptions> = {}, uploads: UploadsOptions = {}) {
    super();
    this.folder = Deno.makeTempDirSync();
    const spy: Protocol = {
      name: "spy",
      info: (message, cx) => {
        if (cx.source === "client" && isTuple(message, "ftp", 11)) {
          const [status, name] = [text(message[9])!, text(message[3])!];
          const { length } = message[8] as Uint8Array;
          this.came.push({ status, name, offset: message[6] as number, bytes: length });
          this.changed();
        }
        return { verdict: "unknown" };
      },
    };
    this.#running = engine.start({
      protocols: [session, spy, createFtp({ folder: this.folder, ...options })],
      secret: createSecret({ driver: "n2o", key: "ThisIsClassified" }),
      log: createLogger({ level: "silent" }),
    });
    this.gate = new Gate(this.#running.port);
    const url = `ws://127.0.0.1:${this.gate.port}/ws/app/index.htm`;
    this.client = createClient({ url, reconnect: { minMs: 1, maxMs: 20 }, fallback: false });
    this.uploads = this.visit(uploads);
    this.client.connect();
  }

  /** What a page does when it is loaded. */
  visit(options: UploadsOptions = {}): Uploads {
    return this.uploads = createUploads(
      this.client,
      options,
      (transfer) => this.#note(transfer),
      this.memory,
    );
  }

  #note({ name, state, offset }: Transfer): void {
    this.seen.push(`${name} ${state} ${offset}`);
    const { length } = this.uploads.list.filter((one) => one.state === "sending");
    this.atOnce = Math.max(this.atOnce, length);
    this.changed();
  }

  /** Waits until all files are as they should be. */
  all(state: string): Promise<void> {
    return this.until(
      `all are ${state}: ${this.uploads.list.map(({ state, error }) => state + error)}`,
      () => this.uploads.list.every((one) => one.state === state),
    );
  }

  /** Checks that a file has come as {@linkcode fileOf} made it; what is different would take minutes to print. */
  async hasStored(name: string, size: number, seed = 0): Promise<void> {
    const bytes = await Deno.readFile(join(this.folder, name));
    assert.equal(bytes.length, size, name);
    assert.equal(bytes.findIndex((byte, i) => byte !== (i * 7 + (i >> 8) + seed) % 256), -1, name);
  }

  /** The names in the folder, those of unfinished files among them. */
  names(): string[] {
    const names: string[] = [];
    const walk = (path: string, at: string): void => {
      for (const { name, isDirectory } of Deno.readDirSync(path)) {
        if (isDirectory) walk(join(path, name), `${at}${name}/`);
        else names.push(at + name);
      }
    };
    walk(this.folder, "");
    return names.sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.uploads.close();
    this.client.close();
    this.gate.close();
    await this.#running[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

each(
  "a file arrives byte by byte, its offset only grows, and no byte is sent twice",
  async (engine) => {
    await using world = new World(engine);
    const transfer = world.uploads.add(fileOf("a.bin", 3_000_001));
    assert.equal(transfer.state, "waiting");
    await world.all("done");
    await world.hasStored("a.bin", 3_000_001);
    const offsets = world.seen.map((line) => Number(line.split(" ")[2]));
    assert.deepEqual(offsets, offsets.toSorted((a, b) => a - b));
    assert.equal(world.seen.at(-1), "a.bin done 3000001");
    const sizes = world.came.filter(({ status }) => status === "send").map(({ bytes }) => bytes);
    assert.equal(sizes[0], 16_384);
    assert.ok(sizes.every((size) => size <= 262_144), `${sizes}`);
    assert.equal(sizes.reduce((sum, size) => sum + size), 3_000_001, "no byte is sent twice");
    assert.deepEqual([...world.memory.files], [], "what is done is not kept in mind");
  },
);

each("an empty file arrives, too", async (engine) => {
  await using world = new World(engine);
  world.uploads.add(fileOf("empty.txt", 0));
  await world.all("done");
  assert.deepEqual(world.names().filter((name) => !name.startsWith(".")), ["empty.txt"]);
});

each("many files go three at a time, in the order in which they were chosen", async (engine) => {
  await using world = new World(engine);
  for (let i = 0; i < 8; i++) world.uploads.add(fileOf(`f${i}.bin`, 400_000 + i, i));
  await world.all("done");
  assert.equal(world.atOnce, 3);
  const begun = world.came.filter(({ status }) => status === "init").map(({ name }) => name);
  assert.deepEqual(begun, begun.toSorted());
  for (let i = 0; i < 8; i++) await world.hasStored(`f${i}.bin`, 400_000 + i, i);
});

each(
  "after a lost connection a file goes on where the server is, and so does one whose turn was to come",
  async (engine) => {
    await using world = new World(engine, {}, { parallel: 1 });
    const transfer = world.uploads.add(fileOf("a.bin", 8_000_000));
    world.uploads.add(fileOf("b.bin", 100_000, 1));
    await world.until("some of it has come", () => transfer.offset > 1_000_000);
    world.gate.cut();
    await world.until("it waits", () => transfer.state === "waiting");
    await world.all("done");
    await world.hasStored("a.bin", 8_000_000);
    await world.hasStored("b.bin", 100_000, 1);
    const again = world.came.filter(({ status, name }) => status === "init" && name === "a.bin");
    assert.equal(again.length, 2);
    const next = world.came.slice(world.came.lastIndexOf(again[1])).find(({ status }) => status === "send");
    assert.ok(next!.offset >= 1_000_000, `it goes on at ${next!.offset}`);
  },
);

each("a paused file sends nothing until it is resumed", async (engine) => {
  await using world = new World(engine);
  const transfer = world.uploads.add(fileOf("a.bin", 6_000_000));
  await world.until("some of it has come", () => transfer.offset > 500_000);
  world.uploads.toggle(transfer);
  assert.equal(transfer.state, "paused");
  // An answer to a later message has all that was on its way before it.
  const other = world.uploads.add(fileOf("b.bin", 10, 1));
  await world.until("another file is done", () => other.state === "done");
  const { length } = world.came;
  const third = world.uploads.add(fileOf("c.bin", 10, 2));
  await world.until("a third file is done", () => third.state === "done");
  assert.deepEqual(world.came.slice(length).map(({ name }) => name), ["c.bin", "c.bin"]);
  world.uploads.toggle(transfer);
  await world.all("done");
  await world.hasStored("a.bin", 6_000_000);
});

each(
  "choose A, cancel it, choose B; cancel A and choose A again: only what is chosen now is listed and sent (F18)",
  async (engine) => {
    await using world = new World(engine);
    const { uploads } = world;
    const names = () => uploads.list.map(({ name }) => name);
    const a = uploads.add(fileOf("a.bin", 5_000_000));
    await world.until("some of it has come", () => a.offset > 300_000);
    uploads.cancel(a);
    assert.deepEqual(names(), []);
    uploads.add(fileOf("b.bin", 50_000, 1));
    assert.deepEqual(names(), ["b.bin"]);
    await world.all("done");
    assert.deepEqual(world.names().filter((name) => !name.startsWith(".uploads/")), ["b.bin"]);
    assert.ok(
      !world.names().some((name) => name.endsWith(".part")),
      `no part of it is left: ${world.names()}`,
    );

    const again = uploads.add(fileOf("a.bin", 5_000_000));
    assert.notEqual(again.id, a.id);
    await world.until("some of it has come", () => again.offset > 300_000);
    uploads.cancel(again);
    const last = uploads.add(fileOf("a.bin", 5_000_000));
    assert.deepEqual(names(), ["b.bin", "a.bin"]);
    await world.all("done");
    await world.hasStored("a.bin", 5_000_000);
    assert.deepEqual(world.names().filter((name) => !name.startsWith(".uploads/")), ["a.bin", "b.bin"]);
    assert.deepEqual([...world.memory.files.keys()], [], `${last.id} is done`);
  },
);

each("a file that is cancelled without a connection is thrown away with the next one", async (engine) => {
  await using world = new World(engine);
  const transfer = world.uploads.add(fileOf("a.bin", 5_000_000));
  await world.until("some of it has come", () => transfer.offset > 300_000);
  world.gate.refusing = true;
  world.gate.cut();
  await world.until("it waits", () => transfer.state === "waiting");
  world.uploads.cancel(transfer);
  world.gate.refusing = false;
  await world.until("the server knows", () => world.came.some(({ status }) => status === "cancel"));
  const other = world.uploads.add(fileOf("b.bin", 10));
  await world.until("another file is done", () => other.state === "done");
  assert.deepEqual(world.names().filter((name) => !name.startsWith(".uploads/")), ["b.bin"]);
});

each(
  "a page that was loaded again knows what was in progress, and goes on when the same file is chosen again",
  async (engine) => {
    await using world = new World(engine);
    const transfer = world.uploads.add(fileOf("a.bin", 8_000_000));
    await world.until("some of it has come", () => transfer.offset > 1_000_000);
    world.uploads.close();

    world.visit();
    await world.until("it is listed", () => world.uploads.list.length === 1);
    const [missing] = world.uploads.list;
    assert.deepEqual([missing.state, missing.id, missing.offset >= 1_000_000], [
      "missing",
      transfer.id,
      true,
    ]);
    world.uploads.toggle(missing);
    assert.equal(missing.state, "missing", "there is nothing to read");
    // Another file of that name is another file.
    const other = world.uploads.add(fileOf("a.bin", 20, 9));
    assert.notEqual(other, missing);
    await world.until("the other one is done", () => other.state === "done");
    assert.equal(world.uploads.add(fileOf("a.bin", 8_000_000)), missing);
    await world.all("done");
    await world.hasStored("a.bin", 20, 9);
    await world.hasStored("a (1).bin", 8_000_000);
    const sent = world.came.filter(({ status }) => status === "send").reduce(
      (sum, { bytes }) => sum + bytes,
      0,
    );
    assert.ok(sent < 8_000_020 + 5 * 262_144, `${sent} bytes are not sent all over again`);
  },
);

each("what the server refuses is said by its code, and is not tried again by itself", async (engine) => {
  await using world = new World(engine, { extensions: ["bin"], limits: { maxFileBytes: 1000 } });
  const code = async (file: File): Promise<string> => {
    const transfer = world.uploads.add(file);
    await world.until(`${file.name} has failed`, () => transfer.state === "failed");
    return transfer.error;
  };
  assert.equal(await code(fileOf("a.bin", 1001)), "file_too_big");
  assert.equal(await code(fileOf("a.exe", 10)), "type_refused");
  assert.equal(await code(fileOf("../a.bin", 10)), "bad_name");
  assert.deepEqual(world.came.map(({ status }) => status), ["init", "init", "init"]);
  assert.deepEqual([...world.memory.files], []);
});

each("what the page does not want is refused without asking the server", async (engine) => {
  const options = { maxBytes: 100, maxFiles: 2, pattern: "^image/|\\.txt$" };
  await using world = new World(engine, {}, options);
  const { uploads } = world;
  const errors = [
    fileOf("big.txt", 101),
    fileOf("a.exe", 1),
    new File(["1"], "a.png", { type: "image/png" }),
    fileOf("A.TXT", 1),
    fileOf("b.txt", 1),
  ].map((file) => uploads.add(file).error);
  assert.deepEqual(errors, ["file_too_big", "type_refused", "", "", "too_many_files"]);
  const refused = uploads.list.find(({ name }) => name === "big.txt")!;
  uploads.toggle(refused);
  assert.equal(refused.state, "failed");
  for (const one of [...uploads.list]) if (one.state === "failed") uploads.cancel(one);
  await world.all("done");
  assert.deepEqual(world.names().filter((name) => !name.startsWith(".")), ["A.TXT", "a.png"]);
});

each("with room for one file each takes the place of the one before", async (engine) => {
  await using world = new World(engine, {}, { maxFiles: 1 });
  const first = world.uploads.add(fileOf("a.bin", 5_000_000));
  await world.until("some of it has come", () => first.offset > 300_000);
  world.uploads.add(fileOf("b.bin", 10));
  assert.deepEqual(world.uploads.list.map(({ name }) => name), ["b.bin"]);
  await world.all("done");
  assert.deepEqual(world.names().filter((name) => !name.startsWith(".uploads/")), ["b.bin"]);
});

each("without `auto` a file is sent when it is told to be", async (engine) => {
  await using world = new World(engine, {}, { auto: false });
  const transfer = world.uploads.add(fileOf("a.bin", 10));
  const other = world.uploads.add(fileOf("b.bin", 10));
  assert.equal(transfer.state, "ready");
  world.uploads.toggle(other);
  await world.until("the other one is done", () => other.state === "done");
  assert.deepEqual([transfer.state, world.came.every(({ name }) => name === "b.bin")], ["ready", true]);
});

each(
  "a file that changes or goes away while it is sent fails, and its part does not pass for it",
  async (engine) => {
    await using world = new World(engine);
    const shrinking = fileOf("a.bin", 500_000);
    const real = shrinking.slice.bind(shrinking);
    shrinking.slice = (from = 0, to) => real(from, from > 100_000 ? from + 10 : to);
    const gone = fileOf("b.bin", 500_000);
    gone.slice = () =>
      ({ arrayBuffer: () => Promise.reject(new DOMException("gone", "NotReadableError")) }) as Blob;
    world.uploads.add(shrinking);
    world.uploads.add(gone);
    await world.all("failed");
    assert.deepEqual(world.uploads.list.map(({ error }) => error), ["unreadable", "unreadable"]);
    assert.deepEqual(world.names().filter((name) => !name.startsWith(".")), []);
  },
);

each("where no WebSocket gets through, files go by requests", async (engine) => {
  await using world = new World(engine);
  world.client.close();
  class Blocked extends EventTarget {
    binaryType = "";
    readonly readyState = 3;
    readonly bufferedAmount = 0;
    onopen = null;
    onmessage = null;
    onerror = null;
    onclose: ((event: never) => unknown) | null = null;
    constructor() {
      super();
      queueMicrotask(() => this.onclose?.({ code: 1006, reason: "" } as never));
    }
    send(): void {}
    close(): void {}
  }
  const url = `ws://127.0.0.1:${world.gate.port}/ws/app/index.htm`;
  const client = createClient({ url, reconnect: { minMs: 1, maxMs: 20 }, WebSocket: Blocked });
  const uploads = createUploads(client, {}, () => world.changed());
  try {
    client.connect();
    uploads.add(fileOf("a.bin", 1_500_000));
    uploads.add(fileOf("empty.bin", 0));
    await world.until(
      `both are done: ${client.state}`,
      () => uploads.list.every(({ state }) => state === "done"),
    );
    assert.equal(client.state, "polling");
    await world.hasStored("a.bin", 1_500_000);
    await world.hasStored("empty.bin", 0);
  } finally {
    uploads.close();
    client.close();
  }
});

/** A server as a test wants it, at the other end of a client that is none. */
class Fake {
  state = "open" as Client["state"];
  token = "token";
  full = false;
  readonly sent: Term[] = [];
  #listeners = new Map<string, (event: never) => void>();
  on = (type: string, listener: (event: never) => void) => {
    this.#listeners.set(type, listener);
    return () => void this.#listeners.delete(type);
  };
  send = (term: Term) => {
    if (this.full) return false;
    this.sent.push(term);
    return true;
  };
  emit = (type: string, event: unknown) => this.#listeners.get(type)?.(event as never);
  say = (status: string, offset: number, block = 262_144) => {
    const asked = this.sent.at(-1) as { [index: number]: Term };
    const echo = [1, 2, 3, 4, 5].map((at) => asked[at]);
    this.emit("term", tuple(atom("ftpack"), ...echo, offset, block, "", status, []));
  };
  refuse = (code: string) => {
    const asked = this.sent.at(-1) as { [index: number]: Term };
    this.emit("term", tuple(atom("error"), atom(code), tuple(atom("ftp"), asked[1])));
  };
  /** Every message so far: its status, and the slice that it brings. */
  get log(): string[] {
    return (this.sent as { [index: number]: Term }[]).map((term) =>
      [term[9], term[6], (term[8] as Uint8Array).length].join(" ")
    );
  }
}

/** Lets reading a file come to its end. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

Deno.test("four blocks are on their way at most, and each answer lets the next one go", async () => {
  const fake = new Fake();
  const uploads = createUploads(fake, {}, () => {});
  const transfer = uploads.add(fileOf("a.bin", 1_000_000));
  assert.deepEqual(fake.log, ["init 0 0"]);
  await settle();
  assert.equal(fake.sent.length, 1, "nothing goes before the server said where");
  fake.say("init", 100_000, 10_000);
  await settle();
  const blocks = [100_000, 110_000, 120_000, 130_000].map((offset) => `send ${offset} 10000`);
  assert.deepEqual(fake.log.slice(1), blocks);
  fake.say("send", 110_000, 10_000);
  await settle();
  assert.deepEqual([fake.log.at(-1), transfer.offset], ["send 140000 10000", 110_000]);
  uploads.close();
});

Deno.test("blocks grow while answers come fast, up to what the server takes, and shrink while they are slow", async () => {
  const fake = new Fake();
  const uploads = createUploads(fake, {}, () => {});
  const transfer = uploads.add(fileOf("a.bin", 20_000_000));
  const { now } = Date;
  let clock = now();
  Date.now = () => clock;
  /** The size of the last block, after an answer to the oldest that took so long. */
  const after = async (ms: number): Promise<number> => {
    clock += ms;
    const [end] = transfer.sent![0];
    fake.say("send", end, 100_000);
    await settle();
    return Number(fake.log.at(-1)!.split(" ")[2]);
  };
  try {
    fake.say("init", 0, 100_000);
    await settle();
    const fast = [await after(50), await after(10), await after(10), await after(10), await after(10)];
    assert.deepEqual(fast, [32_768, 65_536, 100_000, 100_000, 100_000]);
    const slow = [
      await after(500),
      await after(1001),
      await after(1001),
      await after(1001),
      await after(1001),
    ];
    assert.deepEqual(slow, [100_000, 50_000, 25_000, 16_384, 16_384]);
  } finally {
    Date.now = now;
    uploads.close();
  }
});

Deno.test("while the outbox is full blocks wait, and none is left out", async () => {
  const fake = new Fake();
  const uploads = createUploads(fake, {}, () => {});
  uploads.add(fileOf("a.bin", 20_000));
  fake.say("init", 0);
  fake.full = true;
  await settle();
  assert.equal(fake.sent.length, 1);
  fake.full = false;
  while (fake.sent.length < 3) await settle();
  assert.deepEqual(fake.log.slice(1), ["send 0 16384", "send 16384 3616"]);
  uploads.close();
});

Deno.test("answers that fit nothing end no transfer: it asks again where to go on, and gives up after some tries", async () => {
  const fake = new Fake();
  const uploads = createUploads(fake, {}, () => {});
  const transfer = uploads.add(fileOf("a.bin", 100_000));
  fake.emit("term", tuple(atom("ftpack"), "another", "", "", "", 1, 1, 0, "", "send", []));
  fake.emit("term", tuple(atom("ftpack"), transfer.id));
  fake.emit("term", "text");
  // Of a block of before: the answer to the question is still to come.
  fake.say("send", 100_000, 0);
  assert.deepEqual([transfer.state, transfer.offset], ["sending", 0]);
  fake.say("init", 0);
  await settle();
  fake.say("send", 77);
  assert.deepEqual([transfer.state, transfer.tries], ["waiting", 1]);
  fake.say("send", 16_384);
  assert.equal(transfer.state, "waiting", "blocks of before count no more");
  for (let tries = 1; tries <= 8; tries++) {
    assert.equal(transfer.state, "waiting");
    uploads.toggle(transfer);
    uploads.toggle(transfer);
    transfer.tries = tries;
    fake.refuse("disk_full");
    assert.equal(transfer.error, "disk_full", "it is told while it waits, too");
  }
  assert.deepEqual([transfer.state, transfer.error], ["failed", "disk_full"]);
  uploads.toggle(transfer);
  fake.say("init", 100_001);
  assert.deepEqual([transfer.state, transfer.error], ["failed", "bad_offset"]);
  uploads.close();
});

Deno.test("a server that already has the file says so, and nothing is sent", () => {
  const fake = new Fake();
  const uploads = createUploads(fake, {}, () => {});
  const transfer = uploads.add(fileOf("a.bin", 100_000));
  fake.say("init", 100_000, 0);
  assert.deepEqual([transfer.state, fake.sent.length], ["done", 1]);
  const empty = uploads.add(fileOf("b.bin", 0));
  fake.say("init", 0, 0);
  assert.equal(empty.state, "done");
  uploads.close();
});

Deno.test("a server that has all bytes and not yet the file is told that this was all", async () => {
  const fake = new Fake();
  const uploads = createUploads(fake, {}, () => {});
  const transfer = uploads.add(fileOf("a.bin", 100_000));
  fake.say("init", 100_000);
  await settle();
  assert.deepEqual([transfer.state, fake.log], ["sending", ["init 0 0", "send 100000 0"]]);
  fake.say("send", 100_000, 0);
  assert.equal(transfer.state, "done");
});

Deno.test("a transfer that another tab has taken over is paused, and not fought for", () => {
  const fake = new Fake();
  const uploads = createUploads(fake, {}, () => {});
  const transfer = uploads.add(fileOf("a.bin", 100_000));
  fake.refuse("transfer_moved");
  assert.deepEqual([transfer.state, fake.sent.length], ["paused", 1]);
});

Deno.test("a logout takes every file from the list, and nothing of them stays in mind", () => {
  const fake = new Fake();
  const memory = new TestMemory();
  const uploads = createUploads(fake, {}, () => {}, memory);
  uploads.add(fileOf("a.bin", 100_000));
  uploads.add(fileOf("b.bin", 100_000));
  assert.equal(memory.files.size, 2);
  fake.emit("logout", undefined);
  assert.deepEqual([uploads.list.length, memory.files.size], [0, 0]);
  fake.emit("state", { state: "open" });
  assert.equal(fake.sent.length, 2, "the two questions of before");
});

Deno.test("the messages are those of the original's client", async () => {
  const fake = new Fake();
  const uploads = createUploads(fake, { meta: "chat" }, () => {});
  const transfer = uploads.add(new File(["0123"], "файл.txt"));
  const head = [atom("ftp"), transfer.id, "token", "файл.txt", "chat", 4];
  assert.deepEqual([...fake.sent[0] as Iterable<Term>], [...head, 0, 1, "", "init", []]);
  fake.say("init", 0);
  await settle();
  const data = new TextEncoder().encode("0123");
  assert.deepEqual([...fake.sent[1] as Iterable<Term>], [...head, 0, 4, data, "send", []]);
  uploads.cancel(transfer);
  assert.deepEqual([...fake.sent[2] as Iterable<Term>], [...head, 0, 0, "", "cancel", []]);
});
