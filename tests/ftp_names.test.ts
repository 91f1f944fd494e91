import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { checkedName, numberedName } from "../protocols/ftp/name.ts";
import { each } from "./engines.ts";
import { fileOf, filesIn, FtpClient, partsIn, storedIn, withFtp } from "./ftp_client.ts";

const bad: readonly string[] = [
  "",
  ".",
  "..",
  "../x",
  "/etc/passwd",
  "a/b",
  "a\\b",
  "..\\x",
  "C:\\x",
  "a/../b",
  ".hidden",
  ".uploads",
  ".uploads/x",
  "dot.",
  "space ",
  "CON",
  "con",
  "NUL.txt",
  "nul .txt",
  "Aux.tar.gz",
  "COM1",
  "com¹.txt",
  "LPT9.x",
  "CONIN$",
  "nul\0.txt",
  "a\0b",
  "line\nbreak",
  "tab\tx",
  "\x1b[31mred",
  "\x7f",
  "\u0085",
  "a\u2028b",
  "exe\u202egpj.exe",
  "\u2066a",
  "\ufeffa",
  "a".repeat(256),
  "a".repeat(300),
  "é".repeat(128),
  // Half a character; another one in normal form C.
  "e\u0301".repeat(128),
];

const good: readonly (readonly [string, string])[] = [
  ["a", "a"],
  ["report 2026 (final).pdf", "report 2026 (final).pdf"],
  ["файл.txt", "файл.txt"],
  ["e\u0301.txt", "é.txt"],
  ["console.log", "console.log"],
  ["com10", "com10"],
  ["👩‍👩‍👧.png", "👩‍👩‍👧.png"],
  ["a..b", "a..b"],
  ["%2e%2e%2fx", "%2e%2e%2fx"],
  ["<img src=x onerror=alert(1)>".replaceAll(/[<>]/g, ""), "img src=x onerror=alert(1)"],
  ["a".repeat(255), "a".repeat(255)],
  ["é".repeat(127), "é".repeat(127)],
];

each(
  "a name that is none, or that leads anywhere, is refused before anything is written",
  (engine) =>
    withFtp(engine, {}, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      for (const name of bad) {
        strictEqual(await client.ask("init", { name, size: 1 }), "error bad_name id", JSON.stringify(name));
        strictEqual(await client.ask("cancel", { name, size: 1 }), "error bad_name id");
      }
      for (const name of [1, Uint8Array.of(255), [256, -1]]) {
        strictEqual(await client.ask("init", { name, size: 1 }), "error bad_name id");
      }
      deepStrictEqual(await filesIn(folder), []);
    }),
);

each("any other name is kept, in normal form C", (engine) =>
  withFtp(engine, {}, async (running, folder) => {
    await using client = await FtpClient.open(running, "");
    for (const [i, [name, stored]] of good.entries()) {
      strictEqual((await client.upload(Uint8Array.of(i), { id: `${i}`, name })).name, stored);
      deepStrictEqual(await Deno.readFile(`${folder}/${stored}`), Uint8Array.of(i));
    }
    strictEqual((await storedIn(folder)).length, good.length);
  }));

each("an application's own naming is held to the same rules, and leads nowhere either", (engine) => {
  const options = { place: ({ id }: { id: string }) => id };
  return withFtp(engine, options, async (running, folder) => {
    await using client = await FtpClient.open(running, "");
    for (const id of ["../x", "/x", "a//b", "a/", "a/../b", "a/.b", "a\\b"]) {
      strictEqual(await client.ask("init", { id, size: 1 }), `error bad_name ${id}`);
    }
    await client.upload(Uint8Array.of(1), { id: "a/b/c.txt" });
    strictEqual(await client.ask("init", { id: "a/b/c.txt/d", size: 1 }), "error bad_name a/b/c.txt/d");
    deepStrictEqual(await storedIn(folder), ["a/b/c.txt"]);
  });
});

each(
  "a link in the folder is neither followed nor replaced",
  (engine) =>
    withFtp(engine, { place: ({ id }) => id }, async (running, folder) => {
      const outside = await Deno.makeTempDir();
      try {
        await Deno.writeTextFile(`${outside}/secret`, "secret");
        await Deno.symlink(`${outside}/secret`, `${folder}/link.txt`);
        await Deno.symlink(`${outside}/none`, `${folder}/dangling.txt`);
        await Deno.symlink(outside, `${folder}/away`);
        await using client = await FtpClient.open(running, "");
        strictEqual((await client.upload(fileOf(9), { id: "link.txt", name: "x" })).name, "link (1).txt");
        strictEqual(
          (await client.upload(fileOf(9), { id: "dangling.txt", name: "x" })).name,
          "dangling (1).txt",
        );
        strictEqual(await client.ask("init", { id: "away/x", name: "x", size: 9 }), "error bad_name away/x");
        // A link that comes while the file is on its way.
        await client.must("init", { id: "later/x", name: "x", size: 9 });
        await Deno.symlink(outside, `${folder}/later`);
        strictEqual(
          await client.ask("send", { id: "later/x", name: "x", size: 9, data: fileOf(9) }),
          "error bad_name later/x",
        );
        deepStrictEqual(await filesIn(outside), ["secret"]);
        strictEqual(await Deno.readTextFile(`${outside}/secret`), "secret");
        // The link is gone again: the file has only to be given its name.
        await Deno.remove(`${folder}/later`);
        const ended = { name: "x", offset: 9, block: 0, status: "init" };
        deepStrictEqual(await client.ask("init", { id: "later/x", name: "x", size: 9 }), ended);
        deepStrictEqual(await Deno.readFile(`${folder}/later/x`), fileOf(9));
      } finally {
        await Deno.remove(outside, { recursive: true });
      }
    }),
);

each(
  "a file whose name is taken gets a number, also when many come at once; nothing is written over",
  (engine) =>
    withFtp(engine, {}, async (running, folder) => {
      await Deno.writeTextFile(`${folder}/a.tar`, "old");
      await Deno.mkdir(`${folder}/a (1).tar`);
      const clients = await Promise.all(Array.from({ length: 8 }, () => FtpClient.open(running, "")));
      const names = await Promise.all(
        clients.map(async (client, i) => (await client.upload(fileOf(50_000, i), { name: "a.tar" })).name),
      );
      deepStrictEqual(names.toSorted(), Array.from({ length: 8 }, (_, i) => `a (${i + 2}).tar`));
      for (const [i, name] of names.entries()) {
        deepStrictEqual(await Deno.readFile(`${folder}/${name}`), fileOf(50_000, i));
      }
      strictEqual(await Deno.readTextFile(`${folder}/a.tar`), "old");
      for (const client of clients) {
        client.close();
      }
    }),
);

each(
  "where numbers are not wanted, a name that is taken is refused, at the end too",
  (engine) =>
    withFtp(engine, { taken: "refuse" }, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      await client.must("init", { id: "late", size: 1 });
      await client.upload(Uint8Array.of(1), {});
      strictEqual(await client.ask("init", { id: "new", size: 1 }), "error name_taken new");
      strictEqual(
        await client.ask("send", { id: "late", size: 1, data: Uint8Array.of(2) }),
        "error name_taken late",
      );
      deepStrictEqual(await Deno.readFile(`${folder}/a.bin`), Uint8Array.of(1));
      await client.must("cancel", { id: "late", size: 1 });
      deepStrictEqual(await partsIn(folder), []);
    }),
);

each(
  "only files of the wanted kinds come, and where they are looked into, only such as are what they say",
  (engine) =>
    withFtp(engine, { extensions: ["png", "txt", "tar.gz"], sniff: true }, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      for (const name of ["a", "png", "a.exe", "a.png.exe", "a.gz", "a.pngx", "xpng"]) {
        strictEqual(await client.ask("init", { name, size: 5 }), "error type_refused id", name);
      }
      const png = new Uint8Array([0x89, 80, 78, 71, 13, 10, 26, 10, ...fileOf(100)]);
      const html = new TextEncoder().encode("<script>alert(1)</script>");
      await client.upload(png, { id: "1", name: "A.PNG" });
      await client.upload(html, { id: "2", name: "a.txt" });
      await client.must("init", { id: "3", name: "b.png", size: html.length });
      const refused = "error type_refused 3";
      strictEqual(
        await client.ask("send", { id: "3", name: "b.png", size: html.length, data: html }),
        refused,
      );
      const letter = html.subarray(0, 1);
      strictEqual(
        await client.ask("send", { id: "3", name: "b.png", size: html.length, data: letter }),
        "error bad_block 3",
        "a first block too short to tell",
      );
      deepStrictEqual(await storedIn(folder), ["A.PNG", "a.txt"]);
      deepStrictEqual(await partsIn(folder), []);
    }),
);

Deno.test("a number goes before the ending, and a long name makes room for it", () => {
  strictEqual(numberedName("a.txt", 0), "a.txt");
  strictEqual(numberedName("a.txt", 1), "a (1).txt");
  strictEqual(numberedName("README", 12), "README (12)");
  strictEqual(numberedName("a.b.c", 2), "a.b (2).c");
  for (const stem of ["a".repeat(251), "é".repeat(125), "👍".repeat(62)]) {
    const numbered = numberedName(`${stem}.txt`, 999_999_999);
    ok(numbered.endsWith(" (999999999).txt") && numbered.isWellFormed());
    ok(new TextEncoder().encode(numbered).length <= 255);
    strictEqual(checkedName(numbered), numbered);
  }
  throws(() => checkedName("a\ud800"), { code: "bad_name" });
});
