/**
 * The guides and the other documents: every block of code in them is run, or checked by what it is for, as its reader would.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import configuration from "../deno.json" with { type: "json" };
import { type Block, readBlocks } from "./guides/blocks.ts";
import { erlangFaults } from "./guides/erlang.ts";
import { followGuide, followSections, ruleOf } from "./guides/follow.ts";
import { brokenLinks } from "./guides/links.ts";
import { isProgram } from "./guides/rules.ts";
import { root } from "./guides/shims.ts";
import type { Beginning } from "./guides/story.ts";
import { checkModules } from "./guides/types.ts";
import { endVisits } from "./guides/visits.ts";

/** Guides, followed from their top to their end, and what is there before. */
const GUIDES: Readonly<Record<string, Beginning>> = {
  "docs/start.md": { clone: true },
  "docs/protocol.md": { project: true },
  "docs/pages.md": { project: true },
  "docs/sessions.md": {},
  "docs/tcp.md": {},
  "docs/deploy.md": { project: true },
  "docs/migrate.md": {},
};

/** Documents whose sections each begin anew. */
const LOOKED_UP = ["README.md", "docs/cli.md", "docs/package.md", "docs/udp.md", "docs/wire.md"];

/** Made from the sources by a program, which its own test runs again: what its examples come to is what they came to. */
const MADE = "docs/nitro.md";

const documents = ["README.md", "CHANGELOG.md"];
for await (const { name } of Deno.readDir(`${root}/docs`)) {
  if (name.endsWith(".md")) documents.push(`docs/${name}`);
}

const blocks = new Map<string, Block[]>();
for (const document of documents.sort()) {
  blocks.set(document, readBlocks(document, await Deno.readTextFile(`${root}/${document}`)));
}

/** Documents whose programs `deno test --doc` runs. */
const tested = new Set(configuration.tasks["test:doc"].split(" ").filter((word) => word.endsWith(".md")));

for (const [document, beginning] of Object.entries(GUIDES)) {
  test(`${document}: every block does what the guide says`, (t) =>
    followGuide(ofDocument(document), t, beginning));
}

for (const document of LOOKED_UP) {
  test(`${document}: every block does what stands there`, (t) => followSections(ofDocument(document), t));
}

test("the types of all that documents show are right", checkModules);

test("every block of every document is followed, or known to another test", () => {
  const unknown: string[] = [];
  for (const [document, list] of blocks) {
    const followed = document in GUIDES || LOOKED_UP.includes(document);
    for (const block of list) {
      const known = followed ? ruleOf(block) !== undefined : tested.has(document) && isProgram(block);
      if (!known && document !== MADE) unknown.push(`${document}:${block.line} ${block.language}`);
    }
  }
  deepStrictEqual(unknown, []);
});

test("Erlang in what is made from the sources is Erlang", async () => {
  const terms = ofDocument(MADE).filter(({ language }) => language === "erlang").map(({ text }) => text);
  ok(terms.length > 40);
  strictEqual(await erlangFaults(terms) ?? "", "");
});

test("what is made from the sources has examples and what they come to, and no other blocks", () => {
  const languages = new Set(ofDocument(MADE).map(({ language, info }) => `${language} ${info}`.trim()));
  deepStrictEqual([...languages].sort(), ["erlang", "js ignore", "ts", "ts ignore", "tsx", "xml"]);
});

test("links between documents lead to files and headings that are there", async () => {
  const broken: string[] = [];
  for (const document of documents) {
    for (const link of await brokenLinks(document)) broken.push(`${document}: ${link}`);
  }
  deepStrictEqual(broken, []);
});

test("the browser of the guides ends", endVisits);

/** The blocks of a document that is there. But for programs that `deno test --doc` runs. */
function ofDocument(document: string): Block[] {
  const list = blocks.get(document) ?? [];
  ok(list.length > 0, `${document} has no blocks`);
  return tested.has(document) && document !== MADE ? list.filter((block) => !isProgram(block)) : list;
}

/** A test of processes and a browser, which outlive a step. */
function test(name: string, fn: (t: Deno.TestContext) => Promise<void> | void): void {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}
