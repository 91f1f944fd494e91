/**
 * Where a document's links lead.
 *
 * @module
 */
import { dirname, join, normalize } from "node:path";
import { Anchors, prose } from "./blocks.ts";
import { root } from "./shims.ts";

const documents = new Map<string, string>();

/** The links of a document that lead nowhere: to a file that is not here, or a heading that it has not. */
export async function brokenLinks(document: string): Promise<string[]> {
  const text = await read(document);
  const broken: string[] = [];
  for (const [, link] of prose(text).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(link)) continue;
    const [path, anchor] = link.split("#");
    const target = path === "" ? document : normalize(join(dirname(document), path));
    if (target.startsWith("..") || !await exists(target)) broken.push(link);
    else if (anchor !== undefined && !anchorsOf(await read(target)).has(anchor)) broken.push(link);
  }
  return broken;
}

function anchorsOf(text: string): Anchors {
  const anchors = new Anchors();
  for (const [, title] of withoutBlocks(text).matchAll(/^#{1,6} (.*)$/gm)) anchors.of(title);
  return anchors;
}

function withoutBlocks(text: string): string {
  return text.replace(/^( *)(`{3,})[^\n]*\n[\s\S]*?^\1\2$/gm, "");
}

async function read(path: string): Promise<string> {
  const known = documents.get(path);
  if (known !== undefined) return known;
  const text = await Deno.readTextFile(`${root}/${path}`);
  documents.set(path, text);
  return text;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(`${root}/${path}`).then(() => true, () => false);
}
