/**
 * Moving the focus.
 *
 * @module
 */
import { atom, tuple } from "../../../lib/term.ts";
import type { Target } from "../target.ts";
import { isMany, operationTarget, targetScript } from "./target_script.ts";
import { type ActionFunction, declareAction } from "../parts.ts";

/** Fields of {@linkcode focus}. */
export interface FocusFields {
  /** Which element gets the focus; of many the first. */
  readonly target: Target;
}

const FOCUS = atom("focus");

/**
 * Gives an element the focus. Operation: `{focus, Target}`.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { focus, renderOperations } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(focus({ target: "message" }));
 * if (format(operation) !== '{focus,<<"message">>}') throw new Error(format(operation));
 * ```
 */
export const focus: ActionFunction<FocusFields> = declareAction<FocusFields>("focus", ({ target }, out) => {
  const first = isMany(target) ? `${targetScript(target)}[0]` : targetScript(target);
  out.js += `window.setTimeout(function(){var x=${first}; x && x.focus();},4);`;
}, ({ target }, out) => out.add(tuple(FOCUS, operationTarget(target))));
