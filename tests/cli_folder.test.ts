/** `n2o serve FOLDER` and `n2o check FOLDER`: the folder of an application, its protocols, static files and faults. */
import { atom, isTuple, text, tuple } from "@n2o/n2o";
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { loadInTime } from "../lib/cli/module_source.ts";
import { connect, download, run, serve, withFolder } from "./command.ts";

/** A protocol that answers `{NAME}` with `{NAME, From}`. */
const answering = (name: string, from: string) =>
  `import { atom, isTuple, type Protocol, reply, tuple, unknown } from "@n2o/n2o";
  const NAME: string = "${name}";
  export default {
    name: "${from}",
    info(message, cx) {
      return isTuple(message, NAME, 1) ? reply("bert", tuple(atom(NAME), "${from}")) : unknown;
    },
  } satisfies Protocol;`;

const APPLICATION = {
  "protocols/alpha.ts": answering("alpha", "alpha"),
  "protocols/beta.mts": answering("beta", "beta"),
  "protocols/_shared.ts": "export const never = 1;",
  "protocols/.hidden.ts": "this is no TypeScript",
  "protocols/alpha.test.ts": "throw new Error('a test');",
  "protocols/types.d.ts": "export interface Never {}",
  "protocols/README.md": "not a module",
  "protocols/deeper/gamma.ts": "throw new Error('not at the top');",
  "static/index.html": "<h1>mine</h1>",
  "static/app.js": "export {};",
};

async function answers(url: string, name: string): Promise<string | undefined> {
  await using client = await connect(url);
  const answer = await client.ask(tuple(atom(name)));
  return isTuple(answer, name, 2) ? text(answer[1]) : undefined;
}

Deno.test("a folder's protocols and static files are served; the modules get the library that runs", async () => {
  await withFolder({ "my app/x": "", ...prefixed("my app/", APPLICATION) }, async (cwd) => {
    const folder = `${cwd}/my app`;
    await using server = await serve(["."], { cwd: folder });
    match(server.line, /^n2o \S+ my app at http:\S+ \(store kv \.n2o\/kv\)$/);
    strictEqual(await answers(server.url, "alpha"), "alpha");
    strictEqual(await answers(server.url, "beta"), "beta");
    strictEqual(await download(`${server.url}/`), "<h1>mine</h1>");
    const script = await fetch(`${server.url}/app.js`, { method: "HEAD" });
    strictEqual(script.headers.get("content-security-policy"), "default-src 'self'");
    match(await download(`${server.url}/n2o/n2o.js`), /createClient/);
    const chat = await fetch(`${server.url}/app/login.htm`);
    strictEqual(chat.status, 404);
    await chat.body?.cancel();
    strictEqual(await server.stop(), 0);
    strictEqual(await server.rest(), (await server.logged("stopping")).trim());
  });
});

Deno.test("a folder's own deno.json and package.json are not asked for the library", async () => {
  const own = {
    "deno.json": `{ "imports": { "@n2o/n2o": "./other.ts" } }`,
    "package.json": `{ "dependencies": { "@n2o/n2o": "^9.0.0" } }`,
    "other.ts": "throw new Error('another library');",
  };
  await withFolder({ ...APPLICATION, ...own }, async (cwd) => {
    await using server = await serve(["."], { cwd });
    strictEqual(await answers(server.url, "alpha"), "alpha");
  });
});

Deno.test("the order is heart, session, then the files by name; n2o.json may name another chain", async () => {
  const files = {
    "protocols/b.ts": answering("who", "b"),
    "protocols/a.ts": answering("who", "a"),
    "protocols/heart.js": `import heart from "${
      import.meta.resolve("../protocols/heart.ts")
    }";\nexport default heart;`,
  };
  await withFolder(files, async (cwd) => {
    const chain = async () => {
      const { code, stdout } = await run(["check", "."], { cwd });
      strictEqual(code, 0, stdout);
      return /^protocols +(.*)$/m.exec(stdout)![1];
    };
    strictEqual(
      await chain(),
      "heart (protocols/heart.js), session, a (protocols/a.ts), b (protocols/b.ts)",
    );
    Deno.writeTextFileSync(`${cwd}/n2o.json`, `{ "protocols": ["room", "b", "session"] }`);
    strictEqual(await chain(), "room, b (protocols/b.ts), session");
    await using server = await serve(["."], { cwd });
    strictEqual(await answers(server.url, "who"), "b");
    match(await server.logged("protocols_left_out"), /files="protocols\/a\.ts protocols\/heart\.js"/);
  });
});

Deno.test("a file may export several protocols, which stand in the chain in their order", async () => {
  const two = `import { reply, unknown } from "@n2o/n2o";
    const first = { name: "first", info: (m) => m[1] === "1" ? reply("text", "first") : unknown };
    const second = { name: "second", info: (m) => reply("text", "second") };
    export default [first, second];`;
  await withFolder({ "protocols/two.js": two }, async (cwd) => {
    await using server = await serve(["."], { cwd });
    await using client = await connect(server.url);
    strictEqual(await client.ask("1"), "first");
    strictEqual(await client.ask("2"), "second");
  });
});

Deno.test("an application may have no protocols of its own, or no static files", async () => {
  await withFolder({ "static/index.htm": "page" }, async (cwd) => {
    await using server = await serve(["."], { cwd });
    strictEqual(await download(`${server.url}/`), "page");
    await using client = await connect(server.url);
    strictEqual(await client.ask("PING"), "PONG");
  });
  await withFolder({ "protocols/alpha.ts": answering("alpha", "alpha") }, async (cwd) => {
    await using server = await serve(["."], { cwd });
    strictEqual((await (await fetch(server.url)).json()).error, "not_found");
  });
});

Deno.test("--protocols and --static name other folders, with or without FOLDER", async () => {
  const files = {
    "app/n2o.json": "{}",
    "elsewhere/alpha.ts": answering("alpha", "elsewhere"),
    "pages/index.html": "elsewhere",
  };
  await withFolder(files, async (cwd) => {
    for (const folder of [["app"], []]) {
      const args = [...folder, "--protocols", "elsewhere", "--static=pages", "--store", "memory"];
      await using server = await serve(args, { cwd });
      strictEqual(await answers(server.url, "alpha"), "elsewhere");
      strictEqual(await download(`${server.url}/`), "elsewhere");
    }
    Deno.writeTextFileSync(
      `${cwd}/app/n2o.json`,
      `{ "protocolsFolder": "../elsewhere", "static": "../pages", "store": "memory" }`,
    );
    await using server = await serve(["app"], { cwd });
    strictEqual(await answers(server.url, "alpha"), "elsewhere");
    strictEqual(await download(`${server.url}/`), "elsewhere");
  });
});

Deno.test("n2o.json changes the headers of static files, or takes them away", async () => {
  const headers = { "Content-Security-Policy": null, "Referrer-Policy": "no-referrer" };
  const files = { "static/index.html": "page", "n2o.json": JSON.stringify({ headers }) };
  await withFolder(files, async (cwd) => {
    await using server = await serve(["."], { cwd });
    const response = await fetch(server.url);
    strictEqual(await response.text(), "page");
    strictEqual(response.headers.get("content-security-policy"), null);
    strictEqual(response.headers.get("referrer-policy"), "no-referrer");
  });
});

Deno.test("every fault of an application is told with its file and what to do, by check and by serve", async () => {
  const faults: Record<string, [source: string, expected: RegExp]> = {
    "syntax.ts": ["export default {\n  name: ,\n};", /syntax\.ts: .*(parsed|Expression expected).*:2:9/],
    "throws.ts": [
      `const x: number = 1;\nthrow new RangeError("on purpose");`,
      /throws\.ts: throws RangeError: on purpose at file:.*throws\.ts:2:7/,
    ],
    "throws_text.js": [`throw "no error";`, /throws_text\.js: throws no error/],
    "throws_odd.js": ["throw Object.create(null);", /throws_odd\.js: throws \{\}/],
    "missing.ts": [`import "./not_there.ts";\nexport default {};`, /missing\.ts: .*not_there\.ts/],
    "bare.ts": [
      `import "leftpad";\nexport default {};`,
      /bare\.ts: imports "leftpad".*\n.*npm:leftpad@VERSION/,
    ],
    "nothing.ts": ["export const name = 1;", /nothing\.ts: has no default export/],
    "function.ts": [
      "export default function info() {}",
      /function\.ts: its default export is no protocol: it is a function/,
    ],
    "null.ts": ["export default null;", /null\.ts: .*it is null/],
    "nameless.ts": ["export default { info() {} };", /nameless\.ts: .*its name is no text/],
    "infoless.ts": [`export default { name: "x" };`, /infoless\.ts: .*its info is no function/],
    "folder.ts": [
      'import "./_folder.ts";\nexport default {};',
      /folder\.ts: imports .*_folder\.ts, which is a folder, at file:.*folder\.ts:1:8\n.*name a file in it/,
    ],
    "cause.ts": [
      `throw new Error("outside", { cause: new AggregateError([new TypeError("one"), "two"], "inside") });`,
      /cause\.ts: throws Error: outside at file:.*cause\.ts:1:7; caused by AggregateError: inside; caused by TypeError: one; caused by two\n/,
    ],
    "promise.ts": [
      "export default Promise.resolve({});",
      /promise\.ts: .*it is a promise: put await before it/,
    ],
    "init.ts": [`export default { name: "x", info() {}, init: 1 };`, /init\.ts: .*its init is no function/],
    "empty.ts": ["export default [];", /empty\.ts: exports an empty array/],
    "second.ts": [
      `export default [{ name: "x", info() {} }, { name: "y" }];`,
      /second\.ts: entry 1 of its default export is no protocol/,
    ],
    "twice.ts": [`export default { name: "x", info() {} };`, /twice\.ts: has the name of twice\.js/],
    "twice.js": [`export default { name: "x", info() {} };`, /twice/],
    "ends.ts": [`Deno.readTextFileSync("/");`, /ends\.ts: throws/],
    "runs.ts": [
      `new Deno.Command("true").outputSync();`,
      /runs\.ts: run access to true is not allowed\n.*--allow-run=true/,
    ],
  };
  const files = Object.fromEntries(
    Object.entries(faults).map(([name, [text]]) => [`protocols/${name}`, text]),
  );
  await withFolder(files, async (cwd) => {
    Deno.symlinkSync("nowhere.ts", `${cwd}/protocols/dangling.ts`);
    Deno.mkdirSync(`${cwd}/protocols/_folder.ts`);
    Deno.symlinkSync("circle.ts", `${cwd}/protocols/circle.ts`);
    const check = await run(["check", "."], { cwd });
    strictEqual(check.code, 1);
    strictEqual(check.stderr, "");
    for (const [, expected] of Object.values(faults)) match(check.stdout, expected);
    match(check.stdout, /dangling\.ts: .*not found/i);
    match(check.stdout, /circle\.ts: is a link that leads in a circle\n/);
    match(check.stdout, /\n22 problems\n/);
    const serve = await run(["serve", ".", "--port", "0"], { cwd });
    strictEqual(serve.code, 1);
    strictEqual(serve.stdout, "");
    for (const [, expected] of Object.values(faults)) match(serve.stderr, expected);
    ok(!/^\s+at /m.test(serve.stderr), "no stack");
    deepStrictEqual([...Deno.readDirSync(cwd)].map(({ name }) => name), ["protocols"]);
  });
});

Deno.test("data that a module imports and that are broken are told with their own file and place", async () => {
  const files = {
    "protocols/a.ts":
      `import { data } from "../lib/data.ts";\nexport default { name: data.name, info() {} };`,
    "lib/data.ts": 'import data from "./data.json" with { type: "json" };\nexport { data };',
    "lib/data.json": '{\n  "name": "a",,\n}',
    "pages/index.ts": `import { f } from "../lib/data.wasm";\nexport default { init() { f(); } };`,
    "lib/data.wasm": "none",
  };
  await withFolder(files, async (cwd) => {
    const { code, stdout } = await run(["check", "."], { cwd });
    strictEqual(code, 1);
    match(
      stdout,
      /protocols\/a\.ts: imports \S+lib\/data\.json, which is no JSON, at file:\S+data\.json:2:15\n.*\n[^]*> 2 \| {3}"name": "a",,\n/,
    );
    match(stdout, /pages\/index\.ts: imports \S+lib\/data\.wasm, which is no WebAssembly\n/);
  });
});

Deno.test("an order that cannot be is told with what was probably meant", async () => {
  await withFolder({ "protocols/alpha.ts": answering("alpha", "alpha") }, async (cwd) => {
    Deno.writeTextFileSync(
      `${cwd}/n2o.json`,
      `{ "protocols": ["heart", "alhpa", "heart", "nothing like it"] }`,
    );
    const { code, stderr } = await run(["serve", "."], { cwd });
    strictEqual(code, 1);
    deepStrictEqual(stderr.trimEnd().split("\n"), [
      "n2o: n2o.json: protocols: names alhpa, and there is no such protocol; did you mean alpha?",
      "     make protocols/alhpa.ts, or take the name out",
      "n2o: n2o.json: protocols: names heart twice",
      "     name each protocol once",
      "n2o: n2o.json: protocols: names nothing like it, and there is no such protocol",
      "     make protocols/nothing like it.ts, or take the name out",
    ]);
  });
});

Deno.test("a folder that is no application is refused: not there, a file, empty", async () => {
  await withFolder({ "file.txt": "", "empty/.gitkeep": "" }, async (cwd) => {
    const cases: [string, RegExp][] = [
      ["nowhere", /^n2o: nowhere: is not there\n/],
      ["file.txt", /^n2o: file\.txt: is no folder\n/],
      [
        "empty",
        /^n2o: empty: holds no application\n {5}put in protocols\/\*\.ts, pages\/\*\.ts, static\/ or n2o\.json\n$/,
      ],
    ];
    for (const [folder, expected] of cases) {
      for (const command of ["serve", "check"]) {
        const { code, stderr } = await run([command, folder], { cwd });
        strictEqual(code, 2);
        match(stderr, expected);
      }
    }
    const missing = await run(["serve", "empty", "--protocols", "none", "--static", "neither"], { cwd });
    strictEqual(missing.code, 1);
    match(missing.stderr, /n2o: none: is not there\n/);
    match(missing.stderr, /n2o: --static: static files: cannot serve "neither"/);
  });
});

Deno.test("a folder in which the keys or the store lie is not served", async () => {
  await withFolder({ "static/index.html": "page" }, async (cwd) => {
    for (const args of [["--secret-file", "static/secret"], ["--store", "kv:static/kv"]]) {
      const { code, stderr } = await run(["serve", ".", ...args], { cwd });
      strictEqual(code, 1);
      match(stderr, /^n2o: static: would let everybody download static\/(secret|kv)\n/);
    }
    await using server = await serve([".", "--static", "."], { cwd });
    const response = await fetch(`${server.url}/.n2o/secret`);
    strictEqual(response.status, 404);
    await response.body?.cancel();
  });
});

Deno.test("what a protocol leaves behind is logged with its name and ends nothing", async () => {
  const stray = `import { handled, isTuple, unknown } from "@n2o/n2o";
    export default {
      name: "careless",
      info(message) {
        if (!isTuple(message, "leave", 1)) return unknown;
        setTimeout(() => { throw new Error("in a timer"); }, 1);
        Promise.reject(new Error("not awaited"));
        Promise.reject("no error at all");
        return handled;
      },
    };`;
  await withFolder({ "protocols/stray.ts": stray }, async (cwd) => {
    await using server = await serve(["."], { cwd });
    await using client = await connect(server.url);
    client.send(tuple(atom("leave")));
    match(await server.logged("in a timer"), /ERROR stray_error protocol=careless error=/);
    match(await server.logged("not awaited"), /ERROR stray_rejection protocol=careless error=/);
    match(await server.logged("no error at all"), /ERROR stray_rejection error="no error at all"/);
    strictEqual(await client.ask("PING"), "PONG");
    strictEqual(await server.stop(), 0);
  });
});

Deno.test("a module that ends the program is named", async () => {
  const files = {
    "protocols/a.ts": `import { end } from "../lib/end.ts";
      import { isTuple, unknown } from "@n2o/n2o";
      export default {
        name: "a",
        async info(message) {
          if (!isTuple(message, "end", 1)) return unknown;
          await 0;
          end();
        },
      };`,
    "lib/end.ts": "export const end = () => Deno.exit(7);",
  };
  await withFolder(files, async (cwd) => {
    await using server = await serve(["."], { cwd });
    await using client = await connect(server.url);
    client.send(tuple(atom("end")));
    match(await server.logged("ended_by_module"), /ERROR ended_by_module at=file:\S+lib\/end\.ts:1:\d+/);
  });
});

Deno.test("check says what would be served", async () => {
  await withFolder(APPLICATION, async (cwd) => {
    const { code, stdout, stderr } = await run(["check", ".", "--port=8443", "--host=::"], { cwd });
    strictEqual(code, 0);
    strictEqual(stderr, "");
    deepStrictEqual(stdout.trimEnd().split("\n"), [
      `application  ${cwd.split("/").at(-1)}`,
      "settings     no file",
      "address      http://[::]:8443/",
      "engine       stream",
      "protocols    heart, session, alpha (protocols/alpha.ts), beta (protocols/beta.mts)",
      "static       static",
      "store        kv .n2o/kv (made at the first start)",
      "keys         .n2o/secret (made at the first start)",
      "",
      "no problems",
    ]);
    deepStrictEqual([...Deno.readDirSync(cwd)].map(({ name }) => name).sort(), ["protocols", "static"]);
    const kept = await run(["check", ".", "--store", "memory"], { cwd });
    match(kept.stdout, /^store {8}memory$/m);
  });
});

function prefixed(prefix: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [prefix + path, text]));
}

Deno.test("a module that waits for ever at its top level is told as such", async () => {
  const loader = JSON.stringify(import.meta.resolve("../lib/cli/protocol_file.ts"));
  const source = JSON.stringify(import.meta.resolve("../lib/cli/module_source.ts"));
  const script = `const { loadProtocolFile } = await import(${loader});
    const { modulesOnce } = await import(${source});
    console.log(JSON.stringify(await loadProtocolFile("slow.ts", modulesOnce(20))));
    Deno.exit();`;
  await withFolder({ "slow.ts": "await new Promise(() => {});", "load.ts": script }, async (cwd) => {
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", "load.ts"], cwd })
      .output();
    const { protocols, problems } = JSON.parse(new TextDecoder().decode(stdout));
    deepStrictEqual(protocols, []);
    match(problems[0].what, /has not loaded in 20 ms/);
  });
});

Deno.test("a module is waited for as long as its load goes on", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  let looks = 0;
  const growing = () => {
    if (++looks === 200) resolve("loaded");
    return looks;
  };
  strictEqual(await loadInTime(promise, 10, growing), "loaded");
  const never = Promise.withResolvers<void>().promise;
  await rejects(loadInTime(never, 10, () => 7), { code: "load_timeout" });
  await rejects(loadInTime(Promise.reject(new Error("broken")), 10, growing), { message: "broken" });
});
