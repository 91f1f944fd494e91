/** The control socket: `n2o reload`, `n2o rollback` and `n2o status` reach a server, and nobody else does. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { N2OError } from "@n2o/n2o";
import { openControl } from "../lib/cli/control/open.ts";
import { type ControlHandlers, ControlServer } from "../lib/cli/control/server.ts";
import type { ReloadAnswer, Status } from "../lib/cli/control/wire.ts";
import { configFlags, readConfig } from "../lib/cli/config.ts";
import { readFlags } from "../lib/cli/flags.ts";
import { isRoot, run, skip, withFolder } from "./command.ts";
import { keepLog } from "./log.ts";

const windows = Deno.build.os === "windows";
const NOBODY = 65534;

const good: ReloadAnswer = { generation: 2, changed: [], protocols: ["heart", "hello"], problems: [] };

const aStatus: Status = {
  name: "shop",
  version: "0.1.0",
  pid: 4321,
  generation: 7,
  started: "2026-11-25T12:00:00.000Z",
  uptimeMs: 93_784_000,
  urls: ["http://127.0.0.1:8001"],
  chain: [{ name: "heart" }, { name: "hello", file: "shop/protocols/hello.ts" }],
  counters: { connections: 3, messagesIn: 9, malformed: 0 },
  memory: { rss: 52_428_800, heapUsed: 10_485_760, heapTotal: 20_971_520 },
  problems: [],
};

function handlers(some: Partial<ControlHandlers> = {}): ControlHandlers {
  return {
    reload: () => Promise.resolve(good),
    rollback: () => Promise.resolve({ ...good, generation: 1 }),
    status: () => aStatus,
    ...some,
  };
}

/** A server with these handlers, in a folder of its own. */
async function controlled(
  some: Partial<ControlHandlers>,
  test: (
    folder: string,
    path: string,
    server: ControlServer,
    log: ReturnType<typeof keepLog>,
  ) => Promise<void>,
  patienceMs?: number,
): Promise<void> {
  if (windows) return skip("Windows has no Unix sockets");
  await withFolder({ "static/x": "" }, async (folder) => {
    Deno.mkdirSync(`${folder}/.n2o`, { mode: 0o700 });
    const path = `${folder}/.n2o/control.sock`;
    const log = keepLog();
    const server = await ControlServer.listen(path, handlers(some), log.log, patienceMs);
    try {
      await test(folder, path, server, log);
    } finally {
      server.close();
    }
  });
}

/** What a socket answers to these bytes; empty when it says nothing and closes. */
async function say(path: string, bytes: string | Uint8Array, thenEnd = false): Promise<string> {
  using connection = await Deno.connect({ transport: "unix", path });
  const wire = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  try {
    for (let sent = 0; sent < wire.length;) sent += await connection.write(wire.subarray(sent));
    if (thenEnd) await connection.closeWrite();
  } catch {
    // It has answered already.
  }
  return await heard(connection);
}

async function heard(connection: Deno.Conn): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(65_536);
  try {
    for (let n: number | null; (n = await connection.read(chunk)) !== null;) {
      text += decoder.decode(chunk.subarray(0, n), { stream: true });
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
  return text;
}

const allowed = ["run", "--no-prompt", "-A"];
const control = (folder: string, ...args: string[]) => run([...args, folder], { deno: allowed });

Deno.test("reload, rollback and status: what they print, and as JSON", async () => {
  const changed = Array.from({ length: 10 }, (_, i) => `protocols/${i}.ts`);
  const answers: ReloadAnswer[] = [
    good,
    { ...good, generation: 3, changed: ["protocols/hello.ts"], later: ["port", "tcp"] },
    { ...good, generation: 4, changed },
    { ...good, protocols: [] },
  ];
  let asked = 0;
  await controlled({ reload: () => Promise.resolve(answers[asked++]) }, async (folder) => {
    const printed = [];
    for (let i = 0; i < 4; i++) printed.push(await control(folder, "reload"));
    deepStrictEqual(printed.map(({ code, stdout, stderr }) => [code, stdout, stderr]), [
      [0, "generation 2 stays in force: no module differs; the chain is heart, hello\n", ""],
      [
        0,
        "generation 3 is in force: protocols/hello.ts; the chain is heart, hello; a restart is needed for port, tcp\n",
        "",
      ],
      [
        0,
        `generation 4 is in force: ${changed.slice(0, 8).join(", ")} and 2 more; the chain is heart, hello\n`,
        "",
      ],
      [0, "generation 2 stays in force: no module differs; the chain is empty\n", ""],
    ]);
    const back = await control(folder, "rollback");
    deepStrictEqual(
      [back.code, back.stdout, back.stderr],
      [0, "generation 1 is in force again; the chain is heart, hello\n", ""],
    );
    const told = await control(folder, "status");
    strictEqual(told.code, 0, told.stderr);
    strictEqual(
      told.stdout,
      `application  shop
n2o          0.1.0, process 4321
address      http://127.0.0.1:8001
generation   7
up for       1 d 2 h
connections  3
counters     messagesIn 9
memory       50.0 MiB, of it JavaScript's 10.0 MiB
protocols    heart, hello (shop/protocols/hello.ts)
`,
    );
    deepStrictEqual(JSON.parse((await control(folder, "status", "--json")).stdout), aStatus);
    deepStrictEqual(JSON.parse((await control(folder, "rollback", "--json")).stdout), {
      ...good,
      generation: 1,
    });
  });
});

Deno.test("a reload that fails shows every problem with its place, says that the old modules serve on, and ends with 1", async () => {
  const problems = [{
    where: "protocols/hello.ts:3:5",
    what: "Expression expected\u001b[2J",
    fix: "mend it",
    place: { file: "protocols/hello.ts", line: 3, column: 5 },
    frame: "3 | let =\n  |     ~",
  }, { where: "protocols/b.ts", what: "has no default export", fix: "write one" }];
  const failed = { ...good, problems };
  await controlled({ reload: () => Promise.resolve(failed) }, async (folder) => {
    const { code, stdout, stderr } = await control(folder, "reload");
    strictEqual(code, 1);
    strictEqual(stdout, "");
    strictEqual(
      stderr,
      `n2o: protocols/hello.ts:3:5: Expression expected\\u001b[2J
     mend it
     3 | let =
       |     ~
n2o: protocols/b.ts: has no default export
     write one
n2o: nothing was replaced: generation 2 serves on
`,
    );
    const json = await control(folder, "reload", "--json");
    strictEqual(json.code, 1);
    deepStrictEqual(JSON.parse(json.stdout), failed);
  });
});

Deno.test("without anything to roll back to, and when the server fails at it, the command says so and ends with 1", async () => {
  const some: Partial<ControlHandlers> = {
    rollback: () => Promise.resolve(undefined),
    reload: () => Promise.reject(new Error("the disk is gone")),
  };
  await controlled(some, async (folder, _path, _server, { lines }) => {
    const nothing = await control(folder, "rollback");
    strictEqual(nothing.code, 1);
    match(
      nothing.stderr,
      /^n2o: the server \(n2o \S+\): nothing was served before .*\n {5}put the files back/,
    );
    const failed = await control(folder, "reload");
    strictEqual(failed.code, 1);
    match(
      failed.stderr,
      /^n2o: the server \(n2o \S+\): the disk is gone\n {5}look at the server's log\n$/,
    );
    ok(lines.some(({ event, command }) => event === "control_failed" && command === "reload"));
  });
});

Deno.test("one reload runs at a time, and each that was asked for is answered", async () => {
  let running = 0;
  let most = 0;
  let count = 0;
  const gates = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  const slow = async () => {
    most = Math.max(most, ++running);
    const at = count++;
    await gates[at].promise;
    running--;
    return { ...good, generation: at };
  };
  await controlled({ reload: slow, rollback: slow }, async (_folder, path) => {
    const asked = ["reload", "rollback", "reload"].map((command) => say(path, `{"command":"${command}"}\n`));
    match(await say(path, `{"command":"status"}\n`), /"shop"/);
    for (const { resolve } of gates) resolve();
    const told = (await Promise.all(asked)).map((line) => JSON.parse(line).answer.generation);
    deepStrictEqual(told.sort(), [0, 1, 2]);
    strictEqual(most, 1);
  });
});

Deno.test("only the owner can reach the socket", async () => {
  await controlled({}, async (folder, path) => {
    strictEqual(Deno.lstatSync(path).mode! & 0o777, 0o600);
    if (!isRoot) return skip("only root can be another user");
    // The folder alone would keep others out; the socket has to by itself, since a folder may be anybody's.
    for (const dir of [folder, `${folder}/.n2o`]) Deno.chmodSync(dir, 0o755);
    const connect = `
      use IO::Socket::UNIX;
      print defined(IO::Socket::UNIX->new(Peer => $ARGV[0])) ? "in" : "refused: $!";`;
    const as = async (user: string) => {
      const { stdout } = await new Deno.Command("setpriv", {
        args: [`--reuid=${user}`, "--regid=65534", "--clear-groups", "perl", "-e", connect, path],
      }).output();
      return new TextDecoder().decode(stdout);
    };
    strictEqual(await as(`${NOBODY}`), "refused: Permission denied");
    strictEqual(await as("0"), "in");
  });
});

Deno.test("of a socket of another user the command says whose it is", async () => {
  if (!isRoot) return skip("only root can give a file away");
  await controlled({}, async (folder, path) => {
    Deno.chownSync(path, NOBODY, NOBODY);
    const { code, stderr } = await run(["status", folder], { deno: allowed, plain: true });
    strictEqual(code, 1);
    match(stderr, /control\.sock: belongs to the user with the id 65534\n {5}run this as the user who runs/);
  });
});

Deno.test("the socket of a dead server is replaced, that of a live one is not, and what is no socket stays", async () => {
  if (windows) return skip("Windows has no Unix sockets");
  await withFolder({}, async (folder) => {
    const path = `${folder}/control.sock`;
    const { log } = keepLog();
    const code = `Deno.listen({ transport: "unix", path: ${JSON.stringify(path)} }); Deno.exit(0)`;
    strictEqual((await new Deno.Command(Deno.execPath(), { args: ["eval", code] }).output()).code, 0);
    ok(Deno.lstatSync(path).isSocket, "a dead server has left it");

    const server = await ControlServer.listen(path, handlers(), log);
    match(await say(path, `{"command":"status"}\n`), /"shop"/);
    await rejects(
      ControlServer.listen(path, handlers(), log),
      (error) => error instanceof N2OError && error.code === "control_taken",
    );
    match(await say(path, `{"command":"status"}\n`), /"shop"/);
    server.close();
    deepStrictEqual([...Deno.readDirSync(folder)], []);

    Deno.writeTextFileSync(path, "mine");
    await rejects(
      ControlServer.listen(path, handlers(), log),
      (error) => error instanceof N2OError && error.code === "control_no_socket",
    );
    strictEqual(Deno.readTextFileSync(path), "mine");
  });
});

Deno.test("at its end a server removes its own socket, not that of another that has taken its place", async () => {
  await controlled({}, async (_folder, path, server, { log }) => {
    Deno.removeSync(path);
    const other = await ControlServer.listen(path, handlers({ status: () => ({ ...aStatus, pid: 2 }) }), log);
    server.close();
    match(await say(path, `{"command":"status"}\n`), /"pid":2/);
    other.close();
    deepStrictEqual([...Deno.readDirSync(path.replace(/\/[^/]*$/, ""))], []);
    server.close();
  });
});

Deno.test("garbage is answered or dropped, and the server goes on", async () => {
  await controlled({}, async (_folder, path) => {
    const bad = /^\{"version":"\S+","error":\{"code":"bad_request"/;
    for (
      const line of ["\n", "reload\n", "[]\n", "null\n", "{}\n", '{"command":1}\n', '{"command":"status"\n']
    ) {
      match(await say(path, line), bad, line);
    }
    match(await say(path, new Uint8Array([0, 255, 254, 10])), bad);
    match(await say(path, "x".repeat(4097)), bad);
    match(await say(path, "[".repeat(1_000_000)), bad);
    const unknown = await say(path, '{"command":"__proto__\\u001b"}\n');
    match(unknown, /"code":"unknown_command","what":"this server knows no __proto__\\\\u001b"/);
    match(await say(path, '{"command":"constructor"}\n'), /"unknown_command"/);
    strictEqual(await say(path, '{"command":"status"}', true), "");
    strictEqual(await say(path, "", true), "");
    match(await say(path, '{"command":"status"}\nand more that nobody reads'), /"shop"/);
    match(await say(path, `{"command":"status","pad":"${"x".repeat(3000)}"}\n`), /"shop"/);
  });
});

Deno.test("who does not ask in time is sent away, also in the middle of a line", async () => {
  await controlled({}, async (_folder, path) => {
    deepStrictEqual(await Promise.all([say(path, ""), say(path, '{"comm')]), ["", ""]);
  }, 50);
});

Deno.test("silent peers keep nobody out", async () => {
  await controlled({}, async (folder, path) => {
    const silent = await Promise.all(
      Array.from({ length: 64 }, () => Deno.connect({ transport: "unix", path })),
    );
    try {
      const { code, stdout, stderr } = await control(folder, "status");
      strictEqual(code, 0, stderr);
      match(stdout, /^application {2}shop\n/);
    } finally {
      for (const connection of silent) connection.close();
    }
  });
});

Deno.test("a peer that does not read its answer is let go", async () => {
  const large = { ...aStatus, chain: Array.from({ length: 20_000 }, (_, i) => ({ name: `protocol-${i}` })) };
  await controlled({ status: () => large }, async (_folder, path, server, { lines }) => {
    using connection = await Deno.connect({ transport: "unix", path });
    await connection.write(new TextEncoder().encode('{"command":"status"}\n'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    ok(!(await heard(connection)).endsWith("\n"), "the whole answer has come");
    strictEqual(server.path, path);
    deepStrictEqual(lines, []);
  }, 50);
});

Deno.test("an answer that is too long is none", async () => {
  const large = { ...aStatus, name: "x".repeat(1_048_577) };
  await controlled({ status: () => large }, async (folder) => {
    const { code, stderr } = await control(folder, "status");
    strictEqual(code, 1);
    match(stderr, /the answer would be too long/);
  });
});

Deno.test("1000 connects: each is answered or told that there is no room, and afterwards all is as before", async () => {
  await controlled({}, async (_folder, path, _server, { lines }) => {
    const asked: Promise<string>[] = [];
    for (let i = 0; i < 1000; i++) {
      asked.push(say(path, '{"command":"status"}\n'));
      if (i % 100 === 99) await Promise.all(asked);
    }
    const told = await Promise.all(asked);
    ok(told.every((line) => line.includes('"shop"') || line.includes('"busy"')));
    ok(told.filter((line) => line.includes('"shop"')).length >= 320);
    for (let i = 0; i < 100; i++) (await Deno.connect({ transport: "unix", path })).close();
    match(await say(path, '{"command":"status"}\n'), /"shop"/);
    deepStrictEqual(lines, []);
  });
});

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
