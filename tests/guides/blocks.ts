/**
 * The fenced code blocks of a document.
 *
 * @module
 */

/** One fenced block. */
export interface Block {
  /** The document, relative to the repository. */
  readonly document: string;
  /** The line of its fence, from 1. */
  readonly line: number;
  /** The first word behind the fence; empty where there is none. */
  readonly language: string;
  /** What follows the language. */
  readonly info: string;
  /** What is in it. */
  readonly text: string;
  /** The anchor of the heading that it stands under. */
  readonly section: string;
}

const FENCE = /^( *)(`{3,}|~{3,})\s*(\S*)\s*(.*?)\s*$/;

/** Reads the blocks of a document; throws where one does not end. */
export function readBlocks(document: string, markdown: string): Block[] {
  const blocks: Block[] = [];
  const anchors = new Anchors();
  let section = "";
  const lines = markdown.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const heading = /^#{1,6} (.*)$/.exec(lines[at]);
    if (heading !== null) section = anchors.of(heading[1]);
    const fence = FENCE.exec(lines[at]);
    if (fence === null) continue;
    const [, indent, ticks, language, info] = fence;
    const end = lines.findIndex((line, index) => index > at && line.trim() === ticks);
    if (end < 0) throw new Error(`${document}:${at + 1}: the block does not end`);
    const text = lines.slice(at + 1, end)
      .map((line) => line.startsWith(indent) ? line.slice(indent.length) : line.trimStart())
      .join("\n");
    blocks.push({ document, line: at + 1, language, info, text: `${text}\n`, section });
    at = end;
  }
  return blocks;
}

/** The path that a block's first line names as that of a file, in a comment of its language, or behind the language. */
export function pathOf({ language, info, text }: Block): string | undefined {
  if (language === "json" || language === "diff") return /^[\w.-]+(\/[\w.-]+)*$/.exec(info)?.[0];
  const [first] = text.split("\n", 1);
  const named = /^(?:\/\/|#|<!--|\/\*) (\/?(?:[\w.@-]+\/)*[\w.-]*[A-Za-z]+)(?: -->| \*\/)?$/.exec(first);
  return named?.[1];
}

/** The anchors of a document's headings, as GitHub makes them. */
export class Anchors {
  readonly #seen = new Map<string, number>();

  /** The next heading's. */
  of(title: string): string {
    const text = title.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const anchor = text.toLowerCase().trim().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
    const before = this.#seen.get(anchor) ?? 0;
    this.#seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  }

  /** Whether a heading has this anchor. */
  has(anchor: string): boolean {
    const [, base, count] = /^(.*?)(?:-(\d+))?$/.exec(anchor)!;
    return this.#seen.has(anchor) || (count !== undefined && Number(count) < (this.#seen.get(base) ?? 0));
  }
}

/** A document's text without its blocks and code, so that only prose is left. */
export function prose(markdown: string): string {
  return markdown.replace(/^( *)(`{3,})[^\n]*\n[\s\S]*?^\1\2$/gm, "").replace(/`[^`\n]*`/g, "``");
}
