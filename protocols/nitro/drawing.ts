/**
 * Drawing: elements become HTML, and the actions that belong to them are collected.
 *
 * @module
 */
import { Atom, Charlist, isTuple } from "../../lib/term.ts";
import { NitroError } from "./error.ts";
import { escapeAttribute, escapeText } from "./escape/html.ts";
import type { RenderHost } from "./host.ts";
import { Action, type Body, type Drawing, Element, Raw } from "./parts.ts";

const decoder = new TextDecoder();
/** Deeper nesting than any page has would end in a stack overflow. */
const MAX_DEPTH = 512;

/** One drawing: HTML that grows, and the actions that are to follow it. */
export class HtmlDrawing implements Drawing {
  /** The HTML so far. */
  html = "";
  /** What the drawn elements wired, in their order. */
  wired: Action[] | undefined;
  /** The page that it is drawn for. */
  readonly host: RenderHost;
  /** Whether HTML was drawn that nobody looked at. */
  raw = false;
  #depth = 0;

  /** Begins an empty drawing. */
  constructor(host: RenderHost) {
    this.host = host;
  }

  /** Draws what stands between tags. */
  body(body: Body): void {
    if (typeof body === "string") this.html += escapeText(body);
    else if (body instanceof Element) this.element(body);
    else if (Array.isArray(body)) {
      this.#enter();
      for (let i = 0; i < body.length; i++) this.body(body[i]);
      this.#depth--;
    } else if (body === undefined || body === null || typeof body === "boolean") return;
    else if (body instanceof Raw) {
      this.html += body.html;
      this.raw = true;
    } else this.html += escapeText(plainText(body));
  }

  /** Draws one element. */
  element(element: Element): void {
    this.#enter();
    element.kind.draw(element.fields, this);
    this.#depth--;
  }

  /** Writes an attribute; nothing for `undefined`, `null` and an empty list. */
  attribute(name: string, value: unknown): void {
    if (value === undefined || value === null) return;
    if (typeof value === "string") {
      this.html += ` ${name}="${escapeAttribute(value)}"`;
      return;
    }
    if (Array.isArray(value) && value.length === 0) return;
    this.html += ` ${name}="${escapeAttribute(plainText(value))}"`;
  }

  /** Writes the `id` attribute. */
  id(id: unknown): void {
    this.attribute("id", id);
  }

  /** Adds an action that is to follow the update which brings this drawing. */
  wire(action: Action): void {
    (this.wired ??= []).push(action);
  }

  #enter(): void {
    if (++this.#depth > MAX_DEPTH) {
      throw new NitroError("too_deep", `a page's elements nest ${MAX_DEPTH} deep at most`);
    }
  }
}

/**
 * The text of a value that stands in a page: text, a number, bytes in UTF-8, an atom's name, or a list of such.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { plainText } from "@n2o/n2o/nitro";
 *
 * if (plainText([atom("row"), "-", 3]) !== "row-3") throw new Error("no text");
 * ```
 */
export function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Atom) return value.name;
  if (value instanceof Uint8Array) return decoder.decode(value);
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") {
    return String(value);
  }
  if (value instanceof Charlist) return String.fromCodePoint(...value.bytes);
  if (Array.isArray(value)) return value.map(plainText).join("");
  throw new NitroError("no_text", `${kindOf(value)} cannot stand in a page as text`, value);
}

/** What a value is that is no text, and where it helps what it was meant to be. */
function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol") return "a symbol";
  if (value instanceof Promise) return "a promise, which is to be awaited first,";
  if (value instanceof Element || value instanceof Raw) return "an element";
  if (value instanceof Action) {
    return `the action ${value.kind.name}, which is for wire() or the field actions,`;
  }
  if (isTuple(value)) return "a tuple";
  if (value instanceof Date) return "a Date, which is to be formatted first,";
  if (Symbol.iterator in (value as object)) return "what is no array";
  return "an object";
}
