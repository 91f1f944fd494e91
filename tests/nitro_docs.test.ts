/**
 * The document about NITRO.
 *
 * @module
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { atom, tuple } from "@n2o/n2o";
import { elements } from "@n2o/n2o/nitro";
import { ComboMessage, NAMES } from "../protocols/nitro/controls/combo_messages.ts";
import { nitroDocument } from "../scripts/nitro_docs.ts";
import { indented, textsOf } from "../scripts/nitro_docs/shown.ts";
import vectors from "./vectors/nitro.json" with { type: "json" };
import more from "./vectors/nitro_more.json" with { type: "json" };

const committed = await Deno.readTextFile(new URL("../docs/nitro.md", import.meta.url));

Deno.test("docs/nitro.md is what `deno task docs:nitro` makes of the sources", async () => {
  const made = await nitroDocument();
  const lines = made.split("\n");
  const stale = committed.split("\n").findIndex((line, at) => line !== lines[at]);
  ok(made === committed, `docs/nitro.md is stale from line ${stale + 1}: run deno task docs:nitro`);
});

Deno.test("docs/nitro.md has every element", () => {
  for (const name of Object.keys(elements)) {
    match(committed, new RegExp(`^(#### ${name}|\\| \`${name}\` .*)$`, "m"));
  }
});

Deno.test("docs/nitro.md counts the recording's rows as it has them", () => {
  const table = (title: string) => {
    const [, body] = committed.split(`\n| ${title} `);
    return body.slice(0, body.indexOf("\n\n")).split("\n").slice(2)
      .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  };
  const rows = table("recorded").map(([name, ...numbers]) =>
    [name, ...numbers.map(Number)] as [string, ...number[]]
  );
  for (const [name, all, ...parts] of rows) {
    strictEqual(parts.reduce((sum, part) => sum + part, 0), all, name);
  }
  const totals = rows.map(([, all]) => all);
  strictEqual(totals.slice(0, 4).reduce((sum, part) => sum + part, 0), vectors.elements.length);
  const messages = vectors.info.flatMap(({ steps }) => steps as object[]).filter((step) => "in" in step);
  const { elements, controls, actions, escape } = more;
  deepStrictEqual(totals.slice(4), [
    vectors.actions.length,
    vectors.escape.length,
    messages.length,
    elements.length + controls.length + actions.length,
    escape.length,
  ]);
  ok(committed.includes(`the ${vectors.elements.length} rows of elements`));
  ok(committed.includes(`${vectors.hostile.length} rows of hostile text`));
  const elsewhere = table("function of the original's").map(([, count]) => Number(count));
  strictEqual(
    elsewhere.reduce((sum, part) => sum + part, 0),
    rows.reduce((sum, row) => sum + Number(row.at(-1)), 0),
  );
});

Deno.test("docs/wire.md has each message of lookups with what is in it, and each code", async () => {
  const wire = await Deno.readTextFile(new URL("../docs/wire.md", import.meta.url));
  const told = new Map([...wire.matchAll(/`\{(combo[A-Z]\w*), ([^}]*)\}`/g)]
    .map(([, name, rest]) => [name, rest.split(", ").length + 1]));
  deepStrictEqual([...told.keys()].sort(), [...NAMES].sort());
  for (const [name, size] of told) {
    const message = tuple(atom(name), ...Array<number>(size - 1).fill(0));
    strictEqual(new ComboMessage(message, 1).name, name);
  }
  const codes = new Set<string>();
  const folder = new URL("../protocols/nitro/controls/", import.meta.url);
  for await (const { name } of Deno.readDir(folder)) {
    const text = await Deno.readTextFile(new URL(name, folder));
    for (const [, code] of text.matchAll(/NitroError\(\s*"(combo_\w+)"/g)) codes.add(code);
  }
  for (const code of [...codes, "combo_timeout", "combo_failed"]) ok(wire.includes(`\`${code}\``), code);
  strictEqual(codes.size, 6);
});

Deno.test("the links inside docs/nitro.md lead somewhere", () => {
  const headings = [...committed.matchAll(/^#+ (.*)$/gm)].map(([, title]) => anchor(title));
  for (const [, target] of committed.matchAll(/\]\(#([^)]*)\)/g)) ok(headings.includes(target), `#${target}`);
});

/** A heading's anchor, as GitHub has it. */
function anchor(title: string): string {
  return title.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
}

Deno.test("examples are shown as they are written", () => {
  const texts = textsOf("x = {\n  a: () => b(1),\n\n  c: () =>\n    d({\n      e: 1,\n    }),\n};\n");
  strictEqual(texts.get("a"), "b(1)");
  strictEqual(texts.get("c"), "d({\n  e: 1,\n})");
});

Deno.test("long HTML stands under each other", () => {
  const cell = "<td>".padEnd(60, "x") + "</td>";
  strictEqual(indented("<p>a</p>"), "<p>a</p>");
  strictEqual(
    indented(`<tr id="x"><img/>${cell}<td></td>${cell}</tr>`),
    `<tr id="x">\n  <img/>\n  ${cell}\n  <td></td>\n  ${cell}\n</tr>`,
  );
});
