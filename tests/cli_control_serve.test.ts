/** `n2o reload`, `rollback`, `status` and signals, against a server that runs. */
import { atom, isTuple, text, tuple } from "@n2o/n2o";
import { Buffer } from "node:buffer";
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { parseSecretText } from "../lib/secret_key.ts";
import { connect, type Dialogue, type Ended, run, serve, type Server, skip, withFolder } from "./command.ts";
import { lacksManager, ServiceManager } from "./service_manager.ts";

const windows = Deno.build.os === "windows";
const missing = await lacksManager();

/** A protocol that answers `{version}` with what it imports and how often this connection asked. */
const hello = (greeting: string) =>
  `import { isTuple, type Protocol, reply, tuple, unknown } from "@n2o/n2o";
import { name } from "./_name.ts";

export default {
  name: "hello",
  info(message, cx) {
    if (!isTuple(message, "version", 1)) return unknown;
    const asked = Number(cx.state.asked ?? 0) + 1;
    cx.state.asked = asked;
    return reply("bert", tuple("${greeting} " + name, asked));
  },
} satisfies Protocol;
`;

const files = {
  "app/protocols/hello.ts": hello("one"),
  "app/protocols/_name.ts": `export const name = "ada";\n`,
};

const allowed = ["run", "--no-prompt", "-A"];

async function version(client: Dialogue): Promise<[string | undefined, unknown]> {
  const answer = await client.ask(tuple(atom("version")));
  ok(isTuple(answer));
  return [text(answer[0]), answer[1]];
}

/** A server of an application, and commands to it. */
async function served(
  test: (
    folder: string,
    server: Server,
    command: (name: string, ...args: string[]) => Promise<Ended>,
  ) => Promise<void>,
): Promise<void> {
  if (windows) return skip("Windows has no Unix sockets");
  await withFolder(files, async (folder) => {
    await using server = await serve(["app"], { cwd: folder, deno: allowed });
    await test(
      folder,
      server,
      (name, ...args) => run([name, "app", ...args], { cwd: folder, deno: allowed }),
    );
  });
}

Deno.test("reload swaps all that changed under a connection that stays, rollback puts it back", async () => {
  await served(async (folder, server, command) => {
    await using client = await connect(server.url);
    deepStrictEqual(await version(client), ["one ada", 1]);

    const nothing = await command("reload");
    strictEqual(nothing.code, 0, nothing.stderr);
    match(
      nothing.stdout,
      /^generation \d+ stays in force: no module differs; the chain is heart, session, hello\n$/,
    );

    Deno.writeTextFileSync(`${folder}/app/protocols/hello.ts`, hello("two"));
    Deno.writeTextFileSync(`${folder}/app/protocols/_name.ts`, `export const name = "bob";\n`);
    const { code, stdout, stderr } = await command("reload");
    strictEqual(code, 0, stderr);
    match(
      stdout,
      /^generation \d+ is in force: .*protocols\/hello\.ts.*; the chain is heart, session, hello\n$/,
    );
    match(stdout, /protocols\/_name\.ts/);
    deepStrictEqual(await version(client), ["two bob", 2]);

    const back = await command("rollback");
    strictEqual(back.code, 0, back.stderr);
    match(back.stdout, /^generation \d+ is in force again; the chain is heart, session, hello\n$/);
    deepStrictEqual(await version(client), ["one ada", 3]);
    const again = await command("rollback");
    strictEqual(again.code, 1);
    match(again.stderr, /nothing was served before that could be put back/);

    strictEqual((await command("reload")).code, 0);
    deepStrictEqual(await version(client), ["two bob", 4]);
  });
});

Deno.test("of a broken module reload shows file, line and code, ends with 1, and the old one serves on", async () => {
  await served(async (folder, server, command) => {
    await using client = await connect(server.url);
    Deno.writeTextFileSync(`${folder}/app/protocols/hello.ts`, hello("two"));
    Deno.writeTextFileSync(`${folder}/app/protocols/_name.ts`, `export const name =\n  let;;\nexport {\n`);
    const { code, stdout, stderr } = await command("reload");
    deepStrictEqual([code, stdout], [1, ""]);
    match(stderr, /^n2o: (app\/)?protocols\//);
    match(stderr, /_name\.ts:\d+/);
    match(stderr, /let;;/);
    match(stderr, /\nn2o: nothing was replaced: generation \d+ serves on\n$/);
    ok(!stderr.includes("n2o="), stderr);
    deepStrictEqual(await version(client), ["one ada", 1]);
    match((await command("status")).stderr, /_name\.ts/);

    Deno.writeTextFileSync(`${folder}/app/protocols/_name.ts`, `export const name = "eve";\n`);
    strictEqual((await command("reload")).code, 0);
    deepStrictEqual(await version(client), ["two eve", 2]);
    strictEqual((await command("status")).stderr, "");
  });
});

Deno.test("status tells what runs", async () => {
  await served(async (_folder, server, command) => {
    await using client = await connect(server.url);
    await version(client);
    const { code, stdout, stderr } = await command("status");
    strictEqual(code, 0, stderr);
    match(stdout, /^application +app$/m);
    match(stdout, new RegExp(`^n2o +\\S+, process ${server.pid}$`, "m"));
    ok(stdout.includes(server.url));
    match(stdout, /^connections +1$/m);
    match(stdout, /^protocols +heart, session, hello \(.*hello\.ts\)$/m);
    const told = JSON.parse((await command("status", "--json")).stdout);
    deepStrictEqual([told.name, told.pid, told.counters.connections], ["app", server.pid, 1]);
    ok(told.memory.rss > 1_000_000 && told.uptimeMs >= 0 && told.counters.messagesIn >= 1);
  });
});

Deno.test("the socket goes with a server that ends, and that of a killed one is taken by the next", async () => {
  if (windows) return skip("Windows has no Unix sockets");
  await withFolder(files, async (folder) => {
    const path = `${folder}/app/.n2o/control.sock`;
    const start = () => serve(["app"], { cwd: folder, deno: allowed });
    {
      await using server = await start();
      strictEqual(Deno.lstatSync(path).mode! & 0o777, 0o600);
      strictEqual(await server.stop(), 0);
    }
    ok(![...Deno.readDirSync(`${folder}/app/.n2o`)].some(({ name }) => name.includes("sock")));
    {
      await using server = await start();
      await server.stop("SIGKILL");
    }
    ok(Deno.lstatSync(path).isSocket);
    await using server = await start();
    const { stdout } = await run(["status", "app", "--json"], { cwd: folder, deno: allowed });
    strictEqual(JSON.parse(stdout).pid, server.pid);
  });
});

Deno.test("the chat, too, is asked and reloaded, though it has no modules on disk", async () => {
  if (windows) return skip("Windows has no Unix sockets");
  await withFolder({}, async (cwd) => {
    await using server = await serve([], { cwd });
    const { code, stdout, stderr } = await run(["reload"], { cwd, deno: allowed });
    strictEqual(code, 0, stderr);
    match(stdout, /^generation \d+ stays in force: no module differs; the chain is heart, /);
    match((await run(["status"], { cwd, deno: allowed })).stdout, /^application +chat$/m);
    strictEqual((await run(["rollback"], { cwd, deno: allowed })).code, 1);
    strictEqual(await server.stop(), 0);
  });
});

Deno.test("a server that may not open the socket says what is missing, and serves", async () => {
  if (windows) return skip("Windows has no Unix sockets");
  await withFolder(files, async (cwd) => {
    const deno = [
      "run",
      "--allow-net=127.0.0.1",
      "--allow-read",
      "--allow-write=app/.n2o",
      "--allow-env=N2O_*",
    ];
    await using server = await serve(["app"], { cwd, deno });
    match(
      await server.logged("control_off"),
      /WARN +control_off reason="net access is not allowed" advice="run deno with --allow-net"/,
    );
    await using client = await connect(server.url);
    deepStrictEqual(await version(client), ["one ada", 1]);
  });
});

Deno.test("SIGHUP reloads; those that come meanwhile lead to one look more, so that the last save counts", async () => {
  await served(async (folder, server) => {
    await using client = await connect(server.url);
    for (let i = 0; i < 20; i++) {
      Deno.writeTextFileSync(`${folder}/app/protocols/_name.ts`, `export const name = "${i}";\n`);
      server.signal("SIGHUP");
    }
    for (let asked = 1;; asked++) {
      const [name, count] = await version(client);
      strictEqual(count, asked);
      if (name === "one 19") break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    strictEqual(await server.stop(), 0);
  });
});

Deno.test("--data holds store, keys, uploads and socket, for every command", async () => {
  if (windows) return skip("Windows has no Unix sockets");
  await withFolder({ ...files, "app/n2o.json": `{ "data": "../state" }` }, async (folder) => {
    const cases: [given: string[], env: Record<string, string>, data: string][] = [
      [["app"], {}, "state"],
      [["app"], { N2O_DATA: "by-variable" }, "by-variable"],
      [["app", "--data", "by-flag"], { N2O_DATA: "by-variable" }, "by-flag"],
    ];
    for (const [given, env, data] of cases) {
      const command = (...args: string[]) => run([...args, ...given], { cwd: folder, env, deno: allowed });
      match((await command("check")).stdout, new RegExp(`^keys +(app/\\.\\./)?${data}/secret `, "m"));
      {
        await using server = await serve(given, { cwd: folder, env, deno: allowed });
        strictEqual((await command("status")).code, 0);
        strictEqual((await command("reload")).code, 0);
        strictEqual((await command("secret", "rotate")).code, 0);
        server.signal("SIGHUP");
        await server.logged("keys_read");
        strictEqual(await server.stop(), 0);
      }
      const names = [...Deno.readDirSync(`${folder}/${data}`)].map(({ name }) => name);
      ok(["kv", "secret", ".gitignore"].every((name) => names.includes(name)), names.join());
      strictEqual(Deno.statSync(`${folder}/${data}`).mode! & 0o777, 0o700);
    }
    ok(![...Deno.readDirSync(`${folder}/app`)].some(({ name }) => name === ".n2o"));

    Deno.mkdirSync(`${folder}/app/static`);
    const exposed = await run(["check", "app", "--data", "app/static/state"], { cwd: folder, deno: allowed });
    strictEqual(exposed.code, 1);
    match(exposed.stdout, /would let everybody download app\/static\/state\/secret/);
  });
});

Deno.test("under a service manager: ready, reloads by signal and by command, the watchdog, the end", async () => {
  if (missing !== undefined) return skip(missing);
  await withFolder(files, async (folder) => {
    const socket = `${folder}/notify`;
    await using manager = await ServiceManager.open(socket);
    // The permissions that docs/cli.md asks for.
    const deno = [
      "run",
      "--no-prompt",
      "--unstable-net",
      "--allow-net",
      "--allow-read",
      `--allow-write=app/.n2o,${socket}`,
      "--allow-env=N2O_*,NOTIFY_SOCKET,WATCHDOG_USEC,WATCHDOG_PID,CREDENTIALS_DIRECTORY",
    ];
    const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "400000" };
    await using server = await serve(["app"], { cwd: folder, deno, env });
    const ready = await manager.told("READY");
    match(ready.STATUS, /^app at http:\/\/127\.0\.0\.1:\d+\/, generation \d+$/);
    await manager.told("WATCHDOG", "1");

    server.signal("SIGHUP");
    await manager.told("RELOADING", "1");
    await manager.told("READY", "1");
    Deno.writeTextFileSync(`${folder}/app/protocols/_name.ts`, `export const = 1;\n`);
    strictEqual((await run(["reload", "app"], { cwd: folder, deno: allowed })).code, 1);
    await manager.told("RELOADING", "1");
    await manager.told("READY", "1");

    strictEqual(await server.stop(), 0);
    strictEqual((await manager.told("STOPPING")).EXTEND_TIMEOUT_USEC, "10000000");
    ok(!server.log.some((line) => line.includes("notify")), server.log.join("\n"));
  });
});

Deno.test("a server takes its keys from the credential, makes no file, and ends when the credential is bad", async () => {
  if (windows) return skip("credentials of services are not Windows's");
  const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("hex");
  await withFolder({ ...files, "credentials/n2o-secret": key }, async (folder) => {
    const path = `${folder}/credentials/n2o-secret`;
    Deno.chmodSync(path, 0o400);
    const env = { CREDENTIALS_DIRECTORY: `${folder}/credentials` };
    {
      await using server = await serve(["app"], { cwd: folder, deno: allowed, env });
      await using client = await connect(server.url);
      const io = await client.ask("N2O,");
      ok(isTuple(io, "io", 3) && isTuple(io[2], "Token", 2));
      const sealed = Buffer.from(text(io[2][1])!, "base64url").toString("hex", 1, 5);
      strictEqual(sealed, parseSecretText(key)[0].id);
      strictEqual(await server.stop(), 0);
    }
    ok(![...Deno.readDirSync(`${folder}/app/.n2o`)].some(({ name }) => name.startsWith("secret")));
    Deno.chmodSync(path, 0o600);
    Deno.writeTextFileSync(path, key.slice(1));
    const { code, stderr } = await run(["serve", "app", "--port", "0"], { cwd: folder, deno: allowed, env });
    strictEqual(code, 1);
    match(stderr, /n2o-secret" holds no keys: a credential of the service holds 32 random bytes/);
    ok(!stderr.includes(key.slice(1)));
  });
});
