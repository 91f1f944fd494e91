/**
 * JavaScript that an event runs in the browser.
 *
 * @module
 */
import type { Atom } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { escapeScript } from "../escape/javascript.ts";
import { scriptInPage } from "../operations_output.ts";
import { isSelector, type Target } from "../target.ts";
import { isMany, namePath, targetScript } from "./target_script.ts";
import { type ActionFunction, declareAction } from "../parts.ts";

/** Fields of {@linkcode bind}. */
export interface BindFields {
  /** Which elements are listened to. */
  readonly target: Target;
  /** The event's type. @default "click" */
  readonly type?: string | Atom;
  /** The JavaScript, which knows the event as `event`. */
  readonly postback?: string;
  /** With a global as target: the name of the handler; one that was bound by that name before is let go. */
  readonly source?: string | Atom;
}

/**
 * Runs JavaScript in the browser on an event, for the original's client only: other pages throw `script_in_page`.
 *
 * @example
 * ```ts
 * import { bind, renderActions } from "@n2o/n2o/nitro";
 *
 * const script = renderActions(bind({ target: "name", type: "input", postback: "console.log(event.target.value);" }));
 * if (
 *   script !== `{var x=qi('name'); x && x.addEventListener('input',function(event){console.log(event.target.value);});}`
 * ) throw new Error(script);
 * ```
 */
export const bind: ActionFunction<BindFields> = declareAction<BindFields>("bind", (fields, out) => {
  const { target, postback = "" } = fields;
  const type = escapeScript(plainText(fields.type ?? "click"));
  const listener = `addEventListener('${type}',function(event){${postback}})`;
  if (isMany(target)) out.js += `${targetScript(target)}.map(x=>x.${listener});`;
  else if (fields.source !== undefined && isSelector(target) && target.g !== undefined) {
    const g = targetScript(target);
    const name = namePath(fields.source, "bind: source");
    out.js += `{ if('${name}' in ${g}){${g}.removeEventListener('${type}',${name});delete ${g}[${name}]};` +
      `${name}={handleEvent:(event) => { if(event.type === '${type}'){${postback}}}};` +
      `${g}.addEventListener('${type}',${name});${g}.${name}=${name};}`;
  } else out.js += `{var x=${targetScript(target)}; x && x.${listener};}`;
}, () => {
  throw scriptInPage("bind", "postback");
});
