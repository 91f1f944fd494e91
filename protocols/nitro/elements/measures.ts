/**
 * What shows a value: how much of something there is, how far something has come, what came out of something.
 *
 * @example
 * ```ts
 * import { progress, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(progress({ id: "done", max: 100, value: 40 }));
 * if (html !== '<progress id="done" max="100" value="40"></progress>') throw new Error(html);
 * ```
 *
 * @module
 */
import type { BodyFields, Fields, Flag, PostbackFields, Value } from "../fields.ts";
import { classText, drawChoice, drawData, drawFlag, drawUrl, isNone } from "./attributes.ts";
import { drawBasic, drawGlobal, drawRest } from "./global.ts";
import { element, wirePostback } from "./own.ts";
import type { Body, ElementFunction } from "../parts.ts";

const LOADING = "Loading …";

/** Fields of {@linkcode meter}. */
export interface MeterFields extends BodyFields {
  /** From where on a value is high. */
  readonly high?: Value;
  /** Up to where a value is low. */
  readonly low?: Value;
  /** The greatest value. */
  readonly max?: Value;
  /** The least value. */
  readonly min?: Value;
  /** The best value. */
  readonly optimum?: Value;
  /** The value. */
  readonly value?: Value;
}

/**
 * How much of something there is.
 *
 * @example
 * ```ts
 * import { meter, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(meter({ value: 6, min: 0, max: 10, low: 2, high: 9, body: "6 of 10" }), {
 *   mode: "operations",
 * });
 * if (html !== '<meter high="9" low="2" max="10" min="0" value="6">6 of 10</meter>') throw new Error(html);
 * ```
 */
export const meter: ElementFunction<MeterFields> = element<MeterFields>("meter", (fields, out) => {
  out.html += "<meter";
  drawGlobal(fields, out);
  out.attribute("high", fields.high);
  out.attribute("low", fields.low);
  out.attribute("max", fields.max);
  out.attribute("min", fields.min);
  out.attribute("optimum", fields.optimum);
  out.attribute("value", fields.value);
  drawData("meter", fields, out);
  out.html += ">";
  out.body(fields.body);
  out.html += "</meter>";
});

/** Fields of {@linkcode progress}. */
export interface ProgressFields extends BodyFields {
  /** The value at which it is done. */
  readonly max?: Value;
  /** How far it has come. */
  readonly value?: Value;
}

/**
 * How far something has come.
 *
 * @example
 * ```ts
 * import { progress, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(progress({ id: "bar", value: 30, max: 100, body: "30 %" }), { mode: "operations" });
 * if (html !== '<progress id="bar" max="100" value="30">30 %</progress>') throw new Error(html);
 * ```
 */
export const progress: ElementFunction<ProgressFields> = element<ProgressFields>(
  "progress",
  (fields, out) => {
    out.html += "<progress";
    drawGlobal(fields, out);
    out.attribute("max", fields.max);
    out.attribute("value", fields.value);
    drawData("progress", fields, out);
    out.html += ">";
    out.body(fields.body);
    out.html += "</progress>";
  },
);

/** Fields of {@linkcode spinner}. */
export interface SpinnerFields extends BodyFields {
  /** The address of a picture that turns; without one the class `n2o-spinner` of `/n2o/controls.css` draws a ring. */
  readonly image?: Value;
  /** What is said: `Saving …`. @default "Loading …" */
  readonly body?: Body;
}

/**
 * Says that something is under way, to the eye and to screen readers. Remove it, or put what came in its place.
 *
 * @example
 * ```ts
 * import { render, spinner } from "@n2o/n2o/nitro";
 *
 * const { html } = render(spinner({ id: "busy", body: "Saving …" }), { mode: "operations" });
 * if (html !== '<div id="busy" class="n2o-spinner" role="status">Saving …</div>') throw new Error(html);
 * ```
 */
export const spinner: ElementFunction<SpinnerFields> = element<SpinnerFields>("spinner", (fields, out) => {
  const own = isNone(fields.class) ? "" : ` ${classText(fields.class)}`;
  const isSilent = isNone(fields.body);
  out.html += "<div";
  drawBasic({ id: fields.id, class: `n2o-spinner${own}`, style: fields.style }, out);
  if (isNone(fields.role)) out.html += ' role="status"';
  drawRest("spinner", fields, out);
  out.html += ">";
  if (isNone(fields.image)) out.body(isSilent ? LOADING : fields.body);
  else {
    out.html += "<img";
    drawUrl("src", fields.image, "image", out);
    out.attribute("alt", isSilent ? LOADING : "");
    out.html += "/>";
    out.body(fields.body);
  }
  out.html += "</div>";
});

/** Fields of {@linkcode output}. */
export interface OutputFields extends BodyFields {
  /** The ids of what it came from. */
  readonly for?: Value;
  /** The id of the form that it belongs to. */
  readonly form?: Value;
  /** Its name. */
  readonly name?: Value;
}

/**
 * What came out of something.
 *
 * @example
 * ```ts
 * import { output, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(output({ id: "sum", for: "a b", body: "3" }), { mode: "operations" });
 * if (html !== '<output id="sum" for="a b">3</output>') throw new Error(html);
 * ```
 */
export const output: ElementFunction<OutputFields> = element<OutputFields>("output", (fields, out) => {
  out.html += "<output";
  drawGlobal(fields, out);
  out.attribute("for", fields.for);
  out.attribute("form", fields.form);
  out.attribute("name", fields.name);
  drawData("output", fields, out);
  out.html += ">";
  out.body(fields.body);
  out.html += "</output>";
});

/** Fields of {@linkcode keygen}. */
export interface KeygenFields extends BodyFields, PostbackFields {
  /** Whether it is what one is at when the page opens. */
  readonly autofocus?: Flag;
  /** What is signed along. */
  readonly challenge?: Value;
  /** Whether it cannot be changed. */
  readonly disabled?: Flag;
  /** The id of the form that it belongs to. */
  readonly form?: Value;
  /** Its name. */
  readonly name?: Value;
}

/**
 * Makes a pair of keys, in browsers of old; always of the kind `rsa`.
 *
 * @example
 * ```ts
 * import { keygen, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(keygen({ name: "key", challenge: "x" }), { mode: "operations" });
 * if (html !== '<keygen challenge="x" keytype="rsa" name="key"/>') throw new Error(html);
 * ```
 */
export const keygen: ElementFunction<KeygenFields> = element<KeygenFields>("keygen", (fields, out) => {
  const id = wirePostback(fields, "click", out);
  out.html += "<keygen";
  drawGlobal(fields, out, id);
  drawFlag("autofocus", fields.autofocus, out);
  out.attribute("challenge", fields.challenge);
  drawFlag("disabled", fields.disabled, out);
  out.attribute("form", fields.form);
  out.html += ' keytype="rsa"';
  out.attribute("name", fields.name);
  drawData("keygen", fields, out);
  if (isNone(fields.body) || fields.body === "") out.html += "/>";
  else {
    out.html += ">";
    out.body(fields.body);
    out.html += "</keygen>";
  }
});

/** Fields of {@linkcode command}. */
export interface CommandFields extends Fields {
  /** Whether it is chosen. */
  readonly checked?: Flag;
  /** Whether it cannot be given. */
  readonly disabled?: Flag;
  /** The address of a picture for it. */
  readonly icon?: Value;
  /** Its name. */
  readonly label?: Value;
  /** A name that several have in common of which one is chosen. */
  readonly radiogroup?: Value;
  /** What it is. */
  readonly type?: "command" | "checkbox" | "radio";
}

/**
 * A command of a menu, in browsers of old.
 *
 * @example
 * ```ts
 * import { command, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(command({ label: "Save", icon: "/save.svg" }), { mode: "operations" });
 * if (html !== '<command icon="/save.svg" label="Save"/>') throw new Error(html);
 * ```
 */
export const command: ElementFunction<CommandFields> = element<CommandFields>("command", (fields, out) => {
  out.html += "<command";
  drawGlobal(fields, out);
  drawFlag("disabled", fields.disabled, out);
  drawUrl("icon", fields.icon, "image", out);
  out.attribute("label", fields.label);
  out.attribute("radiogroup", fields.radiogroup);
  drawChoice("type", fields.type, ["checkbox", "radio"], out);
  drawFlag("checked", fields.checked, out);
  drawData("command", fields, out);
  out.html += "/>";
});
