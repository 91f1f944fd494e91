/**
 * Forms and what stands in them besides inputs.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { button, fieldset, form, label, render, textbox } from "@n2o/n2o/nitro";
 *
 * const { html, actions } = render(form({
 *   id: "login",
 *   postback: atom("login"),
 *   source: ["user"],
 *   body: fieldset({
 *     legend: "Who are you?",
 *     body: [label({ for: "user", body: "Name" }), textbox({ id: "user" }), button({ type: "submit", body: "In" })],
 *   }),
 * }));
 * if (!html.startsWith('<form id="login" method="get"><fieldset><legend>Who are you?</legend>')) throw new Error(html);
 * if (!actions.includes("addEventListener('submit'")) throw new Error(actions);
 * ```
 *
 * @module
 */
import { plainText } from "../drawing.ts";
import type { BodyFields, Flag, PostbackFields, Value } from "../fields.ts";
import {
  drawChoice,
  drawClass,
  drawData,
  drawFlag,
  drawScript,
  drawStyle,
  drawUrl,
  isNone,
} from "./attributes.ts";
import { drawBare, drawBasic, drawGlobal, drawId, drawRest } from "./global.ts";
import { element, idOf, isPostback, wireEvent, wirePostback } from "./own.ts";
import { drawLines, plain, type PlainFields } from "./plain.ts";
import type { Body, Drawing, ElementFunction } from "../parts.ts";

const ENCODINGS = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];
const WRAPS = ["hard", "soft"];

/** Fields of {@linkcode form}. */
export interface FormFields extends BodyFields, PostbackFields {
  /** The encodings that the server takes. */
  readonly acceptCharset?: Value;
  /** Where it is sent without a postback. */
  readonly action?: Value;
  /** Whether browsers may fill it in. */
  readonly autocomplete?: boolean | "on" | "off";
  /** How it is encoded. */
  readonly enctype?: "application/x-www-form-urlencoded" | "multipart/form-data" | "text/plain";
  /** How it is sent. @default "get" */
  readonly method?: "get" | "post";
  /** Its name. */
  readonly name?: Value;
  /** Whether it is sent unchecked. */
  readonly novalidate?: Flag;
  /** Where the answer opens. */
  readonly target?: Value;
}

/**
 * A form; its postback is sent when it is submitted. It has an id always, a new one when none is given.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { form, render, textbox } from "@n2o/n2o/nitro";
 *
 * const { html } = render(
 *   form({
 *     id: "login",
 *     method: "post",
 *     postback: atom("login"),
 *     source: ["user"],
 *     body: textbox({ id: "user" }),
 *   }),
 *   { mode: "operations" },
 * );
 * if (html !== '<form id="login" method="post"><input id="user" type="text"/></form>') throw new Error(html);
 * ```
 */
export const form: ElementFunction<FormFields> = element<FormFields>("form", (fields, out) => {
  const id = idOf(fields.id, out);
  if (isPostback(fields)) wireEvent(fields, fields.postback, "submit", id, out);
  out.html += "<form";
  drawGlobal(fields, out, id);
  out.attribute("accept-charset", fields.acceptCharset);
  drawUrl("action", fields.action, "link", out);
  drawAutocomplete(fields.autocomplete, out);
  drawChoice("enctype", fields.enctype, ENCODINGS, out);
  out.html += !isNone(fields.method) && plainText(fields.method) === "post"
    ? ' method="post"'
    : ' method="get"';
  out.attribute("name", fields.name);
  drawFlag("novalidate", fields.novalidate, out);
  out.attribute("target", fields.target);
  drawData("form", fields, out);
  out.html += ">";
  out.body(fields.body);
  out.html += "</form>";
});

/** Writes whether browsers may fill something in, or with what. */
export function drawAutocomplete(value: Value, out: Drawing): void {
  out.attribute("autocomplete", typeof value === "boolean" ? (value ? "on" : "off") : value);
}

/** Fields of {@linkcode fieldset}. */
export interface FieldsetFields extends BodyFields {
  /** Whether nothing in it can be changed. */
  readonly disabled?: Flag;
  /** The id of the form that it belongs to. */
  readonly form?: Value;
  /** Its name. */
  readonly name?: Value;
  /** Its title. */
  readonly legend?: Body;
}

/**
 * Fields that belong together.
 *
 * @example
 * ```ts
 * import { fieldset, legend, render, textbox } from "@n2o/n2o/nitro";
 *
 * const { html } = render(fieldset({ legend: legend({ body: "Who" }), body: textbox({ id: "name" }) }), {
 *   mode: "operations",
 * });
 * if (html !== '<fieldset><legend><legend>Who</legend></legend><input id="name" type="text"/></fieldset>') {
 *   throw new Error(html);
 * }
 * ```
 */
export const fieldset: ElementFunction<FieldsetFields> = element<FieldsetFields>(
  "fieldset",
  (fields, out) => {
    out.html += "<fieldset";
    drawGlobal(fields, out);
    drawFlag("disabled", fields.disabled, out);
    out.attribute("form", fields.form);
    out.attribute("name", fields.name);
    drawData("fieldset", fields, out);
    out.html += ">";
    if (!isNone(fields.legend)) {
      out.html += "<legend>";
      out.body(fields.legend);
      out.html += "</legend>";
    }
    out.body(fields.body);
    out.html += "</fieldset>";
  },
);

/**
 * The title of a {@linkcode fieldset}.
 *
 * @example
 * ```ts
 * import { legend, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(legend({ body: "Text" }), { mode: "operations" });
 * if (html !== "<legend>Text</legend>") throw new Error(html);
 * ```
 */
export const legend: ElementFunction<PlainFields> = plain("legend");

/** Fields of {@linkcode label}. */
export interface LabelFields extends BodyFields {
  /** The id of what it names. */
  readonly for?: Value;
  /** JavaScript for a click; not on pages in the mode `operations`. */
  readonly onclick?: Value;
}

/**
 * The name of an input.
 *
 * @example
 * ```ts
 * import { label, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(label({ for: "name", body: "Name" }), { mode: "operations" });
 * if (html !== '<label for="name">Name</label>') throw new Error(html);
 * ```
 */
export const label: ElementFunction<LabelFields> = element<LabelFields>("label", (fields, out) => {
  out.html += "<label";
  drawBasic(fields, out);
  out.attribute("for", fields.for);
  drawScript("label", "onclick", fields.onclick, out);
  drawRest("label", fields, out);
  out.html += ">";
  out.body(fields.body);
  out.html += "</label>";
});

/** What a button or an input that submits may say in the place of its form. */
export interface SubmitterFields {
  /** The id of the form that it belongs to. */
  readonly form?: Value;
  /** Where the form is sent. */
  readonly formaction?: Value;
  /** How the form is encoded. */
  readonly formenctype?: "application/x-www-form-urlencoded" | "multipart/form-data" | "text/plain";
  /** How the form is sent. */
  readonly formmethod?: "get" | "post" | "dialog";
  /** Whether the form is sent unchecked. */
  readonly formnovalidate?: Flag;
  /** Where the answer opens. */
  readonly formtarget?: Value;
}

/** Fields of {@linkcode button}. */
export interface ButtonFields extends BodyFields, PostbackFields, SubmitterFields {
  /** Whether it is what one is at when the page opens. */
  readonly autofocus?: Flag;
  /** Whether it cannot be pressed. */
  readonly disabled?: Flag;
  /** Its name. */
  readonly name?: Value;
  /** What it does in a form by itself. @default "button" */
  readonly type?: "button" | "submit" | "reset" | null | readonly [];
  /** Its value. */
  readonly value?: Value;
  /** JavaScript for a click; not on pages in the mode `operations`. */
  readonly onclick?: Value;
  /** JavaScript for a change; not on pages in the mode `operations`. */
  readonly onchange?: Value;
}

/**
 * A button; a click sends its postback.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { button, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(button({ id: "send", body: "Chat", postback: atom("chat"), source: ["message"] }), {
 *   mode: "operations",
 * });
 * if (html !== '<button id="send" type="button">Chat</button>') throw new Error(html);
 * ```
 */
export const button: ElementFunction<ButtonFields> = element<ButtonFields>("button", (fields, out) => {
  const id = fields.postback === undefined ? fields.id : wirePostback(fields, "click", out);
  out.html += "<button";
  if (id !== undefined) drawId(id, out);
  if (fields.type === undefined) out.html += ' type="button"';
  else out.attribute("type", fields.type);
  if (fields.name !== undefined) out.attribute("name", fields.name);
  if (fields.class !== undefined) drawClass(fields.class, out);
  if (fields.style !== undefined) drawStyle(fields.style, out);
  if (fields.onchange !== undefined) drawScript("button", "onchange", fields.onchange, out);
  if (fields.onclick !== undefined) drawScript("button", "onclick", fields.onclick, out);
  if (fields.disabled !== undefined) drawFlag("disabled", fields.disabled, out);
  if (fields.value !== undefined) out.attribute("value", fields.value);
  if (fields.autofocus !== undefined) drawFlag("autofocus", fields.autofocus, out);
  drawSubmitter(fields, out);
  drawRest("button", fields, out);
  drawBare(">", fields.body, "</button>", out);
});

/** Writes what something that submits says in the place of its form. */
export function drawSubmitter(fields: SubmitterFields, out: Drawing): void {
  if (fields.form !== undefined) out.attribute("form", fields.form);
  if (fields.formaction !== undefined) drawUrl("formaction", fields.formaction, "link", out);
  if (fields.formenctype !== undefined) out.attribute("formenctype", fields.formenctype);
  if (fields.formmethod !== undefined) out.attribute("formmethod", fields.formmethod);
  if (fields.formnovalidate !== undefined) drawFlag("formnovalidate", fields.formnovalidate, out);
  if (fields.formtarget !== undefined) out.attribute("formtarget", fields.formtarget);
}

/** Fields of {@linkcode textarea}. */
export interface TextareaFields extends BodyFields {
  /** Whether it is what one is at when the page opens. */
  readonly autofocus?: Flag;
  /** Its width, in characters. */
  readonly cols?: Value;
  /** The name under which its direction is sent. */
  readonly dirname?: Value;
  /** Whether it cannot be changed, nor is sent. */
  readonly disabled?: Flag;
  /** The id of the form that it belongs to. */
  readonly form?: Value;
  /** How many characters it takes. */
  readonly maxlength?: Value;
  /** Its name. */
  readonly name?: Value;
  /** What is seen in it while it is empty. */
  readonly placeholder?: Value;
  /** Whether it cannot be changed. */
  readonly readonly?: Flag;
  /** Whether it must be filled in. */
  readonly required?: Flag;
  /** Its height, in lines. */
  readonly rows?: Value;
  /** Whether it is sent with the line breaks that are seen. */
  readonly wrap?: "hard" | "soft";
  /** Its text, when it has no body. */
  readonly value?: Value;
}

/**
 * An input of several lines. Like the original's it has no postback: the action `event` listens to what happens in it.
 *
 * @example
 * ```ts
 * import { render, textarea } from "@n2o/n2o/nitro";
 *
 * const { html } = render(textarea({ id: "message", rows: 3, placeholder: "Write …", maxlength: 2000 }), {
 *   mode: "operations",
 * });
 * if (html !== '<textarea id="message" maxlength="2000" placeholder="Write …" rows="3"></textarea>') {
 *   throw new Error(html);
 * }
 * ```
 */
export const textarea: ElementFunction<TextareaFields> = element<TextareaFields>(
  "textarea",
  (fields, out) => {
    out.html += "<textarea";
    drawGlobal(fields, out);
    drawFlag("autofocus", fields.autofocus, out);
    out.attribute("cols", fields.cols);
    out.attribute("dirname", fields.dirname);
    drawFlag("disabled", fields.disabled, out);
    out.attribute("form", fields.form);
    out.attribute("maxlength", fields.maxlength);
    out.attribute("name", fields.name);
    out.attribute("placeholder", fields.placeholder);
    drawFlag("readonly", fields.readonly, out);
    drawFlag("required", fields.required, out);
    out.attribute("rows", fields.rows);
    drawChoice("wrap", fields.wrap, WRAPS, out);
    drawData("textarea", fields, out);
    out.html += ">";
    drawLines(isNone(fields.body) && !isNone(fields.value) ? plainText(fields.value) : fields.body, out);
    out.html += "</textarea>";
  },
);
