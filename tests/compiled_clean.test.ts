/** An executable has nothing in it that is nobody's business, and serves what `n2o serve` serves. */
import { Buffer } from "node:buffer";
import { match, ok, strictEqual } from "node:assert/strict";
import { download, type Ended, run, start, withFolder } from "./command.ts";
import { type Compiled, compiled } from "./compiled.ts";

function compile(made: Compiled, args: readonly string[], cwd: string): Promise<Ended> {
  return run(["compile", ...args], { program: made.program, cwd, env: made.env });
}

async function contentOf(path: string): Promise<Buffer> {
  return Buffer.from((await Deno.readFile(path)).buffer);
}

/** Whose cache it is, the machine's user and what its folders are called. */
function own(): string[] {
  return [
    Deno.env.get("DENO_DIR"),
    ...["HOME", "USERPROFILE"].map((name) => Deno.env.get(name)).map((home) => home && `${home}/`),
    "/.cache/deno",
    "/AppData/Local/deno",
  ].filter((path) => path !== undefined && path.length > 2) as string[];
}

Deno.test("keys and stores of a server that ran in the folder, and programs made before, are not in an executable", async () => {
  const made = await compiled();
  if (made === undefined) return;
  const files = {
    "app/n2o.json": `{ "static": "public" }`,
    "app/public/test/index.html": "of no test",
    "app/public/a_test.html": "of none either",
    "app/protocols/load_test.ts": `
import { atom, type Protocol, reply, unknown } from "@n2o/n2o";
export default { name: "load_test", info: (m) => m === "load" ? reply("bert", atom("ok")) : unknown } satisfies Protocol;`,
  };
  await withFolder(files, async (cwd) => {
    const folder = `${cwd}/app`;
    {
      await using server = await start(["serve", ".", "--port", "0", "--data", "data"], {
        cwd: folder,
        program: made.program,
      });
      strictEqual(await server.stop(), 0);
    }
    const { keys } = JSON.parse(await Deno.readTextFile(`${folder}/data/secret`)) as {
      keys: { key: string }[];
    };
    const first = await compile(made, ["."], folder);
    strictEqual(first.code, 0, first.stderr);
    match(first.stdout, /^app: 4 files, .*\nnot in it: data, where a server keeps its data\n/);
    const program = /(\S+)\n$/.exec(first.stdout)![1];
    const second = await compile(made, [".", "--output", "second"], folder);
    strictEqual(second.code, 0, second.stderr);
    ok(second.stdout.includes(`not in it: ${program}, a program that Deno has compiled\n`), second.stdout);
    const sizes = [program, "second"].map((name) => Deno.statSync(`${folder}/${name}`).size);
    ok(Math.abs(sizes[0] - sizes[1]) < 100_000, sizes.join(" "));
    const bytes = await contentOf(`${folder}/second`);
    for (const text of [keys[0].key, "data/secret", ...own()]) ok(!bytes.includes(text), `it has ${text}`);

    await using server = await start(["--port", "0", "--store", "memory"], {
      cwd,
      program: `${folder}/second`,
    });
    strictEqual(await download(`${server.url}/test/`), "of no test");
    strictEqual(await download(`${server.url}/a_test.html`), "of none either");
    strictEqual(await server.stop(), 0);

    await Deno.copyFile(`${folder}/data/secret`, `${folder}/keys.json`);
    await Deno.writeTextFile(`${cwd}/outside.txt`, "outside");
    await Deno.symlink("../../outside.txt", `${folder}/public/outside.txt`);
    const refused = await compile(made, [".", "--output", "third"], folder);
    strictEqual(refused.code, 1);
    match(refused.stderr, /app\/keys\.json: holds keys that sign tokens\n {5}move it out of the folder/);
    match(
      refused.stderr,
      /outside\.txt: leads to \S+outside\.txt, which is outside \S+public\n {5}put a copy/,
    );
  });
});

Deno.test("packages go in with their licences, and without the paths of the compiler's cache", async () => {
  const made = await compiled();
  if (made === undefined) return;
  const bytes = await contentOf(made.program);
  for (const text of own()) ok(!bytes.includes(text), `n2o has ${text}`);
  ok(bytes.includes("Copyright (c) 2018+, MarkedJS"), "a licence is lost");
  const files = {
    "app/protocols/a.ts": `
import { marked } from "npm:marked@18.2.1";
import { type Protocol, unknown } from "@n2o/n2o";
export default { name: String(marked.parse("a")), info: () => unknown } satisfies Protocol;`,
  };
  await withFolder(files, async (cwd) => {
    const result = await compile(made, ["app", "--output", "program"], cwd);
    strictEqual(result.code, 0, result.stderr);
    const bytes = await contentOf(`${cwd}/program`);
    for (const text of [...own(), "n2o-compile-"]) ok(!bytes.includes(text), `it has ${text}`);
    ok(bytes.includes("licences") && bytes.includes("Copyright (c) 2018+, MarkedJS"), "a licence is lost");
    await using server = await start(["--port", "0", "--store", "memory"], {
      cwd,
      program: `${cwd}/program`,
    });
    strictEqual(await server.stop(), 0);
  });
});

Deno.test("a compiler that is told to end leaves no copy of the application behind", async () => {
  const made = await compiled();
  if (made === undefined || Deno.build.os === "windows") return;
  await withFolder({ "app/static/index.html": "", "tmp/.keep": "" }, async (cwd) => {
    for (const [signal, code] of [["SIGTERM", 143], ["SIGHUP", 129], ["SIGINT", 130]] as const) {
      const child = new Deno.Command(made.program, {
        args: ["compile", "app"],
        cwd,
        env: { ...made.env, TMPDIR: `${cwd}/tmp` },
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      const copies = () => [...Deno.readDirSync(`${cwd}/tmp`)].filter(({ name }) => name.startsWith("n2o-"));
      for (let ms = 0; copies().length === 0; ms += 5) {
        ok(ms < 30_000, "it makes a copy");
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      child.kill(signal);
      strictEqual((await child.status).code, code);
      strictEqual(copies().length, 0);
    }
  });
});
