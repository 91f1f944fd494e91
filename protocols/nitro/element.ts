/**
 * Elements: what pages are made of, before they are drawn.
 *
 * @module
 */
import type { Drawing } from "./drawing.ts";

/** How the elements of one name are drawn. Its fields' type is known to the function that makes the elements. */
export interface ElementKind {
  /** The record's name, as the original has it: `meta_link`. */
  readonly name: string;
  // A method's parameter is bivariant: each kind draws its own fields.
  /** Writes the element's HTML, and wires what belongs to it. */
  draw(fields: object, out: Drawing): void;
}

/** An element: its kind and its fields. Drawing it changes nothing, so that one element may stand in several places. */
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

/** Declares an element: its record's name, and how it is drawn. */
export function declare<F extends object>(
  name: string,
  draw: (fields: F, out: Drawing) => void,
): ElementFunction<F> {
  const kind: ElementKind = { name, draw: draw as ElementKind["draw"] };
  const make = (fields?: F) => new Element(kind, fields ?? NO_FIELDS);
  return Object.assign(make, { kind });
}
