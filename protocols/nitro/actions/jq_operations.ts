/**
 * Methods and properties of elements in operations.
 *
 * @module
 */
import { METHODS, PROPERTIES } from "../../../lib/client/nitro/allowed.ts";
import { atom, type Term, tuple } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { scriptInPage } from "../operations_output.ts";
import { isSelector, type Target } from "../target.ts";
import { checkedText, isMarkup, isQuoted, type JqArgument, jqOnly } from "./jq_value.ts";
import type { JqFields } from "./jq_fields.ts";
import { pageUrl } from "./redirect.ts";
import { operationTarget } from "./target_script.ts";
import { Action, type Body, Element, type OperationsOutput, Raw } from "../parts.ts";

const CALL = atom("call");
const SET = atom("set");
const GET = atom("get");
const REMOVE = atom("remove");
const CLEAR = atom("clear");
const INSERT = atom("insert");
const BEFOREEND = atom("beforeend");
const REPLACE = atom("replace");
const STYLE = atom("style");
const REDIRECT = atom("redirect");
const TITLE = atom("title");
const ATTR = atom("attr");
const READABLE =
  /^((scroll|client|offset)(Height|Width|Top|Left)|childElementCount|length|duration|selectionStart|selectionEnd)$/;
const ADDRESSES = new Set(["href", "src", "action", "formAction", "poster"]);

/** A call of a method. */
export function operateCall(
  target: Target,
  method: string,
  args: readonly JqArgument[],
  format: string | undefined,
  out: OperationsOutput,
): void {
  if (format !== undefined && format !== "~s" && !isQuoted(format)) throw scriptInPage("jq", "format");
  let given = args.map((arg) => argumentTerm(arg, out));
  if (format !== undefined && isQuoted(format)) {
    given = given.length === 0 ? [] : [given.map(plainText).join("")];
  }
  const [owner, path] = flat(target, method);
  if (METHODS.test(path)) out.add(tuple(CALL, operationTarget(owner), path, given));
  else if (METHODS.test(method)) out.add(tuple(CALL, operationTarget(target), method, given));
  else if (method === "remove" && given.length === 0) out.add(tuple(REMOVE, operationTarget(target)));
  else throw scriptInPage("jq", `method ${method}`);
}

function argumentTerm(arg: JqArgument, out: OperationsOutput): Term {
  if (arg instanceof Raw) throw scriptInPage("jq", "args");
  if (arg instanceof Element) return out.html(arg);
  return arg ?? [];
}

/** A property that is set; one that is only named does nothing. */
export function operateProperty(
  target: Target,
  property: string,
  right: Body | Action,
  out: OperationsOutput,
): void {
  if (right === undefined || right === null) return;
  const [owner, path] = flat(target, property);
  if (
    !alias(owner, path, right, out) && !set(owner, path, right, out) && !set(target, property, right, out)
  ) {
    throw scriptInPage("jq", `property ${property}`);
  }
}

/** Properties for which there is an operation of their own. */
function alias(target: Target, property: string, right: Body | Action, out: OperationsOutput): boolean {
  if (right instanceof Action) return false;
  if (isGlobal(target)) {
    if (property === "location" || property === "location.href") {
      out.add(tuple(REDIRECT, pageUrl(plainText(right))));
      return true;
    }
    if (target.g === "document" && property === "title") {
      out.add(tuple(TITLE, plainText(right)));
      return true;
    }
  }
  if (property === "outerHTML") out.add(tuple(REPLACE, operationTarget(target), out.html(right)));
  else if (property === "innerHTML") {
    out.add(tuple(CLEAR, operationTarget(target)));
    out.add(tuple(INSERT, operationTarget(target), BEFOREEND, out.html(right)));
  } else if (property === "style.cssText") out.add(tuple(STYLE, operationTarget(target), plainText(right)));
  else if (property.startsWith("style.") && property.indexOf(".", 6) < 0) {
    out.add(tuple(STYLE, operationTarget(target), property.slice(6), plainText(right)));
  } else if (ADDRESSES.has(property)) {
    out.add(
      tuple(ATTR, operationTarget(target), property.toLowerCase(), checkedText(property, plainText(right))),
    );
  } else return false;
  return true;
}

function set(target: Target, property: string, right: Body | Action, out: OperationsOutput): boolean {
  if (!PROPERTIES.test(property)) return false;
  out.add(tuple(SET, operationTarget(target), property, rightTerm(property, right, out)));
  return true;
}

function rightTerm(property: string, right: Body | Action, out: OperationsOutput): Term {
  if (right instanceof Action) {
    const { target, property: read } = jqOnly(right).fields as JqFields;
    if (read === undefined) throw scriptInPage("jq", "right");
    const [owner, path] = flat(target, plainText(read));
    if (READABLE.test(path) || PROPERTIES.test(path)) return tuple(GET, operationTarget(owner), path);
    throw scriptInPage("jq", `property ${path}`);
  }
  if (typeof right === "string" && !isMarkup(property)) return right;
  if (typeof right === "number" || typeof right === "boolean" || typeof right === "bigint") return right;
  return out.html(right);
}

/** A property path as part of the name: `{ps, Target, "classList"}` and `add` are `Target` and `classList.add`. */
function flat(target: Target, name: string): [Target, string] {
  if (!isSelector(target) || target.ps === undefined) return [target, name];
  const [owner, path] = target.ps;
  return flat(owner, `${path}.${name}`);
}

function isGlobal(target: Target): target is { readonly g: string } {
  return isSelector(target) && target.g !== undefined;
}
