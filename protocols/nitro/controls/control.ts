/**
 * The action that gives an element its control in the browser.
 *
 * @module
 */
import { atom, type Term, tuple } from "../../../lib/term.ts";
import { type Target, targetTerm } from "../target.ts";
import { type ActionFunction, declareAction } from "../parts.ts";

/** Fields of {@linkcode control}. */
export interface ControlFields {
  /** The element. */
  readonly target: Target;
  /** The control's name, such as `combo`. */
  readonly name: string;
  /** What it is told. */
  readonly options?: Readonly<Record<string, Term>>;
}

const CONTROL = atom("control");

/**
 * Gives an element a control of the project's own client, `{control, Id, Name, Options}`. The original's client has its own, which its
 * elements call by name: there this does nothing.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { control, renderOperations } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(control({ target: "order", name: "sortable" }));
 * if (format(operation) !== '{control,<<"order">>,sortable,[]}') throw new Error(format(operation));
 * ```
 */
export const control: ActionFunction<ControlFields> = declareAction<ControlFields>(
  "control",
  () => {},
  ({ target, name, options = {} }, out) => {
    const pairs = Object.entries(options).map(([key, value]) => tuple(atom(key), value));
    out.add(tuple(CONTROL, targetTerm(target), atom(name), pairs));
  },
);
