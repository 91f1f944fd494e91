/**
 * Targets: which elements of the page an action means.
 *
 * @module
 */
import { Atom, atom, type Term, tuple } from "../../lib/term.ts";
import { NitroError } from "./error.ts";

/** The elements of a CSS selector: the first, or all of them. */
export interface Selector {
  /** The first element of this selector, N2O's `{qs, S}`. */
  readonly qs?: string;
  /** All elements of this selector, N2O's `{qa, S}`. */
  readonly qa?: string;
  /** A global name such as `window` or `document`, N2O's `{g, Name}`. */
  readonly g?: string;
  /** The path of properties from another target, N2O's `{ps, Target, "a.b"}`. */
  readonly ps?: readonly [Target, string];
}

/** Which elements an action means: an id, as text or as an atom, or a {@linkcode Selector}. */
export type Target = string | Atom | number | Selector;

export const QS: Atom = atom("qs");
export const QA: Atom = atom("qa");
export const G: Atom = atom("g");
export const PS: Atom = atom("ps");

/**
 * A target as it stands in an operation: the id as text, or N2O's tuples.
 *
 * Throws `bad_target` for what is none.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { targetTerm } from "@n2o/n2o/nitro";
 *
 * if (targetTerm("list") !== "list") throw new Error("no id");
 * const all = format(targetTerm({ qa: ".row" }));
 * if (all !== '{qa,<<".row">>}') throw new Error(all);
 * ```
 */
export function targetTerm(target: Target): Term {
  if (typeof target === "string") return target;
  if (typeof target === "number") return String(target);
  if (target instanceof Atom) return target.name;
  if (typeof target === "object" && target !== null) {
    if (target.qs !== undefined) return tuple(QS, target.qs);
    if (target.qa !== undefined) return tuple(QA, target.qa);
    if (target.g !== undefined) return tuple(G, target.g);
    if (Array.isArray(target.ps)) return tuple(PS, targetTerm(target.ps[0]), target.ps[1]);
  }
  throw new NitroError(
    "bad_target",
    "a target is an element's id, or { qs }, { qa }, { g } or { ps }",
    target,
  );
}
