/**
 * Targets: which elements of the page an action means.
 *
 * @module
 */
import { Atom, atom, Charlist, type Term, tuple } from "../../lib/term.ts";
import { plainText } from "./drawing.ts";
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

/** Which elements an action means: an id, as text of any kind (bytes as they come with an event, too), or a {@linkcode Selector}. */
export type Target = string | Atom | number | Uint8Array | Charlist | Selector;

export const QS: Atom = atom("qs");
export const QA: Atom = atom("qa");
export const G: Atom = atom("g");
export const PS: Atom = atom("ps");

/** Whether a target is a selector; otherwise it is the text of an id. Throws `bad_target` for what is neither. */
export function isSelector(target: Target): target is Selector {
  switch (typeof target) {
    case "string":
    case "number":
      return false;
    case "object":
      if (target === null) break;
      if (target instanceof Atom || target instanceof Uint8Array || target instanceof Charlist) return false;
      if (
        target.qs !== undefined || target.qa !== undefined || target.g !== undefined ||
        Array.isArray(target.ps)
      ) return true;
  }
  throw new NitroError(
    "bad_target",
    "a target is an element's id, or { qs }, { qa }, { g } or { ps }",
    target,
  );
}

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
  if (!isSelector(target)) return plainText(target);
  if (target.qs !== undefined) return tuple(QS, target.qs);
  if (target.qa !== undefined) return tuple(QA, target.qa);
  if (target.g !== undefined) return tuple(G, target.g);
  return tuple(PS, targetTerm(target.ps![0]), target.ps![1]);
}
