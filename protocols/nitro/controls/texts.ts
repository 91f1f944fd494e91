/**
 * What the controls say, to the eye or to a screen reader.
 *
 * @module
 */

/** What the controls say, in the words of the page's language. */
export interface ControlTexts {
  /** The button that adds a value. @default "Add" */
  readonly add: string;
  /** The button that takes a value out. @default "Remove" */
  readonly remove: string;
  /** The handle that moves a value, with the pointer or the arrow keys. @default "Move" */
  readonly move: string;
  /** The button that changes a group. @default "Edit" */
  readonly edit: string;
  /** The button that keeps a group. @default "Save" */
  readonly save: string;
  /** The button that empties a lookup. @default "Clear" */
  readonly clear: string;
  /** The button that shows all there is to choose. @default "Show all" */
  readonly open: string;
  /** What a lookup shows when nothing fits. @default "Nothing found" */
  readonly none: string;
  /** What a lookup shows when the search has failed. @default "The search has failed" */
  readonly failed: string;
}

const ENGLISH: ControlTexts = {
  add: "Add",
  remove: "Remove",
  move: "Move",
  edit: "Edit",
  save: "Save",
  clear: "Clear",
  open: "Show all",
  none: "Nothing found",
  failed: "The search has failed",
};

/** All texts, of which the page may have given some. */
export function textsOf(given: Partial<ControlTexts> | undefined): ControlTexts {
  return given === undefined ? ENGLISH : { ...ENGLISH, ...given };
}
