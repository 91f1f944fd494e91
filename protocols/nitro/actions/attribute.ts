/**
 * Changing an element's attributes.
 *
 * @module
 */
import { type Atom, atom, type Charlist, tuple } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { NitroError } from "../error.ts";
import { escapeScript } from "../escape/javascript.ts";
import { scriptInPage } from "../operations_output.ts";
import type { Target } from "../target.ts";
import { checkedValue } from "./attribute_value.ts";
import { targetStatement } from "./statement.ts";
import { operationTarget } from "./target_script.ts";
import { type Action, declareAction } from "../parts.ts";

/** What can be written out as text: text, numbers, atoms, bytes in UTF-8, and lists of these, which are joined. */
export type PlainText =
  | string
  | number
  | bigint
  | boolean
  | Atom
  | Uint8Array
  | Charlist
  | readonly PlainText[];

interface AttributeFields {
  readonly target: Target;
  readonly name: string | Atom;
  readonly value: PlainText | null | undefined;
}

const ATTR = atom("attr");
// deno-lint-ignore no-control-regex
const NAME = /^[^\s"'<>/=\u0000-\u001f\u007f]+$/;

const setAttrAction = declareAction<AttributeFields>("set_attr", ({ target, name, value }, out) => {
  const attribute = escapeScript(nameOf(name));
  out.js += targetStatement(
    target,
    value === null || value === undefined
      ? `x.removeAttribute('${attribute}')`
      : `x.setAttribute('${attribute}', '${escapeScript(checkedValue(nameOf(name), plainText(value)))}')`,
  );
}, ({ target, name, value }, out) => {
  const attribute = nameOf(name);
  if (/^on/i.test(attribute)) throw scriptInPage("setAttr", attribute);
  const text = value === null || value === undefined ? [] : checkedValue(attribute, plainText(value));
  out.add(tuple(ATTR, operationTarget(target), attribute, text));
});

/**
 * Sets an attribute; `undefined` or `null` takes it away. Where an address is expected only such as run nothing are let through, as in
 * elements.
 *
 * Operation: `{attr, Target, Name, Value}`, the value `[]` to take it away. There attributes whose names begin with `on` throw
 * `script_in_page`.
 *
 * Throws `bad_field` for what is no attribute's name.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { renderOperations, setAttr } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(setAttr("photo", "src", "/cat.jpg"));
 * if (format(operation) !== '{attr,<<"photo">>,<<"src">>,<<"/cat.jpg">>}') throw new Error(format(operation));
 * ```
 */
export function setAttr(target: Target, name: string | Atom, value: PlainText | null | undefined): Action {
  return setAttrAction({ target, name, value });
}

function nameOf(name: string | Atom): string {
  const text = plainText(name);
  if (!NAME.test(text)) throw new NitroError("bad_field", "setAttr: no attribute has this name", text);
  return text;
}
