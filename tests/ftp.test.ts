import { deepStrictEqual, match, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { atom, bert, format, isTuple, N2OError, session, type Term, text } from "@n2o/n2o";
import { createFtp, type FtpFile, type FtpOptions } from "../protocols/ftp/mod.ts";
import { each, engines } from "./engines.ts";
import { fileOf, filesIn, ftp, FtpClient, partsIn, storedIn, withFtp } from "./ftp_client.ts";
import { ask, hear, t } from "./speech.ts";

each(
  "a file comes in blocks of any size, several at a time, and is the same byte by byte",
  (engine) =>
    withFtp(engine, {}, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      for (
        const [size, block, window] of [[614_400, 262_144, 1], [614_400, 100_000, 4], [70_001, 1024, 16], [
          1,
          1,
          1,
        ]]
      ) {
        const file = fileOf(size, block);
        const offsets: number[] = [];
        const name = `${size} by ${block}.bin`;
        const done = await client.upload(file, { id: name, name }, {
          block,
          window,
          onAck: ({ offset }) => offsets.push(offset),
        });
        deepStrictEqual(done, { name, offset: size, block: 0, status: "send" });
        deepStrictEqual(
          offsets.slice(0, -1),
          Array.from({ length: offsets.length - 1 }, (_, i) => (i + 1) * block),
        );
        deepStrictEqual(await Deno.readFile(`${folder}/${name}`), file);
      }
      deepStrictEqual(await partsIn(folder), []);
    }),
);

Deno.test("a folder is a path or a URL, and nothing else", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const url = new URL(`${pathToFileURL(folder)}/up%20loads/`);
    await using running = engines[0].start({ protocols: [session, createFtp({ folder: url })] });
    await using client = await FtpClient.open(running, "");
    await client.upload(fileOf(5), { id: "a", name: "a.txt" });
    deepStrictEqual(await Deno.readFile(join(folder, "up loads", "a.txt")), fileOf(5));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  throws(() => createFtp({ folder: new URL("http://localhost/files/") }), { code: "bad_folder" });
  throws(() => createFtp({ folder: 5 as unknown as string }), { code: "bad_folder" });
});

each(
  "an empty file is there after one empty block",
  (engine) =>
    withFtp(engine, {}, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      for (const [name, block] of [["a.txt", 0], ["b.txt", 262_144]] as const) {
        strictEqual((await client.must("init", { id: name, name })).offset, 0);
        deepStrictEqual(await client.ask("send", { id: name, name, block }), {
          name,
          offset: 0,
          block: 0,
          status: "send",
        });
      }
      deepStrictEqual(await storedIn(folder), ["a.txt", "b.txt"]);
    }),
);

each(
  "init with Block 0 tells where the file stands and that it is not to start",
  (engine) =>
    withFtp(engine, {}, async (running) => {
      await using client = await FtpClient.open(running, "");
      const parts = { size: 10, name: "a.bin" };
      deepStrictEqual(await client.ask("init", { ...parts, block: 0 }), {
        name: "a.bin",
        offset: 0,
        block: 0,
        status: "init",
      });
      // The original's client sends this when it is told to start all the same.
      strictEqual((await client.must("send", { ...parts, block: 0 })).block, 0);
      strictEqual((await client.must("init", parts)).block, 262_144);
      await client.must("send", { ...parts, data: fileOf(4) });
      deepStrictEqual(await client.ask("init", { ...parts, block: 0 }), {
        name: "a.bin",
        offset: 4,
        block: 0,
        status: "init",
      });
    }),
);

each(
  "what is not the next block is refused shortly, changes nothing, and the file goes on",
  (engine) =>
    withFtp(engine, {}, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      const file = fileOf(600_000);
      const size = file.length;
      const first = file.subarray(0, 262_144);
      await client.must("init", { size });
      await client.must("send", { size, data: first });
      const next = file.subarray(262_144, 524_288);
      const refusals: [string, Parameters<typeof ftp>[1]][] = [
        ["bad_offset", { size, offset: 0, data: first }], // the same block again
        ["bad_offset", { size, offset: 524_288, data: file.subarray(524_288) }], // one too far
        ["bad_offset", { size, offset: 600_000, data: new Uint8Array(0), block: 1 }],
        ["bad_offset", { size, offset: 700_000, data: next }],
        ["bad_offset", { size, offset: -1, data: next }],
        ["bad_offset", { size, offset: "262144", data: next }],
        ["bad_size", { size: 599_999, offset: 262_144, data: next }],
        ["bad_size", { size: 600_001, offset: 262_144, data: next }],
        ["bad_block", { size, offset: 262_144, data: next, block: 262_143 }], // data beyond its block
        ["bad_block", { size, offset: 262_144, data: next.subarray(1), block: 262_144 }], // less than its block
        ["bad_block", { size, offset: 262_144, data: new Uint8Array(0), block: 262_144 }],
        ["bad_block", { size, offset: 262_144, data: fileOf(400_000), block: 400_000 }], // over the limit, beyond Size
        ["bad_block", { size, offset: 262_144, data: fileOf(262_145), block: 262_145 }],
        ["bad_block", { size, offset: 262_144, data: next, block: -1 }],
        ["bad_block", { size, offset: 262_144, data: next, block: 1.5 }],
        ["bad_block", { size, offset: 262_144, data: [1, 2], block: 2 }],
        ["bad_block", { size, offset: 262_144, data: atom("data"), block: 2 }],
        ["unknown_transfer", { id: "other", size, offset: 262_144, data: next }],
      ];
      for (const [code, parts] of refusals) {
        strictEqual(
          await client.ask("send", parts),
          `error ${code} ${parts!.id ?? "id"}`,
          JSON.stringify(code),
        );
      }
      await client.must("send", { size, offset: 262_144, data: next });
      // More than the file's size never gets in: the last block ends where it ends.
      const rest = file.subarray(524_288);
      const beyond = new Uint8Array([...rest, 1]);
      strictEqual(await client.ask("send", { size, offset: 524_288, data: beyond }), "error bad_block id");
      deepStrictEqual(await storedIn(folder), []);
      strictEqual(
        (await client.must("send", { size, offset: 524_288, data: rest, block: 262_144 })).offset,
        size,
      );
      deepStrictEqual(await Deno.readFile(`${folder}/a.bin`), file);
      const again = { size, offset: size, data: rest.subarray(1) };
      strictEqual(await client.ask("send", again), "error unknown_transfer id", "and then it is over");
      // What the original's client sends where nothing is left to send.
      strictEqual((await client.must("send", { size, offset: size, block: 262_144 })).block, 0);
      strictEqual(await client.ask("send", { size, offset: 0, block: 0 }), "error unknown_transfer id");
      await using other = await FtpClient.open(running, "");
      strictEqual(await other.ask("send", { size, offset: size }), "error unknown_transfer id");
    }),
);

each(
  "an id has 1 to 256 bytes, whatever it is made of; all of a message has bounds",
  (engine) =>
    withFtp(engine, {}, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      strictEqual((await client.must("init", { id: "é".repeat(128) })).block, 262_144);
      for (const id of ["", "x".repeat(257), "é".repeat(129), 7, [atom("a")], Uint8Array.of(255), t("id")]) {
        strictEqual(await client.ask("init", { id }), "error bad_id ");
        strictEqual(await client.ask("send", { id }), "error bad_id ");
        strictEqual(await client.ask("cancel", { id }), "error bad_id ");
      }
      for (const length of [2047, 2048, 2049, 3000]) {
        for (const letter of ["i", "ї"]) {
          const long = letter.repeat(length / (letter === "i" ? 1 : 2));
          strictEqual(await client.ask("init", { id: long }), "error bad_id ");
          strictEqual(await client.ask("init", { name: long }), "error bad_name id");
        }
      }
      for (const size of [-1, 1.5, 2n ** 60n, "10", atom("infinity"), [], 2n ** 3000n]) {
        strictEqual(await client.ask("init", { size }), "error bad_size id", format(size));
      }
      for (const sid of ["s".repeat(4097), 1, t("a")]) {
        strictEqual(await client.ask("init", { sid }), "error bad_meta id");
      }
      for (const much of [new Uint8Array(1025), "m".repeat(1025), Array(1000).fill(atom("a"))]) {
        strictEqual(await client.ask("init", { meta: much }), "error bad_meta id");
        strictEqual(await client.ask("init", { options: much }), "error bad_meta id");
      }
      deepStrictEqual(await filesIn(folder), []);
    }),
);

each(
  "what is no message of the file protocol is left to others, and a client cannot announce an end",
  (engine) =>
    withFtp(engine, {}, async (running) => {
      await using client = await FtpClient.open(running, "");
      const { socket } = client;
      match(await ask(socket, t("listen")), /^<<"[0-9a-f]{20}">>$/);
      for (const status of ["weird", "", "INIT", t("event", atom("stop")), t("event", atom("init")), 1, []]) {
        strictEqual(await ask(socket, ftp(status)), "nothing");
      }
      strictEqual(await ask(socket, t("ftp", "1")), "nothing");
      strictEqual(await ask(socket, t("direct", ftp(t("event", atom("stop"))))), "nothing");
      await socket.quiet();
    }),
);

each(
  "meta, session and options come back as they were sent, and the session's topic hears of it all",
  (engine) =>
    withFtp(engine, { place: ({ name }) => `all/${name}` }, async (running) => {
      await using client = await FtpClient.open(running, "");
      const { socket } = client;
      const sid = await ask(socket, t("listen"));
      const heard: string[] = [];
      const parts = {
        id: "i",
        sid: "secret",
        name: "a.txt",
        meta: t("m", 1),
        options: [t("o", [1, 2])],
        size: 3,
      };
      const tell = async (status: string, more = {}) => {
        await client.say(status, { ...parts, ...more });
        heard.push(await hear(socket), await hear(socket));
      };
      await tell("init");
      await tell("cancel", { block: 0 });
      await tell("init");
      await tell("send", { data: Uint8Array.of(97, 98, 99) });
      const ack = (name: string, offset: number, block: number, status: string) =>
        `{ftpack,<<"i">>,<<"${
          status === "send" ? "" : "secret"
        }">>,<<"${name}">>,{m,1},3,${offset},${block},<<>>,<<"${status}">>,[{o,[1,2]}]}`
          .replace('<<"">>', "<<>>");
      const event = (offset: number, name: string) =>
        `{direct,{ftp,<<"i">>,<<>>,<<"all/a.txt">>,{m,1},3,${offset},0,<<>>,{event,${name}},[{o,[1,2]}]}}`;
      deepStrictEqual(heard, [
        ack("a.txt", 0, 262_144, "init"),
        event(0, "init"),
        ack("a.txt", 0, 0, "cancel"),
        event(0, "cancel"),
        ack("a.txt", 0, 262_144, "init"),
        event(0, "init"),
        ack("a.txt", 3, 0, "send"),
        event(3, "stop"),
      ]);
      ok(!heard.some((one) => one.includes(sid)), "nobody is told the session's id");
    }),
);

each(
  "cancel throws away what has come, can be said twice, and the id begins anew",
  (engine) =>
    withFtp(engine, {}, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      const size = 1000;
      await client.must("init", { size });
      await client.must("send", { size, data: fileOf(400) });
      strictEqual((await partsIn(folder)).length, 1);
      for (let i = 0; i < 2; i++) {
        deepStrictEqual(await client.ask("cancel", { size, block: 0 }), {
          name: "a.bin",
          offset: 0,
          block: 0,
          status: "cancel",
        });
        deepStrictEqual(await filesIn(folder), []);
      }
      strictEqual(
        await client.ask("send", { size, offset: 400, data: fileOf(600) }),
        "error unknown_transfer id",
      );
      strictEqual((await client.upload(fileOf(size, 1), {})).offset, size);
      deepStrictEqual(await Deno.readFile(`${folder}/a.bin`), fileOf(size, 1));
    }),
);

each(
  "a finished transfer is told so again when its last answer got lost; another file under its id is another",
  (engine) =>
    withFtp(engine, {}, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      await client.upload(fileOf(1000), {});
      deepStrictEqual(await client.ask("init", { size: 1000 }), {
        name: "a.bin",
        offset: 1000,
        block: 0,
        status: "init",
      });
      deepStrictEqual(await storedIn(folder), ["a.bin"]);
      await client.upload(fileOf(2000), {});
      await client.upload(fileOf(1000), { name: "b.bin" });
      await client.upload(fileOf(1000), { id: "other" });
      deepStrictEqual(await storedIn(folder), ["a (1).bin", "a (2).bin", "a.bin", "b.bin"]);
      deepStrictEqual(
        await client.ask("init", { size: 2000 }),
        { name: "a (1).bin", offset: 2000, block: 0, status: "init" },
        "under the name that it was given",
      );
    }),
);

each(
  "several files come at once over one connection, each in its order",
  (engine) =>
    withFtp(engine, {}, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      const files = Array.from({ length: 5 }, (_, i) => fileOf(100_000 + i, i));
      for (const [i, file] of files.entries()) {
        await client.must("init", { id: `${i}`, name: `${i}`, size: file.length });
      }
      const block = 30_000;
      for (let at = 0; at < 100_004; at += block) {
        for (const [i, file] of files.entries()) {
          const data = file.subarray(at, at + block);
          await client.say("send", { id: `${i}`, name: `${i}`, size: file.length, offset: at, block, data });
        }
      }
      for (let i = 0; i < 20; i++) {
        ok(typeof await client.hear() === "object");
      }
      for (const [i, file] of files.entries()) deepStrictEqual(await Deno.readFile(`${folder}/${i}`), file);
    }),
);

each(
  "files come by POST, too: a request a message",
  (engine) =>
    withFtp(engine, {}, async ({ n2o: _, ...address }, folder) => {
      const url = `http://${address.hostname}:${address.port}/ws/`;
      const greeting = await fetch(url, { method: "POST", body: "N2O," });
      const io = bert.decode(await greeting.bytes());
      ok(isTuple(io, "io", 3) && isTuple(io[2], "Token", 2));
      const headers = { cookie: `X-Auth-Token=${text(io[2][1])}` };
      const post = async (message: Term, more: HeadersInit = headers) => {
        const body = bert.encode(message) as Uint8Array<ArrayBuffer>;
        const answer = await fetch(url, { method: "POST", headers: more, body });
        const term = bert.decode(await answer.bytes());
        return isTuple(term, "ftpack", 11) ? [term[6], term[7]] : format(term);
      };
      const file = fileOf(600);
      const parts = { size: 600, name: "a.bin" };
      deepStrictEqual(await post(ftp("init", parts)), [0, 262_144]);
      deepStrictEqual(await post(ftp("send", { ...parts, data: file.subarray(0, 400) })), [400, 262_144]);
      const rest = ftp("send", { ...parts, offset: 400, data: file.subarray(400) });
      strictEqual(await post(rest, {}), '{error,unknown_transfer,{ftp,<<"id">>}}', "another visitor");
      // A socket that asks owns it from then on.
      await using client = await FtpClient.open(address as never, text(io[2][1])!);
      strictEqual((await client.must("init", parts)).offset, 400);
      strictEqual(await post(rest), '{error,transfer_moved,{ftp,<<"id">>}}');
      deepStrictEqual(await post(ftp("init", parts)), [400, 262_144]);
      deepStrictEqual(await post(rest), [600, 0]);
      deepStrictEqual(await Deno.readFile(`${folder}/a.bin`), file);
    }),
);

each(
  "the application says which files may come, where they go, and hears of those that are complete",
  (engine) => {
    const done: [FtpFile, string][] = [];
    const options: Partial<FtpOptions> = {
      allow: ({ size }, cx) => size < 1000 && cx.session.user === "bob",
      place: ({ name }, cx) => Promise.resolve(`by/${cx.session.user}/${name}`),
      onDone(file, cx) {
        done.push([file, cx.session.user!]);
        throw new Error("the application's own trouble");
      },
    };
    return withFtp(engine, options, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      strictEqual(await client.ask("init", { size: 10 }), "error refused id");
      await ask(client.socket, t("login", "bob"));
      await hear(client.socket);
      strictEqual(await client.ask("init", { size: 1000 }), "error refused id");
      strictEqual((await client.upload(fileOf(999), {})).offset, 999);
      deepStrictEqual(await storedIn(folder), ["by/bob/a.bin"]);
      deepStrictEqual(done, [[{ id: "id", name: "a.bin", size: 999, path: "by/bob/a.bin" }, "bob"]]);
    });
  },
);

each(
  "files go into a folder for each session where that is wanted",
  (engine) =>
    withFtp(engine, { bySession: true }, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      await client.upload(fileOf(10), {});
      const sid = /[0-9a-f]{20}/.exec(await ask(client.socket, t("sid")))![0];
      deepStrictEqual(await storedIn(folder), [`${sid}/a.bin`]);
    }),
);

each(
  "two visitors' files of one id and name are two",
  (engine) =>
    withFtp(engine, {}, async (running, folder) => {
      await using ann = await FtpClient.open(running, "");
      await using bob = await FtpClient.open(running, "");
      await ann.must("init", { size: 100 });
      await bob.must("init", { size: 100 });
      await ann.must("send", { size: 100, data: fileOf(60) });
      await bob.must("send", { size: 100, data: fileOf(50, 9) });
      await ann.must("send", { size: 100, offset: 60, data: fileOf(100).subarray(60) });
      strictEqual(
        await bob.ask("cancel", { id: "other", size: 100 }).then((ack) => (ack as { block: number }).block),
        0,
      );
      await bob.must("send", { size: 100, offset: 50, data: fileOf(100, 9).subarray(50) });
      deepStrictEqual(await Deno.readFile(`${folder}/a.bin`), fileOf(100));
      deepStrictEqual(await Deno.readFile(`${folder}/a (1).bin`), fileOf(100, 9));
    }),
);

Deno.test("options that cannot be are told at once", async () => {
  throws(() => createFtp({ folder: "" }), { code: "bad_folder" });
  throws(() => createFtp({} as FtpOptions), { code: "bad_folder" });
  throws(() => createFtp({ folder: "f", limits: { maxFiles: 1 } as never }), { code: "bad_limit" });
  for (const value of [0, -1, NaN, "1"]) {
    throws(() => createFtp({ folder: "f", limits: { blockBytes: value as number } }), N2OError);
  }
  await rejects(Deno.stat("f"), Deno.errors.NotFound);
});
