/**
 * Putting elements beside others and into them.
 *
 * @module
 */
import { type Atom, atom, tuple } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { NitroError } from "../error.ts";
import { escapeTemplate } from "../escape/javascript.ts";
import type { Target } from "../target.ts";
import { memberScript } from "./member_script.ts";
import { isOneNode, wrapperOf } from "./roots.ts";
import { isMany, operationTarget, targetScript } from "./target_script.ts";
import {
  type Action,
  type ActionFunction,
  type Body,
  declareAction,
  type OperationsOutput,
} from "../parts.ts";

/** Where elements are put: before another one, into it before all that is there or behind it, or behind it. */
export type Position = "beforebegin" | "afterbegin" | "beforeend" | "afterend";

/** Fields of {@linkcode insert}. */
export interface InsertFields {
  /** Beside or into which element. */
  readonly target: Target;
  /** What is put there. */
  readonly elements: Body;
  /** Where. @default "beforeend" */
  readonly position?: Position | Atom;
}

const INSERT = atom("insert");
const POSITIONS = new Set(["beforebegin", "afterbegin", "beforeend", "afterend"]);
const TAG = /^[a-z][a-z0-9-]*$/i;

/**
 * Puts elements beside another one or into it: all of them, table rows too. N2O's `#insert{}`, which
 * there never comes to an end.
 *
 * Operation: `{insert, Target, Position, Html}`.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { insert, li, renderOperations } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(
 *   insert({ target: "list", elements: li({ body: "last" }), position: "beforeend" }),
 * );
 * if (format(operation) !== '{insert,<<"list">>,beforeend,<<"<li>last</li>">>}') throw new Error(format(operation));
 * ```
 */
export const insert: ActionFunction<InsertFields> = declareAction<InsertFields>("insert", (fields, out) => {
  const html = escapeTemplate(out.html(fields.elements));
  out.js += memberScript(fields.target, `insertAdjacentHTML('${positionOf(fields)}', \`${html}\`)`);
}, operate);

function operate(fields: InsertFields, out: OperationsOutput): void {
  out.add(tuple(INSERT, operationTarget(fields.target), atom(positionOf(fields)), out.html(fields.elements)));
}

function positionOf({ position = "beforeend" }: InsertFields): string {
  const name = plainText(position);
  if (!POSITIONS.has(name)) {
    throw new NitroError("bad_position", "beforebegin, afterbegin, beforeend or afterend", name);
  }
  return name;
}

/**
 * Puts elements beside another one or into it, in N2O's word order. See {@linkcode insert}.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { insertAdjacent, li, renderOperations } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(insertAdjacent("afterbegin", "list", li({ body: "first" })));
 * if (format(operation) !== '{insert,<<"list">>,afterbegin,<<"<li>first</li>">>}') throw new Error(format(operation));
 * ```
 */
export function insertAdjacent(position: Position | Atom, target: Target, body: Body): Action {
  return insert({ target, elements: body, position });
}

/**
 * Puts elements before another one.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { insertBefore, p, renderOperations } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(insertBefore("footer", p({ body: "above it" })));
 * if (format(operation) !== '{insert,<<"footer">>,beforebegin,<<"<p>above it</p>">>}') {
 *   throw new Error(format(operation));
 * }
 * ```
 */
export function insertBefore(target: Target, body: Body): Action {
  return insert({ target, elements: body, position: "beforebegin" });
}

/**
 * Puts elements behind another one.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { insertAfter, p, renderOperations } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(insertAfter("header", p({ body: "below it" })));
 * if (format(operation) !== '{insert,<<"header">>,afterend,<<"<p>below it</p>">>}') throw new Error(format(operation));
 * ```
 */
export function insertAfter(target: Target, body: Body): Action {
  return insert({ target, elements: body, position: "afterend" });
}

interface IntoFields extends InsertFields {
  readonly tag?: string | Atom;
}

const insertTopAction = declareAction<IntoFields>("insert_top", ({ target, elements, tag }, out) => {
  const html = out.html(elements);
  if (html === "") return;
  const built = detached(html, tag);
  if (isMany(target)) out.js += `${targetScript(target)}.map(x=>x.prepend(...${all(built)}));`;
  else {
    const script = targetScript(target);
    out.js += isOneNode(html)
      ? `var x=${script}; if(x) { x.insertBefore((function(){${built} return div.firstChild; })(),${script}.firstChild); }`
      : `var x=${script}; if(x) { x.prepend(...${all(built)}); }`;
  }
}, operate);

const insertBottomAction = declareAction<IntoFields>("insert_bottom", ({ target, elements, tag }, out) => {
  const html = out.html(elements);
  if (html === "") return;
  if (isMany(target)) {
    out.js += `${targetScript(target)}.map(x=>x.append(...${all(detached(html, tag))}));`;
    return;
  }
  const put = isOneNode(html) ? "x.appendChild(div.firstChild);" : "x.append(...div.childNodes);";
  out.js += `(function(){ var div = qn('${tagOf(html, tag)}');let x = ${
    targetScript(target)
  }; if(x){ div.innerHTML = \`${escapeTemplate(html)}\`;${put}}})();`;
}, operate);

/**
 * Puts elements into another one, before all that is in it. The tag is that of the element that a client of the original's reads their
 * HTML in; it is found by itself.
 *
 * Operation: `{insert, Target, afterbegin, Html}`.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { insertTop, li, renderOperations } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(insertTop("list", li({ body: "first" })));
 * if (format(operation) !== '{insert,<<"list">>,afterbegin,<<"<li>first</li>">>}') throw new Error(format(operation));
 * ```
 */
export function insertTop(target: Target, body: Body, tag?: string | Atom): Action {
  return insertTopAction({ target, elements: body, position: "afterbegin", tag });
}

/**
 * Puts elements into another one, behind all that is in it. See {@linkcode insertTop}.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { insertBottom, renderOperations, td, tr } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(insertBottom("rows", tr({ id: "row7", cells: td({ body: "Ada" }) })));
 * if (
 *   format(operation) !==
 *     '{insert,<<"rows">>,beforeend,<<"<tr id=\\"row7\\"><td rowspan=\\"1\\" colspan=\\"1\\">Ada</td></tr>">>}'
 * ) throw new Error(format(operation));
 * ```
 */
export function insertBottom(target: Target, body: Body, tag?: string | Atom): Action {
  return insertBottomAction({ target, elements: body, position: "beforeend", tag });
}

function tagOf(html: string, tag: string | Atom | undefined): string {
  const name = tag === undefined ? wrapperOf(html) : plainText(tag);
  if (!TAG.test(name)) throw new NitroError("bad_field", "tag: an element's name", name);
  return name;
}

function detached(html: string, tag: string | Atom | undefined): string {
  return `var div = qn('${tagOf(html, tag)}'); div.innerHTML = \`${escapeTemplate(html)}\`;`;
}

function all(built: string): string {
  return `(function(){${built} return div.childNodes; })()`;
}
