/**
 * What the package exports is told and shown.
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import { type Exported, readExports, untold } from "../scripts/exports.ts";
import { root } from "./root.ts";

function exported(more: Partial<Exported>): Exported {
  return { subpath: ".", name: "a", kind: "function", place: "a.ts:1", told: true, shown: true, ...more };
}

async function packageOf(text: string): Promise<Exported[]> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.writeTextFile(`${folder}/deno.json`, '{ "exports": { ".": "./mod.ts" } }');
    await Deno.writeTextFile(`${folder}/mod.ts`, text);
    return await readExports(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("every export of every subpath has a text, and every value an example that runs", async () => {
  const all = await readExports(root);
  deepStrictEqual(untold(all), []);
  ok(all.length > 500, `${all.length} exports`);
});

Deno.test("an export without a text, and a function, class or value without an example, are found", () => {
  deepStrictEqual(untold([exported({})]), []);
  deepStrictEqual(untold([exported({ told: false })]), ["a (a.ts:1) has no documentation"]);
  for (const kind of ["function", "class", "variable"]) {
    deepStrictEqual(untold([exported({ kind, shown: false })]), ["a (a.ts:1) has no example"]);
  }
  deepStrictEqual(untold([exported({ kind: "interface", shown: false })]), []);
});

Deno.test("what is another module's must be exported by itself, or nobody reads of it", () => {
  deepStrictEqual(untold([exported({}), exported({ kind: "reference", subpath: "./b", shown: false })]), []);
  deepStrictEqual(untold([exported({ kind: "reference", place: "b.ts:1" })]), [
    "a of . (b.ts:1) is exported nowhere else",
  ]);
});

Deno.test("an example is a block of TypeScript that is not ignored; one signature of several has it", async () => {
  const example = (fence: string) =>
    `/** One.\n *\n * @example\n * \`\`\`${fence}\n * f();\n * \`\`\`\n */\n`;
  const shown = async (text: string) => (await packageOf(text)).map((one) => [one.name, one.told, one.shown]);
  deepStrictEqual(await shown(`${example("ts")}export function f(): void {}\n`), [["f", true, true]]);
  deepStrictEqual(await shown(`${example("ts ignore")}export function f(): void {}\n`), [["f", true, false]]);
  deepStrictEqual(await shown(`${example("sh")}export function f(): void {}\n`), [["f", true, false]]);
  deepStrictEqual(await shown("export const f = 1;\n"), [["f", false, false]]);
  const two =
    `${example("ts")}export function f(): void;\n/** Two. */\nexport function f(a: string): void;\n` +
    "/** Both. */\nexport function f(_a?: string): void {}\n";
  deepStrictEqual(await shown(two), [["f", true, true]]);
});
