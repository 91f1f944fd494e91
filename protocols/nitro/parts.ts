/**
 * What pages are made of, elements and actions, and what they are written with. It is one file since each of them knows all others.
 *
 * @module
 */
import type { Atom, Term } from "../../lib/term.ts";
import type { RenderHost } from "./host.ts";

/**
 * HTML that is put out as it is. {@linkcode raw} makes it, so that every place can be found by that name.
 *
 * @example
 * ```ts
 * import { Raw, raw } from "@n2o/n2o/nitro";
 *
 * const html = raw("<b>bold</b>");
 * if (!(html instanceof Raw) || html.html !== "<b>bold</b>") throw new Error("not raw");
 * ```
 */
export class Raw {
  /** The HTML. */
  readonly html: string;

  /** See {@linkcode raw}. */
  constructor(html: string) {
    this.html = html;
  }
}

/**
 * Marks text as HTML that needs no escaping: nothing in it is looked at. Never give it what a visitor wrote.
 *
 * @example
 * ```ts
 * import { panel, raw, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(panel({ body: raw("<b>bold</b>") }));
 * if (html !== "<div><b>bold</b></div>") throw new Error(html);
 * ```
 */
export function raw(html: string): Raw {
  return new Raw(html);
}

/**
 * What may stand between an element's tags: text, which is escaped, numbers, elements, HTML marked by {@linkcode raw}, and lists of
 * these at any depth. `undefined`, `null` and booleans put out nothing. Bytes are read as UTF-8, an atom is its name.
 */
export type Body =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | Atom
  | Raw
  | Element
  | readonly Body[]
  | null
  | undefined;

/** How the elements of one name are drawn. Its fields' type is known to the function that makes the elements. */
export interface ElementKind {
  /** The record's name, as the original has it: `meta_link`. */
  readonly name: string;
  // A method's parameter is bivariant: each kind draws its own fields.
  /** Writes the element's HTML, and wires what belongs to it. */
  draw(fields: object, out: Drawing): void;
}

/**
 * An element: its kind and its fields. Drawing it changes nothing, so that one element may stand in several places.
 *
 * @example
 * ```ts
 * import { Element, panel } from "@n2o/n2o/nitro";
 *
 * const box = panel({ id: "box", body: "Text" });
 * if (!(box instanceof Element) || box.kind !== panel.kind) throw new Error("no panel");
 * ```
 */
export class Element {
  /** What it is. */
  readonly kind: ElementKind;
  /** Its fields, as they were given. */
  readonly fields: object;

  /** Made by the elements' functions. */
  constructor(kind: ElementKind, fields: object) {
    this.kind = kind;
    this.fields = fields;
  }
}

/** The function that makes elements of one name. */
export interface ElementFunction<F extends object> {
  /** Makes an element of these fields. */
  (fields?: F): Element;
  /** How it is drawn. */
  readonly kind: ElementKind;
}

const NO_FIELDS = Object.freeze({});

/**
 * Declares an element: its record's name, and how it is drawn.
 *
 * @example
 * ```ts
 * import { type Body, declare, render } from "@n2o/n2o/nitro";
 *
 * const card = declare<{ readonly title: string; readonly body?: Body }>("card", ({ title, body }, out) => {
 *   out.html += "<article";
 *   out.attribute("aria-label", title);
 *   out.html += ">";
 *   out.body(body);
 *   out.html += "</article>";
 * });
 * const { html } = render(card({ title: "A & B", body: "a < b" }));
 * if (html !== '<article aria-label="A &amp; B">a &lt; b</article>') throw new Error(html);
 * ```
 */
export function declare<F extends object>(
  name: string,
  draw: (fields: F, out: Drawing) => void,
): ElementFunction<F> {
  const kind: ElementKind = { name, draw: draw as ElementKind["draw"] };
  const make = (fields?: F) => new Element(kind, fields ?? NO_FIELDS);
  return Object.assign(make, { kind });
}

/** How the actions of one name are said in both ways to the browser. */
export interface ActionKind {
  /** The record's name, as the original has it. */
  readonly name: string;
  /** Writes it as JavaScript, as the original does. */
  script(fields: object, out: ScriptOutput): void;
  /** Writes it as operations for the project's own client; throws `script_in_page` for what is JavaScript by nature. */
  operate(fields: object, out: OperationsOutput): void;
}

/**
 * An action: its kind and its fields.
 *
 * @example
 * ```ts
 * import { Action, hide } from "@n2o/n2o/nitro";
 *
 * const action = hide("menu");
 * if (!(action instanceof Action) || action.kind.name !== "style") throw new Error("no action");
 * ```
 */
export class Action {
  /** What it is. */
  readonly kind: ActionKind;
  /** Its fields, as they were given. */
  readonly fields: object;

  /** Made by the actions' functions. */
  constructor(kind: ActionKind, fields: object) {
    this.kind = kind;
    this.fields = fields;
  }
}

/** The function that makes actions of one name. */
export interface ActionFunction<F extends object> {
  /** Makes an action of these fields. */
  (fields: F): Action;
  /** How it is said. */
  readonly kind: ActionKind;
}

/**
 * Declares an action: its record's name, and how it is said.
 *
 * @example
 * ```ts
 * import { atom, format, tuple } from "@n2o/n2o";
 * import { declareAction, renderOperations } from "@n2o/n2o/nitro";
 *
 * const title = declareAction<{ readonly text: string }>("page_title", ({ text }, out) => {
 *   out.js += `document.title=${JSON.stringify(text)};`;
 * }, ({ text }, out) => out.add(tuple(atom("title"), text)));
 * const [operation] = renderOperations(title({ text: "Chat" }));
 * if (format(operation) !== '{title,<<"Chat">>}') throw new Error(format(operation));
 * ```
 */
export function declareAction<F extends object>(
  name: string,
  script: (fields: F, out: ScriptOutput) => void,
  operate: (fields: F, out: OperationsOutput) => void,
): ActionFunction<F> {
  const kind = { name, script, operate } as ActionKind;
  return Object.assign((fields: F) => new Action(kind, fields), { kind });
}

/** What a page may be told to do: an action, JavaScript as it is, or a list of these; `undefined` and `null` do nothing. */
export type Wired = Action | string | readonly Wired[] | null | undefined;

/** One drawing: HTML that grows, and the actions that are to follow it. */
export interface Drawing {
  /** The HTML so far. */
  html: string;
  /** What the drawn elements wired, in their order. */
  wired: Action[] | undefined;
  /** The page that it is drawn for. */
  readonly host: RenderHost;
  /** Draws what stands between tags. */
  body(body: Body): void;
  /** Draws one element. */
  element(element: Element): void;
  /** Writes an attribute; nothing for `undefined`, `null` and an empty list. */
  attribute(name: string, value: unknown): void;
  /** Writes the `id` attribute. */
  id(id: unknown): void;
  /** Adds an action that is to follow the update which brings this drawing. */
  wire(action: Action): void;
}

/** JavaScript that grows, action by action. */
export interface ScriptOutput {
  /** The JavaScript so far. */
  js: string;
  /** The page that it is written for. */
  readonly host: RenderHost;
  /** Draws, and keeps what the elements wire until the action that is being written has been. */
  html(body: Body): string;
  /** Writes an action, and after it what its elements wired, at any depth. */
  run(wired: Wired): void;
  /** The JavaScript of actions that stand inside another one's. */
  inner(wired: Wired): string;
}

/** Operations that grow, action by action. */
export interface OperationsOutput {
  /** The operations so far. */
  list: Term[];
  /** The page that they are made for. */
  readonly host: RenderHost;
  /** Draws, and keeps what the elements wire until the action that is being written has been. */
  html(body: Body): string;
  /** Adds an operation. */
  add(operation: Term): void;
  /** Adds an action's operations, and after them what its elements wired, at any depth. */
  run(wired: Wired): void;
  /** The operations of actions that stand inside another one's. */
  inner(wired: Wired): Term[];
}
