/**
 * Taking out elements, and what is in them.
 *
 * @module
 */
import { atom, tuple } from "../../../lib/term.ts";
import type { Target } from "../target.ts";
import { isMany, operationTarget, targetScript } from "./target_script.ts";
import { type Action, declareAction } from "../parts.ts";

interface RemoveFields {
  readonly target: Target;
}

const CLEAR = atom("clear");
const REMOVE = atom("remove");

const clearAction = declareAction<RemoveFields>("clear", ({ target }, out) => {
  const loop = "while (x && x.firstChild) x.removeChild(x.firstChild);";
  out.js += isMany(target)
    ? `${targetScript(target)}.map(x=>{${loop}});`
    : `var x = ${targetScript(target)}; ${loop}`;
}, ({ target }, out) => out.add(tuple(CLEAR, operationTarget(target))));

const removeAction = declareAction<RemoveFields>("remove", ({ target }, out) => {
  out.js += isMany(target)
    ? `${targetScript(target)}.map(x=>x.parentNode.removeChild(x));`
    : `var x=${targetScript(target)}; x && x.parentNode.removeChild(x);`;
}, ({ target }, out) => out.add(tuple(REMOVE, operationTarget(target))));

/**
 * Takes out all that is in an element. Operation: `{clear, Target}`.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { clear, renderOperations } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(clear("list"));
 * if (format(operation) !== '{clear,<<"list">>}') throw new Error(format(operation));
 * ```
 */
export function clear(target: Target): Action {
  return clearAction({ target });
}

/**
 * Takes out an element. Operation: `{remove, Target}`.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { remove, renderOperations } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(remove({ qs: "#list li:last-child" }));
 * if (format(operation) !== '{remove,{qs,<<"#list li:last-child">>}}') throw new Error(format(operation));
 * ```
 */
export function remove(target: Target): Action {
  return removeAction({ target });
}
