/**
 * A field for a day.
 *
 * @module
 */
import type { Term, Tuple } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { drawAttributes, drawFlag, drawScript } from "../elements/attributes.ts";
import { drawGlobal } from "../elements/global.ts";
import { element, isPostback, wireEvent, wireUpdate } from "../elements/own.ts";
import { escapeScript } from "../escape/javascript.ts";
import type { Fields, Flag, PostbackFields, Value } from "../fields.ts";
import { type Day, dayOf, dayText } from "./day.ts";
import { frameId } from "./frame.ts";
import { scriptOnly } from "./script.ts";
import type { Drawing, ElementFunction } from "../parts.ts";

/**
 * Fields of {@linkcode calendar}. The postback is sent when the day has changed; for the original's client, as there, when the field is clicked.
 */
export interface CalendarFields extends Fields, PostbackFields {
  /** The day, `{Y, M, D}`. */
  readonly value?: Tuple | readonly [];
  /** The first day that can be chosen. */
  readonly minDate?: Tuple | readonly [];
  /** The last day that can be chosen. */
  readonly maxDate?: Tuple | readonly [];
  /** A second message, sent with the postback's. */
  readonly update?: Term;
  /** Its name in a form. */
  readonly name?: Value;
  /** The form that it belongs to. */
  readonly form?: Value;
  /** The id of a list of proposals. */
  readonly list?: Value;
  /** The step, in days. */
  readonly step?: Value;
  /** Whether the browser completes it. @default true */
  readonly autocomplete?: boolean;
  /** Whether it has the focus when the page is shown. */
  readonly autofocus?: Flag;
  /** Whether it cannot be used. */
  readonly disabled?: Flag;
  /** Whether it cannot be changed. */
  readonly readonly?: Flag;
  /** Whether it has to have a value. */
  readonly required?: Flag;
  /** What it says when it is empty; only the original's client shows it. */
  readonly placeholder?: Value;
  /** The pattern of the text; for the original's client. */
  readonly pattern?: Value;
  /** JavaScript for a key; for the original's client. */
  readonly onkeypress?: Value;
  /** How the day is written; for the original's client, the browser's own field follows its user's language. @default "DD.MM.YYYY" */
  readonly format?: Value;
  /** The first day of the week, 0 for Sunday; for the original's client. @default 0 */
  readonly firstDay?: number;
  /** How many years can be chosen from; for the original's client. @default 100 */
  readonly yearRange?: number;
}

/**
 * A field for a day: the browser's own, or for the original's client its date picker. As a source it gives `{Y, M, D}`, the same day in each
 * time zone, and an empty text when none is chosen.
 *
 * @example
 * ```ts
 * import { tuple } from "@n2o/n2o";
 * import { calendar, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(calendar({ id: "day", value: tuple(2024, 2, 29) }), { mode: "operations" });
 * if (!html.includes('type="date" value="2024-02-29"')) throw new Error(html);
 * ```
 */
export const calendar: ElementFunction<CalendarFields> = element("calendar", (fields, out) => {
  const script = out.host.mode === "script";
  const id = frameId(fields, out);
  const value = dayOf("value", fields.value);
  const min = dayOf("minDate", fields.minDate);
  const max = dayOf("maxDate", fields.maxDate);
  const type = script ? "click" : "change";
  if (isPostback(fields)) wireEvent(fields, fields.postback, type, id, out);
  wireUpdate(fields, type, id, out);
  if (script) out.wire(scriptOnly({ js: pickerScript(id, fields, value, min, max) }));
  out.html += "<input";
  drawGlobal(fields, out, id);
  out.html += ` autocomplete="${fields.autocomplete === false ? "off" : "on"}"`;
  drawFlag("autofocus", fields.autofocus, out);
  drawFlag("disabled", fields.disabled, out);
  out.attribute("form", fields.form);
  out.attribute("list", fields.list);
  out.attribute("name", fields.name);
  drawFlag("readonly", fields.readonly, out);
  drawFlag("required", fields.required, out);
  out.attribute("step", fields.step);
  if (script) drawForScript(fields, out);
  else {
    drawScript("calendar", "onkeypress", fields.onkeypress, out);
    out.html += ' type="date"';
    if (value !== undefined) out.attribute("value", dayText(value));
    if (min !== undefined) out.attribute("min", dayText(min));
    if (max !== undefined) out.attribute("max", dayText(max));
  }
  drawAttributes("calendar", fields.dataFields, out);
  if (fields.role !== undefined) out.attribute("role", fields.role);
  drawAttributes("calendar", fields.ariaStates, out);
  out.html += "/>";
});

function drawForScript(fields: CalendarFields, out: Drawing): void {
  out.html += ' type="calendar"';
  out.attribute("pattern", fields.pattern);
  out.attribute("placeholder", fields.placeholder);
  drawScript("calendar", "onkeypress", fields.onkeypress, out);
}

function pickerScript(
  id: string,
  { format = "DD.MM.YYYY", firstDay = 0, yearRange = 100 }: CalendarFields,
  value: Day | undefined,
  min: Day | undefined,
  max: Day | undefined,
): string {
  const name = escapeScript(id);
  const fields = [
    `field: document.getElementById('${name}')`,
    "i18n: clLangs.ua",
    `defaultDate: ${value === undefined ? "''" : dayScript(value)}`,
    "setDefaultDate: true",
    `firstDay: ${Number(firstDay)}`,
    `minDate: ${dayScript(min)}`,
    `maxDate: ${dayScript(max)}`,
    `format: '${escapeScript(plainText(format))}'`,
    "onSelect: null",
    "disableDayFn: null",
    "position: 'bottom left'",
    "reposition: true",
    `yearRange: ${Number(yearRange)}`,
  ];
  const indent = " ".repeat(12);
  return `pickers['${name}'] = new Pikaday({\n${indent}${fields.join(`,\n${indent}`)}\n        });`;
}

function dayScript(day: Day | undefined): string {
  return day === undefined ? "null" : `new Date(${day.year},${day.month - 1},${day.day})`;
}
