/** The list of commands: in the help, in the document, and those that there are. */
import { deepStrictEqual, ok } from "node:assert/strict";
import { commandHelp, overview } from "../lib/cli/help.ts";
import { root } from "./root.ts";

/** What a list says can be typed, in its order. */
function usages(text: string): string[] {
  return [...text.matchAll(/^ *(n2o .*?)(?: {2,}|$)/gm)].map(([, usage]) => usage);
}

Deno.test("the help and docs/cli.md list the same, and every command that there is", async () => {
  const shown = usages(overview().replace(/^.*\n/, ""));
  const document = await Deno.readTextFile(`${root}/docs/cli.md`);
  deepStrictEqual(usages(/```text\n([^]*?)```/.exec(document)![1]), shown);
  const source = await Deno.readTextFile(`${root}/lib/cli/main.ts`);
  const table = /const COMMANDS[^]*?= \{\n([^]*?)\n\};/.exec(source)![1];
  const commands = [...table.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name);
  ok(commands.length > 10);
  const listed = new Set(shown.map((usage) => usage.split(" ")[1]).filter((name) => /^[a-z]+$/.test(name)));
  deepStrictEqual([...listed].sort(), commands.sort());
});

Deno.test("no code span of docs/cli.md goes over the end of a line", async () => {
  const text = (await Deno.readTextFile(`${root}/docs/cli.md`)).replace(/^```[^]*?^```/gm, "");
  for (const paragraph of text.split(/\n\n/)) {
    for (const line of paragraph.split("\n")) ok(line.split("`").length % 2 === 1, line);
  }
});

Deno.test("a command without flags lists none", async () => {
  const { generate } = await import("../lib/cli/generate/command.ts");
  ok(!commandHelp(generate, false).includes("Flags"));
});

Deno.test("help fits the terminal: prose is set anew, and what stands in columns goes on below the second one", () => {
  const help = commandHelp(
    {
      usage: "n2o try",
      about: `Tries what it is given, and says at length
what has come of it.

one  the first of what can be tried
     here
two  the second`,
      flags: [{ name: "long", value: "TEXT", about: "a text that is much longer than the terminal is wide" }],
      arguments: 0,
      run: () => Promise.resolve(0),
    },
    false,
    40,
  );
  deepStrictEqual(help.split("\n"), [
    "Usage: n2o try",
    "",
    "Tries what it is given, and says at",
    "length what has come of it.",
    "",
    "one  the first of what can be tried here",
    "two  the second",
    "",
    "Flags:",
    "  --long TEXT  a text that is much",
    "               longer than the terminal",
    "               is wide",
  ]);
});
