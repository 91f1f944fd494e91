/** `n2o compile FOLDER` makes an executable of an application, which `./app` serves. */
import { Buffer } from "node:buffer";
import { atom, format, tuple } from "@n2o/n2o";
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { connect, download, type Ended, type Run, run, start, withFolder } from "./command.ts";
import { type Compiled, compiled, withoutRuntimes } from "./compiled.ts";
import { root } from "./root.ts";

const ENDING = Deno.build.os === "windows" ? ".exe" : "";

/** What must not go in, each with a text that is looked for in the executable. */
const OUTSIDE = {
  "my-app/node_modules/large/index.js": "// never-in-node-modules",
  "my-app/.n2o/secret": "never-in-secret",
  "my-app/.env": "NEVER=never-in-env",
  "my-app/.git/config": "never-in-git",
  "my-app/protocols/answer.test.ts": "// never-in-tests",
  "my-app/tests/answer_test.ts": "// never-in-test-folder",
};

const APPLICATION = {
  ...OUTSIDE,
  "my-app/deno.json": `{
  // comments are welcome here
  "imports": {
    "@n2o/n2o": "https://example.com/never/mod.ts",
    "answers/": "./answers/",
    "etag": "npm:deno-std@1.4.0/http/etag.js",
  },
  "compilerOptions": { "jsx": "react-jsx", "jsxImportSource": "@n2o/n2o/nitro" },
}`,
  "my-app/package.json": `{ "dependencies": { "deno-std": "1.4.0" } }`,
  "my-app/n2o.json": `{ "sessionTtl": "1h", "headers": { "x-made-by": "me" } }`,
  "my-app/static/about.html": "<h1>mine</h1>",
  // What pages load is no module of the server.
  "my-app/static/page.js": `import "/n2o/n2o.js"; import "./nowhere.js";`,
  "my-app/static/test/large.txt": "x".repeat(300_000),
  "my-app/answers/mod.ts": `export enum Answer { Yes = 42 }`,
  "my-app/words/note.txt": "a note",
  "my-app/protocols/answer.ts": `
import { atom, isTuple, type Protocol, reply, tuple, unknown } from "@n2o/n2o";
import { Answer } from "answers/mod.ts";
import { eTag } from "etag";
import { parseArgs } from "deno-std/cli/parse_args.js";
import * as negotiation from "npm:deno-std@1.4.0/http/negotiation.js";
function twice(method: () => number, _context: unknown) { return () => 2 * method(); }
class Counted { @twice count() { return 21; } }
const note = Deno.readTextFileSync(new URL("../words/note.txt", import.meta.url));
export default {
  name: "answer",
  info(message) {
    if (!isTuple(message, "answer", 1)) return unknown;
    const packages = [typeof eTag, typeof parseArgs, typeof negotiation.acceptsEncodings].join(" ");
    return reply("bert", tuple(atom("ok"), Answer.Yes, new Counted().count(), note, packages));
  },
} satisfies Protocol;
`,
  "my-app/pages/index.tsx": `
import type { Page } from "@n2o/n2o/nitro";
export default {
  document: { title: "Mine", body: <h1>Mine</h1> },
  init(nitro) { nitro.insertBottom("body", <span id="late">{6 * 7}</span>); },
} satisfies Page;
`,
};

/** Runs \`n2o compile\` of the program. */
function compile(
  made: Compiled,
  args: readonly string[],
  cwd: string,
  more: Partial<Run> = {},
): Promise<Ended> {
  return run(["compile", ...args], {
    program: made.program,
    cwd,
    ...more,
    env: { ...made.env, ...more.env },
  });
}

Deno.test("an executable of an application serves its protocols, pages, files and packages from anywhere", async () => {
  const made = await compiled();
  if (made === undefined) return;
  await withFolder(APPLICATION, async (folder) => {
    const { code, stdout, stderr } = await compile(made, ["my-app", "--output", "app"], folder);
    strictEqual(code, 0, stderr);
    match(stdout, /^my-app: 8 files, 30\d\.\d KB\n\S+ +\d+\.\d MB +app\n$/);
    const bytes = Buffer.from((await Deno.readFile(`${folder}/app`)).buffer);
    for (const text of Object.values(OUTSIDE)) ok(!bytes.includes(text.slice(-14)), text);
    for (const text of [folder, root, "n2o-compile-"]) ok(!bytes.includes(text), `it names ${text}`);
    await Deno.rename(`${folder}/my-app`, `${folder}/moved`);

    const program = `${folder}/app`;
    const cwd = `${folder}/elsewhere`;
    await Deno.mkdir(cwd);
    {
      await using server = await start(["--port", "0"], { cwd, program });
      match(server.line, /^n2o \S+ my-app at http:\/\/127\.0\.0\.1:\d+\/ \(store kv \.n2o\/kv\)/);
      await using client = await connect(server.url);
      strictEqual(
        format(await client.ask(tuple(atom("answer"))), { utf8: true }),
        '{ok,42,42,<<"a note">>,<<"function function function">>}',
      );
      strictEqual(await download(`${server.url}/about.html`), "<h1>mine</h1>");
      const page = await fetch(`${server.url}/page.js`);
      match(await page.text(), /nowhere/);
      strictEqual(page.headers.get("x-made-by"), "me");
      strictEqual((await download(`${server.url}/test/large.txt`)).length, 300_000);
      const part = await fetch(`${server.url}/test/large.txt`, { headers: { range: "bytes=10-19" } });
      strictEqual(part.status, 206);
      strictEqual(await part.text(), "xxxxxxxxxx");
      match(await download(`${server.url}/app/index`), /<h1>Mine<\/h1>/);
      await using visitor = await connect(server.url, "/ws/app/index");
      match(format(await visitor.ask("N2O,,operations"), { utf8: true }), /<span id=\\"late\\">42<\/span>/);
      match(await download(`${server.url}/n2o/nitro.js`), /n2o/);
      for (const path of ["/n2o.json", "/deno.json", "/protocols/answer.ts", "/main.ts", "/..%2fn2o.json"]) {
        const response = await fetch(server.url + path);
        await response.body?.cancel();
        ok(response.status === 404 || response.status === 400, path);
      }
      strictEqual(await server.stop(), 0);
    }
    const names = [...Deno.readDirSync(`${cwd}/.n2o`)].map(({ name }) => name);
    ok(names.includes("kv") && names.includes("secret"), names.join(" "));
    {
      await using server = await start(["--port=0", "--data", "../data", "--tcp=0"], { cwd, program });
      match(server.line, /store kv \.\.\/data\/kv/);
      strictEqual(await server.stop(), 0);
    }
    ok((await Deno.stat(`${folder}/data/secret`)).isFile);
    const help = await run(["--help"], { cwd, program });
    match(help.stdout, /^Usage: my-app \[flags\]\n\nServes my-app, which is inside this program/);
    match((await run(["--version"], { cwd, program })).stdout, /^my-app \(n2o \d/);
    const wrong = await run(["serve", "--prot", "1"], { cwd, program });
    strictEqual(wrong.code, 2);
    match(wrong.stderr, /--prot: is no flag; did you mean --port\?/);
    match(wrong.stderr, /serve: is an argument too many/);
  });
});

Deno.test("under deno run n2o compile makes the same, named for the folder, with what --allow adds", async () => {
  const made = await compiled();
  if (made === undefined) return;
  const files = {
    "protocols/env.ts": `
import { isTuple, type Protocol, reply, tuple, unknown } from "@n2o/n2o";
export default {
  name: "env",
  info: (message) => isTuple(message, "env", 1) ? reply("bert", tuple(Deno.env.get("GIVEN") ?? "", Deno.hostname() !== "")) : unknown,
} satisfies Protocol;
`,
  };
  await withFolder(files, async (cwd) => {
    const result = await run(["compile", ".", "--allow", "env=GIVEN", "--allow", "sys=hostname"], {
      cwd,
      env: made.env,
      deno: ["run", "-A"],
    });
    strictEqual(result.code, 0, result.stderr);
    const name = /(\S+)\n$/.exec(result.stdout)![1];
    strictEqual(`${cwd}/${name}`, `${cwd}/${cwd.split("/").at(-1)}${ENDING}`);
    const options = { cwd, program: `${cwd}/${name}`, env: { GIVEN: "a value" } };
    await using server = await start(["--port", "0", "--store", "memory"], options);
    await using client = await connect(server.url);
    strictEqual(format(await client.ask(tuple(atom("env"))), { utf8: true }), '{<<"a value">>,true}');
    strictEqual(await server.stop(), 0);
    // The executable lies in the folder now, and does not go into the next one.
    const again = await run(["compile", "."], { cwd, env: made.env, deno: ["run", "-A"] });
    strictEqual(again.code, 0, again.stderr);
    match(again.stdout, /: 1 files, /);
  });
});

Deno.test("an n2o that runs from an address compiles with the library from there", async () => {
  const made = await compiled();
  if (made === undefined) return;
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const file = await Deno.open(root + pathname).catch(() => undefined);
    if (file === undefined) return new Response("not found", { status: 404 });
    const type = pathname.endsWith(".ts") ? "application/typescript" : "text/plain; charset=utf-8";
    return new Response(file.readable, { headers: { "content-type": type } });
  });
  const files = { "app/static/index.html": "from an address" };
  await withFolder(files, async (cwd) => {
    const address = `http://127.0.0.1:${server.addr.port}/main.ts`;
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", address, "compile", "app", "--output", "program"],
      cwd,
      env: { ...made.env, NO_COLOR: "1" },
      stdout: "null",
    }).output();
    ok(success, new TextDecoder().decode(stderr));
    await using running = await start(["--port", "0", "--store", "memory"], {
      cwd,
      program: `${cwd}/program`,
    });
    strictEqual(await download(`${running.url}/`), "from an address");
    match(await download(`${running.url}/n2o/n2o.js`), /n2o/);
    strictEqual(await running.stop(), 0);
  });
});

Deno.test("what cannot be compiled is told with its place and what to do, and nothing is made", async () => {
  const made = await compiled();
  if (made === undefined) return;
  const files = {
    "good/static/index.html": "",
    "file": "",
    "empty/README.md": "",
    "bad/protocols/syntax.ts": "export default {\n  name: ,\n};",
    "bad/protocols/nested.ts": `import "./_broken.ts";`,
    "bad/protocols/_broken.ts": "let b = = 2;",
    "bad/protocols/absent.ts": `import "./_absent.ts";`,
    "bad/protocols/outside.ts": `import "../../good/mod.ts";`,
    "bad/protocols/bare.ts": `import "leftpad";`,
    "bad/protocols/part.ts": `import "@n2o/n2o/clint";`,
    "bad/protocols/host.ts": `import "https://example.com:1/mod.ts";`,
    "twins/pages/a.ts": "",
    "twins/pages/a.tsx": "",
    "inside/static/index.html": "",
    "inside/n2o.json":
      `{ "tlsKey": "key.pem", "store": "kv:db", "tcp": "unix:sock", "data": "data", "static": "../good/static" }`,
    "broken/n2o.json": `{ "port": "x", }`,
    "commented/static/index.html": "",
    "commented/deno.json": "{ imports }",
  };
  await withFolder(files, async (cwd) => {
    const told = async (args: string[], expected: RegExp[], more: Partial<Run> = {}) => {
      const { code, stderr } = await compile(made, args, cwd, more);
      ok(code === 1 || code === 2, `${args}: ${code}`);
      for (const one of expected) match(stderr, one, args.join(" "));
      ok(!/n2o-compile-|deno-compile|^\s+at /m.test(stderr), stderr);
    };
    await told([], [/^n2o: FOLDER: is missing\n {5}name the folder of an application: n2o compile \./]);
    await told(["nowhere"], [/nowhere: is not there/]);
    await told(["file"], [/file: is no folder/]);
    await told(["empty"], [/empty: holds no application/]);
    await told(["good", "--target", "linux-x65"], [
      /--target linux-x65: .*\n.*did you mean linux-x64\?.*windows-arm64/,
    ]);
    await told(["good", "--target", "linux-x64,macos-x64", "--output", "x"], [
      /--output: names one file for several/,
    ]);
    await told(["good", "--allow", "evn=A"], [/--allow evn=A: is no permission\n {5}did you mean env\?/]);
    await told(["good"], [/N2O_STATIC: says nothing about what goes into an executable/], {
      env: { N2O_STATIC: "elsewhere" },
    });
    await told(["broken"], [/broken\/n2o\.json:1:\d+: is no JSON/]);
    await told(["commented"], [/commented\/deno\.json: cannot be read/]);
    await told(["twins"], [/a\.tsx: has the name of a\.ts/]);
    await told(["inside"], [
      /n2o\.json: tlsKey: would lie inside the executable\n.*--tls-key FILE/,
      /n2o\.json: store: would lie inside the executable\n.*--store kv:PATH/,
      /n2o\.json: tcp: would .*\n.*--tcp unix:PATH/,
      /n2o\.json: data: would .*\n.*--data DIR/,
      /n2o\.json: static: names .*good\/static, which is outside/,
    ]);
    await told(["bad"], [
      /bad\/protocols\/syntax\.ts: SyntaxError: Expression expected at file:\S+bad\/protocols\/syntax\.ts:2:9\n.*\n(?:.*\n)? +> 2 \| {3}name: ,/,
      /bad\/protocols\/_broken\.ts: SyntaxError: Expression expected/,
      /absent\.ts: imports \S+\/bad\/protocols\/_absent\.ts, which is not there/,
      /outside\.ts: imports \S+\/good\/mod\.ts, which is outside \S+\/bad\n {5}move it into the application's folder/,
      /bare\.ts: imports "leftpad".*\n.*npm:leftpad@VERSION/,
      /part\.ts: imports "@n2o\/n2o\/clint", which is no part of the library\n.*did you mean @n2o\/n2o\/client\?/,
      /host\.ts: .*\n {5}allow it with --allow import=example\.com:1/,
    ]);
    await told(["good", "--output", "empty"], [
      /empty: is not made: .*directory exists.*\n {5}give another file with --output/,
    ]);
    await told(["good", "--output", "file"], [/file: is not made: .*already exists/]);
    await told(["good", "--output", "file/app"], [/file\/app: is not made: /]);
    const left = [...Deno.readDirSync(cwd)].filter(({ isFile }) => isFile).map(({ name }) => name);
    deepStrictEqual(left, ["file"]);
  });
});

Deno.test("a folder may have any name: it is served under that, and faults in it are told with it", async () => {
  const made = await compiled();
  if (made === undefined) return;
  const answering = `import { atom, isTuple, type Protocol, reply, unknown } from "@n2o/n2o";
export default { name: "a", info: (m) => isTuple(m, "a", 1) ? reply("bert", atom("yes")) : unknown } satisfies Protocol;`;
  const name = "крамниця (100%) #1";
  await withFolder({ [`${name}/protocols/a.ts`]: answering }, async (cwd) => {
    const result = await compile(made, [name], cwd);
    strictEqual(result.code, 0, result.stderr);
    const program = `${cwd}/${/(\S+)\n$/.exec(result.stdout)![1]}`;
    await using server = await start(["--port", "0", "--store", "memory"], { cwd, program });
    match(server.line, /^n2o \S+ крамниця-100-1 at /);
    await using client = await connect(server.url);
    strictEqual(format(await client.ask(tuple(atom("a")))), "yes");
    await Deno.writeTextFile(`${cwd}/${name}/protocols/a.ts`, "export default {\n  name: ,\n};");
    const broken = await compile(made, [name], cwd);
    ok(
      broken.stderr.startsWith(`n2o: ${cwd}/${name}/protocols/a.ts: SyntaxError: Expression expected`),
      broken.stderr,
    );
    match(broken.stderr, /\n {5}> 2 \| {3}name: ,\n/);
    const served = await run(["serve", name, "--port", "0"], { cwd, program: made.program });
    ok(
      served.stderr.startsWith(`n2o: ${name}/protocols/a.ts: SyntaxError: Expression expected`),
      served.stderr,
    );
    match(served.stderr, /\n {5}> 2 \| {3}name: ,\n/);
  });
});

Deno.test("a compiler that is missing, old or something else is told, and how to get it", async () => {
  const made = await compiled();
  if (made === undefined || Deno.build.os === "windows") return;
  const files = {
    "app/static/index.html": "",
    "old/deno": "#!/bin/sh\necho 'deno 1.46.3 (stable)'",
    "other/deno": "#!/bin/sh\necho hello",
  };
  await withFolder(files, async (cwd) => {
    for (const name of ["old", "other"]) await Deno.chmod(`${cwd}/${name}/deno`, 0o755);
    const told = async (path: string, expected: RegExp) => {
      const { code, stderr } = await compile(made, ["app"], cwd, { env: { PATH: path } });
      strictEqual(code, 1);
      match(stderr, expected);
    };
    await told("/nowhere", /^n2o: deno: is not on the PATH.*\n {5}get Deno from https:\/\/docs\.deno\.com\//);
    await told(
      `${cwd}/old`,
      /^n2o: deno: is 1\.46\.3, and compiling takes 2\.9 or a newer one\n {5}.*deno upgrade/,
    );
    await told(`${cwd}/other`, /^n2o: deno: is something else than Deno/);
  });
});

Deno.test("a runtime that cannot be had is told with DENORT_BIN, and the other systems are made", async () => {
  const made = await compiled();
  if (made === undefined) return;
  await withFolder({ "app/static/index.html": "" }, async (cwd) => {
    const wrong = await compile(made, ["app", "--target", "windows-arm64"], cwd, {
      env: { DENORT_BIN: `${cwd}/none` },
    });
    strictEqual(wrong.code, 1);
    match(
      wrong.stderr,
      /DENORT_BIN=\S+none: is not there\n {5}set DENORT_BIN to the denort of .* for windows-arm64/,
    );
    const none = await compile(made, ["app"], cwd, { env: { DENORT_BIN: `${cwd}/app/static/index.html` } });
    match(none.stderr, /DENORT_BIN=\S+: is no runtime/);
    if (made.env.DENORT_BIN === undefined) return;
    const other = await compile(made, ["app", "--target", "windows-arm64"], cwd);
    match(
      other.stderr,
      /DENORT_BIN=\S+: is a runtime for \S+\n {5}set DENORT_BIN .* for windows-arm64, or unset it/,
    );
    const env = await withoutRuntimes(`${cwd}/cache`);
    const all = await compile(made, ["app", "--target", `windows-arm64,${Deno.build.target}`], cwd, { env });
    strictEqual(all.code, 1);
    match(
      all.stderr,
      /^n2o: windows-arm64: the runtime .* cannot be downloaded\n {5}where https:\/\/\S+windows\S+ can be reached.*set DENORT_BIN/,
    );
    match(all.stdout, /MB +app-linux-x64\n$/);
    match((await run(["--version"], { cwd, program: `${cwd}/app-linux-x64` })).stdout, /^app \(n2o/);
  });
});
