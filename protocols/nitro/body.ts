/**
 * What may stand between an element's tags.
 *
 * @module
 */
import type { Atom } from "../../lib/term.ts";
import type { Element } from "./element.ts";

/** HTML that is put out as it is. {@linkcode raw} makes it, so that every place can be found by that name. */
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
