import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { createLogger, createSecret, heart, session } from "@n2o/n2o";
import { createFtp, type FtpOptions } from "../protocols/ftp/mod.ts";
import { each, type Engine, type Running } from "./engines.ts";
import { fileOf, filesIn, FtpClient, partsIn, storedIn, withFtp } from "./ftp_client.ts";
import { ask, hear, hello, say, t, tokenOf } from "./speech.ts";

const BLOCK = 262_144;
const file = fileOf(1_000_000);
const size = file.length;
const data = (offset: number, end = offset + BLOCK) => file.subarray(offset, end);

/** Tokens of one life are good in the next. */
const secret = createSecret({ driver: "n2o", key: "ThisIsClassified" });

/** An application in one of several lives. */
function live(engine: Engine, folder: string, options: Partial<FtpOptions> = {}): Running {
  const protocols = [heart, session, createFtp({ folder, ...options })];
  return engine.start({ protocols, secret, log: createLogger({ level: "silent" }) });
}

each(
  "a file goes on after the connection was lost, after a restart, and after both with part of a block written",
  async (engine) => {
    const folder = await Deno.makeTempDir();
    try {
      let token = "";
      {
        await using running = live(engine, folder);
        const client = await FtpClient.open(running);
        token = await hello(client.socket);
        await client.upload(file, {}, { stopAt: 2 * BLOCK });
        client.close();
        await using again = await FtpClient.open(running, token);
        strictEqual((await again.must("init", { size })).offset, 2 * BLOCK);
      }
      const [part] = await partsIn(folder);
      // What a kill in the middle of a write leaves.
      await Deno.writeFile(`${folder}/${part}`, data(2 * BLOCK, 2 * BLOCK + 1000), { append: true });
      await using running = live(engine, folder);
      await using stranger = await FtpClient.open(running, "");
      strictEqual((await stranger.must("init", { size })).offset, 0, "it is nobody else's");
      await using client = await FtpClient.open(running, token);
      strictEqual((await client.must("init", { size: size + 1 })).offset, 0, "nor another file's");
      strictEqual((await client.must("init", { size, name: "b.bin" })).offset, 0);
      strictEqual((await client.must("init", { size, id: "other" })).offset, 0);
      strictEqual((await client.must("init", { size })).offset, 2 * BLOCK + 1000);
      strictEqual((await client.upload(file, {})).offset, size);
      deepStrictEqual(await Deno.readFile(`${folder}/a.bin`), file);
      deepStrictEqual(await partsIn(folder), []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

each(
  "F17: a connection that asks is answered at once with the true offset, and late bytes of the old one are refused",
  (engine) =>
    withFtp(engine, {}, async (running, folder) => {
      // Half open: it stays, and neither reads nor ends.
      await using old = await FtpClient.open(running);
      const token = await hello(old.socket);
      await old.must("init", { size });
      await old.must("send", { size, data: data(0) });
      // Two more are on the way when the new connection asks.
      await old.say("send", { size, offset: BLOCK, data: data(BLOCK) });
      await old.say("send", { size, offset: 2 * BLOCK, data: data(2 * BLOCK) });
      await using next = await FtpClient.open(running, token);
      const { offset } = await next.must("init", { size });
      ok(offset >= BLOCK && offset <= 3 * BLOCK && offset % BLOCK === 0);
      await old.say("send", { size, offset, data: data(offset) });
      const answers = [await old.hear(), await old.hear(), await old.hear()];
      strictEqual(answers[2], "error transfer_moved id");
      strictEqual(
        answers.filter((one) => typeof one === "object").length,
        (offset - BLOCK) / BLOCK,
        "what was taken counts",
      );
      strictEqual((await next.upload(file, {})).offset, size);
      deepStrictEqual(await Deno.readFile(`${folder}/a.bin`), file);
      strictEqual(await old.ask("send", { size, offset, data: data(offset) }), "error unknown_transfer id");
      deepStrictEqual(await storedIn(folder), ["a.bin"]);
    }),
);

each(
  "two tabs that want the same file take it from each other, and every byte is written once",
  (engine) =>
    withFtp(engine, {}, async (running, folder) => {
      await using first = await FtpClient.open(running);
      const token = await hello(first.socket);
      await using second = await FtpClient.open(running, token);
      let offset = 0;
      for (let i = 0; offset < size; i++) {
        const [mine, other] = i % 2 === 0 ? [first, second] : [second, first];
        strictEqual((await mine.must("init", { size })).offset, offset);
        const end = Math.min(offset + 100_000, size);
        const parts = { size, offset, data: data(offset, end) };
        if (i > 0) strictEqual(await other.ask("send", parts), "error transfer_moved id");
        offset = (await mine.must("send", parts)).offset;
      }
      deepStrictEqual(await Deno.readFile(`${folder}/a.bin`), file);
    }),
);

each(
  "who logs in takes along what was begun; who logs out leaves it behind",
  (engine) =>
    withFtp(engine, {}, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      await client.must("init", { size });
      await client.must("send", { size, data: data(0) });
      await say(client.socket, t("login", "bob"));
      const token = tokenOf(await client.socket.frame());
      strictEqual(await hear(client.socket), '{login,<<"bob">>}');
      strictEqual((await client.must("send", { size, offset: BLOCK, data: data(BLOCK) })).offset, 2 * BLOCK);
      await using tab = await FtpClient.open(running, token);
      strictEqual((await tab.must("init", { size })).offset, 2 * BLOCK, "found under the user");
      await tab.must("send", { size, offset: 2 * BLOCK, data: data(2 * BLOCK) });
      strictEqual(await ask(tab.socket, t("logout")), "{logout}");
      const rest = { size, offset: 3 * BLOCK, data: data(3 * BLOCK) };
      strictEqual(await tab.ask("send", rest), "error unknown_transfer id");
      strictEqual((await tab.must("init", { size })).offset, 0);
      await using later = await FtpClient.open(running, "");
      await say(later.socket, t("login", "bob"));
      tokenOf(await later.socket.frame());
      await hear(later.socket);
      strictEqual((await later.must("init", { size })).offset, 3 * BLOCK);
      strictEqual((await later.must("send", rest)).block, 0);
      deepStrictEqual(await Deno.readFile(`${folder}/a.bin`), file);
    }),
);

each(
  "a process that dies between a file's name and its mark finishes it in the next life, without a second file",
  async (engine) => {
    const folder = await Deno.makeTempDir();
    try {
      const done: string[] = [];
      const options = { onDone: ({ path }: { path: string }) => void done.push(path) };
      let token = "";
      {
        await using running = live(engine, folder, options);
        const client = await FtpClient.open(running);
        token = await hello(client.socket);
        await client.upload(file, {}, { stopAt: 3 * BLOCK });
        client.close();
      }
      const [part] = await partsIn(folder);
      await Deno.writeFile(`${folder}/${part}`, data(3 * BLOCK), { append: true });
      await Deno.writeTextFile(`${folder}/a.bin`, "another's");
      await Deno.link(`${folder}/${part}`, `${folder}/a (1).bin`);
      {
        await using running = live(engine, folder, options);
        await using client = await FtpClient.open(running, token);
        const whole = { name: "a.bin", offset: size, block: 0, status: "init" };
        deepStrictEqual(await client.ask("init", { size, block: 0 }), whole, "not to start");
        deepStrictEqual(done, []);
        deepStrictEqual(await client.ask("init", { size }), { ...whole, name: "a (1).bin" });
      }
      deepStrictEqual(done, ["a (1).bin"]);
      const [mark] = (await filesIn(folder)).filter((name) => name.endsWith(".done"));
      // And one that dies between the mark and the removal of what was in progress.
      await Deno.link(`${folder}/a (1).bin`, `${folder}/${mark.replace(".done", ".part")}`);
      await using running = live(engine, folder, options);
      await using client = await FtpClient.open(running, token);
      deepStrictEqual(await client.ask("init", { size }), {
        name: "a (1).bin",
        offset: size,
        block: 0,
        status: "init",
      });
      deepStrictEqual(await partsIn(folder), []);
      deepStrictEqual(await storedIn(folder), ["a (1).bin", "a.bin"]);
      deepStrictEqual(await Deno.readFile(`${folder}/a (1).bin`), file);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

each("a mark that was cut off still tells that the file is done", async (engine) => {
  const folder = await Deno.makeTempDir();
  try {
    let token = "";
    {
      await using running = live(engine, folder);
      await using client = await FtpClient.open(running);
      token = await hello(client.socket);
      await client.upload(data(0), {});
    }
    const [mark] = (await filesIn(folder)).filter((name) => name.endsWith(".done"));
    await Deno.writeTextFile(`${folder}/${mark}`, '{"pa');
    await Deno.writeTextFile(`${folder}/.uploads/stray`, "no file of the protocol");
    await using running = live(engine, folder);
    await using client = await FtpClient.open(running, token);
    strictEqual((await client.must("init", { size: BLOCK })).block, 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

each(
  "what was in progress and has vanished from the disk begins anew",
  (engine) =>
    withFtp(engine, {}, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      await client.must("init", { size });
      await client.must("send", { size, data: data(0) });
      const [part] = await partsIn(folder);
      await Deno.remove(`${folder}/${part}`);
      strictEqual((await client.must("init", { size })).offset, 0);
      strictEqual((await client.upload(file, {})).offset, size);
      deepStrictEqual(await Deno.readFile(`${folder}/a.bin`), file);
    }),
);

each(
  "an id is a part of what a transfer is known by, not of any path",
  (engine) =>
    withFtp(engine, {}, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      const id = "../../../../tmp/x\0/.part";
      await client.must("init", { id, size });
      await client.must("send", { id, size, data: data(0) });
      ok((await filesIn(folder)).every((name) => /^\.uploads\/[0-9a-f]{16}-[0-9a-f]{32}\.part$/.test(name)));
    }),
);
