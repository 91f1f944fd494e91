/**
 * The stand-in for the action that watches over a field's value.
 *
 * @module
 */
import { type ActionFunction, declareAction } from "../action.ts";
import { plainText } from "../drawing.ts";
import { escapeScript } from "../escape/javascript.ts";
import { scriptInPage } from "../operations_output.ts";

/** What a value must be: JavaScript. */
export type Validation = string;

/** Listens to the validation of a field. */
export const validate: ActionFunction<{ target: string; rules: Validation }> = declareAction<
  { target: string; rules: Validation }
>("validate", ({ target, rules }, out) => {
  out.js += `{var name='${
    escapeScript(target)
  }'; qi(name) && qi(name).addEventListener('validation',function(e) { if (!(${
    plainText(rules)
  })) e.preventDefault(); });if(qi(name)) qi(name).validation = true;}`;
}, () => {
  throw scriptInPage("element", "validation");
});
