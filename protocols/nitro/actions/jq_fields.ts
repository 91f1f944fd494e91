/**
 * What is called and set.
 *
 * @module
 */
import type { Atom } from "../../../lib/term.ts";
import type { Target } from "../target.ts";
import type { JqArgument } from "./jq_value.ts";
import type { Action, Body } from "../parts.ts";

/** Fields of `jq`: elements, and either methods or a property of them. */
export interface JqFields {
  /** Which elements. */
  readonly target: Target;
  /** The methods that are called, one after another; one, or a list. */
  readonly method?: string | Atom | readonly (string | Atom)[];
  /** What the methods are called with. */
  readonly args?: readonly JqArgument[];
  /** How the arguments stand in JavaScript: `~s` is where they come, as in `'~s'`. @default each by itself, with commas between */
  readonly format?: string;
  /** The property that is set, such as `value` or `style.color`. */
  readonly property?: string | Atom;
  /** What it is set to: text, a number, a boolean, elements, or the property of another `jq`. */
  readonly right?: Body | Action;
}
