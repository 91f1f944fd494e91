/**
 * Values that a control shows in one way and sends in another.
 *
 * @module
 */
import { bert } from "../../../lib/formats/bert.ts";
import type { Term } from "../../../lib/term.ts";
import type { Body, Drawing } from "../parts.ts";

/** A value that is shown in one way and sent as a term. */
export interface Choice {
  /** How it is shown. */
  readonly view: Body;
  /** What is sent. */
  readonly bind: Term;
}

/** The values of a list: text stands for itself; N2O's `{view_value_pairs, Pairs}` are choices. */
export type Values = readonly (Body | Choice)[];

/** Whether a value is sent as something else than it is shown as. */
export function isChoice(value: Body | Choice): value is Choice {
  return typeof value === "object" && value !== null && "bind" in value;
}

/** A term as the page keeps it beside what it shows: BERT in base64. */
export function bindText(term: Term): string {
  return bert.encode(term).toBase64();
}

/** Writes the attribute that binds a term. */
export function drawBind(term: Term | undefined, out: Drawing): void {
  if (term !== undefined && !isNil(term)) out.attribute("data-bind", bindText(term));
}

/** Whether a term is the empty list, which stands for nothing in N2O's records. */
export function isNil(term: Term | undefined): boolean {
  return Array.isArray(term) && term.length === 0;
}
