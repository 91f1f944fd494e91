/**
 * Inputs of one line.
 *
 * @example
 * ```ts
 * import { email, number, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render([email({ id: "mail", required: true }), number({ id: "age", min: 18 })]);
 * const expected = '<input id="mail" required="required" type="email"/><input id="age" min="18" type="number"/>';
 * if (html !== expected) throw new Error(html);
 * ```
 *
 * @module
 */
import { Tuple } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import type { BodyFields, Value } from "../fields.ts";
import { drawData, drawFlag, drawUrl, isNone, isSet } from "./attributes.ts";
import { drawAutocomplete, drawSubmitter } from "./forms.ts";
import { drawGlobal } from "./global.ts";
import { element, wirePostback } from "./own.ts";
import type {
  DateFields,
  EmailFields,
  FileFields,
  HiddenFields,
  InputImageFields,
  ListedFields,
  MonthFields,
  NumberFields,
  RangedFields,
  RangeFields,
  SearchFields,
  TextFields,
  ValueFields,
} from "./input_fields.ts";
import type { Drawing, ElementFunction } from "../parts.ts";

/**
 * A button with text: its `value`.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { inputButton, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(inputButton({ id: "go", value: "Go", postback: atom("go") }), { mode: "operations" });
 * if (html !== '<input id="go" type="button" value="Go"/>') throw new Error(html);
 * ```
 */
export const inputButton: ElementFunction<ValueFields> = element<ValueFields>(
  "input_button",
  (fields, out) => {
    const id = wirePostback(fields, "click", out);
    out.html += "<input";
    drawGlobal(fields, out, id);
    if (isSet("autofocus", fields.autofocus)) out.html += ' autofocus="true"';
    drawFlag("disabled", fields.disabled, out);
    out.attribute("name", fields.name);
    out.html += ' type="button"';
    out.attribute("value", fields.value);
    out.attribute("form", fields.form);
    drawData("inputButton", fields, out);
    drawEnd(fields, out);
  },
);

/**
 * A colour.
 *
 * @example
 * ```ts
 * import { color, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(color({ id: "paint", value: "#3355aa" }), { mode: "operations" });
 * if (html !== '<input id="paint" type="color" value="#3355aa"/>') throw new Error(html);
 * ```
 */
export const color: ElementFunction<ListedFields> = input("color", "color");
/**
 * A day.
 *
 * @example
 * ```ts
 * import { date, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(date({ id: "day", value: "2026-11-25", min: "2026-01-01" }), { mode: "operations" });
 * if (html !== '<input id="day" min="2026-01-01" type="date" value="2026-11-25"/>') throw new Error(html);
 * ```
 */
export const date: ElementFunction<DateFields> = input("date", "date");
/**
 * A day and a time, in browsers of old.
 *
 * @example
 * ```ts
 * import { datetime, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(datetime({ id: "instant", value: "2026-11-25T10:00Z" }), { mode: "operations" });
 * if (html !== '<input id="instant" type="datetime" value="2026-11-25T10:00Z"/>') throw new Error(html);
 * ```
 */
export const datetime: ElementFunction<RangedFields> = input("datetime", "datetime");
/**
 * A day and a time.
 *
 * @example
 * ```ts
 * import { datetimeLocal, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(datetimeLocal({ id: "when", value: "2026-11-25T10:00" }), { mode: "operations" });
 * if (html !== '<input id="when" type="datetime-local" value="2026-11-25T10:00"/>') throw new Error(html);
 * ```
 */
export const datetimeLocal: ElementFunction<RangedFields> = input("datetime_local", "datetime-local");
/**
 * An address for mail.
 *
 * @example
 * ```ts
 * import { email, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(email({ id: "mail", placeholder: "you@example.org", required: true }), {
 *   mode: "operations",
 * });
 * if (html !== '<input id="mail" placeholder="you@example.org" required="required" type="email"/>') {
 *   throw new Error(html);
 * }
 * ```
 */
export const email: ElementFunction<EmailFields> = input("email", "email");
/**
 * A file.
 *
 * @example
 * ```ts
 * import { file, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(file({ id: "photo", accept: "image/*" }), { mode: "operations" });
 * if (html !== '<input id="photo" accept="image/*" type="file"/>') throw new Error(html);
 * ```
 */
export const file: ElementFunction<FileFields> = input("file", "file");
/**
 * What is sent without being seen.
 *
 * @example
 * ```ts
 * import { hidden, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(hidden({ id: "version", value: 7 }), { mode: "operations" });
 * if (html !== '<input id="version" type="hidden" value="7"/>') throw new Error(html);
 * ```
 */
export const hidden: ElementFunction<HiddenFields> = input("hidden", "hidden");
/**
 * A picture that submits its form.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { inputImage, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(inputImage({ id: "buy", src: "/buy.png", alt: "Buy", postback: atom("buy") }), {
 *   mode: "operations",
 * });
 * if (html !== '<input id="buy" alt="Buy" src="/buy.png" type="image"/>') throw new Error(html);
 * ```
 */
export const inputImage: ElementFunction<InputImageFields> = input("input_image", "image");
/**
 * A month of a year.
 *
 * @example
 * ```ts
 * import { month, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(month({ id: "month", value: "2026-11" }), { mode: "operations" });
 * if (html !== '<input id="month" type="month" value="2026-11"/>') throw new Error(html);
 * ```
 */
export const month: ElementFunction<MonthFields> = input("month", "month");
/**
 * A number.
 *
 * @example
 * ```ts
 * import { number, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(number({ id: "count", value: 3, min: 0, max: 10 }), { mode: "operations" });
 * if (html !== '<input id="count" max="10" min="0" type="number" value="3"/>') throw new Error(html);
 * ```
 */
export const number: ElementFunction<NumberFields> = input("number", "number");
/**
 * Text that is not seen.
 *
 * @example
 * ```ts
 * import { password, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(password({ id: "pass", autocomplete: "current-password" }), { mode: "operations" });
 * if (html !== '<input id="pass" autocomplete="current-password" type="password"/>') throw new Error(html);
 * ```
 */
export const password: ElementFunction<TextFields> = input("password", "password");
/**
 * A number between two others.
 *
 * @example
 * ```ts
 * import { range, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(range({ id: "volume", value: 40 }), { mode: "operations" });
 * if (html !== '<input id="volume" max="100" min="0" step="1" type="range" value="40"/>') throw new Error(html);
 * ```
 */
export const range: ElementFunction<RangeFields> = input("range", "range");
/**
 * A button that makes the form's fields what they were.
 *
 * @example
 * ```ts
 * import { render, reset } from "@n2o/n2o/nitro";
 *
 * const { html } = render(reset({ id: "again", value: "Start anew" }), { mode: "operations" });
 * if (html !== '<input id="again" type="reset" value="Start anew"/>') throw new Error(html);
 * ```
 */
export const reset: ElementFunction<ValueFields> = input("reset", "reset");
/**
 * Text to look for.
 *
 * @example
 * ```ts
 * import { render, search } from "@n2o/n2o/nitro";
 *
 * const { html } = render(search({ id: "find", placeholder: "Search" }), { mode: "operations" });
 * if (html !== '<input id="find" placeholder="Search" type="search"/>') throw new Error(html);
 * ```
 */
export const search: ElementFunction<SearchFields> = input("search", "search");
/**
 * A telephone number.
 *
 * @example
 * ```ts
 * import { render, tel } from "@n2o/n2o/nitro";
 *
 * const { html } = render(tel({ id: "phone", pattern: "[0-9 +]+" }), { mode: "operations" });
 * if (html !== '<input id="phone" pattern="[0-9 +]+" type="tel"/>') throw new Error(html);
 * ```
 */
export const tel: ElementFunction<TextFields> = input("tel", "tel");
/**
 * A time of day.
 *
 * @example
 * ```ts
 * import { inputTime, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(inputTime({ id: "time", value: "10:00", step: 60 }), { mode: "operations" });
 * if (html !== '<input id="time" step="60" type="time" value="10:00"/>') throw new Error(html);
 * ```
 */
export const inputTime: ElementFunction<RangedFields> = input("input_time", "time");
/**
 * A web address.
 *
 * @example
 * ```ts
 * import { render, url } from "@n2o/n2o/nitro";
 *
 * const { html } = render(url({ id: "site", placeholder: "https://" }), { mode: "operations" });
 * if (html !== '<input id="site" placeholder="https://" type="url"/>') throw new Error(html);
 * ```
 */
export const url: ElementFunction<TextFields> = input("url", "url");
/**
 * A week of a year.
 *
 * @example
 * ```ts
 * import { render, week } from "@n2o/n2o/nitro";
 *
 * const { html } = render(week({ id: "week", value: "2026-W48" }), { mode: "operations" });
 * if (html !== '<input id="week" type="week" value="2026-W48"/>') throw new Error(html);
 * ```
 */
export const week: ElementFunction<RangedFields> = input("week", "week");

/** Everything that some input has. */
interface InputsFields
  extends
    Omit<SearchFields, "value">,
    Omit<FileFields, "required">,
    Omit<HiddenFields, "value">,
    Omit<DateFields, "value">,
    Omit<InputImageFields, "form"> {
  readonly value?: Value | Tuple;
}

function input<F extends InputsFields>(name: string, type: string): ElementFunction<F> {
  const ranged = type === "range";
  const several = type === "email" || type === "file";
  return element<F>(name, (fields, out) => {
    const id = type === "hidden" ? fields.id : wirePostback(fields, "click", out);
    out.html += "<input";
    drawGlobal(fields, out, id);
    out.attribute("accept", fields.accept);
    out.attribute("alt", fields.alt);
    drawAutocomplete(fields.autocomplete, out);
    drawFlag("autofocus", fields.autofocus, out);
    out.attribute("dirname", fields.dirname);
    drawFlag("disabled", fields.disabled, out);
    drawSubmitter(fields, out);
    out.attribute("height", fields.height);
    out.attribute("list", fields.list);
    drawDay("max", ranged && fields.max === undefined ? 100 : fields.max, out);
    out.attribute("maxlength", fields.maxlength);
    drawDay("min", ranged && fields.min === undefined ? 0 : fields.min, out);
    if (several) drawFlag("multiple", fields.multiple, out);
    out.attribute("name", isNone(fields.name) ? fields.htmlName : fields.name);
    out.attribute("pattern", fields.pattern);
    out.attribute("placeholder", fields.placeholder);
    drawFlag("readonly", fields.readonly, out);
    drawFlag("required", fields.required, out);
    out.attribute("size", fields.size);
    drawUrl("src", fields.src, "image", out);
    out.attribute("step", ranged && fields.step === undefined ? 1 : fields.step);
    out.html += ` type="${type}"`;
    drawDay("value", fields.value, out);
    out.attribute("width", fields.width);
    drawData(name, fields, out);
    drawEnd(fields, out);
  });
}

/** Ends an input: what its body holds stands after it. */
export function drawEnd(fields: BodyFields, out: Drawing): void {
  if (isNone(fields.body) || fields.body === "") out.html += "/>";
  else {
    out.html += ">";
    out.body(fields.body);
    out.html += "</input>";
  }
}

function drawDay(name: string, value: Value | Tuple, out: Drawing): void {
  out.attribute(name, value instanceof Tuple ? dayText(value) : value);
}

/** `2024-02-29` of `{2024, 2, 29}`. */
function dayText(day: Tuple): string {
  const [year, month, date] = day;
  return `${plainText(year).padStart(4, "0")}-${plainText(month).padStart(2, "0")}-${
    plainText(date).padStart(2, "0")
  }`;
}
