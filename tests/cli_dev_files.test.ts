/** What `n2o dev` makes of files that are no modules: those that pages are drawn from, those an application writes, and the program's own. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { connect, type Server, start, withFolder } from "./command.ts";
import { DrawnFor } from "../lib/cli/dev/drawn_for.ts";
import { ProgramNames } from "../lib/cli/dev/program_names.ts";

function dev(folder: string, ...flags: string[]): Promise<Server> {
  const rights = [
    "run",
    "--no-prompt",
    "--allow-net",
    "--allow-read",
    `--allow-write=${folder}`,
    "--allow-env",
  ];
  return start(["dev", ".", "--port", "0", ...flags], { cwd: folder, deno: rights });
}

/** A page that says how often it has been drawn, and runs this each time. */
function drawing(work: string): string {
  return `import { type Page, span } from "@n2o/n2o/nitro";
let drawn = 0;
export default {
  init(nitro) {
    console.log("drawn", ++drawn, ".");
    ${work}
    nitro.update("drawn", span({ id: "drawn", body: String(drawn) }));
  },
} satisfies Page;
`;
}

const write = (file: string) =>
  `Deno.writeTextFileSync(new URL("../${file}", import.meta.url), String(drawn));`;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("what an application writes itself does not have its pages drawn anew, and a template does", async () => {
  const files = {
    "pages/index.ts": drawing(write("visits.json") + write("log/today.log")),
    "log/old.log": "",
  };
  await withFolder({ ...files, "templates/form.html": "one" }, async (folder) => {
    await using server = await dev(folder, "--store", "kv:app.kv");
    await using socket = await connect(server.url, "/ws/app/index");
    await socket.ask("N2O,,operations");
    await server.prints("drawn 1 .");
    await pause(500);
    ok(!server.printed.includes("drawn 2"), server.printed);
    await Deno.writeTextFile(`${folder}/templates/form.html`, "two");
    await server.prints("drawn 2 .");
  });
});

Deno.test("a page that writes what pages are drawn from is not drawn without end, and that is told", async () => {
  await withFolder(
    { "pages/index.ts": drawing(write("templates/list.html")), "templates/a.html": "" },
    async (folder) => {
      await using server = await dev(folder);
      await using socket = await connect(server.url, "/ws/app/index");
      await socket.ask("N2O,,operations");
      await server.prints("templates/list.html changes whenever pages are drawn");
      const { length } = server.printed.match(/drawn \d+ \./g)!;
      await pause(500);
      strictEqual(server.printed.match(/drawn \d+ \./g)!.length, length);
      ok(length <= 8, `${length} times`);
      strictEqual(server.printed.match(/changes whenever/g)!.length, 1);
      // Other templates are what they were.
      await Deno.writeTextFile(`${folder}/templates/a.html`, "two");
      await server.prints(`drawn ${length + 1} .`);
    },
  );
});

Deno.test("files are told apart by their endings, and by how often they change when pages are drawn for them", () => {
  const left: string[] = [];
  const drawn = new DrawnFor((path) => left.push(path));
  const names = [
    "a.html",
    "b.HTM",
    "c.liquid",
    "d.md",
    "e.svg",
    "f.json",
    "g.log",
    "h.kv",
    "i.kv-wal",
    "j",
    "k.sqlite",
  ];
  deepStrictEqual(drawn.of(names, 0), ["a.html", "b.HTM", "c.liquid", "d.md", "e.svg"]);
  // Somebody who saves at each key that is pressed, as fast as that goes, and rests.
  for (let i = 1; i <= 4; i++) strictEqual(drawn.of(["a.html"], i * 100).length, 1);
  strictEqual(drawn.of(["a.html"], 1000).length, 1);
  for (let i = 1; i <= 20; i++) drawn.of(["d.md"], 5000 + i * 499);
  deepStrictEqual(left, ["d.md"]);
  deepStrictEqual(drawn.of(["a.html", "d.md"], 60_000), ["a.html"]);
});

const MODULE = (name: string) =>
  `import "${name}";\nexport default { name: "a", info: () => undefined as never };\n`;

Deno.test("names that are added for the program while it runs need a restart, which is told once and as the next step", async () => {
  const files = {
    "deno.json": '{ "imports": {}, "tasks": {} }',
    "protocols/a.ts": `export default { name: "a", info: () => undefined as never };\n`,
  };
  await withFolder(files, async (folder) => {
    await using server = await dev(folder);
    const save = (text: string) => Deno.writeTextFile(`${folder}/deno.json`, text);
    // What other commands are told is none of its business, nor is half of a save.
    await save('{ "imports": {}, "tasks": { "lint": "deno lint" } }');
    await Deno.writeTextFile(`${folder}/protocols/a.ts`, MODULE("shapes"));
    match(await server.logged("shapes"), /imports "shapes", which nothing maps/);
    await server.logged("give the whole specifier");
    await save('{ "imports": {');
    await save('{ "imports": { "shapes": "./shapes.ts" }, /* a word */ }');
    await server.prints("n2o: deno.json has changed: restart n2o dev\n");
    await server.logged("deno.json has the name now: restart n2o dev");
    await Deno.writeTextFile(`${folder}/protocols/a.ts`, files["protocols/a.ts"]);
    await server.prints("mended");
    strictEqual(server.printed.match(/has changed/g)!.length, 1);
  });
});

Deno.test("of the program's files only what says how modules are loaded counts", async () => {
  await withFolder({ "deno.jsonc": '{ "imports": { "a": "./a.ts" } } // mine' }, async (folder) => {
    const names = new ProgramNames(folder);
    const problem = (name: string) => ({
      where: "x.ts",
      what: `imports "${name}", which nothing maps`,
      fix: "old",
    });
    const save = (file: string, text: string) => Deno.writeTextFile(`${folder}/${file}`, text);
    deepStrictEqual(names.changed(), []);
    await save("deno.jsonc", '{ "fmt": {}, "imports": { "a": "./a.ts" } }');
    deepStrictEqual(names.changed(), []);
    await save("deno.jsonc", '{ "imports": {');
    await save("package.json", '{ "dependencies": { "ms": "2.1.3" } }');
    deepStrictEqual(names.changed(), ["package.json"]);
    deepStrictEqual(names.changed(), []);
    await save("deno.jsonc", '{ "imports": { "a": "./a.ts", "b/": "./b/" } }');
    deepStrictEqual(names.changed(), ["deno.jsonc"]);
    for (
      const [name, file] of [["ms", "package.json"], ["ms/x.js", "package.json"], ["b/c.ts", "deno.jsonc"]]
    ) {
      strictEqual(names.explained(problem(name)).fix, `${file} has the name now: restart n2o dev`);
    }
    for (const name of ["a", "b", "msx", "other"]) strictEqual(names.explained(problem(name)).fix, "old");
    strictEqual(names.explained({ where: "x", what: "is none", fix: "old" }).fix, "old");
    // As it was at the start, it is in force.
    await save("deno.jsonc", '{ "imports": { "a": "./a.ts" } }');
    deepStrictEqual(names.changed(), []);
    await Deno.remove(`${folder}/deno.jsonc`);
    deepStrictEqual(names.changed(), ["deno.jsonc"]);
  });
});
