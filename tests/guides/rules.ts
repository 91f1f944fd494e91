/**
 * What is done about a block of each language.
 *
 * @module
 */
import { doesNotMatch, match, ok, strictEqual } from "node:assert/strict";
import { type Block, pathOf } from "./blocks.ts";
import { contains } from "./expected.ts";
import { dockerfile } from "./dockerfile.ts";
import { erlangFaults, runErlang } from "./erlang.ts";
import { caddy, nginx } from "./proxies.ts";
import type { Story } from "./story.ts";
import { checkUnit } from "./systemd.ts";

/** Does what a block says, or checks it. */
export type Rule = (block: Block, story: Story) => Promise<void>;

/** The rules by language. */
export const rules: Readonly<Record<string, Rule>> = {
  sh: (block, story) => story.run(block),
  console: (block, story) => story.run(block),
  ts: code,
  tsx: code,
  js: code,
  text: said,
  html: document,
  css: file,
  json,
  diff,
  ini: unit,
  dockerfile,
  nginx,
  caddyfile: caddy,
  erlang,
};

async function file(block: Block, story: Story): Promise<void> {
  ok(await story.file(block) !== undefined, "names no file in its first line");
}

/** A file of the reader's, or a program that runs at once. */
async function code(block: Block, story: Story): Promise<void> {
  if (await story.file(block) !== undefined) return;
  const path = story.besides(`example_${block.line}.${block.language}`);
  await story.write(path, block.text);
  story.files.add(path);
  const output = await story.command(`deno run --no-lock --allow-all --unstable-kv ${path}`);
  doesNotMatch(output, /Assertion failed/);
}

/** What the server that runs says by itself. */
async function said(block: Block, { server, ports }: Story): Promise<void> {
  ok(server !== undefined, "is what a server says, and none runs");
  await server.until((output) => contains(block.text, ports.named(output)), `\n${block.text}\nas is shown`);
}

/** A page: a file, or the inside of one, which the application that is served gets as a file of its own. */
async function document(block: Block, story: Story): Promise<void> {
  if (await story.file(block) !== undefined) return;
  const path = `${story.served}/static/example_${block.line}.html`;
  await story.write(path, `<!DOCTYPE html>\n<html lang="en"><title>Example</title>\n${block.text}</html>\n`);
  story.files.add(path);
}

/** Settings, which the command itself looks at, with an empty file for each protocol that they name; or a file. */
async function json(block: Block, story: Story): Promise<void> {
  const value = JSON.parse(block.text) as { protocols?: string[] };
  const path = await story.file(block);
  if (path !== undefined && !path.endsWith("n2o.json")) return;
  const folder = path?.replace(/\/?n2o\.json$/, "") ?? `settings_${block.line}`;
  if (path === undefined) {
    await story.write(`${folder}/n2o.json`, block.text);
    for (const name of value.protocols ?? []) {
      if (["heart", "session", "room", "nitro", "ftp"].includes(name)) continue;
      const text =
        `import { unknown } from "@n2o/n2o";\nexport default { name: "${name}", info: () => unknown };\n`;
      await story.write(`${folder}/protocols/${name}.ts`, text);
    }
  }
  await story.command(`n2o check ${folder}`);
}

/** A change of a file that is there: lines that go, lines that come, and some around them; `@@` stands for what is left out between. */
async function diff(block: Block, story: Story): Promise<void> {
  const path = pathOf(block);
  ok(path !== undefined, "names no file behind its language");
  let text = await Deno.readTextFile(story.place(path));
  for (const part of block.text.split(/^@@.*\n/m).filter((part) => part !== "")) {
    const lines = part.trimEnd().split("\n");
    const side = (other: string) =>
      lines.filter((line) => !line.startsWith(other)).map((line) => `${line.slice(1)}\n`).join("");
    const [before, after] = [side("+"), side("-")];
    strictEqual(text.split(before).length, 2, `${path} has not just once:\n${before}`);
    text = text.replace(before, () => after);
  }
  await story.write(path, text);
}

/** A unit of systemd. */
async function unit(block: Block, story: Story): Promise<void> {
  const path = await story.file(block);
  ok(path !== undefined, "names no file in its first line");
  await checkUnit(story, path);
}

/** Erlang that talks to a server is run against the one that runs; all other is read. */
async function erlang({ text }: Block, story: Story): Promise<void> {
  const faults = await erlangFaults([text]);
  strictEqual(faults ?? "", "");
  if (!/\bgen_(tcp|udp):/.test(text)) return;
  const output = await runErlang(story.ports.free(text));
  if (output === undefined) return;
  doesNotMatch(output, /^(error|exit|throw) /m);
  const shown = /^% (.*)$/m.exec(text.slice(text.lastIndexOf("\n%")))?.[1];
  if (shown !== undefined) match(output, new RegExp(RegExp.escape(shown)));
}

/** Whether a block is a program of its own, which Deno's doc tests run where its document is among theirs. */
export function isProgram(block: Block): boolean {
  return ["ts", "tsx", "js"].includes(block.language) && pathOf(block) === undefined;
}
