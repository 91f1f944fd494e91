/** `n2o serve` on data that are damaged, may not be written, or have no room (F31), and with names that are too long (F30). */
import { atom, isTuple, type Term, text, tuple } from "@n2o/n2o";
import { Buffer } from "node:buffer";
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { connect, type Dialogue, isRoot, run, serve, skip, withFolder } from "./command.ts";
import { contentOf } from "../lib/reload/disk.ts";
import { importNames } from "../lib/reload/import_names.ts";

const posix = Deno.build.os !== "windows";

Deno.test("a store file that is none, or damaged, is told with what to do, and left as it is", async () => {
  await withFolder({ ".n2o/kv": "this is no database, and never was one. ".repeat(200) }, async (cwd) => {
    const before = await Deno.readFile(`${cwd}/.n2o/kv`);
    for (const command of ["serve", "check"]) {
      const { code, stdout, stderr } = await run([command, "--port", "0"], { cwd });
      strictEqual(code, 1);
      match(stdout + stderr, /\.n2o\/kv is damaged .*\n.*restore it from a copy, move it away to begin anew/);
      ok(!/^\s+at /m.test(stderr), "no stack");
    }
    strictEqual(Buffer.compare(await Deno.readFile(`${cwd}/.n2o/kv`), before), 0);
  });
  await withFolder({}, async (cwd) => {
    await (await serve([], { cwd })).stop();
    const file = `${cwd}/.n2o/kv`;
    const bytes = await Deno.readFile(file);
    await Deno.writeFile(file, bytes.fill(0x5a, 100, 9000));
    const { code, stderr } = await run(["serve", "--port", "0"], { cwd });
    strictEqual(code, 1);
    match(stderr, /^n2o: .*\.n2o\/kv is damaged/);
    const elsewhere = await serve(["--store", "kv:.n2o/another"], { cwd });
    match(elsewhere.line, /store kv \.n2o\/another/);
    strictEqual(await elsewhere.stop(), 0);
  });
});

Deno.test("what this user may not read or write is told at the start, with the ways out", async (t) => {
  if (!posix) return skip("this system has no modes of files");
  if (isRoot && Deno.build.os !== "linux") {
    return skip("root may write everything, and there is no setpriv here");
  }
  const cases: [name: string, spoil: (cwd: string) => void, args: string[], expected: RegExp][] = [
    [
      "folder of the application",
      (cwd) => Deno.chmodSync(cwd, 0o555),
      [],
      /^n2o: the folder \.n2o cannot be made: .*\n {5}.*--data DIR/,
    ],
    [
      "data folder",
      (cwd) => (Deno.mkdirSync(`${cwd}/.n2o`), Deno.chmodSync(`${cwd}/.n2o`, 0o555)),
      [],
      /^n2o: the key file "\.n2o\/secret" cannot be written: give this user access/,
    ],
    [
      "store",
      (
        cwd,
      ) => (Deno.mkdirSync(`${cwd}/.n2o`),
        Deno.mkdirSync(`${cwd}/.n2o/deep`),
        Deno.chmodSync(`${cwd}/.n2o/deep`, 0o555)),
      ["--store", "kv:.n2o/deep/kv"],
      /^n2o: .*\.n2o\/deep\/kv.*\n {5}.*another place: --store kv:PATH, or --store memory/,
    ],
    [
      "key file",
      (
        cwd,
      ) => (Deno.mkdirSync(`${cwd}/.n2o`),
        Deno.writeTextFileSync(`${cwd}/.n2o/secret`, ""),
        Deno.chmodSync(`${cwd}/.n2o/secret`, 0)),
      [],
      /^n2o: the key file "\.n2o\/secret" cannot be read: give this user access/,
    ],
    [
      "configuration",
      (cwd) => (Deno.writeTextFileSync(`${cwd}/c.json`, "{}"), Deno.chmodSync(`${cwd}/c.json`, 0)),
      ["--config", "c.json"],
      /^n2o: c\.json: cannot be read: .*\n {5}name a file that this user may read/,
    ],
    [
      "certificate",
      (cwd) => (Deno.writeTextFileSync(`${cwd}/c.pem`, ""), Deno.chmodSync(`${cwd}/c.pem`, 0)),
      ["--tls-cert", "c.pem", "--tls-key", "c.pem"],
      /^n2o: --tls-cert: cannot be read: /,
    ],
    [
      "protocols",
      (cwd) => (Deno.mkdirSync(`${cwd}/p`), Deno.chmodSync(`${cwd}/p`, 0)),
      ["--protocols", "p"],
      /^n2o: p: cannot be read: /,
    ],
    [
      "module",
      (
        cwd,
      ) => (Deno.mkdirSync(`${cwd}/p`),
        Deno.writeTextFileSync(`${cwd}/p/a.ts`, ""),
        Deno.chmodSync(`${cwd}/p/a.ts`, 0)),
      ["--protocols", "p"],
      /^n2o: p\/a\.ts: cannot be read: permission denied\n {5}let the user who runs n2o read it/,
    ],
    [
      "imported module",
      (
        cwd,
      ) => (Deno.mkdirSync(`${cwd}/p`),
        Deno.writeTextFileSync(`${cwd}/p/a.ts`, 'import "./_b.ts";'),
        Deno.writeTextFileSync(`${cwd}/p/_b.ts`, ""),
        Deno.chmodSync(`${cwd}/p/_b.ts`, 0)),
      ["--protocols", "p"],
      /^n2o: p\/a\.ts: imports .*_b\.ts, which cannot be read: permission denied, at file:.*a\.ts:1:8\n/,
    ],
  ];
  for (const [name, spoil, args, expected] of cases) {
    await t.step(name, () =>
      withFolder({}, async (cwd) => {
        spoil(cwd);
        const { code, stdout, stderr } = await run(["serve", "--port", "0", ...args], { cwd, plain: true });
        Deno.chmodSync(cwd, 0o755);
        strictEqual(stdout, "");
        ok(code === 1 || (name === "configuration" && code === 2), stderr);
        match(stderr, expected);
        ok(!/^\s+at /m.test(stderr), "no stack");
      }));
  }
});

Deno.test("check of another user's data tells that they cannot be read, and goes on", async () => {
  if (!posix) return skip("this system has no modes of files");
  if (isRoot && Deno.build.os !== "linux") {
    return skip("root may read everything, and there is no setpriv here");
  }
  await withFolder({ "n2o.json": "{}", ".n2o/x": "" }, async (cwd) => {
    Deno.chmodSync(`${cwd}/.n2o`, 0);
    const { code, stdout } = await run(["check", "."], { cwd, plain: true });
    strictEqual(code, 1);
    match(stdout, /\.n2o\/kv: cannot be read: permission denied\n {2}run this as the user who serves it/);
    Deno.chmodSync(`${cwd}/.n2o`, 0o700);
    match(stdout, /^application /);
  });
});

Deno.test("a pipe in the place of a module is told, and nobody waits for what it may bring", async () => {
  if (!posix) return skip("this system has no named pipes");
  await withFolder({ "protocols/_x": "", "pages/_x": "" }, async (cwd) => {
    const pipes = [`${cwd}/protocols/a.ts`, `${cwd}/pages/b.ts`];
    await new Deno.Command("mkfifo", { args: pipes }).output();
    const { code, stdout } = await run(["check", "."], { cwd });
    strictEqual(code, 1);
    match(stdout, /protocols\/a\.ts: is no file but a pipe.*\n {2}take it away/);
    match(stdout, /pages\/b\.ts: is no file but a pipe/);
    // Whoever opened it would wait until somebody writes.
    strictEqual(contentOf(pipes[0]).hash, undefined);
    deepStrictEqual(importNames(pipes[0]), []);
  });
});

/** A client that is logged in and in a room. */
async function member(url: string, name: string): Promise<Dialogue> {
  const client = await connect(url);
  await client.ask("N2O,");
  await client.ask(tuple(atom("login"), name));
  await client.next();
  await client.ask(tuple(atom("join"), "hall", "", 0));
  await client.next();
  return client;
}

/** Posts; gives the answer of the server, whatever else comes in between. */
async function post(client: Dialogue, id: string, body: string): Promise<Term> {
  client.send(tuple(atom("post"), "hall", id, body));
  for (;;) {
    const came = await client.next();
    if (isTuple(came, "posted") || isTuple(came, "error")) return came;
  }
}

Deno.test("a disk that fills up while it serves: posts are refused, the rest goes on, and room heals it", async () => {
  if (Deno.build.os !== "linux" || !isRoot) return skip("only root on Linux can mount a small disk");
  await withFolder({ "disk/x": "" }, async (cwd) => {
    const disk = `${cwd}/disk`;
    const mount = await new Deno.Command("mount", { args: ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk] })
      .output();
    if (!mount.success) return skip(`mount says ${new TextDecoder().decode(mount.stderr).trim()}`);
    try {
      await Deno.writeFile(`${disk}/ballast`, new Uint8Array(500_000));
      const deno = ["run", "--allow-net", "--allow-read", "--allow-write=.n2o,disk", "--allow-env=N2O_*"];
      await using server = await serve(["--store", "kv:disk/kv"], { cwd, deno });
      await using client = await member(server.url, "Ann");
      const body = "x".repeat(20_000);
      let stored = 0;
      let answer = await post(client, "0", body);
      while (isTuple(answer, "posted")) answer = await post(client, String(++stored), body);
      ok(isTuple(answer, "error", 3));
      strictEqual(answer[1], atom("store_unavailable"));
      await server.logged("commit_failed");
      strictEqual(await client.ask("PING"), "PONG");
      await using neighbour = await connect(server.url);
      strictEqual(await neighbour.ask("PING"), "PONG");
      const joined = await client.ask(tuple(atom("join"), "hall", "", 0));
      ok(isTuple(joined, "joined") && Array.isArray(joined[4]));
      strictEqual(joined[4].length, stored);
      await Deno.remove(`${disk}/ballast`);
      do answer = await post(client, "later", "there is room"); while (isTuple(answer, "error"));
      ok(isTuple(answer, "posted"));
      strictEqual(await server.stop(), 0);
    } finally {
      await new Deno.Command("umount", { args: ["-l", disk] }).output();
    }
  });
});

Deno.test("a name too long for a key is refused with a code, and the connection lives", async () => {
  const keyed = `import { isTuple, reply, unknown } from "@n2o/n2o";
    export default {
      name: "keyed",
      info(message, cx) {
        if (!isTuple(message, "keep", 2)) return unknown;
        const key = new TextDecoder().decode(message[1]);
        try {
          cx.session.set(key, 1);
          return reply("text", String(cx.session.get(key)));
        } catch (error) {
          return reply("text", error.code);
        }
      },
    };`;
  const chat = import.meta.resolve("../protocols/chat/mod.ts");
  const files = { "protocols/keyed.js": keyed, "protocols/talk.js": `export { default } from "${chat}";` };
  await withFolder(files, async (cwd) => {
    await using server = await serve(["."], { cwd });
    await using client = await member(server.url, "Ann");
    for (const bytes of [2047, 2048, 2049, 3000]) {
      for (const name of ["x".repeat(bytes), `${"й".repeat(bytes / 2)}${"x".repeat(bytes % 2)}`]) {
        const refused = async (request: Term, code: string) => {
          const answer = await client.ask(request);
          ok(isTuple(answer, "error", 3));
          strictEqual(answer[1], atom(code), `${bytes} bytes`);
        };
        await refused(tuple(atom("login"), name), "bad_name");
        await refused(tuple(atom("join"), name, "", 0), "bad_room");
        await refused(tuple(atom("post"), "hall", name, "text"), "bad_id");
        match(String(await client.ask(tuple(atom("keep"), new TextEncoder().encode(name)))), /^(1|[a-z_]+)$/);
        strictEqual(await client.ask("PING"), "PONG");
      }
    }
    const who = await client.ask(tuple(atom("whoami")));
    ok(isTuple(who, "whoami", 2));
    strictEqual(text(who[1]), "Ann");
    strictEqual(await server.stop(), 0);
    match(await server.rest(), /^\S+ INFO {2}stopping signal=SIGTERM$/);
  });
});
