/** What the command prints, to whom, with which exit code; and what happens when nobody reads it (F38). */
import { atom, tuple } from "@n2o/n2o";
import { match, ok, strictEqual } from "node:assert/strict";
import { commandLine, connect, environment, run, serve, skip, withFolder } from "./command.ts";

/** Runs a shell script in which `n2o` is the command. */
async function shell(script: string): Promise<{ stdout: string; stderr: string }> {
  const n2o = `n2o() { ${commandLine([]).map((word) => `'${word}'`).join(" ")} "$@"; }\n`;
  const { stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", n2o + script],
    env: environment(),
    clearEnv: true,
  }).output();
  return { stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

Deno.test("help goes to stdout: of all without arguments and with --help, of a command with its --help", async () => {
  for (const args of [[], ["--help"], ["-h"], ["help"]]) {
    const { code, stdout, stderr } = await run(args);
    strictEqual(code, 0);
    strictEqual(stderr, "");
    for (const command of ["serve", "check", "secret new", "secret rotate"]) {
      ok(stdout.includes(`n2o ${command}`));
    }
  }
  for (
    const [command, flag] of [["serve", "--port PORT"], ["check", "--config FILE"], ["secret", "--keep N"]]
  ) {
    for (
      const args of [[command, "--help"], [command, "-h"], ["help", command], [command, "--help", "--port=x"]]
    ) {
      const { code, stdout, stderr } = await run(args);
      strictEqual(code, 0);
      strictEqual(stderr, "");
      match(stdout, new RegExp(`^Usage: n2o ${command}`));
      ok(stdout.includes(flag));
    }
  }
});

Deno.test("the version is that of deno.json", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(new URL("../deno.json", import.meta.url)));
  for (const argument of ["--version", "-V", "version"]) {
    const { code, stdout } = await run([argument]);
    strictEqual(code, 0);
    ok(stdout.startsWith(`n2o ${version} (deno ${Deno.version.deno}`));
  }
});

Deno.test("what is no command is told on stderr, with what was probably meant, and exit code 2", async () => {
  await withFolder({ "my-app/static/x": "" }, async (cwd) => {
    const cases: [string[], string][] = [
      [["srve"], "n2o: there is no command srve; did you mean serve?\n     n2o --help lists the commands\n"],
      [
        ["--port", "80", "serve"],
        "n2o: --port stands before the command\n     write the command first: n2o serve --port 8001\n",
      ],
      [["my-app"], "n2o: my-app is a folder, not a command\n     serve it with: n2o serve my-app\n"],
      [["constructor"], "n2o: there is no command constructor\n     n2o --help lists the commands\n"],
      [["help", "nothing"], "n2o: there is no command nothing\n     n2o --help lists the commands\n"],
      [
        ["serve", "a", "b"],
        "n2o: b: is an argument too many\n     give 1 at most\nn2o: a: is not there\n     name the folder of an application\n",
      ],
      [
        ["\x1b[31mred\nn2o: fine"],
        "n2o: there is no command \\u001b[31mred\\u000an2o: fine\n     n2o --help lists the commands\n",
      ],
    ];
    for (const [args, expected] of cases) {
      const { code, stdout, stderr } = await run(args, { cwd });
      strictEqual(code, 2);
      strictEqual(stdout, "");
      strictEqual(stderr, expected);
    }
  });
});

Deno.test("colours are for terminals only, and not with NO_COLOR", async () => {
  const probe = await new Deno.Command("script", { args: ["--version"] }).output().catch(() => undefined);
  if (probe?.success !== true) return skip("there is no script(1) here to make a terminal");
  const line = commandLine(["nothing"]).map((word) => `'${word}'`).join(" ");
  for (
    const [color, expected] of [[{}, "\x1b[1;31mn2o:\x1b[0m"], [{ NO_COLOR: "1" }, "n2o: there"]] as const
  ) {
    const { NO_COLOR: _, ...rest } = environment();
    const { stdout } = await new Deno.Command("script", {
      args: ["-qec", line, "/dev/null"],
      env: { ...rest, ...color },
      clearEnv: true,
      stdin: "null",
    }).output();
    ok(new TextDecoder().decode(stdout).startsWith(expected));
  }
  ok(!(await run(["nothing"], { env: { NO_COLOR: "" } })).stderr.includes("\x1b"));
});

Deno.test("help whose reader goes away ends quietly", async () => {
  for (const reader of ["head -1", "true"]) {
    const { stdout, stderr } = await shell(`n2o serve --help | ${reader}; echo "codes \${PIPESTATUS[*]}"`);
    match(stdout, /codes 0 0\n$/);
    strictEqual(stderr, "");
  }
  const { stderr } = await shell(
    `n2o serve --nothing 2>&1 >/dev/null | true; n2o --help >&-; n2o nothing 2>&-`,
  );
  strictEqual(stderr, "");
});

/** A protocol that logs a lot: to the log, to stdout and to stderr. */
const LOUD = `import { isTuple, reply, unknown } from "@n2o/n2o";
  export default {
    name: "loud",
    info(message, cx) {
      if (isTuple(message, "measure", 1)) {
        const { rss } = Deno.memoryUsage();
        return reply("text", JSON.stringify({ rss }));
      }
      if (!isTuple(message, "shout", 1)) return unknown;
      for (let i = 0; i < 20; i++) cx.n2o.log.error("shout", { text: "x".repeat(10_000) });
      console.log("x".repeat(1000));
      console.error("x".repeat(1000));
      Promise.reject(new Error("x"));
      throw new Error("x");
    },
  };`;

Deno.test("a server whose log nobody reads any more goes on, and does not grow", async () => {
  await withFolder({ "protocols/loud.js": LOUD }, async (cwd) => {
    await using server = await serve(["."], { cwd });
    await server.goAway();
    await using client = await connect(server.url);
    const shout = async (times: number) => {
      for (let i = 0; i < times; i++) strictEqual(await client.ask(tuple(atom("shout"))), "");
      return JSON.parse(String(await client.ask(tuple(atom("measure"))))).rss as number;
    };
    const before = await shout(200);
    const after = await shout(1000);
    // More than 200 MB have been logged in between.
    ok(after - before < 80_000_000, `grew by ${after - before} bytes`);
    strictEqual(await client.ask("PING"), "PONG");
    const ended = client.ended();
    strictEqual(await server.stop(), 0);
    strictEqual(await ended, 1001);
  });
});

Deno.test("serve | head -1 prints the first line; the server is there until it is asked to end", async () => {
  await withFolder({ "protocols/loud.js": LOUD }, async (cwd) => {
    const line = commandLine(["serve", ".", "--port", "0"]).map((word) => `'${word}'`).join(" ");
    const script = `cd '${cwd}'; { ${line} & echo $! > pid; wait $!; echo $? > code; } 2>&1 | head -1`;
    const process = new Deno.Command("bash", {
      args: ["-c", script],
      env: environment(),
      clearEnv: true,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const reader = process.stdout.getReader();
    const first = new TextDecoder().decode((await reader.read()).value);
    const url = / at (http:\S+)\/ /.exec(first)![1];
    {
      await using client = await connect(url);
      for (let i = 0; i < 50; i++) strictEqual(await client.ask(tuple(atom("shout"))), "");
      strictEqual(await client.ask("PING"), "PONG");
    }
    Deno.kill(Number(Deno.readTextFileSync(`${cwd}/pid`)), "SIGTERM");
    strictEqual((await reader.read()).done, true);
    reader.releaseLock();
    await process.status;
    strictEqual(await new Response(process.stderr).text(), "");
    strictEqual(Deno.readTextFileSync(`${cwd}/code`), "0\n");
  });
});
