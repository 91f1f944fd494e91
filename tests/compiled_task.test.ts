/** `deno task compile` makes the program for each system, and goes on where it can for one only. */
import { match, ok, strictEqual } from "node:assert/strict";
import { environment, run, withFolder } from "./command.ts";
import { compiled, withoutRuntimes } from "./compiled.ts";
import { root } from "./root.ts";

async function task(args: readonly string[], env: Readonly<Record<string, string>>) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "compile", ...args],
    cwd: root,
    env: environment(env),
    clearEnv: true,
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("deno task compile tells size and time, and how soon the program is up", async () => {
  const made = await compiled();
  if (made === undefined) return;
  await withFolder({}, async (folder) => {
    const path = `${folder}/deep/n2o`;
    const { code, stdout, stderr } = await task(["--target", Deno.build.target, "--output", path], made.env);
    strictEqual(code, 0, stderr);
    match(
      stdout,
      /^\S+ +\d+\.\d MB +\d+\.\d s +\S+\/deep\/n2o\nup in \d+ ms, under deno run in \d+ ms \(\d+\.\d\d;/,
    );
    strictEqual((await run(["--version"], { program: path })).code, 0);
  });
});

Deno.test("deno task compile tells a wrong target, a wrong runtime, and what to set where none can be downloaded", async () => {
  const made = await compiled();
  if (made === undefined) return;
  const unknown = await task(["--target", "linux-x46"], made.env);
  strictEqual(unknown.code, 2);
  match(unknown.stderr, /--target linux-x46: .*\n.*did you mean linux-x64\?/);
  const none = await task(["--target", "linux-x64"], { DENORT_BIN: "/nowhere/denort" });
  strictEqual(none.code, 1);
  match(none.stderr, /DENORT_BIN=\/nowhere\/denort: is not there/);
  await withFolder({}, async (folder) => {
    const env = { ...made.env, ...await withoutRuntimes(`${folder}/cache`), DENORT_BIN: "" };
    const args = ["--target", "windows-arm64", "--output", `${folder}/n2o.exe`];
    const undownloaded = await task(args, env);
    strictEqual(undownloaded.code, 1);
    match(undownloaded.stderr, /^n2o: windows-arm64: the runtime .* cannot be downloaded\n.*set DENORT_BIN/);
    ok(undownloaded.stdout.endsWith("1 of 1 could not be made\n"));
  });
});
