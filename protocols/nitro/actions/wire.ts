/**
 * Actions that hold others.
 *
 * @module
 */
import { atom, tuple } from "../../../lib/term.ts";
import { NitroError } from "../error.ts";
import { Action, type ActionFunction, declareAction, type Wired } from "../parts.ts";

/** Fields of {@linkcode multi}. */
export interface MultiFields {
  /** What is done. */
  readonly actions?: Wired;
}

const MULTI = atom("multi");

const wireAction = declareAction<MultiFields>(
  "wire",
  ({ actions }, out) => out.run(actions),
  ({ actions }, out) => out.run(actions),
);

/**
 * One action of many, N2O's `#wire{}`: actions, lists of these at any depth, and JavaScript as it is, which only the original's client
 * can run. Throws `bad_field` for anything else.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { hide, renderOperations, show, wire } from "@n2o/n2o/nitro";
 *
 * const operations = renderOperations(wire([hide("menu"), show("list")])).map((operation) => format(operation)).join(
 *   " ",
 * );
 * if (operations !== '{style,<<"menu">>,<<"display">>,<<"none">>} {style,<<"list">>,<<"display">>,<<"block">>}') {
 *   throw new Error(operations);
 * }
 * ```
 */
export function wire(actions: Wired): Action {
  check(actions);
  return wireAction({ actions });
}

/**
 * Does all of its actions in one frame of the browser's, so that none shows alone. Operation: `{multi, Operations}`.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { hide, multi, renderOperations, show } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(multi({ actions: [hide("menu"), show("list")] }));
 * if (
 *   format(operation) !==
 *     '{multi,[{style,<<"menu">>,<<"display">>,<<"none">>},{style,<<"list">>,<<"display">>,<<"block">>}]}'
 * ) throw new Error(format(operation));
 * ```
 */
export const multi: ActionFunction<MultiFields> = declareAction<MultiFields>("multi", ({ actions }, out) => {
  out.js += `window.requestAnimationFrame(function(timestamp){${out.inner(actions)}});`;
}, ({ actions }, out) => out.add(tuple(MULTI, out.inner(actions))));

function check(actions: Wired): void {
  if (actions === undefined || actions === null || typeof actions === "string") return;
  if (actions instanceof Action) return;
  if (!Array.isArray(actions)) {
    throw new NitroError("bad_field", "wire: actions, strings, and lists of these", actions);
  }
  for (const one of actions) check(one);
}
