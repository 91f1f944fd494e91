/**
 * What HTML consists of, as far as it matters to where it is put.
 *
 * @module
 */

const OPEN = /^<([a-z][a-z0-9-]*)(?=[\s/>])/i;
const VOID = new Set([
  "area",
  "base",
  "br",
  "col",
  "embed",
  "hr",
  "img",
  "input",
  "link",
  "meta",
  "source",
  "track",
  "wbr",
]);

/** Whether HTML is one element, or one text. When in doubt it is not. */
export function isOneNode(html: string): boolean {
  const tag = OPEN.exec(html)?.[1];
  if (tag === undefined) return html !== "" && !html.includes("<");
  if (VOID.has(tag.toLowerCase())) return html.indexOf("<", 1) < 0 && html.indexOf(">") === html.length - 1;
  const close = `</${tag}>`;
  if (!html.endsWith(close)) return false;
  // Elements of the same name may stand in each other: the first one has to end where the HTML does.
  const each = new RegExp(`<(/?)${tag}(?=[\\s/>])`, "gi");
  let depth = 0;
  for (const { 1: slash, index } of html.matchAll(each)) {
    depth += slash === "" ? 1 : -1;
    if (depth === 0) return index === html.length - close.length;
  }
  return false;
}

/** The name of an element in which HTML of this kind may be read: rows of a table vanish elsewhere. */
export function wrapperOf(html: string): string {
  switch (OPEN.exec(html)?.[1].toLowerCase()) {
    case "tr":
      return "tbody";
    case "td":
    case "th":
      return "tr";
    case "tbody":
    case "thead":
    case "tfoot":
    case "caption":
    case "colgroup":
      return "table";
    case "col":
      return "colgroup";
    default:
      return "div";
  }
}
