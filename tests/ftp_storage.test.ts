import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { settle } from "../protocols/ftp/place.ts";
import { storageError } from "../protocols/ftp/failure.ts";
import { each } from "./engines.ts";
import { fileOf, filesIn, FtpClient, partsIn, storedIn, withFtp } from "./ftp_client.ts";

const size = 600_000;
const file = fileOf(size);
const first = file.subarray(0, 262_144);

/** Runs work while writing to files goes wrong after some bytes of a block, as on a full disk. */
async function whileFull(work: () => Promise<void>, code = "ENOSPC"): Promise<void> {
  const { write } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.write = async function (bytes) {
    await write.call(this, bytes.subarray(0, 1000));
    throw Object.assign(new Error("No space left on device (os error 28)"), { code });
  };
  try {
    await work();
  } finally {
    Deno.FsFile.prototype.write = write;
  }
}

each("a folder that is not there is made when the first file comes", async (engine) => {
  const above = await Deno.makeTempDir();
  try {
    await withFtp(engine, { folder: `${above}/not/yet/` }, async (running) => {
      await using client = await FtpClient.open(running, "");
      await client.must("init", { size });
      deepStrictEqual(await filesIn(above), []);
      await client.upload(file, {});
      deepStrictEqual(await Deno.readFile(`${above}/not/yet/a.bin`), file);
    });
  } finally {
    await Deno.remove(above, { recursive: true });
  }
});

each(
  "a disk that is full is told shortly, keeps what was acknowledged, and the file goes on when there is room",
  (engine) =>
    withFtp(engine, {}, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      await client.must("init", { size });
      await whileFull(async () => {
        strictEqual(await client.ask("send", { size, data: first }), "error disk_full id");
        deepStrictEqual(await partsIn(folder), [], "a file that could not begin is gone");
        strictEqual((await client.must("init", { size })).offset, 0);
      });
      await client.must("send", { size, data: first });
      const next = { size, offset: first.length, data: file.subarray(first.length, 2 * first.length) };
      for (const code of ["ENOSPC", "EDQUOT", "EIO"]) {
        await whileFull(async () => {
          const name = code === "EIO" ? "storage_unavailable" : "disk_full";
          strictEqual(await client.ask("send", next), `error ${name} id`);
          strictEqual((await client.must("init", { size })).offset, first.length);
        }, code);
      }
      strictEqual((await client.must("send", next)).offset, 2 * first.length);
      strictEqual((await client.upload(file, {})).offset, size);
      deepStrictEqual(await Deno.readFile(`${folder}/a.bin`), file);
    }),
);

each("a really full file system: the same", async (engine) => {
  const mount = await Deno.makeTempDir();
  const run = (command: string, ...args: string[]) =>
    new Deno.Command(command, { args, stderr: "null" }).output();
  try {
    const mounted = await run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount).catch(() => undefined);
    if (mounted?.success !== true) {
      console.log("no file system can be mounted here: left to the simulated one");
      return;
    }
    try {
      await withFtp(engine, { folder: `${mount}/up` }, async (running) => {
        await using client = await FtpClient.open(running, "");
        const big = fileOf(1_500_000);
        await rejects(client.upload(big, { name: "big" }, { window: 1 }), /disk_full/);
        const { offset } = await client.must("init", { name: "big", size: big.length });
        ok(offset >= 500_000 && offset <= 1_048_576);
        await client.must("cancel", { name: "big", size: big.length });
        await client.upload(file, {});
        deepStrictEqual(await Deno.readFile(`${mount}/up/a.bin`), file);
      });
    } finally {
      await run("umount", mount);
    }
  } finally {
    await Deno.remove(mount, { recursive: true });
  }
});

each("a folder that cannot be one is told without its path, and the connection lives", async (engine) => {
  const above = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${above}/file`, "");
    await withFtp(engine, { folder: `${above}/file` }, async (running) => {
      await using client = await FtpClient.open(running, "");
      for (let i = 0; i < 2; i++) {
        strictEqual(await client.ask("init", { size }), "error storage_unavailable id");
      }
      await client.socket.quiet();
      // Once it can be one, it is.
      await Deno.remove(`${above}/file`);
      strictEqual((await client.upload(file, {})).offset, size);
    });
  } finally {
    await Deno.remove(above, { recursive: true });
  }
});

each(
  "a folder that turns read-only refuses, and takes files again afterwards",
  (engine) =>
    withFtp(engine, {}, async (running, folder) => {
      const { open } = Deno;
      await using client = await FtpClient.open(running, "");
      await client.must("init", { size });
      // Who runs as root may write anywhere, so that the system's word is said for it.
      Deno.open = () => Promise.reject(Object.assign(new Error("Read-only file system"), { code: "EROFS" }));
      try {
        strictEqual(await client.ask("send", { size, data: first }), "error storage_unavailable id");
      } finally {
        Deno.open = open;
      }
      strictEqual((await client.upload(file, {})).offset, size);
      deepStrictEqual(await Deno.readFile(`${folder}/a.bin`), file);
    }),
);

each(
  "what cannot be named in the end stays, and is named when it can be",
  (engine) =>
    withFtp(engine, { place: ({ name }) => `sub/${name}` }, async (running, folder) => {
      await using client = await FtpClient.open(running, "");
      await client.must("init", { size: 10 });
      await Deno.writeTextFile(`${folder}/sub`, "a file in the way");
      strictEqual(await client.ask("send", { size: 10, data: fileOf(10) }), "error bad_name id");
      strictEqual(await client.ask("send", { size: 10, offset: 10 }), "error bad_name id");
      await Deno.remove(`${folder}/sub`);
      strictEqual((await client.must("send", { size: 10, offset: 10 })).block, 0);
      deepStrictEqual(await storedIn(folder), ["sub/a.bin"]);
      deepStrictEqual(await partsIn(folder), []);
    }),
);

Deno.test("a file system without second names: a name is reserved, and taken over", async () => {
  const folder = await Deno.makeTempDir();
  const { link } = Deno;
  Deno.link = () => Promise.reject(Object.assign(new Error("Operation not permitted"), { code: "EPERM" }));
  try {
    await Deno.writeTextFile(`${folder}/a.txt`, "old");
    for (const n of [1, 2]) {
      await Deno.writeTextFile(`${folder}/part`, `new ${n}`);
      strictEqual(await settle(`${folder}/part`, folder, "a.txt", true), `a (${n}).txt`);
      strictEqual(await Deno.readTextFile(`${folder}/a (${n}).txt`), `new ${n}`);
    }
    await Deno.writeTextFile(`${folder}/part`, "new");
    await rejects(settle(`${folder}/part`, folder, "a.txt", false), { code: "name_taken" });
    const { rename } = Deno;
    Deno.rename = () => Promise.reject(new Error("gone wrong"));
    try {
      await rejects(settle(`${folder}/part`, folder, "b.txt", true), /gone wrong/);
    } finally {
      Deno.rename = rename;
    }
    deepStrictEqual(
      await filesIn(folder),
      ["a (1).txt", "a (2).txt", "a.txt", "part"],
      "no empty file stays",
    );
  } finally {
    Deno.link = link;
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a client is told of its disk's trouble by a code, and of nothing else", () => {
  strictEqual(storageError(Object.assign(new Error("/secret/path"), { code: "EFBIG" })).code, "disk_full");
  for (const error of [new Error("/secret/path"), new TypeError("x"), "text", undefined, null]) {
    const told = storageError(error);
    strictEqual(told.code, "storage_unavailable");
    ok(!told.message.includes("secret"));
  }
});
