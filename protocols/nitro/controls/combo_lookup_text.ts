/**
 * A lookup that fills a text field.
 *
 * @module
 */
import { isNone } from "../elements/attributes.ts";
import { element } from "../elements/own.ts";
import { watch as validate } from "../actions/validate.ts";
import type { Fields } from "../fields.ts";
import { beginFrame, frameId, wireFrame } from "./frame.ts";
import { beginRow } from "./row.ts";
import type { Element, ElementFunction } from "../parts.ts";

/** Fields of {@linkcode comboLookupText}. */
export interface ComboLookupTextFields extends Fields {
  /** The lookup that rows are chosen in. */
  readonly input?: Element;
  /** The text field that gets the chosen row's text. */
  readonly textarea?: Element;
  /** Whether the lookup is left out. @default false */
  readonly disabled?: boolean;
}

/**
 * A lookup that fills a text field, in which its user goes on. As a source, `wrap_<id>_comboLookupText`, it gives that field's text.
 *
 * @example
 * ```ts
 * import { comboLookup, comboLookupText, render, textarea } from "@n2o/n2o/nitro";
 *
 * const phrases = comboLookup({ id: "phrase", feed: "/phrases" });
 * const { html } = render(comboLookupText({ id: "reply", input: phrases, textarea: textarea({ id: "text" }) }));
 * if (!html.startsWith('<div id="wrap_reply_comboLookupText" data-text-input')) throw new Error(html);
 * ```
 */
export const comboLookupText: ElementFunction<ComboLookupTextFields> = element(
  "comboLookupText",
  (fields, out) => {
    const { input, textarea, disabled, validation } = fields;
    const id = frameId(fields, out);
    const whole = `wrap_${id}_comboLookupText`;
    // The element by whose id it is a source is this one, not that of the field `id`.
    if (!isNone(validation)) out.wire(validate({ target: whole, rules: validation! }));
    beginFrame("comboLookupText", whole, "text-input", "text", fields, out);
    wireFrame(whole, out);
    out.html += "<div";
    out.id(`wrap_${id}_lookup`);
    beginRow(out);
    if (disabled !== true) out.body(input);
    out.html += "</div><div";
    out.id(`wrap_${id}_textarea`);
    beginRow(out);
    out.body(textarea);
    out.html += "</div></div>";
  },
);
