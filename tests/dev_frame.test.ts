/**
 * Places in source files as problems show them.
 *
 * @module
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { codeFrame, frameOf, withoutGeneration } from "../lib/cli/code_frame.ts";
import { reasons } from "../lib/cli/problem.ts";
import { shownProblems } from "../lib/cli/dev/shown.ts";

const LINES = Array.from({ length: 12 }, (_, i) => `line ${i + 1}`).join("\n");

Deno.test("a frame shows the lines around a place, and marks its column", () => {
  strictEqual(
    codeFrame(LINES, { line: 10, column: 6 }),
    [
      "   8 | line 8",
      "   9 | line 9",
      "> 10 | line 10",
      "     |      ^",
      "  11 | line 11",
      "  12 | line 12",
    ].join("\n"),
  );
  strictEqual(codeFrame("a\r\nb\rc\n", { line: 1, column: 1 }, { around: 1 }), "> 1 | a\n    | ^\n  2 | b");
});

Deno.test("a place outside of the text is taken for the nearest one in it", () => {
  strictEqual(codeFrame("ab\n", { line: 9, column: 9 }), "> 1 | ab\n    |   ^");
  strictEqual(codeFrame("ab", { line: -1, column: 0 }), "> 1 | ab\n    | ^");
  strictEqual(codeFrame("ab", { line: NaN, column: Infinity }), "> 1 | ab\n    | ^");
  strictEqual(codeFrame("", { line: 1, column: 1 }), undefined);
  strictEqual(codeFrame("\n", { line: 1, column: 1 }), undefined);
});

Deno.test("tabs are as wide as their mark needs, and nothing steers a terminal", () => {
  strictEqual(
    codeFrame("\t\tx\x1b[31m\u202e", { line: 1, column: 3 }),
    "> 1 |     x\ufffd[31m\ufffd\n    |     ^",
  );
});

Deno.test("of a long line what is around the column is shown", () => {
  const long = `${"a".repeat(50_000)}HERE${"b".repeat(50_000)}`;
  const rows = codeFrame(`short\n${long}\nshort`, { line: 2, column: 50_001 }, { width: 40 })!.split("\n");
  deepStrictEqual(rows, [
    "  1 | short",
    `> 2 | …${"a".repeat(19)}HERE${"b".repeat(15)}…`,
    `    | ${" ".repeat(20)}^`,
    "  3 | short",
  ]);
  const wide = codeFrame("😀".repeat(30) + "x", { line: 1, column: 61 }, { width: 20 })!.split("\n");
  strictEqual(wide[1].indexOf("^"), [...wide[0]].indexOf("x"));
});

Deno.test("a frame is read from its file, whose address may have the mark of a reload", async () => {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, "const a = ;");
  strictEqual(
    frameOf({ file: `${file}?n2o=12`, line: 1, column: 11 }),
    `> 1 | const a = ;\n    |${" ".repeat(11)}^`,
  );
  await Deno.writeTextFile(file, "\0binary");
  strictEqual(frameOf({ file, line: 1, column: 1 }), undefined);
  await Deno.remove(file);
  strictEqual(frameOf({ file, line: 1, column: 1 }), undefined);
  strictEqual(withoutGeneration("file:///a.ts?n2o=3:2:6 and a.ts?n2o=4"), "file:///a.ts:2:6 and a.ts");
});

Deno.test("a page is told no path of the machine", () => {
  const folder = "/home/somebody/my app";
  const problems = shownProblems([
    {
      where: `${folder}/protocols/a.ts`,
      what: `throws Error: no at file://${encodeURI(folder)}/protocols/_b.ts?n2o=3:2:6`,
      fix: "mend it",
      place: { file: `${folder}/protocols/_b.ts`, line: 2, column: 6 },
      frame: "> 2 | x",
    },
    {
      where: "/etc/n2o/other/n2o.json: port",
      what: "cannot open (/etc/n2o/secret.key)",
      fix: "see docs/cli.md",
    },
    {
      where: "b",
      what: "at file:///opt/lib/n2o/deep/x.ts:1:2",
      fix: "import ./a.ts, or https://example.com/a/b.ts",
    },
  ], folder);
  deepStrictEqual(problems, [
    {
      where: "protocols/a.ts",
      what: "throws Error: no at protocols/_b.ts:2:6",
      fix: "mend it",
      frame: "> 2 | x",
      file: "protocols/_b.ts",
      line: 2,
      column: 6,
    },
    { where: "…/n2o.json: port", what: "cannot open (…/secret.key)", fix: "see docs/cli.md" },
    { where: "b", what: "at …/deep/x.ts:1:2", fix: "import ./a.ts, or https://example.com/a/b.ts" },
  ]);
});

Deno.test("a folder as it was named on the command line is left out", () => {
  const told = (folder: string, where: string) =>
    shownProblems([{ where, what: "a", fix: "b" }], folder)[0].where;
  strictEqual(told("my-app", "my-app/n2o.json: port"), "n2o.json: port");
  strictEqual(told("./my-app/", "./my-app/pages/a.ts"), "pages/a.ts");
  strictEqual(told("../my-app", "../my-app/pages/a.ts"), "pages/a.ts");
  strictEqual(told(".", "pages/a.ts"), "pages/a.ts");
});

Deno.test("many problems and long texts are bounded", () => {
  const one = { where: "a", what: "x".repeat(100_000), fix: "b" };
  const shown = shownProblems(Array.from({ length: 500 }, () => one), "/app");
  strictEqual(shown.length, 51);
  match(shown[50].where, /450 more/);
  ok(JSON.stringify(shown).length < 300_000);
});

Deno.test("what is behind an error is told once, as far as the error has not said it itself", () => {
  const cause = new TypeError("no disk");
  strictEqual(reasons(new Error("cannot open: no disk", { cause })), "");
  strictEqual(reasons(new Error("cannot open", { cause })), "; caused by TypeError: no disk");
  const circle = new Error("one");
  circle.cause = new Error("two", { cause: circle });
  strictEqual(reasons(circle), "; caused by Error: two");
  const many = new AggregateError(["a", "b", "c", "d"], "many");
  strictEqual(reasons(many), "; caused by a; caused by b; caused by c");
  strictEqual(reasons(new Error("none")), "");
});
