/**
 * The fields that elements have in common.
 *
 * @module
 */
import type { Atom, Charlist, Term } from "../../lib/term.ts";
import type { Source } from "./actions/event.ts";
import type { Validation } from "./actions/validate.ts";
import type { Body, Wired } from "./parts.ts";

/**
 * An attribute's value: text, a number, bytes in UTF-8, an atom's name, or a list of such, put together. `undefined`, `null` and an empty
 * list leave the attribute out.
 */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | Atom
  | Charlist
  | readonly Value[]
  | null
  | undefined;

/** The names of classes: text as it is, or a list of names, which are put together with spaces. */
export type Classes = Value;

/**
 * A style: CSS text as it is, or properties with their values. The text is yours to vouch for; in values given apart nothing can get out
 * of its property: `{ color, "--width": width, borderColor: "red" }`.
 */
export type Style = Value | Readonly<Record<string, string | number | null | undefined>>;

/** Attributes with their names as they stand in the page: pairs, or an object. */
export type Attributes =
  | readonly (readonly [string | Atom | Charlist, Value])[]
  | Readonly<Record<string, Value>>;

/** Yes or no: an attribute that is there or not. Its own name is taken for yes, too. */
export type Flag = boolean | string | Atom | null | undefined | readonly [];

/** The fields of every element. */
export interface Fields {
  /** The element's id, by which actions and sources name it. */
  readonly id?: Value;
  /** The element's classes. */
  readonly class?: Classes;
  /** The element's style; on pages in the mode `operations` the client sets it, since the page's policy has no inline styles. */
  readonly style?: Style;
  /** Further attributes, `data-…` or others; URLs among them are checked. */
  readonly dataFields?: Attributes;
  /** Attributes `aria-…`, for screen readers. */
  readonly ariaStates?: Attributes;
  /** What the element is to screen readers. */
  readonly role?: Value;
  /** Whether it is drawn at all. @default true */
  readonly showIf?: boolean;
  /** What is wired when the element is drawn. */
  readonly actions?: Wired;
  /** What the element's value must be for an event to take it along. */
  readonly validation?: Validation;
  /** A title that appears over the element. */
  readonly title?: Value;
  /** A key that goes to the element. */
  readonly accesskey?: Value;
  /** Whether its text can be edited. */
  readonly contenteditable?: boolean | "true" | "false" | "plaintext-only";
  /** The id of a menu; browsers no longer know it. */
  readonly contextmenu?: Value;
  /** The direction of its text. */
  readonly dir?: "ltr" | "rtl" | "auto" | Atom;
  /** Whether it can be dragged. */
  readonly draggable?: boolean | "true" | "false";
  /** What may be dropped on it; browsers no longer know it. */
  readonly dropzone?: Value;
  /** Whether it is hidden. */
  readonly hidden?: Flag;
  /** The language of its text. */
  readonly lang?: Value;
  /** Whether its text is checked for spelling. */
  readonly spellcheck?: boolean | "true" | "false";
  /** Its place in the order of the tabulator key. */
  readonly tabindex?: number | string;
  /** Whether its text is translated. */
  readonly translate?: boolean | "yes" | "no";
}

/** The fields of elements with something between their tags. */
export interface BodyFields extends Fields {
  /** What stands between its tags. */
  readonly body?: Body;
}

/** The fields of elements that send an event to the page. */
export interface PostbackFields {
  /** The message that the page's `event` gets. */
  readonly postback?: Term | null;
  /** The module that gets it. @default the page's own */
  readonly delegate?: Term | null;
  /** The elements whose values come along: one, or a list. */
  readonly source?: readonly Source[] | string | Atom | Charlist | null;
}
