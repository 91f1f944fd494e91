/**
 * Watching over the values of fields.
 *
 * @module
 */
import { atom, tuple } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { NitroError } from "../error.ts";
import { escapeScript } from "../escape/javascript.ts";
import { scriptInPage } from "../operations_output.ts";
import { type Rules, rulesTerm } from "../validation.ts";
import { rulesScript } from "../validation_script.ts";
import type { PlainText } from "./attribute.ts";
import { type Action, type ActionFunction, declareAction } from "../parts.ts";

/** What a field's value must be: rules, or, for the original's client only, a JavaScript expression over the event `e`. */
export type Validation = Rules | string;

/** Fields of {@linkcode watch}. */
export interface WatchFields {
  /** The field's id. */
  readonly target: string;
  /** What its value must be. */
  readonly rules: Validation;
}

const VALIDATE = atom("validate");
const INVALID = atom("invalid");
const VALID = atom("valid");

/**
 * Watches over the value of a field, by rules or by JavaScript: what elements wire for their `validation`.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { renderOperations, watch } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(watch({ target: "age", rules: { min: 0, max: 130 } }));
 * if (!format(operation).startsWith("{validate")) throw new Error(format(operation));
 * ```
 */
export const watch: ActionFunction<WatchFields> = declareAction<WatchFields>(
  "validate",
  ({ target, rules }, out) => {
    if (typeof rules !== "string") note(target, rules, out.host);
    const name = escapeScript(target);
    const expression = typeof rules === "string" ? rules : rulesScript(rules);
    out.js +=
      `{var name='${name}'; qi(name) && qi(name).addEventListener('validation',function(e) { if (!(${expression})) ` +
      `e.preventDefault(); });if(qi(name)) qi(name).validation = true;}`;
  },
  ({ target, rules }, out) => {
    if (typeof rules === "string") throw scriptInPage("element", "validation");
    note(target, rules, out.host);
    out.add(tuple(VALIDATE, target, rulesTerm(rules)));
  },
);

function note(target: string, rules: Rules, host: { rules?(id: string, rules: Rules): void }): void {
  if (target === "") throw new NitroError("bad_field", "validation: the field needs an id", rules);
  host.rules?.(target, rules);
}

/**
 * Says what the value of a field has to be: the browser checks it before it sends an event that has the field as a source, and the server
 * when the event has come.
 *
 * Operation: `{validate, Id, Rules}`, see `rulesTerm`. Throws `bad_rules` for rules that are none, when it is put into words.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { renderOperations, validate } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(validate("mail", { required: true, type: "email" }));
 * if (!format(operation).startsWith("{validate")) throw new Error(format(operation));
 * ```
 */
export function validate(id: PlainText, rules: Rules): Action {
  return watch({ target: plainText(id), rules });
}

interface FaultFields {
  readonly target: string;
  readonly text?: string;
}

const invalidAction = declareAction<FaultFields>("invalid", ({ target, text = "" }, out) => {
  const error = escapeScript(`${target}-error`);
  out.js += `{ var x = qi('${escapeScript(target)}'); if (x) { x.setAttribute('aria-invalid', 'true'); ` +
    `x.setAttribute('aria-describedby', '${error}'); var y = qi('${error}'); ` +
    `if (!y) { y = qn('span'); y.id = '${error}'; y.className = 'n2o-error'; y.setAttribute('role', 'alert'); x.after(y); } ` +
    `y.textContent = '${escapeScript(text)}'; } }`;
}, ({ target, text = "" }, out) => out.add(tuple(INVALID, target, text)));

const validAction = declareAction<FaultFields>("valid", ({ target }, out) => {
  const error = escapeScript(`${target}-error`);
  out.js += `{ var x = qi('${escapeScript(target)}'), y = qi('${error}'); if (y) y.textContent = ''; ` +
    `if (x) { x.removeAttribute('aria-invalid'); x.removeAttribute('aria-describedby'); } }`;
}, ({ target }, out) => out.add(tuple(VALID, target)));

/**
 * Shows that a field is wrong, and why, to screen readers too. Operation: `{invalid, Id, Text}`.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { invalid, renderOperations } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(invalid("mail", "This address is taken."));
 * if (format(operation) !== '{invalid,<<"mail">>,<<"This address is taken.">>}') throw new Error(format(operation));
 * ```
 */
export function invalid(id: PlainText, text: PlainText): Action {
  return invalidAction({ target: plainText(id), text: plainText(text) });
}

/**
 * Takes back what {@linkcode invalid} showed. Operation: `{valid, Id}`.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { renderOperations, valid } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(valid("mail"));
 * if (format(operation) !== '{valid,<<"mail">>}') throw new Error(format(operation));
 * ```
 */
export function valid(id: PlainText): Action {
  return validAction({ target: plainText(id) });
}
