/**
 * Escaping for style sheets and for values of their properties.
 *
 * @module
 */
import { NitroError } from "../error.ts";

const PROPERTY = /^(?:--[\w-]+|-?[a-z][a-z0-9-]*)$/i;
// deno-lint-ignore no-control-regex
const SPECIAL = /[;{}\\@<>\0-\x1f\x7f]|\/\*/g;
const NESTING = /["'()[\]]/g;
const PAIRS: Readonly<Record<string, string>> = { "(": ")", "[": "]" };

/**
 * The value of one property, from which nothing can get out: no further property, rule or comment. What does not nest, an open quote or
 * bracket, is escaped too, so that it swallows nothing that follows.
 */
export function escapeCssValue(value: string): string {
  const escaped = value.replace(SPECIAL, byNumber);
  return nests(escaped) ? escaped : escaped.replace(NESTING, byNumber);
}

/**
 * The name of a property, `backgroundColor` as `background-color`. Throws `bad_field` for what is none.
 */
export function cssProperty(name: string): string {
  const property = name.startsWith("--")
    ? name
    : name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (!PROPERTY.test(property)) throw new NitroError("bad_field", "this is no property of a style", name);
  return property;
}

/** A style sheet as it stands in a `style` element, which nothing in it can end, nor begin another one where it is read as HTML. */
export function escapeStyleSheet(css: string): string {
  return css.replace(/<(?=[a-z/!?])/gi, "\\3c ").replaceAll("\0", "\ufffd");
}

function byNumber(text: string): string {
  let escaped = "";
  for (const character of text) escaped += `\\${character.codePointAt(0)!.toString(16)} `;
  return escaped;
}

function nests(value: string): boolean {
  const open: string[] = [];
  let quote = "";
  for (const character of value) {
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === '"' || character === "'") quote = character;
    else if (character in PAIRS) open.push(PAIRS[character]);
    else if ((character === ")" || character === "]") && open.pop() !== character) return false;
  }
  return quote === "" && open.length === 0;
}
