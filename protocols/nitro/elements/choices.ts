/**
 * What one chooses from.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { option, render, select } from "@n2o/n2o/nitro";
 *
 * const options = ["a", "b"].map((value) => option({ value, body: value, selected: value === "b" }));
 * const { html } = render(select({ id: "s", body: options, postback: atom("chosen") }));
 * if (html !== '<select id="s"><option value="a">a</option><option selected value="b">b</option></select>') throw new Error(html);
 * ```
 *
 * @module
 */
import { plainText } from "../drawing.ts";
import type { BodyFields, Fields, Flag, PostbackFields, Value } from "../fields.ts";
import { drawClass, drawFlag, drawScript, drawStyle, isNone, isSet } from "./attributes.ts";
import { drawBasic, drawId, drawRest } from "./global.ts";
import { atomSource, element, idOf, isPostback, wireEvent, wirePostback, wireUpdate } from "./own.ts";
import { plain, type PlainFields } from "./plain.ts";
import { type Body, type Drawing, Element, type ElementFunction } from "../parts.ts";

/** Fields of {@linkcode select}. */
export interface SelectFields extends BodyFields, PostbackFields {
  /** Whether it is what one is at when the page opens. */
  readonly autofocus?: Flag;
  /** Whether it cannot be changed, nor is sent. */
  readonly disabled?: Flag;
  /** The id of the form that it belongs to. */
  readonly form?: Value;
  /** Whether several can be chosen. */
  readonly multiple?: Flag;
  /** Its name. */
  readonly name?: Value;
  /** Whether something must be chosen. */
  readonly required?: Flag;
  /** How many are seen at once. */
  readonly size?: Value;
  /** A second message for a change. */
  readonly update?: PostbackFields["postback"];
  /** JavaScript for a change; not on pages in the mode `operations`. */
  readonly onchange?: Value;
}

/**
 * One or several of some options. A change sends its postback, with its own value before those of the sources; its own id's kind is an
 * atom there. It has an id always, a new one when none is given.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { option, render, select } from "@n2o/n2o/nitro";
 *
 * const { html } = render(
 *   select({
 *     id: "country",
 *     postback: atom("country"),
 *     body: [option({ value: "UA", body: "Ukraine" }), option({ value: "PL", body: "Poland" })],
 *   }),
 *   { mode: "operations" },
 * );
 * if (html !== '<select id="country"><option value="UA">Ukraine</option><option value="PL">Poland</option></select>') {
 *   throw new Error(html);
 * }
 * ```
 */
export const select: ElementFunction<SelectFields> = element<SelectFields>("select", (fields, out) => {
  const id = idOf(fields.id, out);
  if (isPostback(fields)) wireEvent(fields, fields.postback, "change", id, out, atomSource);
  wireUpdate(fields, "change", id, out, atomSource);
  out.html += "<select";
  drawBasic(fields, out, id);
  out.attribute("name", fields.name);
  drawScript("select", "onchange", fields.onchange, out);
  out.attribute("title", fields.title);
  drawFlag("required", fields.required, out);
  drawFlag("disabled", fields.disabled, out);
  drawFlag("multiple", fields.multiple, out);
  drawFlag("autofocus", fields.autofocus, out);
  out.attribute("form", fields.form);
  out.attribute("size", fields.size);
  drawRest("select", fields, out, false);
  out.html += ">";
  out.body(fields.body);
  out.html += "</select>";
});

/** Fields of {@linkcode optgroup}. */
export interface OptgroupFields extends BodyFields {
  /** Whether none of them can be chosen. */
  readonly disabled?: Flag;
  /** Their title. */
  readonly label?: Value;
}

/**
 * Options that belong together.
 *
 * @example
 * ```ts
 * import { optgroup, option, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(optgroup({ label: "Europe", body: option({ value: "UA", body: "Ukraine" }) }), {
 *   mode: "operations",
 * });
 * if (html !== '<optgroup label="Europe"><option value="UA">Ukraine</option></optgroup>') throw new Error(html);
 * ```
 */
export const optgroup: ElementFunction<OptgroupFields> = element<OptgroupFields>(
  "optgroup",
  (fields, out) => {
    out.html += "<optgroup";
    drawFlag("disabled", fields.disabled, out);
    out.attribute("label", fields.label);
    drawBasic(fields, out);
    drawRest("optgroup", fields, out);
    out.html += ">";
    out.body(fields.body);
    out.html += "</optgroup>";
  },
);

/** Fields of {@linkcode option}. */
export interface OptionFields extends BodyFields {
  /** Whether it cannot be chosen. */
  readonly disabled?: Flag;
  /** What is seen of it; its text, in a {@linkcode dropdown}. */
  readonly label?: Value;
  /** Whether it is chosen. */
  readonly selected?: Flag;
  /** Its value. */
  readonly value?: Value;
}

/**
 * One of what can be chosen.
 *
 * @example
 * ```ts
 * import { option, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(option({ value: "UA", selected: true, body: "Ukraine" }), { mode: "operations" });
 * if (html !== '<option selected value="UA">Ukraine</option>') throw new Error(html);
 * ```
 */
export const option: ElementFunction<OptionFields> = element<OptionFields>("option", (fields, out) => {
  out.html += "<option";
  if (fields.id !== undefined) drawId(fields.id, out);
  if (fields.label !== undefined) out.attribute("label", fields.label);
  if (fields.title !== undefined) out.attribute("title", fields.title);
  if (isSet("selected", fields.selected)) out.html += " selected";
  if (isSet("disabled", fields.disabled)) out.html += " disabled";
  if (fields.value !== undefined) out.attribute("value", fields.value);
  if (fields.class !== undefined) drawClass(fields.class, out);
  if (fields.style !== undefined) drawStyle(fields.style, out);
  drawRest("option", fields, out, false);
  out.html += ">";
  out.body(fields.body);
  out.html += "</option>";
});

/**
 * Options for an input's `list`.
 *
 * @example
 * ```ts
 * import { datalist, option, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(datalist({ id: "towns", body: [option({ value: "Kyiv" }), option({ value: "Lviv" })] }), {
 *   mode: "operations",
 * });
 * if (html !== '<datalist id="towns"><option value="Kyiv"></option><option value="Lviv"></option></datalist>') {
 *   throw new Error(html);
 * }
 * ```
 */
export const datalist: ElementFunction<PlainFields> = plain("datalist");

/** Fields of {@linkcode dropdown}. */
export interface DropdownFields extends Fields, PostbackFields {
  /** The options, each with a `label`. */
  readonly options?: Body;
  /** The value of the option that is chosen. */
  readonly value?: Value;
  /** Whether it cannot be changed, nor is sent. */
  readonly disabled?: Flag;
  /** Whether several can be chosen. */
  readonly multiple?: Flag;
  /** Its name. */
  readonly name?: Value;
}

/**
 * One of some options, which are given by their labels. A change sends its postback, with no value but those of the sources.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { dropdown, option, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(
 *   dropdown({
 *     id: "lang",
 *     postback: atom("lang"),
 *     options: [
 *       option({ value: "en", label: "English", selected: true }),
 *       option({ value: "uk", label: "Українська" }),
 *     ],
 *   }),
 *   { mode: "operations" },
 * );
 * if (
 *   html !==
 *     '<select id="lang"><option label="English" selected="selected" value="en">English</option><option label="Українська" value="uk">Українська</option></select>'
 * ) throw new Error(html);
 * ```
 */
export const dropdown: ElementFunction<DropdownFields> = element<DropdownFields>(
  "dropdown",
  (fields, out) => {
    const id = wirePostback(fields, "change", out);
    out.html += "<select";
    drawBasic(fields, out, id);
    out.attribute("name", fields.name);
    drawFlag("disabled", fields.disabled, out);
    drawFlag("multiple", fields.multiple, out);
    drawRest("dropdown", fields, out);
    out.html += ">";
    const options = Array.isArray(fields.options) ? fields.options : [fields.options];
    for (const one of options) {
      if (one instanceof Element && one.kind === option.kind) drawOption(one.fields, fields.value, out);
    }
    out.html += "</select>";
  },
);

function drawOption(fields: OptionFields, chosen: Value, out: Drawing): void {
  if (fields.showIf === false) return;
  const selected = isSet("selected", fields.selected) ||
    !isNone(chosen) && !isNone(fields.value) && plainText(chosen) === plainText(fields.value);
  out.html += "<option";
  if (isSet("disabled", fields.disabled)) out.html += ' disabled="true"';
  out.attribute("label", fields.label);
  if (selected) out.html += ' selected="selected"';
  out.attribute("value", fields.value);
  out.html += ">";
  if (!isNone(fields.label)) out.body(plainText(fields.label));
  out.html += "</option>";
}
