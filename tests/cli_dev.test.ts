/** `n2o dev`: what is saved is live for the next message, and what is broken is told and serves on as it was. */
import { atom, format, isTuple, type Term, tuple } from "@n2o/n2o";
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { connect, type Dialogue, run, type Server, start, withFolder } from "./command.ts";

function dev(folder: string, ...flags: string[]): Promise<Server> {
  return start(["dev", ".", "--port", "0", ...flags], { cwd: folder });
}

/** A protocol that answers `{name}` with its version and what it has counted on this connection. */
function counting(name: string, version: string, more = ""): string {
  return `import { atom, isTuple, type Protocol, reply, tuple, unknown } from "@n2o/n2o";
export default {
  name: "${name}",
  info(message, cx) {
    if (!isTuple(message, "${name}", 1)) return unknown;
    const state = (cx.state.${name} ??= { count: 0 }) as { count: number };
    return reply("bert", tuple(${version}, ++state.count));
  },${more}
} satisfies Protocol;
`;
}

async function ask(socket: Dialogue, name: string): Promise<string> {
  return format(await socket.ask(tuple(atom(name))), { utf8: true });
}

/** Asks until the answer has a version; gives that answer, and sees that nothing else but earlier versions came before. */
async function until(socket: Dialogue, name: string, version: string): Promise<string> {
  const end = performance.now() + 60_000;
  const seen: string[] = [];
  for (;;) {
    const answer = await ask(socket, name);
    if (answer.startsWith(`{${version},`)) return answer;
    seen.push(answer);
    if (performance.now() > end) throw new Error(`never ${version}: ${seen.slice(-3)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Deno.test("a saved module is live for the next message, with its imports and its state", async () => {
  const files = {
    "protocols/a.ts": `import { version } from "./_helper.ts";\n${counting("a", "version")}`,
    "protocols/_helper.ts": "export const version = 1;\n",
  };
  await withFolder(files, async (folder) => {
    await using server = await dev(folder);
    await using socket = await connect(server.url);
    strictEqual(await ask(socket, "a"), "{1,1}");
    await Deno.writeTextFile(`${folder}/protocols/_helper.ts`, "export const version = 2;\n");
    const [, count] = /,(\d+)/.exec(await until(socket, "a", "2"))!;
    ok(Number(count) > 1, "the count went on");
    await Deno.writeTextFile(
      `${folder}/protocols/a.ts`,
      counting("a", "3", "\n  upgrade: (old) => ({ count: (old as { count: number }).count + 1000 }),"),
    );
    const [, later] = /,(\d+)/.exec(await until(socket, "a", "3"))!;
    ok(Number(later) > 1000, `${later}: upgraded`);
    await server.prints(/protocols\/a\.ts: generation \d+, \d+ ms/);
  });
});

Deno.test("a broken module serves on as it was, beside others that are saved; it is told with file, line and frame, and its mend", async () => {
  await withFolder(
    { "protocols/a.ts": counting("a", "1"), "protocols/b.ts": counting("b", "1") },
    async (folder) => {
      await using server = await dev(folder);
      await using socket = await connect(server.url);
      await Deno.writeTextFile(
        `${folder}/protocols/a.ts`,
        "export default {\n  name: 'a',\n  info: = 1,\n};\n",
      );
      match(await server.logged("protocols/a.ts"), /^n2o: \S*protocols\/a\.ts: .*Expression expected/);
      ok((await server.logged("3 |")).includes("info: = 1"));
      strictEqual(await ask(socket, "a"), "{1,1}");
      await Deno.writeTextFile(`${folder}/protocols/b.ts`, counting("b", "2"));
      await until(socket, "b", "2");
      strictEqual(await ask(socket, "a"), "{1,2}");
      await Deno.writeTextFile(
        `${folder}/protocols/a.ts`,
        'const n: null = null;\nthrow new Error("at load");\n',
      );
      match(await server.logged("at load"), /throws Error: at load at file:\S*protocols\/a\.ts:2:\d+$/);
      strictEqual(await ask(socket, "a"), "{1,3}");
      await Deno.writeTextFile(`${folder}/protocols/a.ts`, counting("a", "2"));
      await until(socket, "a", "2");
      await server.prints("mended");
    },
  );
});

Deno.test("F26: a server starts with a broken module, serves the others, and takes the mended file over", async () => {
  await withFolder(
    { "protocols/bad.ts": "export default {\n  name: ]\n};\n", "protocols/good.ts": counting("good", "1") },
    async (folder) => {
      await using server = await dev(folder);
      await server.logged("protocols/bad.ts");
      await server.logged("2 |");
      await using socket = await connect(server.url);
      strictEqual(await ask(socket, "good"), "{1,1}");
      await Deno.writeTextFile(`${folder}/protocols/bad.ts`, counting("bad", "1"));
      await until(socket, "bad", "1");
      strictEqual(await ask(socket, "good"), "{1,2}");
    },
  );
});

Deno.test("F27: a module that imports what is not there yet is taken over when it is there, without another save", async () => {
  await withFolder({ "protocols/a.ts": counting("a", "1") }, async (folder) => {
    await using server = await dev(folder);
    await using socket = await connect(server.url);
    strictEqual(await ask(socket, "a"), "{1,1}");
    const helper = `${folder}/protocols/_helper.ts`;
    await Deno.writeTextFile(
      `${folder}/protocols/a.ts`,
      `import { version } from "./_helper.ts";\n${counting("a", "version")}`,
    );
    await server.logged("_helper.ts");
    strictEqual((await ask(socket, "a")).startsWith("{1,"), true);
    await Deno.writeTextFile(helper, "export const version = 2;\n");
    await until(socket, "a", "2");
    await Deno.remove(helper);
    await server.prints("mended");
    await new Promise((resolve) => setTimeout(resolve, 100));
    ok((await ask(socket, "a")).startsWith("{2,"));
    await Deno.writeTextFile(helper, "export const version = 3;\n");
    await until(socket, "a", "3");
  });
});

Deno.test("modules that are added, renamed and removed change the chain", async () => {
  await withFolder({ "protocols/a.ts": counting("a", "1") }, async (folder) => {
    await using server = await dev(folder);
    await using socket = await connect(server.url);
    strictEqual(await ask(socket, "b"), "[]".replace("[]", "<<>>"));
    await Deno.writeTextFile(`${folder}/protocols/b.ts`, counting("b", "1"));
    await until(socket, "b", "1");
    await Deno.rename(`${folder}/protocols/b.ts`, `${folder}/protocols/c.ts`);
    await server.prints(/c\.ts/);
    strictEqual((await ask(socket, "b")).startsWith("{1,"), true);
    await Deno.remove(`${folder}/protocols/c.ts`);
    for (;;) {
      const answer = await ask(socket, "b");
      if (!answer.startsWith("{1,")) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    strictEqual((await ask(socket, "a")).startsWith("{1,"), true);
  });
});

Deno.test("a module that is renamed and broken at once keeps serving under its old name, with its state, until it is mended", async () => {
  await withFolder(
    { "protocols/a.ts": counting("a", "1"), "protocols/b.ts": counting("b", "1") },
    async (folder) => {
      await using server = await dev(folder);
      await using socket = await connect(server.url);
      strictEqual(await ask(socket, "a"), "{1,1}");
      await Deno.rename(`${folder}/protocols/a.ts`, `${folder}/protocols/z.ts`);
      await Deno.writeTextFile(`${folder}/protocols/z.ts`, "export default {\n");
      await server.logged("protocols/z.ts");
      strictEqual(await ask(socket, "a"), "{1,2}");
      await Deno.writeTextFile(`${folder}/protocols/z.ts`, counting("a", "2"));
      match(await until(socket, "a", "2"), /^\{2,(?!1\})/);
    },
  );
});

Deno.test("a module that is away for a moment, and one that a mistake in the configuration leaves out, serve on with their states", async () => {
  const files = {
    "n2o.json": "{}",
    "protocols/a.ts": counting("a", "1"),
    "protocols/b.ts": counting("b", "1"),
  };
  await withFolder(files, async (folder) => {
    await using server = await dev(folder);
    await using socket = await connect(server.url);
    strictEqual(await ask(socket, "a"), "{1,1}");
    strictEqual(await ask(socket, "b"), "{1,1}");
    await Deno.remove(`${folder}/protocols/a.ts`);
    await new Promise((resolve) => setTimeout(resolve, 60));
    strictEqual(await ask(socket, "a"), "{1,2}");
    await Deno.writeTextFile(`${folder}/protocols/a.ts`, counting("a", "2"));
    match(await until(socket, "a", "2"), /^\{2,(?!1\})/);
    await Deno.writeTextFile(`${folder}/n2o.json`, '{ "protocols": ["heart", "session", "a", "bb"] }');
    await server.logged("names bb");
    strictEqual(await ask(socket, "b"), "{1,2}");
    await Deno.writeTextFile(`${folder}/n2o.json`, '{ "protocols": ["heart", "session", "a"] }');
    await server.prints("mended");
    const end = performance.now() + 60_000;
    while (await ask(socket, "b") !== "<<>>") ok(performance.now() < end, "it still answers");
  });
});

Deno.test("a module that waits at its top level keeps no other save back, and is live when it is done", async () => {
  const waiting = (what: string) => `await ${what};\n${counting("a", "2")}`;
  await withFolder(
    { "protocols/a.ts": counting("a", "1"), "protocols/b.ts": counting("b", "1") },
    async (folder) => {
      await using server = await dev(folder);
      await using socket = await connect(server.url);
      strictEqual(await ask(socket, "a"), "{1,1}");
      await Deno.writeTextFile(`${folder}/protocols/a.ts`, waiting("new Promise(() => {})"));
      await server.logged("has not loaded in 1000 ms");
      strictEqual(await ask(socket, "a"), "{1,2}");
      for (const version of ["2", "3", "4"]) {
        await Deno.writeTextFile(`${folder}/protocols/b.ts`, counting("b", version));
        await until(socket, "b", version);
      }
      strictEqual(await ask(socket, "a"), "{1,3}");
      await Deno.writeTextFile(
        `${folder}/protocols/a.ts`,
        waiting("new Promise((done) => setTimeout(done, 1500))"),
      );
      await until(socket, "a", "2");
      await server.prints("mended");
    },
  );
});

Deno.test("what is saved one after the other while a load is under way is told once", async () => {
  const names = ["a", "b", "c", "d"];
  const files = Object.fromEntries(names.map((name) => [`protocols/${name}.ts`, counting(name, "1")]));
  await withFolder(files, async (folder) => {
    await using server = await dev(folder);
    await using socket = await connect(server.url);
    const slow = `await new Promise((done) => setTimeout(done, 800));\n${counting("a", "2")}`;
    await Deno.writeTextFile(`${folder}/protocols/a.ts`, slow);
    for (const name of ["b", "c", "d"]) {
      await new Promise((resolve) => setTimeout(resolve, 150));
      await Deno.writeTextFile(`${folder}/protocols/${name}.ts`, counting(name, "2"));
    }
    for (const name of names) await until(socket, name, "2");
    await Deno.writeTextFile(`${folder}/protocols/a.ts`, counting("a", "3"));
    await server.prints(/protocols\/a\.ts: generation \d+, \d+ ms\n$/);
    const told = [...server.printed.matchAll(/: generation (\d+),/g)].map(([, number]) => number);
    deepStrictEqual(told, [...new Set(told)], server.printed);
  });
});

Deno.test("two protocols of one name are told, and the first of them serves", async () => {
  await withFolder(
    { "protocols/a.ts": counting("a", "1"), "protocols/b.ts": counting("a", "2") },
    async (folder) => {
      const checked = await run(["check", "."], { cwd: folder });
      strictEqual(checked.code, 1);
      match(checked.stdout, /b\.ts: exports a protocol named a, and so does \S*a\.ts\n/);
      await using server = await dev(folder);
      await server.logged("exports a protocol named a");
      await using socket = await connect(server.url);
      strictEqual(await ask(socket, "a"), "{1,1}");
      await Deno.writeTextFile(`${folder}/protocols/b.ts`, counting("b", "1"));
      await until(socket, "b", "1");
    },
  );
});

Deno.test("of two files of one name the one goes on serving that did", async () => {
  const page = "export default { init() {} };";
  const files = { "protocols/b.ts": counting("b", "1"), "pages/p.ts": page };
  await withFolder(files, async (folder) => {
    await using server = await dev(folder);
    await using socket = await connect(server.url);
    strictEqual(await ask(socket, "b"), "{1,1}");
    await Deno.writeTextFile(`${folder}/pages/p.js`, page);
    await server.logged("pages/p.js: has the name of p.ts");
    const other = `export default { name: "b", info: () => { throw new Error("the other one"); } };`;
    await Deno.writeTextFile(`${folder}/protocols/b.js`, other);
    await server.logged("protocols/b.js: has the name of b.ts");
    strictEqual(await ask(socket, "b"), "{1,2}");
    await Deno.writeTextFile(`${folder}/protocols/b.ts`, counting("b", "2"));
    await until(socket, "b", "2");
  });
});

Deno.test("a changed configuration changes the chain; what counts from the next start on is named", async () => {
  const files = {
    "n2o.json": '{ "protocols": ["a"] }',
    "protocols/a.ts": counting("a", "1"),
    "protocols/b.ts": counting("b", "1"),
  };
  await withFolder(files, async (folder) => {
    await using server = await dev(folder);
    await using socket = await connect(server.url);
    strictEqual(await ask(socket, "b"), "<<>>");
    await Deno.writeTextFile(`${folder}/n2o.json`, '{ "protocols": ["b", "a"], "formatter": "json" }');
    await until(socket, "b", "1");
    await server.prints("need a restart: formatter");
    await Deno.writeTextFile(`${folder}/n2o.json`, '{ "protocols": ["a", ');
    await server.logged("n2o.json:1:22");
    ok((await ask(socket, "b")).startsWith("{1,"));
    await Deno.writeTextFile(`${folder}/n2o.json`, '{ "protocols": ["a"] }');
    await server.prints("mended");
  });
});

Deno.test("a page goes on with its new module and its state, and is drawn anew", async () => {
  const page = (version: number) =>
    `import { button, type Page } from "@n2o/n2o/nitro";
import { atom } from "@n2o/n2o";
export default {
  init(nitro) {
    nitro.state.count ??= 0;
    nitro.update("add", button({ id: "add", body: \`v${version} \${nitro.state.count}\`, postback: atom("add") }));
  },
  event(_message, nitro) {
    nitro.state.count = Number(nitro.state.count) + 1;
    nitro.update("add", button({ id: "add", body: \`v${version} \${nitro.state.count}\`, postback: atom("add") }));
  },
} satisfies Page;
`;
  await withFolder({ "pages/index.ts": page(1) }, async (folder) => {
    await using server = await dev(folder);
    await using socket = await connect(server.url, "/ws/app/index");
    const first = await socket.ask("N2O,,operations");
    match(format(first, { utf8: true }), /v1 0/);
    const on = (isTuple(first, "io", 3) ? first[1] as Term[] : []).find((one) => isTuple(one, "on", 5));
    ok(isTuple(on));
    const click = tuple(atom("pickle"), "add", on[3], [tuple(tuple("add", "detail"), [])]);
    match(format(await socket.ask(click), { utf8: true }), /v1 1/);
    await Deno.writeTextFile(`${folder}/pages/index.ts`, page(2));
    match(format(await socket.next(), { utf8: true }), /v2 1/);
    match(format(await socket.ask(click), { utf8: true }), /v2 2/);
  });
});

Deno.test("old modules that stay in memory are told of when they are many", async () => {
  const names = Array.from({ length: 250 }, (_, i) => `_part${i}.js`);
  const files = {
    "protocols/_leaf.ts": "export const version = 1;\n",
    "protocols/a.ts": names.map((name) => `import "./${name}";\n`).join("") +
      `import { version } from "./_leaf.ts";\n${counting("a", "version")}`,
    ...Object.fromEntries(names.map((name) => [`protocols/${name}`, 'import "./_leaf.ts";\n'])),
  };
  await withFolder(files, async (folder) => {
    await using server = await dev(folder);
    await using socket = await connect(server.url);
    for (let version = 2; version <= 6; version++) {
      await Deno.writeTextFile(`${folder}/protocols/_leaf.ts`, `export const version = ${version};\n`);
      await until(socket, "a", String(version));
    }
    await server.prints(
      /1\d\d\d old modules \(\d+ MB of code\) stay in memory: restart n2o dev when it suits/,
    );
  });
});

Deno.test("n2o rollback goes back to what was served before the last save, and the next save goes on from there", async () => {
  await withFolder({ "protocols/a.ts": counting("a", "1") }, async (folder) => {
    await using server = await dev(folder);
    await using socket = await connect(server.url);
    await ask(socket, "a");
    await Deno.writeTextFile(`${folder}/protocols/a.ts`, counting("a", "2"));
    await until(socket, "a", "2");
    strictEqual((await run(["rollback", "."], { cwd: folder })).code, 0);
    match(await ask(socket, "a"), /^\{1,/);
    strictEqual((await run(["rollback", "."], { cwd: folder })).code, 1, "there is nothing before");
    for (const version of ["3", "4", "5"]) {
      await Deno.writeTextFile(`${folder}/protocols/a.ts`, counting("a", version));
      await until(socket, "a", version);
    }
    for (const version of ["4", "3"]) {
      strictEqual((await run(["rollback", "."], { cwd: folder })).code, 0);
      match(await ask(socket, "a"), new RegExp(`^\\{${version},`));
    }
    await Deno.writeTextFile(`${folder}/protocols/a.ts`, "export default {\n");
    await server.logged("protocols/a.ts");
    match(await ask(socket, "a"), /^\{3,/, "not what was rolled back from");
  });
});

Deno.test("a debugger is let in where it is asked for", async () => {
  await withFolder({ "protocols/a.ts": counting("a", "1") }, async (folder) => {
    const options = {
      cwd: folder,
      deno: [
        "run",
        "--no-prompt",
        "--allow-net",
        "--allow-read",
        "--allow-write=.n2o",
        "--allow-env",
        "--allow-sys",
      ],
    };
    await using server = await start(["dev", "--port", "0", "--inspect", "--inspect-port", "0"], options);
    match(await server.logged("Debugger listening"), /ws:\/\/127\.0\.0\.1:\d+\//);
    const [, host] = /ws:\/\/([^/]+)/.exec(await server.logged("Debugger listening"))!;
    const [target] = await (await fetch(`http://${host}/json/list`)).json() as { url: string }[];
    match(target.url, /main\.ts$/);
  });
});

Deno.test("what is no application, and flags that cannot be, are refused with what to do", async () => {
  await withFolder({}, async (folder) => {
    const empty = await run(["dev", folder]);
    strictEqual(empty.code, 2, empty.stderr);
    match(empty.stderr, /holds no application/);
    const flags = await run(["dev", folder, "--poll", "often"]);
    strictEqual(flags.code, 2);
    match(flags.stderr, /--poll: cannot be often\n.*10 to 60000/);
    const spare = await run(["dev", folder, "--inspect=127.0.0.1:9333"]);
    strictEqual(spare.code, 2);
    match(
      spare.stderr,
      /--inspect: takes no value\n.*write --inspect, and --inspect-port PORT for another port/,
    );
    for (
      const wrong of [["--inspect=false"], ["--inspect", "127.0.0.1:0"], [
        "--inspect-port",
        "0",
        "--prot",
        "1",
      ]]
    ) {
      const refused = await run(["dev", folder, ...wrong]);
      strictEqual(refused.code, 2, refused.stderr);
      ok(!refused.stderr.includes("Debugger"), refused.stderr);
    }
    deepStrictEqual((await run(["dev", "--help"])).code, 0);
  });
});
