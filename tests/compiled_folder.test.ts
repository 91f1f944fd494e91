/** The `n2o` program serves a folder of TypeScript modules from disk, and tells what is wrong with one as `deno run` does. */
import { atom, format, tuple } from "@n2o/n2o";
import { match, ok, strictEqual } from "node:assert/strict";
import { connect, isRoot, run, serve, skip, withFolder } from "./command.ts";
import { compiled } from "./compiled.ts";

/** All of TypeScript that a module may hold, and what it answers to `{language}`. */
const LANGUAGE = {
  "protocols/language.ts": `
import type { Context, Result } from "@n2o/n2o";
import { atom, isTuple, type Protocol, reply, type Term, tuple, unknown } from "@n2o/n2o";
import { type Greeting, greet } from "./_shared/greet.ts";
import * as client from "@n2o/n2o/client";
import { h1 } from "@n2o/n2o/nitro";
import { basename } from "node:path";
import words from "./_shared/words.json" with { type: "json" };
import note from "./_shared/note.txt" with { type: "text" };

enum Kind { First = 1, Second }
const enum Fixed { Value = 40 }
namespace Space { export const inside: number = 5; }
abstract class Base<T> {
  constructor(protected readonly value: T, public count: number = 2) {}
  abstract sum(): number;
}
class Derived extends Base<number> {
  declare note: string;
  #secret = 3;
  override sum(): number { return this.value + this.count + this.#secret; }
  static { (this as unknown as { ready: boolean }).ready = true; }
}
function only(value: unknown): asserts value is string { if (typeof value !== "string") throw new Error("no"); }
function many(value: string): string;
function many(value: number): number;
function many(value: string | number): string | number { return value; }
type Shape = { readonly [Key in "a" | "b"]?: Key };
declare module "node:path" { interface Never {} }
const shape = { a: "a" } satisfies Shape as Shape;
const given: unknown = "text";
only(given);
using closing = { [Symbol.dispose]() {} };
void closing;
const lazy = await import("./_shared/lazy.ts");

export default {
  name: "language",
  info(message: Term, _cx: Context): Result {
    if (!isTuple(message, "language", 1)) return unknown;
    const greeting: Greeting = greet(given);
    return reply("bert", tuple(
      atom("ok"), greeting.text, Kind.Second, Kind[1], Fixed.Value, Space.inside, new Derived(1).sum(), many(7), shape.a!,
      basename("/a/b"), words.word, note.trim(), typeof client, typeof h1, lazy.late,
    ));
  },
} satisfies Protocol;
`,
  "protocols/_shared/greet.ts": `
export interface Greeting { readonly text: string }
export type { Protocol } from "@n2o/n2o";
export function greet(name: string): Greeting { return { text: \`hello \${name}\` }; }
`,
  "protocols/_shared/lazy.ts": "export const late: string = 'late';",
  "protocols/_shared/words.json": `{ "word": "json" }`,
  "protocols/_shared/note.txt": "a note\n",
  "pages/counter.tsx": `/** @jsxImportSource @n2o/n2o/nitro */
import { type Nitro, type Page } from "@n2o/n2o/nitro";
export default {
  init(nitro: Nitro) { nitro.insertBottom("body", <span id="count" class="big">{1 + 1}</span>); },
} satisfies Page;
`,
};

Deno.test("F28: what TypeScript has is served by the program as by deno run", async () => {
  const made = await compiled();
  if (made === undefined) return;
  await withFolder(LANGUAGE, async (cwd) => {
    const answers: string[] = [];
    for (const program of [made.program, undefined]) {
      await using server = await serve([".", "--store", "memory"], { cwd, program });
      await using client = await connect(server.url);
      answers.push(format(await client.ask(tuple(atom("language"))), { utf8: true }));
      await using page = await connect(server.url, "/ws/app/counter");
      answers.push(format(await page.ask("N2O,,operations"), { utf8: true }).replace(/<<"Token.*/, ""));
    }
    strictEqual(answers[0], answers[2]);
    strictEqual(
      answers[0],
      '{ok,<<"hello text">>,2,<<"First">>,40,5,6,7,<<"a">>,<<"b">>,<<"json">>,<<"a note">>,<<"object">>,<<"function">>,<<"late">>}',
    );
    match(answers[1], /<span id=\\"count\\" class=\\"big\\">2<\/span>/);
  });
});

/** A module's text, what is told of it, and of which place in which file, where that is another one. */
interface Fault {
  readonly text: string;
  readonly told: RegExp;
  /** The line of the frame that is marked. */
  readonly frame?: string;
}

const HERE = "relative files, node: and @n2o/n2o";

const FAULTS: Readonly<Record<string, Fault>> = {
  "expression.ts": {
    text: "export default {\n  name: ,\n};",
    told: /SyntaxError: Expression expected at file:\S+\/expression\.ts:2:9\n +mend it there/,
    frame: "> 2 |   name: ,\n         |         ^",
  },
  "comma.ts": {
    text: `export default {\n  // größer als früher\n  name: "é"\n  info() {},\n};`,
    told: /SyntaxError: Expected ',', got 'info' at file:\S+\/comma\.ts:4:3/,
    frame: "> 4 |   info() {},\n         |   ^",
  },
  "end.ts": {
    text: "export default {\n  name: 'x',\n",
    told: /SyntaxError: .* at file:\S+\/end\.ts:[23]:\d+/,
  },
  "string.ts": {
    text: "const text = 'open;\n",
    told: /SyntaxError: Unterminated string.* at file:\S+\/string\.ts:1:14/,
  },
  "template.ts": {
    text: "const text = `open;\n",
    told: /SyntaxError: Unterminated template at file:\S+:1:\d+/,
  },
  "twice_declared.ts": {
    text: "const a = 1;\nconst a = 2;\n",
    told: /'?a'? has already been declared|declared twice|Identifier/,
  },
  "nested.ts": {
    text: `import "./_broken.ts";`,
    told: /nested\.ts: SyntaxError: Expression expected at file:\S+\/_broken\.ts:2:9/,
    frame: "> 2 | let b = = 2;\n         |         ^",
  },
  "package.ts": {
    text: `import pad from "leftpad";\nexport default pad;`,
    told: new RegExp(`imports "leftpad", which nothing maps\\n.*${HERE}.*n2o compile`),
    frame: '> 1 | import pad from "leftpad";',
  },
  "npm.ts": {
    text: `\nimport "npm:leftpad@1.3.0";`,
    told: new RegExp(`imports "npm:leftpad@1\\.3\\.0", which a compiled n2o cannot get\\n.*${HERE}`),
    frame: '> 2 | import "npm:leftpad@1.3.0";',
  },
  "jsr.ts": {
    text: `import "jsr:@std/path@1";`,
    told: /imports "jsr:@std\/path@1", which a compiled n2o cannot get/,
  },
  "address.ts": {
    text: `import "https://example.com/mod.ts";`,
    told: /imports "https:\/\/example\.com\/mod\.ts", which a compiled n2o cannot get/,
  },
  "part.ts": {
    text: `import "@n2o/n2o/clint";`,
    told: /imports "@n2o\/n2o\/clint", which is no part of the library\n.*did you mean @n2o\/n2o\/client\?/,
  },
  "builtin.ts": {
    text: `import "node:pth";`,
    told: /imports "node:pth", which the runtime does not have\n.*node:path\?/,
  },
  "absent.ts": {
    text: `\nimport { a } from "./_absent.ts";\nexport default a;`,
    told: /imports \/\S+\/_absent\.ts, which is not there, at file:\S+\/absent\.ts:2:\d+\n +make that file/,
    frame: '> 2 | import { a } from "./_absent.ts";',
  },
  "export.ts": {
    text: `import { nothing } from "@n2o/n2o";\nexport default nothing;`,
    told: /does not provide an export named 'nothing' at file:\S+\/export\.ts:1:10/,
  },
  "throws.ts": {
    text: `const x: number = 1;\n\nthrow new RangeError("on purpose" + x);`,
    told: /throws RangeError: on purpose1 at file:\S+\/throws\.ts:3:7/,
    frame: "> 3 | throw new RangeError",
  },
  "decorator.ts": {
    text: "const log = (value: unknown) => value;\nexport default new (class {\n  @log\n  info() {}\n})();",
    told: /decorator\.ts: .*\n +decorators do not work here in modules on disk.*n2o compile/,
  },
  "jsx.ts": { text: "export default { name: 'x', info: () => <b/> };", told: /jsx\.ts: SyntaxError: / },
};

Deno.test("every fault of a module on disk is told with its file, place and frame, and what to do", async () => {
  const made = await compiled();
  if (made === undefined) return;
  const files = Object.fromEntries(
    Object.entries(FAULTS).map(([name, { text }]) => [`protocols/${name}`, text]),
  );
  await withFolder({ ...files, "protocols/_broken.ts": "const a = 1;\nlet b = = 2;\n" }, async (cwd) => {
    const { code, stdout, stderr } = await run(["serve", ".", "--port", "0"], { cwd, program: made.program });
    strictEqual(code, 1);
    strictEqual(stdout, "");
    for (const [name, { told, frame }] of Object.entries(FAULTS)) {
      const from = stderr.indexOf(`n2o: protocols/${name}`);
      ok(from !== -1, `${name} in\n${stderr}`);
      const end = stderr.indexOf("\nn2o: ", from);
      const own = stderr.slice(from, end === -1 ? undefined : end);
      match(own, told, name);
      if (frame !== undefined) ok(own.includes(frame), `${name}: ${frame}\nin ${own}`);
    }
    ok(!/deno-compile|JsErrorBox|^\s+at /m.test(stderr), stderr);
    // The same faults under deno run are told in the same words, but for what only one of them can have.
    const other = await run(["serve", ".", "--port", "0"], { cwd });
    for (
      const name of [
        "expression.ts",
        "comma.ts",
        "nested.ts",
        "string.ts",
        "template.ts",
        "end.ts",
        "throws.ts",
        "absent.ts",
        "export.ts",
      ]
    ) {
      strictEqual(about(name, stderr), about(name, other.stderr));
    }
  });
});

/** What is told of a file, with the place and the frame. */
function about(name: string, told: string): string {
  const from = told.indexOf(`n2o: protocols/${name}`);
  const end = told.indexOf("\nn2o: ", from);
  return told.slice(from, end === -1 ? undefined : end).trimEnd();
}

Deno.test("a folder that is missing, empty, no folder or unreadable is told, with two modules of one name and a taken port too", async () => {
  const made = await compiled();
  if (made === undefined) return;
  const { program } = made;
  const files = {
    "file": "",
    "empty/README.md": "",
    "shut/protocols/a.ts": "",
    "twins/protocols/a.ts": "export default { name: 'a', info() {} };",
    "twins/protocols/a.js": "export default { name: 'a', info() {} };",
  };
  await withFolder(files, async (cwd) => {
    const told = async (folder: string, expected: RegExp) => {
      const { code, stderr } = await run(["serve", folder, "--port", "0"], { cwd, program, plain: true });
      ok(code === 1 || code === 2, `${folder}: ${code}`);
      match(stderr, expected, folder);
      ok(!/^\s+at /m.test(stderr), stderr);
    };
    await told("nowhere", /^n2o: nowhere: is not there\n {5}name the folder of an application/);
    await told("file", /^n2o: file: is no folder/);
    await told("empty", /^n2o: empty: holds no application\n {5}put in protocols/);
    await told("twins", /a\.ts: has the name of a\.js\n {5}rename one of them/);
    if (Deno.build.os === "windows" || (isRoot && Deno.build.os !== "linux")) {
      return skip("nothing can be made unreadable here");
    }
    Deno.chmodSync(`${cwd}/shut/protocols`, 0);
    await told("shut", /shut\/protocols: cannot be read: .*\n {5}name a folder that this user may read/);
    Deno.chmodSync(`${cwd}/shut/protocols`, 0o755);
    Deno.chmodSync(`${cwd}/shut/protocols/a.ts`, 0);
    await told("shut", /shut\/protocols\/a\.ts: .*(?:cannot be read|not readable|[Pp]ermission denied)/);
  });
});
