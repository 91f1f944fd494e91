/**
 * The reference of all actions.
 *
 * @module
 */
import { actionExamples } from "./action_examples.ts";
import { cell, outcomePart, type ReadText } from "./elements.ts";
import type { Entry, Reference } from "./reference.ts";
import { outcomeOfAction, textsOf } from "./shown.ts";

/** The reference of the actions. Throws when one has no example. */
export async function actionsPart(reference: Reference, read: ReadText): Promise<string> {
  const texts = textsOf(await read("scripts/nitro_docs/action_examples.ts"));
  const parts: string[] = [];
  for (const name of await actionNames(read)) {
    const entry = reference.entries.get(name);
    if (entry === undefined) throw new Error(`the action ${name} has no documentation`);
    if (!(name in actionExamples)) throw new Error(`the action ${name} has no example`);
    parts.push(actionPart(entry, reference, texts.get(name)!));
  }
  return parts.join("\n\n");
}

/** The actions that `actions/mod.ts` exports. */
async function actionNames(read: ReadText): Promise<string[]> {
  const exported = (await read("protocols/nitro/actions/mod.ts")).matchAll(/export \{([^}]*)\}/g);
  const names = [...exported].flatMap(([, list]) => list.split(",").map((name) => name.trim()));
  const wanted = names.filter((name) => /^[a-z]\w*$/.test(name));
  const order = Object.keys(actionExamples);
  return wanted.toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
}

function actionPart({ name, text, call, fields }: Entry, { sets }: Reference, example: string): string {
  const set = fields === undefined ? undefined : sets.get(fields);
  const rows = set?.own.map((field) => `| \`${field.name}\` | ${cell(field.text)} |`);
  return [
    `### ${name}`,
    call === undefined ? text : `\`${call}\`: ${text}`,
    ...(rows === undefined ? [] : [["| field | what it is |", "| --- | --- |", ...rows].join("\n")]),
    "```ts ignore\n" + example + ";\n```",
    ...outcomePart(outcomeOfAction(actionExamples[name]())),
  ].join("\n\n");
}
