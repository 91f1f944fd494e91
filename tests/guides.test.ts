/**
 * The guides and the other documents: every block of code in them is run, or checked by what it is for, as its reader would.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import { type Block, pathOf, readBlocks } from "./guides/blocks.ts";
import { checks } from "./guides/checks.ts";
import { brokenLinks } from "./guides/links.ts";
import { isProgram, rules } from "./guides/rules.ts";
import { root } from "./guides/shims.ts";
import { Story } from "./guides/story.ts";
import { endVisits, visit } from "./guides/visits.ts";

const GUIDES = ["start", "protocol", "pages", "sessions", "tcp", "deploy", "migrate"].map((name) =>
  `docs/guide/${name}.md`
);

/** Guides that go on in a project of `n2o new my-app`. */
const IN_A_PROJECT = ["protocol", "pages", "deploy"].map((name) => `docs/guide/${name}.md`);

const documents = ["README.md"];
for (const folder of ["docs", "docs/guide"]) {
  for await (const { name } of Deno.readDir(`${root}/${folder}`)) {
    if (name.endsWith(".md")) documents.push(`${folder}/${name}`);
  }
}
documents.sort();

const blocks = new Map<string, Block[]>();
for (const document of documents) {
  blocks.set(document, readBlocks(document, await Deno.readTextFile(`${root}/${document}`)));
}

/** What a step is called: where its block is, and how it begins. */
function titleOf({ line, language, text }: Block): string {
  return `line ${line}, ${language}: ${text.trim().split("\n")[0].slice(0, 70)}`;
}

/** Follows a document from its top to its end. */
async function follow(document: string, t: Deno.TestContext): Promise<void> {
  await using story = await Story.begin({
    clone: document === "README.md" || document.endsWith("/start.md"),
  });
  if (IN_A_PROJECT.includes(document)) await story.command("n2o new my-app");
  const list = blocks.get(document)!;
  const left = new Set(Object.keys(checks[document] ?? {}));
  const looked = new Set<string>();
  for (const [at, block] of list.entries()) {
    const went = await t.step(titleOf(block), async () => {
      const rule = rules[block.language];
      ok(rule !== undefined, `no rule for blocks of ${block.language || "no language"}`);
      await rule(block, story);
    });
    if (!went) return;
    if (list[at + 1]?.section === block.section) continue;
    const { section } = block;
    await story.settle();
    const pages = [...story.files].filter((path) => /\/static\/.*\.html?$/.test(path) && !looked.has(path));
    if (story.server !== undefined) {
      for (const path of pages) {
        looked.add(path);
        await t.step(`${path} in a browser`, () => visit(story.url(path.replace(/^.*\/static/, ""))));
      }
    }
    const check = checks[document]?.[section];
    if (check === undefined || !left.delete(section)) continue;
    if (!await t.step(`"${section}" does what it says`, () => check(story))) return;
  }
  deepStrictEqual([...left], [], "these sections have checks and no blocks");
  const pages = [...story.files].filter((path) => /\/static\/.*\.html?$/.test(path));
  deepStrictEqual(pages.filter((path) => !looked.has(path)), [], "nobody serves these pages");
  const modules = [...story.files].filter((path) => /\.tsx?$/.test(path));
  if (modules.length > 0) {
    await t.step("types", () => story.command(`deno check --no-lock ${modules.join(" ")}`).then(() => {}));
  }
}

for (const document of GUIDES) {
  Deno.test({
    name: `${document}: every block does what the guide says`,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: (t) => follow(document, t),
  });
}

Deno.test("links between documents lead to files and headings that are there", async () => {
  const broken: string[] = [];
  for (const document of documents) {
    for (const link of await brokenLinks(document)) broken.push(`${document}: ${link}`);
  }
  deepStrictEqual(broken, []);
});

Deno.test("no block of any document is without a rule", () => {
  const without: string[] = [];
  for (const block of [...blocks.values()].flat()) {
    if (GUIDES.includes(block.document) ? rules[block.language] !== undefined : isProgram(block)) continue;
    without.push(`${block.document}:${block.line} ${block.language} ${pathOf(block) ?? ""}`);
  }
  console.log(without.length);
});

Deno.test({
  name: "the browser of the guides ends",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: endVisits,
});
