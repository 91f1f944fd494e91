/**
 * What HTML consists of, as far as it matters to where it is put.
 *
 * @module
 */

import { isOneElement } from "../one_element.ts";

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
  "keygen",
  "link",
  "meta",
  "param",
  "source",
  "track",
  "wbr",
]);

/** Whether HTML is one element, or one text. When in doubt it is not. */
export function isOneNode(html: string): boolean {
  const tag = OPEN.exec(html)?.[1];
  if (tag === undefined) return html !== "" && !html.includes("<");
  return (VOID.has(tag.toLowerCase()) || html.endsWith(`</${tag}>`)) && isOneElement(html);
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
