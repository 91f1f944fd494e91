/**
 * The reference of all elements.
 *
 * @module
 */
import { elements } from "@n2o/n2o/nitro";
import { examples, plainExample } from "./examples.ts";
import type { Entry, FieldSet, Reference } from "./reference.ts";
import { indented, type Outcome, outcomeOf, textsOf } from "./shown.ts";

/** The groups, by the files that the elements are in. */
const GROUPS: readonly (readonly [title: string, files: readonly string[]])[] = [
  ["Text and sections", ["text.ts"]],
  ["Lists", ["lists.ts"]],
  ["Tables", ["tables.ts"]],
  ["Links", ["links.ts"]],
  ["Forms", ["forms.ts", "boxes.ts", "choices.ts"]],
  ["Inputs", ["text_inputs.ts", "inputs.ts"]],
  ["Measures and the like", ["measures.ts"]],
  ["Files", ["upload.ts"]],
  ["Days, lookups and lists that are sorted", []],
  ["Templates", ["templates_dtl.ts"]],
  ["Pictures, sound and other documents", ["media.ts", "embedded.ts"]],
  ["The document", ["document.ts"]],
  ["Raw text, styles and scripts", ["code.ts"]],
];

/** What every element has is told once. */
const COMMON = ["Fields", "BodyFields", "PostbackFields", "VoidFields", "PlainFields"];

/** Gives a file's text as its module graph has it. */
export type ReadText = (path: string) => Promise<string>;

/** The reference of the elements. Throws when one has no example, or an example no element. */
export async function elementsPart(reference: Reference, read: ReadText): Promise<string> {
  const texts = textsOf(await read("scripts/nitro_docs/examples.ts"));
  const known = new Set(Object.keys(elements));
  for (const name of Object.keys(examples)) {
    if (!known.has(name)) throw new Error(`the example ${name} is no element's`);
  }
  const groups = GROUPS.map(([title, files]) => ({ title, files, members: [] as Entry[] }));
  const controls = groups.find(({ files }) => files.length === 0)!;
  for (const name of known) {
    const entry = reference.entries.get(name);
    if (entry === undefined) throw new Error(`the element ${name} has no documentation`);
    const group = groups.find(({ files }) => files.includes(entry.file)) ?? controls;
    group.members.push(entry);
  }
  return groups.map(({ title, members }) => groupPart(title, members, reference, texts)).join("\n\n");
}

/** The tables of the fields that all elements have. */
export function fieldsPart({ sets }: Reference): string {
  const table = (name: string, title: string) => `**${title}**\n\n${fieldTable(sets.get(name)!)}`;
  return [
    table("Fields", "Every element"),
    table("BodyFields", "Elements with something between their tags"),
    table("PostbackFields", "Elements that send events"),
    table(
      "VoidFields",
      "Elements that are drawn alike (`panel`, `span`, `h1` and the other plain ones), besides",
    ),
  ].join("\n\n");
}

function groupPart(
  title: string,
  members: readonly Entry[],
  reference: Reference,
  texts: ReadonlyMap<string, string>,
): string {
  const told = new Map<string, string>();
  const plain = members.filter(({ name }) => !(name in examples));
  const others = members.filter(({ name }) => name in examples);
  const parts = [`### ${title}`];
  if (plain.length > 0) parts.push(plainTable(plain));
  for (const entry of others) parts.push(elementPart(entry, reference, told, texts.get(entry.name)!));
  return parts.join("\n\n");
}

function plainTable(entries: readonly Entry[]): string {
  const rows = entries.map(({ name, text }) => {
    const { html } = outcomeOf(plainElement(name));
    return `| \`${name}\` | ${cell(text)} | \`${html}\` |`;
  });
  return ["| element | what it is | it is drawn as |", "| --- | --- | --- |", ...rows].join("\n");
}

function plainElement(name: string) {
  const make = elements[name as "span"];
  return /^(?:br|hr)$/.test(name) ? make({}) : make({ body: plainExample });
}

function elementPart(entry: Entry, reference: Reference, told: Map<string, string>, text: string): string {
  const { name } = entry;
  const outcome = outcomeOf(examples[name]());
  return [
    `#### ${name}`,
    entry.text,
    ...fieldsOf(entry, reference, told),
    "```ts ignore\n" + text + ";\n```",
    ...outcomePart(outcome),
  ].join("\n\n");
}

/** Its own fields, in a table; those that stood with another element of the group by its name. */
function fieldsOf({ name, fields }: Entry, { sets }: Reference, told: Map<string, string>): string[] {
  if (fields === undefined) return [];
  const parts: string[] = [];
  const later: FieldSet[] = [];
  const elsewhere = new Set<string>();
  const add = (set: string) => {
    if (COMMON.includes(set)) return;
    const found = sets.get(set);
    if (found === undefined) throw new Error(`${name}: the fields ${set} are not exported`);
    const where = told.get(set);
    if (where !== undefined) {
      elsewhere.add(where);
      return;
    }
    told.set(set, name);
    later.push(found);
    found.bases.forEach(add);
  };
  add(fields);
  const own = later.flatMap((set) => set.own).filter((field, at, all) =>
    field.name !== "body" && all.findIndex((other) => other.name === field.name) === at
  );
  if (own.length > 0) parts.push(fieldTable({ name: fields, own, bases: [] }));
  if (elsewhere.size > 0) {
    const names = [...elsewhere].map((other) => `[\`${other}\`](#${other.toLowerCase()})`).join(" and ");
    parts.push(own.length > 0 ? `Further fields as ${names}.` : `Its fields are those of ${names}.`);
  }
  return parts;
}

function fieldTable({ own }: FieldSet): string {
  const rows = own.map(({ name, text }) => `| \`${name}\` | ${cell(text)} |`);
  return ["| field | what it is |", "| --- | --- |", ...rows].join("\n");
}

/** What an example comes to. What is the same in both ways is told once. */
export function outcomePart({ html, html2, script, operations }: Outcome): string[] {
  const parts: string[] = [];
  const original = html === html2 ? [] : [block("xml", indented(html))];
  if (html2 !== "") parts.push(block("xml", indented(html2)));
  if (operations !== "") parts.push(block("erlang", operations));
  if (script !== "") original.push(block("js ignore", script));
  if (original.length === 0) return parts;
  parts.push(
    `<details><summary>For the original's client</summary>\n\n${original.join("\n\n")}\n\n</details>`,
  );
  return parts;
}

function block(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** Text in a table's cell. */
export function cell(text: string): string {
  return text.replaceAll("\n\n", "<br>").replaceAll("|", "\\|");
}
