/**
 * Follows a document: does what its blocks say, one after another, and looks at what its reader would see.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import type { Block } from "./blocks.ts";
import { checks } from "./checks.ts";
import { prepared } from "./prepared.ts";
import { type Rule, rules } from "./rules.ts";
import { special } from "./special.ts";
import { type Beginning, Story } from "./story.ts";
import { keepModules } from "./types.ts";
import { visit } from "./visits.ts";

/** What is done about a block; `undefined` when nobody knows. */
export function ruleOf({ document, section, language }: Block): Rule | undefined {
  return special[`${document} ${section} ${language}`] ?? rules[language];
}

/** What a step is called: where its block is, and how it begins. */
function titleOf({ line, language, text }: Block): string {
  return `line ${line}, ${language}: ${text.trim().split("\n")[0].slice(0, 70)}`;
}

/** Follows a guide from its top to its end, in one folder. */
export async function followGuide(
  blocks: readonly Block[],
  t: Deno.TestContext,
  beginning: Beginning = {},
): Promise<void> {
  await using story = await Story.begin(beginning);
  const left = new Set(Object.keys(checks[blocks[0].document] ?? {}));
  for (const part of parts(blocks)) {
    left.delete(part[0].section);
    if (!await followSection(part, story, t)) return;
  }
  deepStrictEqual([...left], [], "these sections have checks and no blocks");
  await finish(story);
}

/** Follows a document whose sections each begin anew. */
export async function followSections(blocks: readonly Block[], t: Deno.TestContext): Promise<void> {
  for (const part of parts(blocks)) {
    await using story = await Story.begin({ clone: true });
    const [{ document, section }] = part;
    await prepared[document]?.[section]?.(story);
    if (await followSection(part, story, t)) await finish(story);
  }
}

/** The blocks of each section. */
function parts(blocks: readonly Block[]): Block[][] {
  const all: Block[][] = [];
  for (const block of blocks) {
    const last = all.at(-1);
    if (last?.[0].section === block.section) last.push(block);
    else all.push([block]);
  }
  return all;
}

async function followSection(part: readonly Block[], story: Story, t: Deno.TestContext): Promise<boolean> {
  for (const block of part) {
    const went = await t.step(titleOf(block), async () => {
      const rule = ruleOf(block);
      ok(rule !== undefined, `no rule for blocks of ${block.language || "no language"}`);
      await rule(block, story);
    });
    if (!went) return false;
  }
  await story.settle();
  const [{ document, section }] = part;
  for (const path of story.unseen()) {
    await t.step(`${path} in a browser`, () => visit(story.url(path.replace(/^.*\/static/, ""))));
  }
  const check = checks[document]?.[section];
  return check === undefined || await t.step(`"${section}" does what it says`, () => check(story));
}

async function finish(story: Story): Promise<void> {
  deepStrictEqual(story.pages, [], "nobody serves these pages");
  await keepModules(story);
}
