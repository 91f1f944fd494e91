/**
 * The package: what it exports, and the rules about imports that the gate holds it to.
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { cycles } from "../scripts/import_cycles.ts";
import { type Graph, type Import, readGraph, sources } from "../scripts/import_graph.ts";
import { breaches } from "../scripts/import_rules.ts";
import { root } from "./root.ts";

interface Configuration {
  exports: Record<string, string>;
  imports: Record<string, string>;
  tasks: Record<string, string>;
}

async function configuration(): Promise<Configuration> {
  return JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
}

/** A graph of `path: the local files it imports, or npm specifiers`. */
function graphOf(modules: Record<string, string[]>): Graph {
  const imported = (specifier: string): Import => {
    const name = /^npm:\/?(@?[^/]+)/.exec(specifier)?.[1];
    return name === undefined
      ? { specifier: `./${specifier}`, file: specifier }
      : { specifier, package: name };
  };
  return new Map(Object.entries(modules).map(([path, targets]) => [path, targets.map(imported)]));
}

Deno.test("every export is a module, and protocol modules find it under the package's name", async () => {
  const { exports, imports } = await configuration();
  for (const [subpath, path] of Object.entries(exports)) {
    ok((await Deno.stat(`${root}/${path}`)).isFile, path);
    strictEqual(imports["@n2o/n2o" + subpath.slice(1)], path);
  }
});

Deno.test("the server starts with named permissions, not with all of them", async () => {
  const { tasks } = await configuration();
  match(tasks.start, /--allow-write=\S/);
  ok(
    !/(^|\s)(-A|--allow-all|--allow-run|--allow-ffi|--allow-write|--allow-env)(\s|$)/.test(tasks.start),
    tasks.start,
  );
});

Deno.test("a ring of imports is found once, by a shortest way round", () => {
  const graph = graphOf({ "a.ts": ["b.ts", "d.ts"], "b.ts": ["c.ts", "d.ts"], "c.ts": ["a.ts"], "d.ts": [] });
  deepStrictEqual(cycles(graph), [["a.ts", "b.ts", "c.ts", "a.ts"]]);
});

Deno.test("a module that imports itself is a ring", () => {
  deepStrictEqual(cycles(graphOf({ "a.ts": ["a.ts"] })), [["a.ts", "a.ts"]]);
});

Deno.test("a module that is reached by two ways is no ring", () => {
  deepStrictEqual(
    cycles(graphOf({ "a.ts": ["b.ts", "c.ts"], "b.ts": ["d.ts"], "c.ts": ["d.ts"], "d.ts": [] })),
    [],
  );
});

Deno.test("the library may import neither a protocol nor a command; commands may", () => {
  const graph = graphOf({
    "mod.ts": ["lib/n2o.ts", "protocols/heart.ts"],
    "main.ts": ["lib/cli/serve.ts"],
    "lib/n2o.ts": ["protocols/heart.ts"],
    "lib/loop.ts": ["lib/cli/flags.ts"],
    "lib/cli/serve.ts": ["protocols/heart.ts", "lib/cli/flags.ts"],
    "lib/cli/flags.ts": [],
    "protocols/heart.ts": [],
  });
  const found = breaches(graph, ["mod.ts", "main.ts"]);
  strictEqual(found.length, 2);
  match(found[0], /lib\/n2o\.ts imports protocols\/heart\.ts/);
  match(found[1], /lib\/loop\.ts imports lib\/cli\/flags\.ts/);
});

Deno.test("a package is named with one exact version, by one file", () => {
  const range = breaches(graphOf({ "lib/mqtt.ts": ["npm:mqtt@^5.14.1"] }), []);
  match(range.join(), /name one exact version/);
  const twice = graphOf({ "lib/a.ts": ["npm:@x/y@1.2.3/z.js"], "lib/b.ts": ["npm:@x/y@1.2.3/z.js"] });
  match(breaches(twice, []).join(), /lib\/a\.ts and lib\/b\.ts: one adapter file each/);
  deepStrictEqual(
    breaches(graphOf({ "lib/a.ts": ["npm:@x/y@1.2.3/z.js"], "lib/b.ts": ["npm:@x/y@1.2.3/w.js"] }), []),
    [],
  );
});

Deno.test("what is exported reaches no bare name, for who imports it by URL has no map", () => {
  const graph: Graph = new Map([["protocols/heart.ts", [{ specifier: "@n2o/n2o", file: "mod.ts" }]]]);
  match(breaches(graph, ["protocols/heart.ts"]).join(), /imports @n2o\/n2o/);
  deepStrictEqual(breaches(graph, []), []);
});

Deno.test("mod.ts reaches no package but deno-std, whatever the way", () => {
  const graph = graphOf({
    "mod.ts": ["lib/hex.ts", "lib/pack.ts"],
    "lib/hex.ts": ["npm:deno-std@1.4.0/encoding/hex.js"],
    "lib/pack.ts": ["lib/adapter.ts"],
    "lib/adapter.ts": ["npm:msgpack@1.0.0"],
  });
  deepStrictEqual(breaches(graph, ["mod.ts"]), [
    "mod.ts reaches the package msgpack@1.0.0: give that part its own export",
  ]);
});

Deno.test("the graph knows static, type-only, dynamic and text imports", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const write = (name: string, text: string) => Deno.writeTextFile(`${folder}/${name}`, text);
    await write("deno.json", "{}");
    await write(
      "a.ts",
      `import { b } from "./b.ts"; import type { C } from "./c.ts"; import d from "./d.txt" with { type: "text" };\n` +
        `export const e = () => [import("./e.ts"), b, d as unknown as C];\n`,
    );
    await write("b.ts", "export const b = 1;\n");
    await write("c.ts", "export type C = number;\n");
    await write("d.txt", "d");
    await write("e.ts", `import "node:fs";\n`);
    const files = await sources(folder);
    deepStrictEqual(files, ["a.ts", "b.ts", "c.ts", "e.ts"]);
    const graph = await readGraph(folder, files);
    deepStrictEqual(graph.get("a.ts")!.map(({ file }) => file).sort(), ["b.ts", "c.ts", "d.txt", "e.ts"]);
    deepStrictEqual(graph.get("e.ts"), [{ specifier: "node:fs", file: undefined, package: undefined }]);
    await write("b.ts", `import "./nowhere.ts";\n`);
    let message = "";
    await readGraph(folder, files).catch((error: Error) => message = error.message);
    match(message, /nowhere\.ts/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("this repository's modules keep the rules", async () => {
  const { exports } = await configuration();
  const entries = [...Object.values(exports), "./main.ts"].map((path) => path.slice(2));
  deepStrictEqual(breaches(await readGraph(root, await sources(root)), entries), []);
});

Deno.test("a folder's path is decoded from its address: a clone may lie where there are spaces and signs", async () => {
  const encoded = /import\.meta\.url\)\.pathname/;
  for (const folder of ["lib", "protocols", "scripts", "tests"]) {
    for await (const path of modules(`${root}/${folder}`)) {
      if (path.endsWith("package.test.ts")) continue;
      ok(!encoded.test(await Deno.readTextFile(path)), path);
    }
  }
});

async function* modules(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* modules(`${folder}/${name}`);
    else if (/\.tsx?$/.test(name)) yield `${folder}/${name}`;
  }
}
