/** Where no server answers on a control socket, and where a server can open none. */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { openControl } from "../lib/cli/control/open.ts";
import { configFlags, readConfig } from "../lib/cli/config.ts";
import { readFlags } from "../lib/cli/flags.ts";
import { run, skip, withFolder } from "./command.ts";
import { keepLog } from "./log.ts";
import { allowed, control, controlled, handlers, say, windows } from "./control_peer.ts";

Deno.test("the next step is told where no server answers", async () => {
  if (windows) return skip("Windows has no Unix sockets");
  await withFolder({ "app/n2o.json": "{}", "app/static/x": "" }, async (cwd) => {
    const cases: [args: string[], code: number, expected: RegExp][] = [
      [
        ["app"],
        1,
        /^n2o: app\/\.n2o\/control\.sock: no server answers here\n {5}start it with: n2o serve app;/,
      ],
      [[], 1, /^n2o: \.n2o\/control\.sock: no server answers here\n {5}start it with: n2o serve;/],
      [["--data", "d"], 1, /^n2o: d\/control\.sock: no server answers here\n/],
      [["--data", "d".repeat(120)], 1, /is too long for a Unix socket.*\n {5}name a shorter folder/],
      [["nowhere"], 2, /^n2o: nowhere: is not there\n/],
      [["--port", "80"], 2, /^n2o: --port: is no flag/],
      [["app", "more"], 2, /^n2o: more: is an argument too many/],
    ];
    for (const command of ["reload", "rollback", "status"]) {
      for (const [args, code, expected] of cases) {
        const ended = await run([command, ...args], { cwd, deno: allowed });
        strictEqual(ended.code, code, `${command} ${args}`);
        match(ended.stderr, expected);
        strictEqual(ended.stdout, "");
      }
    }
    const inside = await run(["reload"], { cwd: `${cwd}/app`, deno: allowed });
    match(inside.stderr, /name the application's folder as its server does: n2o reload \.\n/);
    Deno.writeTextFileSync(`${cwd}/app/n2o.json`, `{ "data": 7 }`);
    const broken = await run(["status", "app"], { cwd, deno: allowed });
    match(
      broken.stderr,
      /^n2o: app\/n2o\.json: data: cannot be 7\n.*\nn2o: app\/\.n2o\/control\.sock: no server/,
    );
    const narrow = await run(["status"], {
      cwd,
      deno: ["run", "--no-prompt", "--allow-read", "--allow-env"],
    });
    strictEqual(narrow.code, 1);
    match(narrow.stderr, /access to .* is not allowed\n {5}run deno with --allow-/);
  });
});

/** A server that says these bytes to everybody, as an older one or something else would. */
async function stranger(bytes: string, test: (folder: string) => Promise<void>): Promise<void> {
  if (windows) return skip("Windows has no Unix sockets");
  await withFolder({ "static/x": "" }, async (folder) => {
    Deno.mkdirSync(`${folder}/.n2o`);
    const listener = Deno.listen({ transport: "unix", path: `${folder}/.n2o/control.sock` });
    const serving = (async () => {
      for await (const connection of listener) {
        await connection.read(new Uint8Array(100));
        await connection.write(new TextEncoder().encode(bytes));
        connection.close();
      }
    })();
    await test(folder);
    listener.close();
    await serving;
  });
}

Deno.test("an older server without the command is told by its version", async () => {
  const error = { code: "unknown_command", what: "this server knows no rollback", fix: "it knows reload" };
  await stranger(`${JSON.stringify({ version: "0.0.9", error })}\n`, async (folder) => {
    const { code, stderr } = await control(folder, "rollback");
    strictEqual(code, 1);
    strictEqual(stderr, "n2o: the server (n2o 0.0.9): this server knows no rollback\n     it knows reload\n");
  });
});

Deno.test("what is no server of n2o is told as such", async () => {
  for (
    const bytes of ["HTTP/1.1 400 Bad Request\r\n\r\n", '{"version":1}\n', '{"version":"1","answer":7}\n']
  ) {
    await stranger(bytes, async (folder) => {
      const { code, stderr } = await control(folder, "status");
      strictEqual(code, 1);
      match(stderr, /control\.sock: answers like no server of n2o\n/);
    });
  }
  await stranger("", async (folder) => {
    match(
      (await control(folder, "status")).stderr,
      /the server ended without an answer\n {5}look at its log/,
    );
  });
});

/** Opens the control socket as a server with these flags would. */
async function opened(args: string[]) {
  const { log, lines } = keepLog();
  const server = await openControl(readConfig(readFlags(args, configFlags, 1)), handlers(), log);
  server?.close();
  return { path: server?.path, lines };
}

Deno.test("a server opens the socket in its data, and serves without where it cannot", async () => {
  if (windows) return skip("Windows has no Unix sockets");
  await withFolder({}, async (folder) => {
    deepStrictEqual(await opened([folder]), { path: `${folder}/.n2o/control.sock`, lines: [] });
    strictEqual(Deno.statSync(`${folder}/.n2o`).mode! & 0o777, 0o700);
    deepStrictEqual(await opened(["--data", `${folder}/d`]), { path: `${folder}/d/control.sock`, lines: [] });
    strictEqual(Deno.statSync(`${folder}/d`).mode! & 0o777, 0o700);

    const long = `${folder}/${"d".repeat(100)}`;
    const { path, lines: [line] } = await opened(["--data", long]);
    strictEqual(path, undefined);
    deepStrictEqual([line.level, line.event], ["warn", "control_off"]);
    match(String(line.reason), /too long for a Unix socket, which has 10[37] bytes at most/);
    match(String(line.advice), /--data DIR; kill -HUP/);

    // What keeps nothing makes no folder.
    const none = await opened([folder, "--store", "memory"]);
    strictEqual(none.path, `${folder}/.n2o/control.sock`);
    Deno.removeSync(`${folder}/.n2o`, { recursive: true });
    deepStrictEqual((await opened([folder, "--store", "memory"])).lines.map(({ level }) => level), ["debug"]);
    deepStrictEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["d", "d".repeat(100)]);
  });
});

Deno.test("two servers of the same data: the second one serves without a socket and says so", async () => {
  await controlled({}, async (folder, path) => {
    const second = await opened([folder]);
    strictEqual(second.path, undefined);
    match(String(second.lines[0].reason), /another server answers at/);
    match(await say(path, '{"command":"status"}\n'), /"shop"/);
  });
});
