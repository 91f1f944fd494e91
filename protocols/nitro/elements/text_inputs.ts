/**
 * Inputs that are drawn each in its own way: the one of any type, text, and the one that submits.
 *
 * @example
 * ```ts
 * import { input, render, textbox } from "@n2o/n2o/nitro";
 *
 * const { html } = render([textbox({ id: "name", placeholder: "Name" }), input({ id: "age", type: "number", value: 18 })]);
 * const expected = '<input id="name" type="text" placeholder="Name"/><input id="age" type="number" value="18"/>';
 * if (html !== expected) throw new Error(html);
 * ```
 *
 * @module
 */
import { bert } from "../../../lib/formats/bert.ts";
import type { Term } from "../../../lib/term.ts";
import { targetScript } from "../actions/target_script.ts";
import type { Flag, PostbackFields, Value } from "../fields.ts";
import { scriptInPage } from "../operations_output.ts";
import { drawClass, drawData, drawFlag, drawScript, drawStyle, isNone, isSet } from "./attributes.ts";
import { drawAutocomplete, drawSubmitter, type SubmitterFields } from "./forms.ts";
import { drawBasic, drawGlobal, drawId, drawRest } from "./global.ts";
import type { AnyInputFields, SearchFields, ValueFields } from "./input_fields.ts";
import { drawEnd } from "./inputs.ts";
import { element, idOf, isPostback, wireEvent, wirePostback } from "./own.ts";
import { declareAction, type ElementFunction, type Wired } from "../parts.ts";

/** Fields of {@linkcode input}. */
export interface InputFields extends AnyInputFields, PostbackFields {
  /** Whether it must be filled in. */
  readonly required?: Flag;
  /** Whether browsers may fill it in, or with what: `new-password`. */
  readonly autocomplete?: boolean | string;
  /** Its value. */
  readonly value?: Value;
  /** Its type. */
  readonly type?: Value;
  /** Whether it is ticked. */
  readonly checked?: Flag;
  /** What is seen in it while it is empty. */
  readonly placeholder?: Value;
  /** The least value. */
  readonly min?: Value;
  /** The greatest value. */
  readonly max?: Value;
  /** Whether it takes several values. */
  readonly multiple?: Flag;
  /** A regular expression for its value. */
  readonly pattern?: Value;
  /** The types of files that can be chosen. */
  readonly accept?: Value;
  /** A term that the client sends as its value, `data-bind`: BERT in base64. */
  readonly bind?: Term | null;
  /** JavaScript for a key; not on pages in the mode `operations`. */
  readonly onkeypress?: Value;
  /** JavaScript for a key that comes up; not on pages in the mode `operations`. */
  readonly onkeyup?: Value;
  /** JavaScript for a key that goes down; not on pages in the mode `operations`. */
  readonly onkeydown?: Value;
  /** JavaScript for a click; not on pages in the mode `operations`. */
  readonly onclick?: Value;
  /** JavaScript for a change; not on pages in the mode `operations`. */
  readonly onchange?: Value;
}

/**
 * An input of any type; a click sends its postback.
 *
 * @example
 * ```ts
 * import { input, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(input({ id: "any", type: "text", value: "x" }), { mode: "operations" });
 * if (html !== '<input id="any" type="text" value="x"/>') throw new Error(html);
 * ```
 */
export const input: ElementFunction<InputFields> = element<InputFields>("input", (fields, out) => {
  const id = wirePostback(fields, "click", out);
  out.html += "<input";
  drawGlobal(fields, out, id);
  drawAutocomplete(fields.autocomplete, out);
  if (isSet("autofocus", fields.autofocus)) out.html += ' autofocus="true"';
  drawFlag("disabled", fields.disabled, out);
  out.attribute("name", fields.name);
  out.attribute("type", fields.type);
  out.attribute("accept", fields.accept);
  out.attribute("max", fields.max);
  if (isSet("checked", fields.checked)) out.html += ' checked="true"';
  out.attribute("placeholder", fields.placeholder);
  out.attribute("min", fields.min);
  if (isSet("multiple", fields.multiple)) out.html += ' multiple="true"';
  out.attribute("pattern", fields.pattern);
  out.attribute("value", fields.value);
  if (!isNone(fields.bind)) out.html += ` data-bind="${bert.encode(fields.bind!).toBase64()}"`;
  drawScript("input", "onkeypress", fields.onkeypress, out);
  drawScript("input", "onkeyup", fields.onkeyup, out);
  drawScript("input", "onkeydown", fields.onkeydown, out);
  drawScript("input", "onclick", fields.onclick, out);
  drawFlag("required", fields.required, out);
  drawScript("input", "onchange", fields.onchange, out);
  out.attribute("form", fields.form);
  drawData("input", fields, out);
  drawEnd(fields, out);
});

/** Fields of {@linkcode textbox}. */
export type TextboxFields = Omit<SearchFields, keyof PostbackFields>;

/**
 * Text. Like the original's it has no postback: the action `event` listens to what happens in it.
 *
 * @example
 * ```ts
 * import { render, textbox } from "@n2o/n2o/nitro";
 *
 * const { html } = render(textbox({ id: "name", value: "Ada", maxlength: 100 }), { mode: "operations" });
 * if (html !== '<input id="name" type="text" maxlength="100" value="Ada"/>') throw new Error(html);
 * ```
 */
export const textbox: ElementFunction<TextboxFields> = element<TextboxFields>("textbox", (fields, out) => {
  out.html += "<input";
  drawId(fields.id, out);
  out.html += ' type="text"';
  out.attribute("maxlength", fields.maxlength);
  drawStyle(fields.style, out);
  out.attribute("name", fields.name);
  out.attribute("placeholder", fields.placeholder);
  out.attribute("value", fields.value);
  if (isSet("autofocus", fields.autofocus)) out.html += ' autofocus="true"';
  drawFlag("readonly", fields.readonly, out);
  drawFlag("required", fields.required, out);
  drawClass(fields.class, out);
  drawAutocomplete(fields.autocomplete, out);
  out.attribute("dirname", fields.dirname);
  out.attribute("form", fields.form);
  out.attribute("list", fields.list);
  out.attribute("pattern", fields.pattern);
  out.attribute("size", fields.size);
  drawRest("textbox", fields, out);
  drawFlag("disabled", fields.disabled, out);
  drawEnd(fields, out);
});

/** Fields of {@linkcode submit}. */
export interface SubmitFields extends Omit<ValueFields, "body">, SubmitterFields {
  /** The button's text. */
  readonly body?: Value;
  /** What a click does in the browser, after the postback; not on pages in the mode `operations`. */
  readonly click?: Wired;
}

const clicked = declareAction<{ readonly target: string; readonly actions: Wired }>(
  "event",
  ({ target, actions }, out) => {
    const listener = `addEventListener('click',function (event){ event.preventDefault(); ${
      out.inner(actions)
    }})`;
    out.js += `{var x=${targetScript(target)}; x && x.${listener};};`;
  },
  () => {
    throw scriptInPage("submit", "click");
  },
);

/**
 * A button that submits its form, or sends its postback when it is clicked. It has an id always, a new one when none is given.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { render, submit } from "@n2o/n2o/nitro";
 *
 * const { html } = render(submit({ id: "ok", body: "Save", postback: atom("save"), source: ["name"] }), {
 *   mode: "operations",
 * });
 * if (html !== '<input id="ok" type="submit" value="Save"/>') throw new Error(html);
 * ```
 */
export const submit: ElementFunction<SubmitFields> = element<SubmitFields>("submit", (fields, out) => {
  const id = idOf(fields.id, out);
  if (isPostback(fields)) wireEvent(fields, fields.postback, "click", id, out);
  if (!isNone(fields.click)) out.wire(clicked({ target: id, actions: fields.click }));
  out.html += "<input";
  drawId(id, out);
  out.html += ' type="submit"';
  drawBasic({ class: fields.class, style: fields.style }, out);
  out.attribute("value", isNone(fields.body) ? fields.value : fields.body);
  drawFlag("autofocus", fields.autofocus, out);
  drawFlag("disabled", fields.disabled, out);
  drawSubmitter(fields, out);
  out.attribute("name", fields.name);
  drawRest("submit", fields, out);
  out.html += "/>";
});
