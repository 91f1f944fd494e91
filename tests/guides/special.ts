/**
 * Blocks for which the rule of their language is not the right one: by document, section and language.
 *
 * @module
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { overview } from "../../lib/cli/help.ts";
import configuration from "../../deno.json" with { type: "json" };
import { playUdp } from "./datagrams.ts";
import type { Rule } from "./rules.ts";
import { root } from "./shims.ts";
import { UP } from "./story.ts";

/** The rules. */
export const special: Readonly<Record<string, Rule>> = {
  "README.md embed-it-in-ten-lines ts": embed(),
  "docs/cli.md the-command text": commands,
  "docs/udp.md sessions-and-the-proof-of-an-address text": playUdp,
  "docs/package.md import-it json": packages,
  "docs/package.md import-it ts": address,
};

/** Programs that serve: each goes on where the one before has ended, and answers as it says. */
function embed(): Rule {
  let before = "";
  return async ({ text, line }, story) => {
    const program = before + text;
    before = text.replace(/^n2o\.listen\(.*\n/m, "");
    const path = `server_${line}.ts`;
    await story.write(path, `${program}console.log("Listening on it");\n`);
    const port = story.ports.of(8001);
    const where = text.includes("Deno.serve(") ? `DENO_SERVE_ADDRESS=tcp:127.0.0.1:${port} ` : "";
    await story.serve(`${where}deno run --allow-net ${path}`, undefined);
    const said = await story.command(`n2o send ws://127.0.0.1:${port} '{hello, 1}'`);
    strictEqual(said, "{hi,1}\n");
    story.files.add(path);
  };
}

/** Every command that the help names, in its order and words, but for `--help` and `--version`, which are no commands. */
function commands({ text }: Parameters<Rule>[0]): Promise<void> {
  const usages = (lines: string) =>
    [...lines.matchAll(/^ *(n2o (?![\d.]+:)(?:[^ \n]| (?! ))+)/gm)].map(([, usage]) => usage);
  deepStrictEqual(
    usages(text).toSorted(),
    usages(overview()).toSorted(),
  );
  return Promise.resolve();
}

/** A map of imports: each name is one of the package's, each address a module of this repository. */
async function packages({ text }: Parameters<Rule>[0]): Promise<void> {
  const { imports } = JSON.parse(text) as { imports: Record<string, string> };
  for (const [name, target] of Object.entries(imports)) {
    const entry = (configuration.exports as Record<string, string>)[name.replace("@n2o/n2o", ".")];
    ok(entry !== undefined, `${name} is not exported`);
    if (target.startsWith("jsr:")) match(target, new RegExp(`^jsr:@n2o/n2o@\\^${configuration.version}`));
    else strictEqual(await moduleOf(target), entry);
  }
}

/** An import by an address, run with this repository in the place of the one that is named. */
async function address({ text, line }: Parameters<Rule>[0], story: Parameters<Rule>[1]): Promise<void> {
  const program = text.replace(/https:[^"]+/g, (target) => target.replace(PLACE, `file://${root}/`));
  ok(program !== text, "imports nothing");
  await story.write(`example_${line}.ts`, program);
  await story.command(`deno run --no-lock --allow-all example_${line}.ts`);
}

const PLACE = `https://example.com/n2o/${configuration.version}/`;

async function moduleOf(target: string): Promise<string> {
  ok(target.startsWith(PLACE), target);
  const path = target.slice(PLACE.length);
  await Deno.stat(`${root}/${path}`);
  return `./${path}`;
}

// A server's own first line is what a story waits for.
ok(UP.test("Listening on it\n"));
