/**
 * How elements write their attributes.
 *
 * @module
 */
import { plainText } from "../drawing.ts";
import { NitroError } from "../error.ts";
import { cssProperty, escapeCssValue } from "../escape/css.ts";
import { escapeAttribute, isAttributeName } from "../escape/html.ts";
import { safeUrl, type UrlUse } from "../escape/url.ts";
import type { Attributes, Classes, Fields, Flag, Style, Value } from "../fields.ts";
import { scriptInPage } from "../operations_output.ts";
import type { Drawing } from "../parts.ts";

/** Whether a value is none: nothing, or the empty list. */
export function isNone(value: unknown): value is null | undefined | readonly [] {
  return value === undefined || value === null || Array.isArray(value) && value.length === 0;
}

/** Writes `class`; a list's names are put together with spaces. */
export function drawClass(value: Classes, out: Drawing): void {
  if (typeof value === "string") out.html += ` class="${escapeAttribute(value)}"`;
  else if (!isNone(value)) out.html += ` class="${escapeAttribute(classText(value))}"`;
}

/** The text of classes. */
export function classText(value: Classes): string {
  return Array.isArray(value) ? value.filter(isGiven).map(plainText).join(" ") : plainText(value);
}

/** Writes `style`, in the mode `operations` as the attribute that the client reads. */
export function drawStyle(value: Style, out: Drawing): void {
  if (isNone(value)) return;
  out.html += `${styleName(out)}="${escapeAttribute(styleText(value))}"`;
}

/** The name of the attribute that has an element's style, with the space before it. */
export function styleName(out: Drawing): string {
  return out.host.mode === "script" ? " style" : " data-n2o-style";
}

/** The text of a style. */
export function styleText(style: Style): string {
  if (typeof style === "string") return style;
  if (!isRecord(style)) return isNone(style) ? "" : plainText(style);
  let text = "";
  for (const [name, value] of Object.entries(style)) {
    if (!isNone(value)) text += `${cssProperty(name)}:${escapeCssValue(plainText(value))};`;
  }
  return text;
}

/** Writes an attribute that is there or not. */
export function drawFlag(name: string, value: Flag, out: Drawing): void {
  if (isSet(name, value)) out.html += ` ${name}="${name}"`;
}

/** Whether a flag says yes. */
export function isSet(name: string, value: Flag): boolean {
  return value === true ||
    value !== undefined && !isNone(value) && value !== false && plainText(value) === name;
}

/** Writes an attribute with a URL; `about:invalid` in the place of one that could run something. */
export function drawUrl(name: string, value: Value, use: UrlUse, out: Drawing): void {
  if (!isNone(value)) out.html += ` ${name}="${escapeAttribute(safeUrl(plainText(value), use))}"`;
}

/** Writes an attribute that is one of some words; nothing for other values. */
export function drawChoice(name: string, value: Value, choices: readonly string[], out: Drawing): void {
  if (isNone(value)) return;
  const text = plainText(value);
  if (choices.includes(text)) out.html += ` ${name}="${text}"`;
}

/** Writes JavaScript that an event's attribute runs; throws `script_in_page` in the mode `operations`. */
export function drawScript(element: string, name: string, value: Value, out: Drawing): void {
  if (isNone(value)) return;
  if (out.host.mode === "operations") throw scriptInPage(element, name);
  out.html += ` ${name}="${escapeAttribute(plainText(value))}"`;
}

/** Writes attributes whose names the page gives. */
export function drawAttributes(element: string, attributes: Attributes | undefined, out: Drawing): void {
  if (attributes === undefined || attributes === null) return;
  const pairs = Array.isArray(attributes) ? attributes : Object.entries(attributes);
  for (const pair of pairs) {
    if (!Array.isArray(pair)) throw new NitroError("bad_field", `${element}: attributes are pairs`, pair);
    drawNamed(element, plainText(pair[0]), pair[1], out);
  }
}

/** Writes the attributes that stand last in every element: its `dataFields`, then its role and states. */
export function drawData(element: string, fields: Fields, out: Drawing): void {
  if (fields.dataFields !== undefined) drawAttributes(element, fields.dataFields, out);
  if (fields.role !== undefined) out.attribute("role", fields.role);
  if (fields.ariaStates !== undefined) drawAttributes(element, fields.ariaStates, out);
}

const URLS: Readonly<Record<string, UrlUse>> = {
  href: "link",
  "xlink:href": "link",
  action: "link",
  formaction: "link",
  cite: "link",
  ping: "link",
  manifest: "link",
  data: "source",
  src: "source",
  poster: "image",
  background: "image",
};

function drawNamed(element: string, name: string, value: Value, out: Drawing): void {
  if (!isAttributeName(name)) throw new NitroError("bad_field", `${element}: no name of an attribute`, name);
  const known = name.toLowerCase();
  if (known === "srcdoc") throw new NitroError("bad_field", `${element}: srcdoc is HTML; use iframe`, name);
  if (known.startsWith("on")) drawScript(element, name, value, out);
  else if (known === "style") drawStyle(value, out);
  else if (Object.hasOwn(URLS, known)) drawUrl(name, value, URLS[known], out);
  else if (known === "data-toggle" && Array.isArray(value)) out.attribute(name, classText(value) || []);
  else out.attribute(name, value);
}

function isGiven(value: Value): boolean {
  return value !== undefined && value !== null && value !== false;
}

function isRecord(style: Style): style is Readonly<Record<string, string | number | null | undefined>> {
  return typeof style === "object" && style !== null && Object.getPrototypeOf(style) === Object.prototype;
}
