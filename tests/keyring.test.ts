import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import { createKeyring, openKeyring, readKeyring, rotateKeyring } from "../lib/keyring.ts";
import { createSecret } from "../lib/secret.ts";
import { SecretKey } from "../lib/secret_key.ts";

const ids = (keys: readonly SecretKey[]) => keys.map((key) => key.id);

async function withFolder(test: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function put(path: string, content: string, mode = 0o600): void {
  Deno.writeTextFileSync(path, content, { mode });
  if (Deno.build.os !== "windows") Deno.chmodSync(path, mode);
}

Deno.test("the first start makes a random key that only its owner can read, the next one finds it", () =>
  withFolder((folder) => {
    const path = `${folder}/.n2o/secret`;
    const first = openKeyring(path);
    strictEqual(first.length, 1);
    deepStrictEqual(ids(openKeyring(path)), ids(first));
    deepStrictEqual(ids(readKeyring(path)), ids(first));
    if (Deno.build.os !== "windows") {
      strictEqual(Deno.statSync(path).mode! & 0o777, 0o600);
      strictEqual(Deno.statSync(`${folder}/.n2o`).mode! & 0o777, 0o700);
    }
    const token = createSecret({ keys: first }).pickle(1);
    strictEqual(createSecret({ keys: readKeyring(path) }).depickle(token), 1);
    throws(() => createKeyring(path), { code: "bad_secret_file", message: /exists already/ });
  }));

Deno.test("processes that start at once end with the same key", () =>
  withFolder(async (folder) => {
    const program = `import { openKeyring } from ${JSON.stringify(import.meta.resolve("../lib/keyring.ts"))};
      console.log(openKeyring(${JSON.stringify(`${folder}/secret`)})[0].id);`;
    const runs = Array.from({ length: 4 }, () =>
      new Deno.Command(Deno.execPath(), { args: ["eval", program] }).output());
    const outputs = (await Promise.all(runs)).map(({ stdout }) =>
      new TextDecoder().decode(stdout).trim()
    );
    match(outputs[0], /^[0-9a-f]{8}$/);
    deepStrictEqual(new Set(outputs), new Set(ids(readKeyring(`${folder}/secret`))));
  }));

Deno.test("processes that rotate at once lose no key", () =>
  withFolder(async (folder) => {
    const path = `${folder}/secret`;
    const first = openKeyring(path);
    const program = `import { rotateKeyring } from ${
      JSON.stringify(import.meta.resolve("../lib/keyring.ts"))
    };
      console.log(rotateKeyring(${JSON.stringify(path)}, { keep: 10 })[0].id);`;
    const runs = Array.from(
      { length: 3 },
      () => new Deno.Command(Deno.execPath(), { args: ["eval", program] }).output(),
    );
    const made = (await Promise.all(runs)).map(({ stdout }) => new TextDecoder().decode(stdout).trim());
    deepStrictEqual(new Set(ids(readKeyring(path))), new Set([...made, ...ids(first)]));
  }));

Deno.test("a rotation puts the new key first and keeps as many old ones as it is told", () =>
  withFolder((folder) => {
    const path = `${folder}/secret`;
    const [oldest] = createKeyring(path);
    const token = createSecret({ keys: [oldest] }).pickle("page", "event");
    const two = rotateKeyring(path);
    strictEqual(two.length, 2);
    strictEqual(two[1].id, oldest.id);
    ok(createSecret({ keys: readKeyring(path) }).depickle(token, "event") !== undefined);
    for (let i = 0; i < 5; i++) rotateKeyring(path);
    strictEqual(readKeyring(path).length, 4);
    strictEqual(createSecret({ keys: readKeyring(path) }).depickle(token, "event"), undefined);
    const [newest] = readKeyring(path);
    deepStrictEqual(ids(rotateKeyring(path, { keep: 1 })).slice(1), [newest.id]);
    strictEqual(rotateKeyring(path, { keep: 0 }).length, 1);
    strictEqual(Deno.statSync(path).mode! & 0o777, 0o600);
    deepStrictEqual([...Deno.readDirSync(folder)].map((entry) => entry.name).sort(), [
      "secret",
      "secret.lock",
    ]);
    throws(() => rotateKeyring(path, { keep: -1 }), { code: "bad_option" });
  }));

Deno.test("a key retires by the time since it was replaced, not since it was made", () =>
  withFolder((folder) => {
    const path = `${folder}/secret`;
    const day = 86_400_000;
    const aged = [10, 100, 300].map((days) => {
      const key = SecretKey.generate();
      return { id: key.id, created: new Date(Date.now() - days * day).toISOString(), key: key.reveal() };
    });
    put(path, JSON.stringify({ version: 1, keys: aged }));
    // The second was replaced 10 days ago, the third 100 days ago; the first is replaced now.
    const kept = rotateKeyring(path, { retireAfterMs: 30 * day });
    deepStrictEqual(ids(kept).slice(1), [aged[0].id, aged[1].id]);
  }));

Deno.test("bare keys in a file are read, and rotate into a key ring", () =>
  withFolder((folder) => {
    const path = `${folder}/secret`;
    const key = SecretKey.generate();
    put(path, `${key.reveal()}\n`);
    deepStrictEqual(ids(readKeyring(path)), [key.id]);
    deepStrictEqual(ids(rotateKeyring(path))[1], key.id);
    deepStrictEqual(ids(readKeyring(path))[1], key.id);
  }));

Deno.test("a link to a key file stays a link", () =>
  withFolder((folder) => {
    createKeyring(`${folder}/real`);
    Deno.symlinkSync(`${folder}/real`, `${folder}/link`);
    const keys = rotateKeyring(`${folder}/link`);
    ok(Deno.lstatSync(`${folder}/link`).isSymlink);
    deepStrictEqual(ids(readKeyring(`${folder}/real`)), ids(keys));
  }));

Deno.test("a key file that others can read is refused, with the command that mends it", () =>
  withFolder((folder) => {
    if (Deno.build.os === "windows") return console.log("files have no modes on Windows");
    const path = `${folder}/secret`;
    createKeyring(path);
    for (const mode of [0o640, 0o604, 0o620, 0o644, 0o666]) {
      Deno.chmodSync(path, mode);
      throws(() => openKeyring(path), {
        code: "bad_secret_file",
        message: new RegExp(`chmod 600 "${path}"`),
      });
      throws(() => rotateKeyring(path), { code: "bad_secret_file" });
    }
    Deno.chmodSync(path, 0o400);
    strictEqual(readKeyring(path).length, 1);
  }));

Deno.test("a damaged key file is an error that names the file and shows nothing of it, and it is left as it is", () =>
  withFolder((folder) => {
    const path = `${folder}/secret`;
    const good = SecretKey.generate();
    const entry = { id: good.id, created: new Date().toISOString(), key: good.reveal() };
    const ring = (...keys: unknown[]) => JSON.stringify({ version: 1, keys });
    const damaged = [
      "",
      "\n",
      "password1",
      "{",
      `{"version":1,"keys":[{"key":"${good.reveal()}"`,
      ring(),
      ring(null),
      ring("x"),
      ring({ ...entry, id: "00000000" }),
      ring({ ...entry, key: good.reveal().slice(1) }),
      ring({ ...entry, key: SecretKey.generate().reveal() }),
      ring({ ...entry, created: "soon" }),
      ring({ ...entry, created: undefined }),
      ring(entry, 5),
      JSON.stringify({ version: 2, keys: [entry] }),
      JSON.stringify({ version: 1, keys: entry }),
      JSON.stringify({ keys: [entry] }),
      "x".repeat(70_000),
      "\0".repeat(100),
    ];
    for (const content of damaged) {
      put(path, content);
      for (const open of [readKeyring, openKeyring, rotateKeyring]) {
        throws(() => open(path), (error: Error & { code: string }) => {
          strictEqual(error.code, "bad_secret_file");
          ok(error.message.includes(path));
          ok(
            !Deno.inspect(error).includes(good.reveal().slice(0, 20)) && !error.message.includes("password1"),
          );
          return true;
        }, content.slice(0, 80));
      }
      strictEqual(Deno.readTextFileSync(path), content);
    }
  }));

Deno.test("a missing file, a folder and a place that cannot be written are errors that say so", () =>
  withFolder((folder) => {
    throws(() => readKeyring(`${folder}/none`), { code: "bad_secret_file", message: /n2o secret new/ });
    throws(() => rotateKeyring(`${folder}/none`), { code: "bad_secret_file", message: /n2o secret new/ });
    throws(() => readKeyring(folder), { code: "bad_secret_file" });
    throws(() => openKeyring(folder), { code: "bad_secret_file" });
    put(`${folder}/file`, "x");
    throws(() => openKeyring(`${folder}/file/secret`), { code: "bad_secret_file" });
  }));
