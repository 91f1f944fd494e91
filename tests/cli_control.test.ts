/** The control socket: `n2o reload`, `n2o rollback` and `n2o status` reach a server, and nobody else does. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { N2OError } from "@n2o/n2o";
import { type ControlHandlers, ControlServer } from "../lib/cli/control/server.ts";
import type { ReloadAnswer } from "../lib/cli/control/wire.ts";
import { isRoot, run, skip, withFolder } from "./command.ts";
import { keepLog } from "./log.ts";
import {
  allowed,
  aStatus,
  control,
  controlled,
  good,
  handlers,
  NOBODY,
  say,
  windows,
} from "./control_peer.ts";

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
