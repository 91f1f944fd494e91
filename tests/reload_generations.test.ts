/** Generations of modules: real files, loaded by the real runtime. */
import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import { ModuleFolder } from "./reload_folder.ts";

/** A module with an identity of its own, `me`, and what it imports under other names. */
function module(version: number, imports: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries(imports).map(([name, from]) => `import * as ${name} from "${from}";`);
  const names = Object.keys(imports).join(", ");
  return `${
    lines.join("\n")
  }\nexport const version = ${version};\nexport const me = {};\nexport const its = { ${names} };\n`;
}

// deno-lint-ignore no-explicit-any
type Loaded = any;

Deno.test("the first attempt loads all, and an attempt after which nothing has changed loads nothing", async () => {
  using folder = new ModuleFolder({ "a.ts": module(1, { b: "./b.ts" }), "b.ts": module(1) });
  const first = await folder.load(["a.ts"]);
  deepStrictEqual(first.changed, ["a.ts", "b.ts"]);
  const again = await folder.load(["a.ts"]);
  deepStrictEqual([again.changed, again.number, again.committed], [[], first.number, true]);
  strictEqual(again.modules[0], first.modules[0]);
  deepStrictEqual(folder.generations.loaded, { instances: 0, bytes: 0 });
});

Deno.test("what has changed is loaded anew with all that imports it, and the rest stays the same instance", async () => {
  using folder = new ModuleFolder({
    "a.ts": module(1, { left: "./left.ts", right: "./right.ts" }),
    "left.ts": module(1, { deep: "./deep.ts" }),
    "right.ts": module(1),
    "deep.ts": module(1),
    "other.ts": module(1, { right: "./right.ts" }),
  });
  const { modules: [a1, other1] } = await folder.load(["a.ts", "other.ts"]) as Loaded;
  folder.write("deep.ts", module(2));
  const second = await folder.load(["a.ts", "other.ts"]);
  const [a2, other2] = second.modules as Loaded;
  deepStrictEqual(second.changed, ["deep.ts"]);
  strictEqual(a2.its.left.its.deep.version, 2);
  notStrictEqual(a2.me, a1.me);
  notStrictEqual(a2.its.left.me, a1.its.left.me);
  strictEqual(a2.its.right.me, a1.its.right.me);
  strictEqual(other2.me, other1.me);
  strictEqual(a1.its.left.its.deep.version, 1);
  strictEqual(folder.generations.loaded.instances, 3);
});

Deno.test("a file that is written again as it was changes nothing, however new it looks", async () => {
  using folder = new ModuleFolder({ "a.ts": module(1) });
  const first = await folder.one("a.ts");
  folder.write("a.ts", module(1));
  strictEqual(await folder.one("a.ts", ["a.ts"]), first);
  Deno.utimeSync(folder.at("a.ts"), 1, 1);
  strictEqual(await folder.one("a.ts"), first);
});

Deno.test("a change that leaves size and times as they were is found where the file was touched", async () => {
  using folder = new ModuleFolder({ "a.ts": module(1) });
  Deno.utimeSync(folder.at("a.ts"), 1, 1);
  strictEqual((await folder.one("a.ts")).version, 1);
  folder.write("a.ts", module(2));
  Deno.utimeSync(folder.at("a.ts"), 1, 1);
  strictEqual((await folder.one("a.ts", ["a.ts"])).version, 2);
});

Deno.test("modules that import each other are loaded anew together", async () => {
  using folder = new ModuleFolder({
    "a.ts": module(1, { b: "./b.ts" }),
    "b.ts": module(1, { a: "./a.ts", c: "./c.ts" }),
    "c.ts": module(1),
  });
  const a1 = await folder.one("a.ts") as Loaded;
  folder.write("b.ts", module(2, { a: "./a.ts", c: "./c.ts" }));
  const a2 = await folder.one("a.ts") as Loaded;
  strictEqual(a2.its.b.version, 2);
  strictEqual(a2.its.b.its.a.me, a2.me);
  notStrictEqual(a2.me, a1.me);
  strictEqual(a2.its.b.its.c.me, a1.its.b.its.c.me);
});

Deno.test("JSON and texts are imports like any other", async () => {
  using folder = new ModuleFolder({
    "a.ts": `import data from "./data.json" with { type: "json" };
import text from "./text.txt" with { type: "text" };
export { data, text };`,
    "data.json": '{"n":1}',
    "text.txt": "one",
  });
  const first = await folder.one("a.ts");
  deepStrictEqual([first.data, first.text], [{ n: 1 }, "one"]);
  folder.write("data.json", '{"n":2}');
  const second = await folder.one("a.ts");
  deepStrictEqual([second.data, second.text], [{ n: 2 }, "one"]);
  folder.write("text.txt", "two");
  deepStrictEqual((await folder.one("a.ts")).text, "two");
  folder.write("data.json", '{"n":');
  match((await folder.failing("a.ts")).message, /JSON/);
  folder.write("data.json", '{"n":3}');
  deepStrictEqual((await folder.one("a.ts")).data, { n: 3 });
});

Deno.test("exports that are passed on, and imports at the top level that are awaited, belong to the generation", async () => {
  using folder = new ModuleFolder({
    "a.ts": 'export * from "./b.ts";\nexport const lazy = await import("./c.ts");',
    "b.ts": "export const b = 1;",
    "c.ts": "export const c = 1;",
  });
  await folder.one("a.ts");
  folder.write("b.ts", "export const b = 2;");
  strictEqual((await folder.one("a.ts")).b, 2);
  folder.write("c.ts", "export const c = 2;");
  const { lazy } = await folder.one("a.ts") as Loaded;
  strictEqual(lazy.c, 2);
});

Deno.test("what an old module imports only now is of its own generation, and stays what it is", async () => {
  const lazy = 'export const lazy = () => import("./b.ts");\n';
  using folder = new ModuleFolder({
    "a.ts": `${lazy}export const version = 1;`,
    "user.ts": module(1, { b: "./b.ts" }),
    "b.ts": module(1),
  });
  const { modules: [a1] } = await folder.load(["a.ts", "user.ts"]) as Loaded;
  folder.write("b.ts", module(2));
  folder.write("a.ts", `${lazy}export const version = 2;`);
  const { modules: [a2] } = await folder.load(["a.ts", "user.ts"]) as Loaded;
  folder.write("b.ts", module(3));
  const { modules: [a2Again] } = await folder.load(["a.ts", "user.ts"]) as Loaded;
  strictEqual(a2Again, a2, "it has not imported b.ts so far");
  strictEqual((await a1.lazy()).version, 1);
  strictEqual((await a2.lazy()).version, 3, "it is in force: so is what it means");
  strictEqual((await a1.lazy()).version, 1);
  folder.write("b.ts", module(4));
  const { modules: [a4] } = await folder.load(["a.ts", "user.ts"]) as Loaded;
  notStrictEqual(a4, a2, "now it has");
  deepStrictEqual([(await a1.lazy()).version, (await a2.lazy()).version, (await a4.lazy()).version], [
    1,
    3,
    4,
  ]);
});

Deno.test("what a module has imported in the course of time is loaded with it from then on, whatever it is", async () => {
  using folder = new ModuleFolder({
    "a.ts": `export const lazy = async () => [
  (await import("./b.ts")).version,
  (await import("./data.json", { with: { type: "json" } })).default.n,
];`,
    "b.ts": module(1, { c: "./c.ts" }),
    "c.ts": module(1),
    "data.json": '{"n":1}',
  });
  const a1 = await folder.one("a.ts") as Loaded;
  deepStrictEqual(await a1.lazy(), [1, 1]);
  folder.write("c.ts", module(2));
  folder.write("b.ts", module(2, { c: "./c.ts" }));
  folder.write("data.json", '{"n":2}');
  const a2 = await folder.one("a.ts") as Loaded;
  notStrictEqual(a2, a1);
  ok(folder.generations.files.has(folder.at("c.ts")), "before it is asked for again");
  folder.write("data.json", '{"n":3}');
  const a3 = await folder.one("a.ts") as Loaded;
  deepStrictEqual([await a1.lazy(), await a2.lazy(), await a3.lazy()], [[1, 1], [2, 2], [2, 3]]);
});

Deno.test("what a module imports only now and nobody has loaded so far is loaded, and watched from then on", async () => {
  using folder = new ModuleFolder({
    "a.ts": 'export const lazy = () => import("./b.ts");',
    "b.ts": module(1, { c: "./c.ts" }),
    "c.ts": module(1),
  });
  const a1 = await folder.one("a.ts") as Loaded;
  strictEqual(folder.generations.files.has(folder.at("c.ts")), false);
  strictEqual((await a1.lazy()).its.c.version, 1);
  ok(folder.generations.files.has(folder.at("c.ts")));
  folder.write("c.ts", module(2));
  const a2 = await folder.one("a.ts") as Loaded;
  notStrictEqual(a2, a1);
  strictEqual((await a2.lazy()).its.c.version, 2);
  strictEqual((await a1.lazy()).its.c.version, 1);
});

Deno.test("an import that may fail has its module loaded anew when the file comes to be", async () => {
  using folder = new ModuleFolder({
    "a.ts": 'export const b = await import("./b.ts").catch(() => "none");',
  });
  strictEqual((await folder.one("a.ts")).b, "none");
  ok(folder.generations.files.has(folder.at("b.ts")));
  folder.write("b.ts", module(1));
  strictEqual((await folder.one("a.ts") as Loaded).b.version, 1);
});

Deno.test("files outside the folder belong to it where they are imported by their place", async () => {
  using folder = new ModuleFolder({
    "app/a.ts": module(1, { shared: "../shared/s.ts" }),
    "shared/s.ts": module(1, { t: "./t.ts" }),
    "shared/t.ts": module(1),
  }, { folder: "app" });
  await folder.one("app/a.ts");
  ok(folder.generations.files.has(folder.at("shared/t.ts")));
  folder.write("shared/t.ts", module(2));
  strictEqual((await folder.one("app/a.ts") as Loaded).its.shared.its.t.version, 2);
});

Deno.test("the library that runs and packages are never loaded anew", async () => {
  using folder = new ModuleFolder({
    "app/a.ts": module(1, { mod: "../library/mod.ts", p: "./node_modules/p/p.js" }),
    "library/mod.ts": module(1),
    "app/node_modules/p/p.js": module(1),
  }, { folder: "app" });
  const a1 = await folder.one("app/a.ts") as Loaded;
  folder.write("library/mod.ts", module(2));
  folder.write("app/node_modules/p/p.js", module(2));
  folder.write("app/a.ts", module(2, { mod: "../library/mod.ts", p: "./node_modules/p/p.js" }));
  const a2 = await folder.one("app/a.ts") as Loaded;
  strictEqual(a2.version, 2);
  strictEqual(a2.its.mod.me, a1.its.mod.me);
  strictEqual(a2.its.p.me, a1.its.p.me);
  deepStrictEqual([...folder.generations.files], [folder.at("app/a.ts")]);
});

Deno.test("a library inside the folder is the one that runs, whatever is written there", async () => {
  using folder = new ModuleFolder({
    "a.ts": module(1, { mod: "./library/mod.ts" }),
    "library/mod.ts": module(1),
  });
  await folder.one("a.ts");
  folder.write("library/mod.ts", module(2));
  strictEqual((await folder.one("a.ts") as Loaded).its.mod.version, 1);
});

Deno.test("files may have any name", async () => {
  const names = ["with space.ts", "пчела.ts", "100%.ts", "a#b.ts", "q?.ts", "[x].ts"];
  for (const name of names) {
    using folder = new ModuleFolder({ [name]: module(1, { b: `./${encodeURIComponent(`b ${name}`)}` }) });
    folder.write(`b ${name}`, module(1));
    await folder.one(name);
    folder.write(`b ${name}`, module(2));
    const { changed, modules: [loaded] } = await folder.load([name]) as Loaded;
    deepStrictEqual(changed, [`b ${name}`]);
    strictEqual(loaded.its.b.version, 2, name);
  }
});

Deno.test("a module knows its own place", async () => {
  using folder = new ModuleFolder({
    "a.ts":
      'export const { filename, dirname, url } = import.meta;\nexport const data = new URL("./data.json", url).href;',
  });
  const { filename, dirname, data } = await folder.one("a.ts");
  deepStrictEqual([filename, dirname], [folder.at("a.ts"), folder.path]);
  match(String(data), /\/data\.json$/);
});

Deno.test("two applications in one process have generations of their own", async () => {
  using one = new ModuleFolder({ "a.ts": module(1, { b: "./b.ts" }), "b.ts": module(1) });
  using two = new ModuleFolder({ "a.ts": module(1, { b: "./b.ts" }), "b.ts": module(1) });
  const [a, b] = [await one.one("a.ts"), await two.one("a.ts")];
  two.write("b.ts", module(2));
  strictEqual(await one.one("a.ts"), a);
  const later = await two.one("a.ts") as Loaded;
  notStrictEqual(later, b);
  strictEqual(later.its.b.version, 2);
});

Deno.test("a module that nobody asks for any more is out of force, and loaded anew when it is asked for again", async () => {
  using folder = new ModuleFolder({ "a.ts": module(1), "b.ts": module(1) });
  const { modules: [a, b], number } = await folder.load(["a.ts", "b.ts"]) as Loaded;
  const less = await folder.load(["a.ts"]);
  ok(less.number > number);
  deepStrictEqual([...folder.generations.files], [folder.at("a.ts")]);
  const more = await folder.load(["a.ts", "b.ts"]) as Loaded;
  strictEqual(more.modules[0], a);
  notStrictEqual(more.modules[1].me, b.me);
  strictEqual(folder.generations.loaded.instances, 1);
});

Deno.test("an earlier generation can be put in force again, and what is on disk after it", async () => {
  using folder = new ModuleFolder({ "a.ts": module(1, { b: "./b.ts" }), "b.ts": module(1) });
  const first = await folder.load(["a.ts"]);
  folder.write("b.ts", module(2));
  const second = await folder.load(["a.ts"]);
  strictEqual(folder.generations.restore(first.number), true);
  strictEqual(folder.generations.number, first.number);
  const attempt = await folder.begin();
  deepStrictEqual(attempt.changed, [folder.at("b.ts")]);
  attempt.abandon();
  const third = await folder.load(["a.ts"]) as Loaded;
  ok(third.number > second.number);
  strictEqual(third.modules[0].its.b.version, 2);
  strictEqual(folder.generations.restore(999_999_999), false);
  folder.generations.restore(first.number);
  folder.write("b.ts", module(1));
  strictEqual((await folder.load(["a.ts"])).modules[0], first.modules[0]);
});

Deno.test("an attempt without a change leaves the generations before it to go back to", async () => {
  using folder = new ModuleFolder({ "a.ts": module(1) });
  const { number } = await folder.load(["a.ts"]);
  folder.write("a.ts", module(2));
  await folder.load(["a.ts"]);
  for (let n = 0; n < 20; n++) await folder.load(["a.ts"]);
  strictEqual(folder.generations.restore(number), true);
});
