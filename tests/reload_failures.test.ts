/** Modules that do not load, and files that change while they are loaded: what is in force stays, and the mend is taken. */
import { deepStrictEqual, match, notStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { ModuleFolder } from "./reload_folder.ts";

const A = 'import { b } from "./b.ts";\nexport const a = () => b;\n';

/** Ways to break `b.ts`, and what is said of it. */
const broken: readonly [name: string, text: string, said: RegExp][] = [
  ["a syntax error", "export const b = = 2;", /Expression expected[\s\S]*b\.ts:1:18/],
  ["a text that breaks off", "export const b = { n: [2,", /b\.ts:1/],
  ["an error at load", 'export const b = 2;\nthrow new Error("at load");', /at load/],
  ["an export that is gone", "export const c = 2;", /does not provide an export named 'b'/],
  ["an import that is not there", 'import "./none.ts";\nexport const b = 2;', /none\.ts/],
  ["a package that is not known", 'import "no-such-package";\nexport const b = 2;', /no-such-package/],
  ["an awaited error", 'export const b = 2;\nawait Promise.reject(new Error("late"));', /late/],
  ["nothing in it", "", /does not provide an export named 'b'/],
];

for (const [name, text, said] of broken) {
  Deno.test(`${name} in what a module imports leaves in force what is, and its mend is taken at once`, async () => {
    using folder = new ModuleFolder({
      "a.ts": A,
      "b.ts": "export const b = 1;",
      "c.ts": "export const c = 1;",
    });
    const { modules: [first, c], number } = await folder.load(["a.ts", "c.ts"]);
    folder.write("b.ts", text);
    const failed = await folder.load(["a.ts", "c.ts"]);
    const [error, c2] = failed.modules;
    ok(error instanceof Error);
    match(error.message, said);
    deepStrictEqual([failed.changed[0], failed.committed, failed.number], ["b.ts", true, number]);
    strictEqual(c2, c);
    strictEqual((first as { a(): number }).a(), 1);
    folder.write("b.ts", "export const b = 3;");
    const { a } = await folder.one("a.ts") as { a(): number };
    strictEqual(a(), 3);
  });
}

Deno.test("a module that is broken from the beginning is taken when it is mended, beside others that are in force", async () => {
  using folder = new ModuleFolder({ "a.ts": "export const a = ;", "c.ts": "export const c = 1;" });
  const first = await folder.load(["a.ts", "c.ts"]);
  ok(first.modules[0] instanceof Error);
  deepStrictEqual([first.committed, (first.modules[1] as { c: number }).c], [true, 1]);
  folder.write("a.ts", "export const a = 2;");
  const { modules: [a, c] } = await folder.load(["a.ts", "c.ts"]);
  strictEqual((a as { a: number }).a, 2);
  strictEqual(c, first.modules[1]);
});

Deno.test("what is broken far below is found to be mended, also where the runtime never asked for what is between", async () => {
  using folder = new ModuleFolder({
    "a.ts": 'import "./b.ts";\nexport const a = 1;',
    "b.ts": 'export * from "./deep/c.ts";',
    "deep/c.ts": 'import { d } from "../d.ts";\nexport { d };',
    "d.ts": "export const d = = 1;",
  });
  await folder.failing("a.ts");
  for (const name of ["a.ts", "b.ts", "deep/c.ts", "d.ts"]) {
    ok(folder.generations.files.has(folder.at(name)), name);
  }
  folder.write("deep/c.ts", "export const d = 2;");
  strictEqual((await folder.one("a.ts")).a, 1);
  strictEqual(folder.generations.files.has(folder.at("d.ts")), false);
});

Deno.test("F27: a helper that is created later, deleted and created again is taken each time it is there", async () => {
  using folder = new ModuleFolder({ "a.ts": "export const a = () => 0;" });
  const value = (loaded: unknown) => (loaded as { a(): number }).a();
  const zero = await folder.one("a.ts");
  folder.write("a.ts", 'import { b } from "./helper.ts";\nexport const a = () => b;');
  match((await folder.failing("a.ts")).message, /helper\.ts/);
  ok(folder.generations.files.has(folder.at("helper.ts")), "it is watched for");
  strictEqual(value(zero), 0);
  folder.write("helper.ts", "export const b = 1;");
  const one = await folder.one("a.ts");
  strictEqual(value(one), 1);
  folder.remove("helper.ts");
  match((await folder.failing("a.ts")).message, /helper\.ts/);
  match((await folder.failing("a.ts")).message, /helper\.ts/);
  strictEqual(value(one), 1);
  folder.write("helper.ts", "export const b = 1;");
  strictEqual(await folder.one("a.ts"), one, "all is as it was");
  folder.remove("helper.ts");
  await folder.failing("a.ts");
  folder.write("helper.ts", "export const b = 2;");
  strictEqual(value(await folder.one("a.ts")), 2);
});

Deno.test("a broken module that comes to be again what it was is what it was", async () => {
  using folder = new ModuleFolder({ "a.ts": A, "b.ts": "export const b = 1;" });
  const first = await folder.load(["a.ts"]);
  folder.write("b.ts", "export const b = ;");
  await folder.failing("a.ts");
  folder.write("b.ts", "export const b = 1;");
  const again = await folder.load(["a.ts"]);
  deepStrictEqual([again.modules[0], again.number, again.changed], [first.modules[0], first.number, [
    "b.ts",
  ]]);
});

Deno.test("a broken module is not loaded again and again: it fails as it did until a file it may be due to changes or is touched", async () => {
  const key = "n2oReloadFailures";
  const counts = globalThis as unknown as Record<string, number>;
  counts[key] = 0;
  using folder = new ModuleFolder({
    "a.ts":
      `globalThis.${key}++;\nif (globalThis.${key} < 3) throw new Error("not yet");\nexport const a = 1;`,
    "c.ts": "export const c = 1;",
  });
  const { modules: [error] } = await folder.load(["a.ts", "c.ts"]);
  folder.write("c.ts", "export const c = 2;");
  const { modules: [same] } = await folder.load(["a.ts", "c.ts"], ["c.ts"]);
  strictEqual(same, error);
  strictEqual(counts[key], 1);
  await folder.failing("a.ts", ["a.ts"]);
  strictEqual(counts[key], 2);
  strictEqual((await folder.one("a.ts", ["a.ts"])).a, 1);
  delete counts[key];
});

Deno.test("a fault in what a module has imported in the course of time is a fault of the module, for all that share it", async () => {
  const lazy = 'export const lazy = () => import("./b.ts");';
  using folder = new ModuleFolder({
    "a.ts": 'export * from "./shared.ts";',
    "c.ts": 'export * from "./shared.ts";',
    "shared.ts": lazy,
    "b.ts": "export const b = 1;",
  });
  const { modules: [first], number } = await folder.load(["a.ts", "c.ts"]);
  const { lazy: load } = first as { lazy(): Promise<{ b: number }> };
  strictEqual((await load()).b, 1);
  folder.write("b.ts", "export const b = ;");
  const broken = await folder.settled(["a.ts", "c.ts"]);
  ok(broken.modules.every((module) => module instanceof Error));
  strictEqual(broken.number, number);
  strictEqual((await load()).b, 1);
  folder.write("b.ts", "export const b = 2;");
  const { modules: [mended, too] } = await folder.settled(["a.ts", "c.ts"]);
  strictEqual((await (mended as { lazy(): Promise<{ b: number }> }).lazy()).b, 2);
  strictEqual((too as { lazy: unknown }).lazy, (mended as { lazy: unknown }).lazy);
});

Deno.test("what was broken when it was first imported in the course of time is taken when it is mended", async () => {
  using folder = new ModuleFolder({
    "a.ts": 'export const lazy = () => import("./b.ts");',
    "b.ts": "export const b = ;",
  });
  const { lazy } = await folder.one("a.ts") as { lazy(): Promise<unknown> };
  await rejects(lazy());
  folder.write("b.ts", "export const = 1;");
  const still = await folder.one("a.ts") as { lazy(): Promise<unknown> };
  notStrictEqual(still.lazy, lazy);
  await rejects(still.lazy());
  folder.write("b.ts", "export const b = 2;");
  const mended = await folder.one("a.ts") as { lazy(): Promise<{ b: number }> };
  strictEqual((await mended.lazy()).b, 2);
});

Deno.test("a path that was a folder for a while, or a link that led nowhere, is a file again when it is one", async () => {
  using folder = new ModuleFolder({ "a.ts": A, "b.ts": "export const b = 1;" });
  const value = (loaded: unknown) => (loaded as { a(): number }).a();
  await folder.one("a.ts");
  folder.remove("b.ts");
  Deno.mkdirSync(folder.at("b.ts"));
  await folder.failing("a.ts");
  folder.remove("b.ts");
  folder.write("b.ts", "export const b = 2;");
  strictEqual(value(await folder.one("a.ts")), 2);
  folder.remove("b.ts");
  Deno.symlinkSync("none.ts", folder.at("b.ts"));
  await folder.failing("a.ts");
  folder.write("none.ts", "export const b = 3;");
  strictEqual(value(await folder.one("a.ts")), 3);
  folder.write("none.ts", "export const b = 4;");
  strictEqual(value(await folder.one("a.ts")), 4);
});

Deno.test("a module that shares with a broken one what has changed goes on by itself, and the broken one joins it", async () => {
  const user = (name: string) => `import * as b from "./b.ts";\nexport const ${name} = b;`;
  using folder = new ModuleFolder({
    "a.ts": user("its"),
    "c.ts": user("its"),
    "b.ts": "export const b = 1;",
  });
  await folder.load(["a.ts", "c.ts"]);
  folder.write("b.ts", "export const b = 2;");
  folder.write("a.ts", `${user("its")}\n}`);
  const half = await folder.load(["a.ts", "c.ts"]);
  ok(half.modules[0] instanceof Error);
  strictEqual((half.modules[1] as { its: { b: number } }).its.b, 2);
  folder.write("a.ts", user("its"));
  const whole = await folder.load(["a.ts", "c.ts"]);
  strictEqual(whole.modules[1], half.modules[1]);
  strictEqual((whole.modules[0] as { its: unknown }).its, (half.modules[1] as { its: unknown }).its);
});

Deno.test("an attempt that is abandoned leaves in force what is, and is made anew with other instances", async () => {
  using folder = new ModuleFolder({ "a.ts": A, "b.ts": "export const b = 1;" });
  await folder.one("a.ts");
  const { number } = folder.generations;
  folder.write("b.ts", "export const b = 2;");
  const attempt = await folder.begin();
  const tried = await attempt.import(folder.at("a.ts"));
  attempt.abandon();
  strictEqual(await attempt.commit(), false);
  strictEqual(folder.generations.number, number);
  const next = await folder.one("a.ts") as { a(): number };
  notStrictEqual(next, tried);
  strictEqual(next.a(), 2);
});

Deno.test("what an abandoned attempt missed is watched", async () => {
  using folder = new ModuleFolder({ "a.ts": 'import "./none.ts";' });
  const attempt = await folder.begin();
  await rejects(attempt.import(folder.at("a.ts")));
  attempt.abandon();
  ok(folder.generations.files.has(folder.at("none.ts")));
});

Deno.test("a new attempt ends the one before", async () => {
  using folder = new ModuleFolder({ "a.ts": "export const a = 1;" });
  const old = await folder.begin();
  await old.import(folder.at("a.ts"));
  const next = await folder.begin();
  strictEqual(await old.commit(), false);
  await next.import(folder.at("a.ts"));
  strictEqual(await next.commit(), true);
});

/** A module that changes files while it is loaded, since it does so itself. */
function disturbing(folder: ModuleFolder, act: string): string {
  return `const at = ${JSON.stringify(folder.path)};\n${act}\nexport const a = 1;`;
}

Deno.test("a file that changes while the attempt loads keeps it from being put in force", async () => {
  using folder = new ModuleFolder({ "b.ts": "export const b = 1;" });
  folder.write(
    "a.ts",
    disturbing(
      folder,
      'import "./b.ts";\nconst n = globalThis.n2oSaves ??= [2, 3];\n' +
        "if (n.length > 0) Deno.writeTextFileSync(`${at}/b.ts`, `export const b = ${n.shift()};`);",
    ),
  );
  for (const expected of [false, false, true]) strictEqual((await folder.load(["a.ts"])).committed, expected);
  strictEqual(folder.generations.loaded.instances, 4);
});

Deno.test("a file that changes while the attempt loads and is then as it was keeps it from being put in force", async () => {
  using folder = new ModuleFolder({ "b.ts": "export const b = 1;" });
  folder.write(
    "a.ts",
    disturbing(
      folder,
      'import "./b.ts";\nglobalThis.n2oTimes ??= 1;\nif (globalThis.n2oTimes-- > 0) Deno.utimeSync(`${at}/b.ts`, 1, 1);',
    ),
  );
  strictEqual((await folder.load(["a.ts"])).committed, false);
  strictEqual((await folder.load(["a.ts"])).committed, true);
});

Deno.test("a file that is mended while it fails is not taken for broken", async () => {
  using folder = new ModuleFolder({ "b.ts": "throw new Error('b');\nexport const b = 1;" });
  folder.write(
    "a.ts",
    'import "./first.ts";\nimport { b } from "./b.ts";\nexport const a = b;',
  );
  folder.write(
    "first.ts",
    disturbing(
      folder,
      'if (Deno.readTextFileSync(`${at}/b.ts`).includes("throw")) Deno.writeTextFileSync(`${at}/b.ts`, "export const b = 2;");',
    ),
  );
  const { modules: [error], committed } = await folder.load(["a.ts"]);
  ok(error instanceof Error);
  strictEqual(committed, false);
  strictEqual((await folder.one("a.ts")).a, 2);
});

Deno.test("a module that waits for ever while it loads keeps nobody else waiting, and is loaded anew when it is saved", async () => {
  const gate = Promise.withResolvers<void>();
  (globalThis as { n2oGate?: Promise<void> }).n2oGate = gate.promise;
  using folder = new ModuleFolder({
    "a.ts": "await globalThis.n2oGate;\nexport const a = 1;",
    "c.ts": "export const c = 1;",
  });
  const attempt = await folder.begin();
  const waiting = attempt.import(folder.at("a.ts"));
  strictEqual(await Promise.race([waiting, attempt.import(folder.at("c.ts")).then(() => "c")]), "c");
  strictEqual(await attempt.commit(), true);
  const error = await folder.failing("a.ts");
  strictEqual((error as { code?: string }).code, "load_timeout");
  strictEqual(await folder.failing("a.ts"), error);
  folder.write("a.ts", "export const a = 2;");
  strictEqual((await folder.one("a.ts")).a, 2);
  gate.resolve();
  strictEqual((await waiting).a, 1);
});

Deno.test("a module that others gave up while it loaded is put in force when it is ready, without another load", async () => {
  const gate = Promise.withResolvers<void>();
  (globalThis as { n2oGate?: Promise<void> }).n2oGate = gate.promise;
  using folder = new ModuleFolder({
    "a.ts": "export const a = 1;",
    "b.ts": "export const b = 1;",
    "c.ts": 'import { b } from "./b.ts";\nexport const c = () => b;',
  });
  await folder.load(["a.ts", "c.ts"]);
  folder.write("a.ts", 'export * from "./b.ts";\nawait globalThis.n2oGate;\nexport const a = 2;');
  const attempt = await folder.begin();
  const [waiting, c] = [attempt.import(folder.at("a.ts")), await attempt.import(folder.at("c.ts"))];
  strictEqual(await attempt.commit(), true);
  gate.resolve();
  const ready = await waiting;
  const { instances } = folder.generations.loaded;
  const next = await folder.settled(["a.ts", "c.ts"]);
  deepStrictEqual([next.modules, next.changed], [[ready, c], ["a.ts"]]);
  strictEqual(folder.generations.loaded.instances, instances);
  strictEqual((await folder.settled(["a.ts", "c.ts"])).number, next.number);
});

Deno.test("a module that was given up while it loaded is loaded anew where what it imports is another one by now", async () => {
  const gate = Promise.withResolvers<void>();
  (globalThis as { n2oGate?: Promise<void> }).n2oGate = gate.promise;
  using folder = new ModuleFolder({
    "a.ts": 'export * from "./b.ts";\nawait globalThis.n2oGate;\nexport const a = 1;',
    "b.ts": "export const b = 1;",
  });
  for (const name of ["a.ts", "b.ts"]) Deno.utimeSync(folder.at(name), 1, 1);
  const attempt = await folder.begin();
  const waiting = attempt.import(folder.at("a.ts"));
  await attempt.import(folder.at("b.ts"));
  strictEqual(await attempt.commit(), true);
  folder.write("b.ts", "export const b = 2;");
  gate.resolve();
  notStrictEqual(await folder.one("a.ts"), await waiting);
  strictEqual((await folder.one("a.ts")).b, 2);
});

Deno.test("a module that was given up while it loaded goes on with what was meant when it began", async () => {
  const gate = Promise.withResolvers<void>();
  (globalThis as { n2oGate?: Promise<void> }).n2oGate = gate.promise;
  using folder = new ModuleFolder({ "a.ts": 'export * from "./b.ts";', "b.ts": "export const b = 1;" });
  await folder.one("a.ts");
  folder.write("a.ts", 'await globalThis.n2oGate;\nexport const lazy = await import("./b.ts");');
  folder.write("b.ts", "export const b = 2;");
  const attempt = await folder.begin();
  const waiting = attempt.import(folder.at("a.ts"));
  strictEqual(await attempt.commit(), true);
  gate.resolve();
  strictEqual((await waiting as { lazy: { b: number } }).lazy.b, 2);
  strictEqual(await folder.one("a.ts"), await waiting);
});

Deno.test("a module that was given up while it loaded, and then failed, is loaded anew when what it imported meanwhile is mended", async () => {
  const gate = Promise.withResolvers<void>();
  (globalThis as { n2oGate?: Promise<void> }).n2oGate = gate.promise;
  using folder = new ModuleFolder({
    "a.ts": 'await globalThis.n2oGate;\nexport const { b } = await import("./b.ts");',
    "b.ts": 'throw new Error("b");',
  });
  Deno.utimeSync(folder.at("b.ts"), 1, 1);
  const attempt = await folder.begin();
  const waiting = attempt.import(folder.at("a.ts"));
  strictEqual(await attempt.commit(), true);
  gate.resolve();
  await rejects(waiting, /b/);
  match((await folder.failing("a.ts")).message, /^b$/);
  folder.write("b.ts", "export const b = 2;");
  strictEqual((await folder.one("a.ts")).b, 2);
});
