/**
 * Values that methods are called with and properties are set to, in JavaScript.
 *
 * @module
 */
import { NitroError } from "../error.ts";
import { escapeText } from "../escape/html.ts";
import { checkedValue } from "./attribute_value.ts";
import { escapeScript, escapeSingle } from "../escape/javascript.ts";
import { safeUrl } from "../escape/url.ts";
import { pageUrl } from "./redirect.ts";
import { Action, type Body, Element, Raw, type ScriptOutput } from "../parts.ts";

/** What a method is called with: a value, elements as HTML, or, for the original's client only, JavaScript marked by `raw`. */
export type JqArgument = string | number | boolean | null | Raw | Element;

const QUOTED = /^(['"`])~s\1$/;
const MARKUP = /(^|\.)(innerHTML|outerHTML)$/;
const MARKUP_METHOD =
  /(^|\.)(insertAdjacentHTML|setHTML|setHTMLUnsafe|write|writeln|createContextualFragment|parseHTMLUnsafe)$/;

/** Whether a property holds HTML. */
export function isMarkup(property: string): boolean {
  return MARKUP.test(property);
}

/** Whether a format puts its argument between quotes. */
export function isQuoted(format: string): boolean {
  return QUOTED.test(format);
}

/** The arguments of a call: texts are escaped where the method takes HTML, and checked where it takes an attribute. */
export function argumentsScript(
  method: string,
  given: readonly JqArgument[],
  format: string | undefined,
  out: ScriptOutput,
): string {
  const args = given.map((arg, at) => typeof arg === "string" ? argumentText(method, given, arg, at) : arg);
  if (format === undefined || format === "~s") return args.map((arg) => argumentScript(arg, out)).join(",");
  const quoted = isQuoted(format);
  const texts = args.map((arg) => {
    if (!quoted || arg instanceof Raw) return argumentScript(arg, out);
    return escapeScript(arg instanceof Element ? out.html(arg) : String(arg));
  }).join("");
  return format.replace("~s", () => texts);
}

function argumentText(method: string, given: readonly JqArgument[], text: string, at: number): string {
  if (MARKUP_METHOD.test(method)) {
    return method.endsWith("insertAdjacentHTML") && at === 0 ? text : escapeText(text);
  }
  if (!/(^|\.)setAttribute$/.test(method) || at !== 1) return text;
  return checkedValue(String(given[0]), text);
}

function argumentScript(arg: JqArgument, out: ScriptOutput): string {
  if (arg instanceof Raw) return arg.html;
  if (arg instanceof Element) return `'${escapeSingle(out.html(arg))}'`;
  return typeof arg === "string" ? `'${escapeSingle(arg)}'` : String(arg);
}

/** What a property is set to. */
export function rightScript(
  property: string,
  right: Exclude<Body | Action, null | undefined>,
  out: ScriptOutput,
): string {
  if (right instanceof Action) return out.inner(jqOnly(right));
  if (typeof right === "number" || typeof right === "boolean" || typeof right === "bigint") {
    return String(right);
  }
  if (typeof right !== "string" || isMarkup(property)) return `'${escapeSingle(out.html(right))}'`;
  return `'${escapeSingle(checkedText(property, right))}'`;
}

/** Only what another `jq` says is a value. */
export function jqOnly(action: Action): Action {
  if (action.kind.name === "jq") return action;
  throw new NitroError("bad_field", "jq: what is set is text, elements, or another jq", action.kind.name);
}

/** Text for a property, harmless where it is an address. */
export function checkedText(property: string, text: string): string {
  if (/(^|\.)location(\.href)?$/.test(property)) return pageUrl(text);
  if (/(^|\.)(href|action|formAction)$/.test(property)) return safeUrl(text);
  if (/(^|\.)(src|poster|data)$/.test(property)) return safeUrl(text, "source");
  if (/(^|\.)srcdoc$/.test(property)) {
    throw new NitroError("bad_field", "jq: srcdoc is HTML; update the iframe", property);
  }
  return text;
}
