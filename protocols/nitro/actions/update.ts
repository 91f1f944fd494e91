/**
 * Putting elements in the place of others.
 *
 * @module
 */
import { atom, tuple } from "../../../lib/term.ts";
import { escapeSingle, escapeTemplate } from "../escape/javascript.ts";
import type { Target } from "../target.ts";
import { assignScript } from "./member_script.ts";
import { isMany, operationTarget, targetScript } from "./target_script.ts";
import { type Action, type ActionFunction, type Body, declareAction } from "../parts.ts";

interface UpdateFields {
  readonly target: Target;
  readonly body: Body;
}

const UPDATE = atom("update");
const REPLACE = atom("replace");

const updateAction = declareAction<UpdateFields>("update", ({ target, body }, out) => {
  const html = escapeTemplate(out.html(body));
  out.js += isMany(target)
    ? `${targetScript(target)}.map(x=>x.outerHTML=\`${html}\`);`
    : `var x=${targetScript(target)}; if(x) x.outerHTML=\`${html}\`;`;
}, ({ target, body }, out) => {
  out.add(tuple(UPDATE, operationTarget(target), out.html(body)));
});

/**
 * Puts elements in the place of another one; what they wire follows. Clients of the project's own change only what differs, so that focus,
 * selection and what is being typed stay.
 *
 * Operation: `{update, Target, Html}`.
 *
 * @example
 * ```ts
 * import { renderActions, update } from "@n2o/n2o/nitro";
 *
 * const js = renderActions(update("total", "12 €"));
 * if (js !== "var x=qi('total'); if(x) x.outerHTML=`12 €`;") throw new Error(js);
 * ```
 */
export function update(target: Target, body: Body): Action {
  return updateAction({ target, body });
}

/** Fields of {@linkcode replace}. */
export interface ReplaceFields {
  /** Which element goes. */
  readonly target: Target;
  /** What comes in its place. */
  readonly elements?: Body;
}

/**
 * Puts elements in the place of another one, which goes as a whole: nothing of it stays, not even the focus. N2O's `#replace{}`.
 *
 * Operation: `{replace, Target, Html}`.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { renderOperations, replace, span } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(replace({ target: "count", elements: span({ id: "count", body: 7 }) }));
 * if (format(operation) !== '{replace,<<"count">>,<<"<span id=\\"count\\">7</span>">>}') {
 *   throw new Error(format(operation));
 * }
 * ```
 */
export const replace: ActionFunction<ReplaceFields> = declareAction<ReplaceFields>(
  "replace",
  ({ target, elements }, out) => {
    if (elements === undefined || elements === null) return;
    const html = escapeSingle(out.html(elements));
    out.js += assignScript(target, `outerHTML='${html}'`);
  },
  ({ target, elements }, out) => {
    if (elements === undefined || elements === null) return;
    out.add(tuple(REPLACE, operationTarget(target), out.html(elements)));
  },
);
