/**
 * What a page's elements looked like when they were last sent, so that an update that changes nothing sends nothing.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { bert } from "../../lib/formats/bert.ts";
import { equal, type Term } from "../../lib/term.ts";
import { isOneElement } from "./one_element.ts";

/** One element as it was last sent. */
export interface Remembered {
  /** Its outer HTML; of one that is too large only its first tag. */
  readonly html: string;
  /** What was wired with it: the operations, or the JavaScript. */
  readonly wired: readonly Term[] | string;
  /** The ids inside. */
  readonly ids: readonly string[];
  /** Of a large one a digest of all of its HTML. */
  readonly digest?: string;
}

/** What an update comes to. */
export type Change =
  /** Nothing: the browser shows it already. */
  | "none"
  /** Only the text between the element's own tags. */
  | { readonly text: string }
  /** All of it. */
  | "all";

/**
 * The elements that one connection's browser was sent by updates, as far as nothing has touched them since. A browser may differ in what
 * its user typed, and nothing else; whatever else may have changed an element makes it forgotten.
 */
export class Memory {
  readonly #maxElements: number;
  readonly #maxBytes: number;
  #bytes = 0;
  /** How many of them are large. */
  #large = 0;
  #leaving = false;
  #elements = new Map<string, Remembered>();
  /** Which remembered element an id stands in. */
  #within = new Map<string, string>();

  /** Remembers so many elements, of so many UTF-16 units together, at most. */
  constructor(maxElements: number, maxBytes: number) {
    this.#maxElements = maxElements;
    this.#maxBytes = maxBytes;
  }

  /** Notes an update of an element by its id; tells what it comes to. */
  update(id: string, html: string, given: readonly Term[] | string): Change {
    const before = this.#elements.get(id);
    const isLarge = html.length > this.#maxBytes / 4;
    const wired = isLarge
      ? digestOf(typeof given === "string" ? given : bert.encode(given as Term[]))
      : given;
    const digest = isLarge ? digestOf(html) : undefined;
    if (before !== undefined && isSame(before.wired, wired)) {
      if (isLarge ? before.digest === digest : before.digest === undefined && before.html === html) {
        return "none";
      }
    }
    const isText = before !== undefined && !isLarge && before.digest === undefined;
    const text = isText ? textChange(before.html, html) : undefined;
    if (text === undefined) this.touch(id, html);
    else {
      this.#dropOuter(id);
      this.#dropLarge(id);
    }
    this.#drop(id);
    // An element that goes by another id from now on is found by this one no more; several come again and again.
    if (!hasId(html, id) || (text === undefined && !isOneElement(html))) return "all";
    if (isLarge) this.#remember(id, { html: html.slice(0, html.indexOf(">") + 1), wired, ids: [], digest });
    else this.#remember(id, { html, wired, ids: text === undefined ? idsIn(html, id) : before!.ids });
    return text === undefined ? "all" : { text };
  }

  /** An element as it was last sent. */
  known(id: string): Remembered | undefined {
    return this.#elements.get(id);
  }

  /** An element has changed in a way that is not remembered; `html` is what it was given. */
  touch(id: string, html = ""): void {
    if (this.#elements.size === 0) return;
    this.#drop(id);
    this.#dropOuter(id);
    this.#dropLarge(id);
    if (html === "") return;
    for (const inner of idsIn(html, id)) {
      this.#drop(inner);
      this.#dropOuter(inner);
    }
  }

  /** The browser goes away, and may leave undone what it is told besides: if it stays after all, nothing is known of it. */
  leave(): void {
    this.#leaving = true;
  }

  /** All that there was to say has been said. */
  settle(): void {
    if (this.#leaving) this.clear();
    this.#leaving = false;
  }

  /** Anything may have changed. */
  clear(): void {
    this.#large = 0;
    this.#elements.clear();
    this.#within.clear();
    this.#bytes = 0;
  }

  #remember(id: string, element: Remembered): void {
    const size = sizeOf(element);
    if (size > this.#maxBytes) return;
    if (element.digest !== undefined) this.#large++;
    for (const oldest of this.#elements.keys()) {
      if (this.#elements.size < this.#maxElements && this.#bytes + size <= this.#maxBytes) break;
      this.#drop(oldest);
    }
    this.#elements.set(id, element);
    this.#bytes += size;
    for (const inner of element.ids) this.#within.set(inner, id);
  }

  #drop(id: string): void {
    const element = this.#elements.get(id);
    if (element === undefined) return;
    this.#elements.delete(id);
    this.#bytes -= sizeOf(element);
    if (element.digest !== undefined) this.#large--;
    for (const inner of element.ids) if (this.#within.get(inner) === id) this.#within.delete(inner);
  }

  /** Which ids stand in a large element is not known, so it may hold any that something has happened to. */
  #dropLarge(id: string): void {
    if (this.#large === 0) return;
    for (const [other, { digest }] of this.#elements) {
      if (digest !== undefined && other !== id) this.#drop(other);
    }
  }

  /** Forgets what an element stands in, at any depth. */
  #dropOuter(id: string): void {
    for (let outer = this.#within.get(id); outer !== undefined; outer = this.#within.get(id)) {
      this.#drop(outer);
      this.#within.delete(id);
      this.#dropOuter(outer);
    }
  }
}

/** What an operation counts for, most of it its sealed event. */
const OPERATION_BYTES = 200;

function sizeOf({ html, wired }: Remembered): number {
  return html.length + (typeof wired === "string" ? wired.length : OPERATION_BYTES * wired.length);
}

function digestOf(said: string | Uint8Array): string {
  return createHash("sha256").update(said).digest("base64");
}

/** The ids in HTML, without that of the element itself. */
function idsIn(html: string, own: string): string[] {
  const ids: string[] = [];
  for (let at = html.indexOf(' id="'); at >= 0; at = html.indexOf(' id="', at + 5)) {
    const end = html.indexOf('"', at + 5);
    if (end < 0) break;
    const id = unescape(html.slice(at + 5, end));
    if (id !== own) ids.push(id);
  }
  return ids;
}

/** Whether the first element of HTML goes by an id. */
function hasId(html: string, id: string): boolean {
  const at = html.indexOf(' id="');
  if (at < 0 || at > html.indexOf(">")) return false;
  return unescape(html.slice(at + 5, html.indexOf('"', at + 5))) === id;
}

const OPEN = /^<([a-z][a-z0-9]*)[ >]/;
/** Elements whose text is no text of the document. */
const NO_TEXT = new Set([
  "pre",
  "listing",
  "textarea",
  "title",
  "script",
  "style",
  "select",
  "option",
  "iframe",
  "noscript",
  "template",
]);

/** The new text of an element, when nothing else has changed. */
function textChange(before: string, after: string): string | undefined {
  const open = after.indexOf(">");
  const close = after.lastIndexOf("</");
  if (open < 0 || close <= open || after[open - 1] === "/") return undefined;
  // The first tag ends the element's own; anything else between would be another one's.
  if (after.indexOf("<", 1) !== close || after.indexOf(">", open + 1) !== after.length - 1) return undefined;
  if (!before.startsWith(after.slice(0, open + 1)) || after.lastIndexOf(" contenteditable=", open) > 0) {
    return undefined;
  }
  const was = before.lastIndexOf("</");
  if (before.indexOf("<", 1) !== was || before.slice(was) !== after.slice(close)) return undefined;
  const tag = OPEN.exec(after)?.[1];
  if (tag === undefined || NO_TEXT.has(tag)) return undefined;
  const text = unescape(after.slice(open + 1, close));
  return /[\r\0]/.test(text) || /&(?!amp;|lt;|gt;|quot;)/.test(after.slice(open + 1, close))
    ? undefined
    : text;
}

function unescape(html: string): string {
  if (!html.includes("&")) return html;
  return html.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll(
    "&amp;",
    "&",
  );
}

/** Whether two lists of operations, or two scripts, are the same. */
function isSame(a: readonly Term[] | string, b: readonly Term[] | string): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!equal(a[i], b[i])) return false;
  return true;
}
