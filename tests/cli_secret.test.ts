/** `n2o secret`: keys are made and rotated, also under a running server, and never shown. */
import { isTuple, text } from "@n2o/n2o";
import { Buffer } from "node:buffer";
import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import { connect, type Ended, run, serve, type Server, withFolder } from "./command.ts";

interface Key {
  id: string;
  key: string;
}

/** The handshake with a token: gives the token that the client goes on with. */
async function greet(server: Server, token = ""): Promise<string> {
  await using client = await connect(server.url);
  const io = await client.ask(`N2O,${token}`);
  ok(isTuple(io, "io", 3) && isTuple(io[2], "Token", 2));
  return text(io[2][1])!;
}

/** The id of the key that sealed a token. */
function keyOf(token: string): string {
  return Buffer.from(token, "base64url").toString("hex", 1, 5);
}

function keysIn(path: string): Key[] {
  return JSON.parse(Deno.readTextFileSync(path)).keys;
}

function hides({ stdout, stderr }: Ended, keys: readonly Key[]): void {
  for (const { key } of keys) ok(!(stdout + stderr).includes(key), "shows a key");
}

Deno.test("new makes a key file that only its owner reads, once; rotate puts a new key in front", async () => {
  await withFolder({}, async (cwd) => {
    const path = `${cwd}/.n2o/secret`;
    const made = await run(["secret", "new"], { cwd });
    strictEqual(made.code, 0);
    const [first] = keysIn(path);
    strictEqual(made.stdout, `made .n2o/secret with the key ${first.id}\n`);
    if (Deno.build.os !== "windows") {
      strictEqual(Deno.statSync(path).mode! & 0o777, 0o600);
      strictEqual(Deno.statSync(`${cwd}/.n2o`).mode! & 0o777, 0o700);
    }
    const again = await run(["secret", "new"], { cwd });
    strictEqual(again.code, 1);
    match(again.stderr, /^n2o: the key file "\.n2o\/secret" exists already: rotate it, or remove it first\n/);

    const rotated = await run(["secret", "rotate"], { cwd });
    strictEqual(rotated.code, 0);
    const [newest, older] = keysIn(path);
    deepStrictEqual(older, first);
    strictEqual(rotated.stdout, `rotated .n2o/secret: the newest key is ${newest.id}; ${first.id} kept\n`);
    const alone = await run(["secret", "rotate", "--keep", "0"], { cwd });
    strictEqual(keysIn(path).length, 1);
    match(alone.stdout, /; no older key kept\n$/);
    for (const ended of [made, again, rotated, alone]) hides(ended, [first, newest, ...keysIn(path)]);
  });
});

Deno.test("the key file is that of FOLDER, of --secret-file, of its variable, or of n2o.json", async () => {
  await withFolder({ "app/static/x": "", "named/n2o.json": `{ "secretFile": "keys/ring" }` }, async (cwd) => {
    const deno = ["run", "-A"];
    const cases: [string[], Record<string, string>, string][] = [
      [["app"], {}, "app/.n2o/secret"],
      [["named"], {}, "named/keys/ring"],
      [["--secret-file", "ring"], {}, "ring"],
      [["named"], { N2O_SECRET_FILE: "by-variable" }, "by-variable"],
    ];
    for (const [args, env, path] of cases) {
      strictEqual((await run(["secret", "new", ...args], { cwd, env, deno })).code, 0);
      strictEqual((await run(["secret", "rotate", ...args], { cwd, env, deno })).code, 0);
      strictEqual(keysIn(`${cwd}/${path}`).length, 2);
    }
  });
});

Deno.test("rotating under a running server: old tokens stay valid, new ones have the new key, none of it by a restart", async () => {
  await withFolder({}, async (cwd) => {
    await using server = await serve([], { cwd });
    const old = await greet(server);
    strictEqual((await run(["secret", "rotate"], { cwd })).code, 0);
    const [newest, first] = keysIn(`${cwd}/.n2o/secret`);
    strictEqual(keyOf(old), first.id);
    match(await server.logged("keys_read"), new RegExp(` keys=2 newest=${newest.id}$`));
    strictEqual(await greet(server, old), old);
    strictEqual(keyOf(await greet(server)), newest.id);

    strictEqual((await run(["secret", "rotate", "--keep", "0"], { cwd })).code, 0);
    await server.logged("keys=1");
    notStrictEqual(await greet(server, old), old);
    hides({ code: 0, stdout: server.line, stderr: server.log.join("\n") }, [newest, first]);
  });
});

Deno.test("SIGHUP makes a server read its keys at once; a damaged file takes nobody's session", async () => {
  if (Deno.build.os === "windows") return;
  await withFolder({}, async (cwd) => {
    await using server = await serve([], { cwd });
    const token = await greet(server);
    server.signal("SIGHUP");
    await server.logged("keys_read");
    const path = `${cwd}/.n2o/secret`;
    const whole = Deno.readTextFileSync(path);
    Deno.writeTextFileSync(path, whole.slice(0, 100));
    server.signal("SIGHUP");
    match(await server.logged("keys_not_read"), /ERROR keys_not_read reason=.*is damaged/);
    Deno.removeSync(path);
    await server.logged("secret new");
    strictEqual(await greet(server, token), token);
    Deno.writeTextFileSync(path, whole);
    Deno.chmodSync(path, 0o644);
    await server.logged("chmod 600");
    strictEqual(await greet(server, token), token);
    strictEqual(await server.stop(), 0);
  });
});

Deno.test("a damaged key file is told at the start, with what to do; it is left as it is", async () => {
  const cases: Record<string, [text: string, expected: RegExp]> = {
    "cut off": [`{ "version": 1, "ke`, /is damaged: restore it from a backup, or remove it/],
    "of a later version": [
      `{ "version": 2, "keys": [] }`,
      /is of an unknown version: run the version of n2o that wrote it/,
    ],
    "empty": ["", /holds no keys: restore it/],
    "a word": ["swordfish", /holds no keys: restore it/],
    "no key": [
      `{ "version": 1, "keys": [{ "id": "00000000", "created": "2026-01-01", "key": "swordfish" }] }`,
      /damaged key/,
    ],
  };
  for (const [name, [text, expected]] of Object.entries(cases)) {
    await withFolder({ ".n2o/secret": text }, async (cwd) => {
      if (Deno.build.os !== "windows") Deno.chmodSync(`${cwd}/.n2o/secret`, 0o600);
      for (const command of ["serve", "check"]) {
        const ended = await run([command, "--port", "0"], { cwd });
        strictEqual(ended.code, 1, name);
        match(ended.stdout + ended.stderr, expected, name);
        ok(!(ended.stdout + ended.stderr).includes("swordfish"), name);
      }
      strictEqual(Deno.readTextFileSync(`${cwd}/.n2o/secret`), text);
    });
  }
});

Deno.test("wrong usage of secret is told, with exit code 2", async () => {
  await withFolder({}, async (cwd) => {
    const cases: [string[], RegExp][] = [
      [[], /^n2o: secret: is to do what\?\n {5}write `n2o secret new`/],
      [["rotat"], /^n2o: rotat: is nothing to do with a secret; did you mean rotate\?\n/],
      [["rotate", "--keep", "many"], /^n2o: --keep: .*\n {5}give a whole number from 0 to 100\n/],
      [["rotate", "nowhere"], /^n2o: nowhere: is not there\n/],
      [["new", "--port", "80"], /^n2o: --port: is no flag/],
    ];
    for (const [args, expected] of cases) {
      const { code, stdout, stderr } = await run(["secret", ...args], { cwd });
      strictEqual(code, 2);
      strictEqual(stdout, "");
      match(stderr, expected);
    }
    const missing = await run(["secret", "rotate"], { cwd });
    strictEqual(missing.code, 1);
    match(missing.stderr, /make it with: n2o secret new\n/);
    const variable = await run(["secret", "new"], { cwd, env: { N2O_SECRET: "0".repeat(64) } });
    strictEqual(variable.code, 2);
    match(variable.stderr, /^n2o: N2O_SECRET: holds the keys/);
  });
});
