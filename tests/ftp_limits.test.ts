import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { createLogger, createSecret, heart, session } from "@n2o/n2o";
import { createFtp, type FtpLimits, type FtpOptions } from "../protocols/ftp/mod.ts";
import { Handles } from "../protocols/ftp/handles.ts";
import { resolveFtpLimits } from "../protocols/ftp/options.ts";
import { Table } from "../protocols/ftp/table.ts";
import { Transfer } from "../protocols/ftp/transfer.ts";
import { each, type Engine } from "./engines.ts";
import { fileOf, filesIn, FtpClient, type FtpParts, partsIn, storedIn, withFtp } from "./ftp_client.ts";
import { hello } from "./speech.ts";

const withLimits = (
  engine: Engine,
  limits: Partial<FtpLimits>,
  test: Parameters<typeof withFtp>[2],
  options: Partial<FtpOptions> = {},
) => withFtp(engine, { ...options, limits }, test);

/** Begins a transfer and sends its first bytes. */
async function begin(client: FtpClient, id: string, bytes: number, size = 1000): Promise<string> {
  const parts: FtpParts = { id, size };
  const answer = await client.ask("init", parts);
  if (typeof answer === "string") return answer;
  if (bytes > 0) await client.must("send", { ...parts, data: fileOf(bytes) });
  return "begun";
}

each(
  "a file has a largest size, and so has a block",
  (engine) =>
    withLimits(engine, { maxFileBytes: 1000, blockBytes: 600 }, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      strictEqual(await client.ask("init", { size: 1001 }), "error file_too_big id");
      strictEqual((await client.must("init", { size: 1000 })).block, 600);
      strictEqual(await client.ask("send", { size: 1000, data: fileOf(601) }), "error bad_block id");
      strictEqual((await client.upload(fileOf(1000), {})).offset, 1000);
      deepStrictEqual(await storedIn(folder), ["a.bin"]);
    }),
);

each(
  "a visitor has so many transfers in progress; one whose client is gone makes room, the smallest first",
  (engine) =>
    withLimits(engine, { maxVisitorTransfers: 3 }, async (running, folder) => {
      const gone = await FtpClient.open(running);
      const token = await hello(gone.socket);
      for (const [id, bytes] of [["large", 500], ["small", 10]] as const) await begin(gone, id, bytes);
      await using client = await FtpClient.open(running, token);
      await begin(client, "mine", 5);
      strictEqual(await begin(client, "more", 0), "error too_many_transfers more", "all have a client");
      await using other = await FtpClient.open(running, "");
      strictEqual(await begin(other, "more", 0), "begun", "another visitor has room");
      gone.close();
      await running.until(() => running.n2o.counters.connections === 2, "the connection ends");
      strictEqual(await begin(client, "more", 1), "begun");
      strictEqual((await client.must("init", { id: "large", size: 1000 })).offset, 500);
      strictEqual(await begin(client, "small", 0), "error too_many_transfers small");
      await client.must("cancel", { id: "mine", size: 1000 });
      await client.must("init", { id: "small", size: 1000 });
      strictEqual((await partsIn(folder)).length, 2, "small had made room, mine was cancelled");
    }),
);

each(
  "what a visitor has in progress is bounded by the sizes claimed, what is finished by what it is",
  (engine) =>
    withLimits(engine, { maxPendingBytes: 1000, maxVisitorBytes: 1500 }, async (running) => {
      await using client = await FtpClient.open(running, "");
      strictEqual(await client.ask("init", { id: "a", size: 1001 }), "error quota_exceeded a");
      strictEqual(await begin(client, "a", 0, 600), "begun");
      strictEqual(await begin(client, "b", 0, 500), "error quota_exceeded b");
      strictEqual(await begin(client, "b", 0, 400), "begun");
      await client.upload(fileOf(600), { id: "a" });
      await client.upload(fileOf(400), { id: "b" });
      strictEqual(await begin(client, "c", 0, 501), "error quota_exceeded c");
      strictEqual(await begin(client, "c", 0, 500), "begun");
      await client.must("cancel", { id: "c", size: 500 });
      await client.upload(fileOf(500), { id: "d" });
      strictEqual(await begin(client, "e", 0, 1), "error quota_exceeded e");
      await using other = await FtpClient.open(running, "");
      strictEqual(await begin(other, "e", 0, 1000), "begun");
    }),
);

each("quotas and finished transfers are remembered over a restart", async (engine) => {
  const folder = await Deno.makeTempDir();
  const secret = createSecret({ driver: "n2o", key: "ThisIsClassified" });
  const limits = { maxVisitorTransfers: 2, maxVisitorBytes: 1000, maxFolderBytes: 1300 };
  const live = () => engine.start({ protocols: [heart, session, createFtp({ folder, limits })], secret });
  try {
    let token = "";
    {
      await using running = live();
      await using client = await FtpClient.open(running);
      token = await hello(client.socket);
      await client.upload(fileOf(600), { id: "done" });
      await begin(client, "part", 100, 300);
    }
    await using running = live();
    await using client = await FtpClient.open(running, token);
    strictEqual(await begin(client, "new", 0, 401), "error quota_exceeded new");
    strictEqual((await client.must("init", { id: "part", size: 300 })).offset, 100);
    strictEqual(await begin(client, "new", 0, 101), "error quota_exceeded new");
    strictEqual(await begin(client, "new", 0, 100), "begun");
    await using other = await FtpClient.open(running, "");
    strictEqual(await begin(other, "x", 0, 601), "error folder_full x");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

each(
  "the folder holds so much: what is there counts, and what is thrown away does not",
  (engine) =>
    withLimits(engine, { maxFolderBytes: 2000 }, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      strictEqual(await begin(client, "a", 900), "begun");
      strictEqual(await begin(client, "b", 900), "begun", "what is only claimed takes no room of others");
      strictEqual(await begin(client, "c", 0, 201), "error folder_full c");
      const rest = { size: 1000, offset: 900, data: fileOf(1000).subarray(900) };
      await client.must("send", { id: "a", ...rest });
      await client.must("init", { id: "c", size: 100 });
      await client.must("send", { id: "b", ...rest });
      strictEqual(await client.ask("send", { id: "c", size: 100, data: fileOf(100) }), "error folder_full c");
      deepStrictEqual(await storedIn(folder), ["a (1).bin", "a.bin"]);
      await client.must("cancel", { id: "c", size: 100 });
      strictEqual(await begin(client, "d", 0, 1), "error folder_full d");
    }),
);

each(
  "a file that was taken away from a full folder makes room",
  (engine) =>
    withLimits(engine, { maxFolderBytes: 1000 }, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      await client.upload(fileOf(900), {});
      await Deno.remove(`${folder}/a.bin`);
      strictEqual((await client.upload(fileOf(800), { name: "b" })).offset, 800);
      strictEqual(await begin(client, "c", 0, 200), "error folder_full c");
    }),
);

each(
  "who sends too fast is answered later, and refused when far ahead; others are not held up",
  (engine) =>
    withLimits(engine, { maxBytesPerSecond: 1000, blockBytes: 100 }, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      await client.must("init", { size: 10_000 });
      const begun = performance.now();
      let acknowledged = 0;
      let refused = "";
      for (let i = 0; i < 60; i++) {
        await client.say("send", { size: 10_000, offset: i * 100, data: fileOf(100) });
      }
      await using other = await FtpClient.open(running, "");
      await other.upload(fileOf(1000), { name: "other" });
      for (let i = 0; i < 60; i++) {
        const answer = await client.hear();
        if (typeof answer === "object") acknowledged = answer.offset;
        else if (refused === "") refused = answer;
      }
      strictEqual(refused, "error too_fast id");
      // A second's worth is free; a block more than that has waited for its time.
      ok(acknowledged >= 1200, `${acknowledged}`);
      ok(performance.now() - begun > 150, "acknowledged only in its time");
      const { offset } = await client.must("init", { size: 10_000 });
      ok(offset >= 1200 && offset < 6000 && offset % 100 === 0, `${offset}`);
      deepStrictEqual(await storedIn(folder), ["other"]);
    }),
);

each(
  "10 000 transfers that are begun and left, by one visitor and by thousands, leave nothing behind",
  async (engine) => {
    const limits = { maxTransfers: 50, maxVisitorTransfers: 8, maxOpenFiles: 4 };
    await withLimits(engine, limits, async (running, folder) => {
      // Thousands by one.
      {
        await using client = await FtpClient.open(running, "");
        const codes = new Map<string, number>();
        for (let i = 0; i < 9000; i += 100) {
          for (let j = i; j < i + 100; j++) await client.say("init", { id: `${j}`, size: 1000 });
          for (let j = i; j < i + 100; j++) {
            const answer = await client.hear();
            const code = typeof answer === "string" ? answer.split(" ")[1] : answer.status;
            codes.set(code, (codes.get(code) ?? 0) + 1);
          }
        }
        deepStrictEqual(codes, new Map([["init", 8], ["too_many_transfers", 8992]]));
      }
      deepStrictEqual(await filesIn(folder), [], "nothing had come of them");
      // One each by a thousand, with a few bytes.
      for (let i = 0; i < 1000; i += 20) {
        const clients = await Promise.all(Array.from({ length: 20 }, () => FtpClient.open(running, "")));
        const said = await Promise.all(clients.map((client) => begin(client, "id", 1 + i % 7)));
        ok(said.every((one) => one === "begun"), "those whose clients are gone make room");
        for (const client of clients) client.close();
        await running.until(() => running.n2o.counters.connections === 0, "they are gone");
      }
      strictEqual((await partsIn(folder)).length, 50);
      strictEqual(await openIn(folder), 0, "no file is open");
      // A file of some length stays when others come in numbers.
      const client = await FtpClient.open(running);
      const token = await hello(client.socket);
      await begin(client, "long", 900);
      client.close();
      for (let i = 0; i < 100; i++) {
        await using other = await FtpClient.open(running, "");
        await begin(other, "id", 1);
      }
      await using again = await FtpClient.open(running, token);
      strictEqual((await again.must("init", { id: "long", size: 1000 })).offset, 900);
    });
  },
);

each("what does not go on is swept away: at the start, and while somebody is there", async (engine) => {
  const folder = await Deno.makeTempDir();
  const secret = createSecret({ driver: "n2o", key: "ThisIsClassified" });
  const live = (abandonMs: number) => {
    const protocols = [heart, session, createFtp({ folder, limits: { abandonMs } })];
    return engine.start({ protocols, secret, log: createLogger({ level: "silent" }) });
  };
  try {
    let token = "";
    {
      await using running = live(86_400_000);
      await using client = await FtpClient.open(running);
      token = await hello(client.socket);
      await client.upload(fileOf(10), { id: "done" });
      await begin(client, "old", 100);
      await begin(client, "new", 100);
    }
    const yesterday = new Date(Date.now() - 90_000_000);
    for (const name of await filesIn(folder)) await Deno.utime(`${folder}/${name}`, yesterday, yesterday);
    {
      await using running = live(100_000_000);
      await using client = await FtpClient.open(running, token);
      strictEqual((await client.must("init", { id: "new", size: 1000 })).offset, 100, "not old enough there");
      await client.must("send", { id: "new", size: 1000, offset: 100, data: fileOf(10) });
    }
    {
      await using running = live(86_400_000);
      await using client = await FtpClient.open(running, token);
      strictEqual((await client.must("init", { id: "old", size: 1000 })).offset, 0);
      strictEqual((await client.must("init", { id: "new", size: 1000 })).offset, 110);
      strictEqual((await client.must("init", { id: "done", size: 10 })).offset, 0, "and forgotten");
      deepStrictEqual(await storedIn(folder), ["a.bin"]);
      strictEqual((await partsIn(folder)).length, 1);
    }
    // While somebody is there: within a second where that is the life of a transfer.
    await using running = live(500);
    await using client = await FtpClient.open(running, token);
    await begin(client, "short", 10);
    while ((await partsIn(folder)).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    strictEqual(
      await client.ask("send", { id: "short", size: 1000, offset: 10, data: fileOf(10) }),
      "error unknown_transfer short",
    );
    deepStrictEqual(await filesIn(folder), ["a.bin"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

each(
  "more files than may be open are written at the same time, and closed in between",
  (engine) =>
    withLimits(engine, { maxOpenFiles: 2, maxVisitorTransfers: 100 }, async (running, folder) => {
      const clients = await Promise.all(Array.from({ length: 10 }, () => FtpClient.open(running, "")));
      await Promise.all(clients.map((client, i) => {
        return client.upload(fileOf(200_000, i), { name: `${i}` }, { block: 10_000, stopAt: 150_000 });
      }));
      const open = await openIn(folder);
      ok(open <= 2, `${open} files are open`);
      await Promise.all(clients.map((client, i) => client.upload(fileOf(200_000, i), { name: `${i}` })));
      for (let i = 0; i < 10; i++) deepStrictEqual(await Deno.readFile(`${folder}/${i}`), fileOf(200_000, i));
      for (const client of clients) client.close();
    }),
);

Deno.test("open files: never more than their number, also when all are wanted at once", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const handles = new Handles(3);
    let most = 0;
    await Promise.all(Array.from({ length: 30 }, async (_, i) => {
      await handles.write(`${folder}/${i}`, 0, fileOf(1000, i), true);
      most = Math.max(most, handles.size);
      await handles.write(`${folder}/${i}`, 1000, fileOf(1000, i), false);
      most = Math.max(most, handles.size);
    }));
    ok(most <= 3 && await openIn(folder) <= 3, `${most}`);
    for (let i = 0; i < 30; i++) {
      deepStrictEqual(
        await Deno.readFile(`${folder}/${i}`),
        new Uint8Array([...fileOf(1000, i), ...fileOf(1000, i)]),
      );
    }
    handles.closeAll();
    strictEqual(await openIn(folder), 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** How many files in a folder this process has open; where the system does not tell, none. */
async function openIn(folder: string): Promise<number> {
  if (Deno.build.os !== "linux") return 0;
  let count = 0;
  for await (const { name } of Deno.readDir("/proc/self/fd")) {
    const target = await Deno.readLink(`/proc/self/fd/${name}`).catch(() => "");
    if (target.startsWith(folder)) count++;
  }
  return count;
}

Deno.test("visitors of whom there is nothing to be known are forgotten, however many there were", () => {
  const table = new Table(resolveFtpLimits({ maxBytesPerSecond: 1_000_000 }));
  for (let i = 0; i < 20_000; i++) {
    const transfer = table.add(new Transfer(`visitor ${i}`, `key ${i}`, 0), 1);
    // Their last bytes came long ago.
    table.pace(transfer.visitor)!.count(1, 0);
    table.remove(transfer);
  }
  strictEqual(table.visitors, 0);
  for (let i = 0; i < 20_000; i++) table.pace(`visitor ${i}`);
  ok(table.visitors <= 4096, `${table.visitors}`);
  const kept = table.add(new Transfer("stays", "key", 0), 10);
  table.tidy();
  strictEqual(table.visitors, 1);
  table.remove(kept);
  strictEqual(table.visitors, 0);
});
