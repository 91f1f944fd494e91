/**
 * Changing how elements look.
 *
 * @module
 */
import { type Atom, atom, tuple } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { NitroError } from "../error.ts";
import { escapeScript } from "../escape/javascript.ts";
import type { Target } from "../target.ts";
import type { PlainText } from "./attribute.ts";
import { targetStatement } from "./statement.ts";
import { operationTarget } from "./target_script.ts";
import { type Action, declareAction } from "../parts.ts";

interface StyleFields {
  readonly target: Target;
  readonly css: PlainText;
}

interface PropertyFields {
  readonly target: Target;
  readonly property: string | Atom;
  readonly value: PlainText;
}

const STYLE = atom("style");
const PROPERTY = /^-{0,2}[A-Za-z][\w-]*$/;

const styleAction = declareAction<StyleFields>("style", ({ target, css }, out) => {
  out.js += targetStatement(target, `x.setAttribute('style', '${escapeScript(plainText(css))}')`);
}, ({ target, css }, out) => out.add(tuple(STYLE, operationTarget(target), plainText(css))));

const propertyAction = declareAction<PropertyFields>("style", ({ target, property, value }, out) => {
  const name = propertyName(property);
  const text = escapeScript(plainText(value));
  out.js += targetStatement(
    target,
    name.includes("-") ? `x.style.setProperty('${name}', '${text}')` : `x.style.${name} = '${text}'`,
  );
}, ({ target, property, value }, out) => {
  out.add(tuple(STYLE, operationTarget(target), propertyName(property), plainText(value)));
});

/**
 * Gives an element a whole style, CSS as in its attribute `style`. Operation: `{style, Target, Css}`.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { renderOperations, setStyle } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(setStyle("bar", "width: 30%"));
 * if (format(operation) !== '{style,<<"bar">>,<<"width: 30%">>}') throw new Error(format(operation));
 * ```
 */
export function setStyle(target: Target, css: PlainText): Action;
/**
 * Sets one property of an element's style, by its name in CSS or in JavaScript. Throws `bad_field` for what is no property's name.
 * Operation: `{style, Target, Property, Value}`.
 */
export function setStyle(target: Target, property: string | Atom, value: PlainText): Action;
/** N2O's `style/2` and `style/3`; the element `style` has that name here. */
export function setStyle(target: Target, first: PlainText, value?: PlainText): Action {
  if (value === undefined) return styleAction({ target, css: first });
  return propertyAction({ target, property: first as string | Atom, value });
}

/**
 * Sets an element's `display`.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { display, renderOperations } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(display("menu", "flex"));
 * if (format(operation) !== '{style,<<"menu">>,<<"display">>,<<"flex">>}') throw new Error(format(operation));
 * ```
 */
export function display(target: Target, value: PlainText): Action {
  return propertyAction({ target, property: "display", value });
}

/**
 * Shows an element, as a block.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { renderOperations, show } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(show("menu"));
 * if (format(operation) !== '{style,<<"menu">>,<<"display">>,<<"block">>}') throw new Error(format(operation));
 * ```
 */
export function show(target: Target): Action {
  return display(target, "block");
}

/**
 * Hides an element.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { hide, renderOperations } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(hide("menu"));
 * if (format(operation) !== '{style,<<"menu">>,<<"display">>,<<"none">>}') throw new Error(format(operation));
 * ```
 */
export function hide(target: Target): Action {
  return display(target, "none");
}

function propertyName(property: string | Atom): string {
  const name = plainText(property);
  if (!PROPERTY.test(name)) throw new NitroError("bad_field", "style: no property has this name", name);
  return name;
}
