/**
 * Boxes that are ticked, alone or one of several.
 *
 * @example
 * ```ts
 * import { radio, radiogroup, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(radiogroup({ id: "g", body: [radio({ id: "a", value: 1, body: "A" })] }));
 * if (html !== '<div id="g" class="radiogroup "><input type="radio" id="a" value="1" name="g">A</input></div>') throw new Error(html);
 * ```
 *
 * @module
 */
import { plainText } from "../drawing.ts";
import type { BodyFields, Flag, PostbackFields, Value } from "../fields.ts";
import { escapeAttribute } from "../escape/html.ts";
import {
  classText,
  drawClass,
  drawData,
  drawFlag,
  drawScript,
  drawStyle,
  isNone,
  isSet,
} from "./attributes.ts";
import { drawBasic, drawGlobal, drawId, drawRest } from "./global.ts";
import { drawEnd } from "./inputs.ts";
import { element, idOf, isPostback, listSource, wireEvent, wireUpdate } from "./own.ts";
import { type Body, type Drawing, Element, type ElementFunction } from "../parts.ts";

/** The fields of {@linkcode checkbox} and {@linkcode radio}. */
export interface BoxFields extends BodyFields, PostbackFields {
  /** Whether it is what one is at when the page opens. */
  readonly autofocus?: Flag;
  /** Whether it is ticked. */
  readonly checked?: Flag;
  /** Whether it cannot be changed, nor is sent. */
  readonly disabled?: Flag;
  /** The id of the form that it belongs to. */
  readonly form?: Value;
  /** Its name. */
  readonly name?: Value;
  /** Whether it must be ticked. */
  readonly required?: Flag;
  /** Its value. */
  readonly value?: Value;
}

/** Fields of {@linkcode checkbox}. */
export interface CheckboxFields extends BoxFields {
  /** Whether it stands in a label, with its body as the text. @default true */
  readonly label?: boolean;
  /** A second message for a change. */
  readonly update?: PostbackFields["postback"];
}

/**
 * A box that is ticked or not. A change sends its postback, with its own value before those of the sources; its own id's kind is a list
 * of characters there. It has an id always, a new one when none is given.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { checkbox, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(checkbox({ id: "news", checked: true, body: "Send me news", postback: atom("news") }), {
 *   mode: "operations",
 * });
 * if (
 *   html !==
 *     '<label for="news"><input id="news" checked="checked" data-toggle="checkbox" type="checkbox"></input>Send me news</label>'
 * ) throw new Error(html);
 * ```
 */
export const checkbox: ElementFunction<CheckboxFields> = element<CheckboxFields>(
  "checkbox",
  (fields, out) => {
    const id = idOf(fields.id, out);
    if (isPostback(fields)) wireEvent(fields, fields.postback, "change", id, out, listSource);
    wireUpdate(fields, "change", id, out, listSource);
    const labelled = fields.label !== false;
    if (labelled) {
      out.html += "<label";
      drawClass(fields.class, out);
      drawStyle(fields.style, out);
      out.html += ` for="${escapeAttribute(id)}">`;
    }
    out.html += "<input";
    drawGlobal(fields, out, id);
    if (isSet("autofocus", fields.autofocus)) out.html += ' autofocus="true"';
    drawFlag("checked", fields.checked, out);
    out.html += ' data-toggle="checkbox"';
    drawFlag("disabled", fields.disabled, out);
    out.attribute("form", fields.form);
    out.attribute("name", fields.name);
    drawFlag("required", fields.required, out);
    out.html += ' type="checkbox"';
    out.attribute("value", fields.value);
    drawData("checkbox", fields, out);
    out.html += labelled ? "></input>" : ">";
    out.body(fields.body);
    out.html += labelled ? "</label>" : "</input>";
  },
);

/** Fields of {@linkcode radio}. */
export interface RadioFields extends BoxFields {
  /** Its name, which its group gives it; before `name`. */
  readonly htmlName?: Value;
  /** JavaScript for a click; not on pages in the mode `operations`. */
  readonly onclick?: Value;
}

/**
 * One of several boxes with one name, of which one is ticked; its body stands after it. A change sends its postback.
 *
 * @example
 * ```ts
 * import { radio, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(radio({ id: "small", htmlName: "size", value: "s", body: "Small" }), { mode: "operations" });
 * if (html !== '<input type="radio" id="small" value="s" name="size">Small</input>') throw new Error(html);
 * ```
 */
export const radio: ElementFunction<RadioFields> = element<RadioFields>("radio", (fields, out) => {
  const id = idOf(fields.id, out);
  if (isPostback(fields)) wireEvent(fields, fields.postback, "change", id, out);
  out.html += isSet("checked", fields.checked) ? '<input checked="" type="radio"' : '<input type="radio"';
  drawFlag("disabled", fields.disabled, out);
  drawId(id, out);
  out.attribute("value", fields.value);
  out.attribute("name", isNone(fields.htmlName) ? fields.name : fields.htmlName);
  drawClass(fields.class, out);
  drawStyle(fields.style, out);
  drawScript("radio", "onclick", fields.onclick, out);
  drawFlag("required", fields.required, out);
  drawFlag("autofocus", fields.autofocus, out);
  out.attribute("form", fields.form);
  drawRest("radio", fields, out);
  drawEnd(fields, out);
});

/**
 * Boxes of which one is ticked: the `radio`s among its body get its id as their name.
 *
 * @example
 * ```ts
 * import { radio, radiogroup, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(
 *   radiogroup({
 *     id: "size",
 *     body: [
 *       radio({ id: "small", value: "s", body: "Small" }),
 *       radio({ id: "large", value: "l", body: "Large" }),
 *     ],
 *   }),
 *   { mode: "operations" },
 * );
 * if (!html.startsWith('<div id="size" class="radiogroup ">')) throw new Error(html);
 * ```
 */
export const radiogroup: ElementFunction<BodyFields> = element<BodyFields>("radiogroup", (fields, out) => {
  const own = isNone(fields.class) ? "" : classText(fields.class);
  out.html += "<div";
  drawBasic({ id: fields.id, class: `radiogroup ${own}`, style: fields.style }, out);
  drawRest("radiogroup", fields, out);
  out.html += ">";
  drawGroup(fields.body, fields.id, out);
  out.html += "</div>";
});

function drawGroup(body: Body, name: Value, out: Drawing): void {
  const members = Array.isArray(body) ? body : [body];
  for (const one of members) {
    if (isNone(name) || !(one instanceof Element) || one.kind !== radio.kind) out.body(one);
    else out.body(radio({ ...one.fields, htmlName: plainText(name) }));
  }
}
