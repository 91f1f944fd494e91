/**
 * HTML as a tree, for visitors without a browser: as much of it as pages that draw themselves put out.
 *
 * @module
 */

const VOID = /^(area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)$/;
const RAW = /^(script|style|textarea|title)$/;
const PART = /<!--[^]*?-->|<![^>]*>|<\/([\w-]+)\s*>|<([a-z][\w:-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>|[^<]+|</gi;
const ATTRIBUTE = /([^\s=/"'<>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?/g;
const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\xa0",
};

/** What an element holds. */
export type Node = TreeElement | string;

/** An element. */
export class TreeElement {
  /** Its name, in small letters. */
  readonly tag: string;
  /** Its attributes. */
  readonly attributes: Map<string, string>;
  /** What it holds. */
  children: Node[] = [];
  /** What holds it. */
  parent: TreeElement | undefined;

  /** Takes its name and attributes. */
  constructor(tag: string, attributes: Map<string, string> = new Map()) {
    this.tag = tag;
    this.attributes = attributes;
  }

  /** All text in it. */
  get text(): string {
    return this.children.map((child) => typeof child === "string" ? child : child.text).join("");
  }

  /** The first element in it, or itself, that passes. */
  find(passes: (element: TreeElement) => boolean): TreeElement | undefined {
    if (passes(this)) return this;
    for (const child of this.children) {
      const found = typeof child === "string" ? undefined : child.find(passes);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Takes other children in the place of some of its own. */
  splice(at: number, count: number, nodes: readonly Node[]): void {
    for (const node of nodes) if (typeof node !== "string") node.parent = this;
    for (const node of this.children.splice(at, count, ...nodes)) {
      if (typeof node !== "string") node.parent = undefined;
    }
  }
}

/** Reads HTML; gives an element without a name that holds all of it. */
export function parse(html: string): TreeElement {
  const root = new TreeElement("");
  let open = root;
  PART.lastIndex = 0;
  for (let part = PART.exec(html); part !== null; part = PART.exec(html)) {
    const [all, end, name, attributes] = part;
    if (name !== undefined) {
      const element = new TreeElement(name.toLowerCase(), attributesOf(attributes));
      open.splice(open.children.length, 0, [element]);
      if (VOID.test(element.tag)) continue;
      open = element;
      if (!RAW.test(element.tag)) continue;
      const from = PART.lastIndex;
      const to = html.toLowerCase().indexOf(`</${element.tag}`, from);
      element.children = [decoded(html.slice(from, to < 0 ? undefined : to))];
      PART.lastIndex = to < 0 ? html.length : to;
    } else if (end !== undefined) {
      const closed = ancestor(open, end.toLowerCase());
      open = closed?.parent ?? (closed === undefined ? open : root);
    } else if (!all.startsWith("<!")) open.children.push(decoded(all));
  }
  return root;
}

function ancestor(from: TreeElement, tag: string): TreeElement | undefined {
  for (let at: TreeElement | undefined = from; at !== undefined; at = at.parent) {
    if (at.tag === tag) return at;
  }
  return undefined;
}

function attributesOf(text: string): Map<string, string> {
  const pairs = [...text.matchAll(ATTRIBUTE)].map(([, name, double, single, bare]): [string, string] => {
    return [name.toLowerCase(), decoded(double ?? single ?? bare ?? "")];
  });
  return new Map(pairs);
}

function decoded(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    return String.fromCodePoint(decimal === undefined ? parseInt(hex, 16) : Number(decimal));
  });
}
