/**
 * A lookup with a form for what its feed does not have.
 *
 * @module
 */
import { element } from "../elements/own.ts";
import type { Fields, PostbackFields } from "../fields.ts";
import type { Values } from "./choice.ts";
import { beginFrame, frameId, wireFrame } from "./frame.ts";
import { beginRow, inputId } from "./row.ts";
import { sortableList } from "./sortable_list.ts";
import type { ControlTexts } from "./texts.ts";
import type { Element, ElementFunction } from "../parts.ts";

/**
 * Fields of {@linkcode comboLookupEdit}. The postback is sent when the list has changed; only pages for the project's own client have it.
 */
export interface ComboLookupEditFields extends Fields, PostbackFields {
  /** The lookup that rows are chosen in; the form needs its id. */
  readonly input?: Element;
  /** The form that is shown when a search finds nothing. */
  readonly form?: Element;
  /** Whether the chosen rows gather in a list. @default false */
  readonly multiple?: boolean;
  /** What is chosen already. */
  readonly values?: Values;
  /** Whether all stays as it is. @default false */
  readonly disabled?: boolean;
  /** What its buttons say. */
  readonly texts?: Partial<ControlTexts>;
}

/**
 * A lookup with a form that is shown when a search finds nothing, so that its user can make what is missing. As a source it gives the list of
 * chosen terms when it is `multiple`, else the lookup's value.
 *
 * @example
 * ```ts
 * import { comboLookup, comboLookupEdit, input, panel, render } from "@n2o/n2o/nitro";
 *
 * const element = comboLookupEdit({
 *   id: "city",
 *   input: comboLookup({ id: "name", feed: "/cities" }),
 *   form: panel({ body: input({ id: "new" }) }),
 * });
 * if (!render(element).html.includes('id="name_form"')) throw new Error("no form");
 * ```
 */
export const comboLookupEdit: ElementFunction<ComboLookupEditFields> = element(
  "comboLookupEdit",
  (fields, out) => {
    const { input, form, multiple = false, values, disabled, postback, delegate, source, texts } = fields;
    const id = frameId(fields, out);
    const script = out.host.mode === "script";
    const more = script ? ` multiple="${multiple}"` : "";
    beginFrame("comboLookupEdit", id, "edit-input", multiple ? "list" : "", fields, out, more);
    wireFrame(id, out);
    out.html += "<div";
    beginRow(out, "display: flex; position: relative; width: 100%; justify-content: center;");
    out.body(input);
    if (disabled !== true && form !== undefined && input !== undefined) {
      out.html += "<div";
      out.id(`${inputId(input)}_form`);
      out.html += script
        ? ' class="dropdown-content dropdown-content-form"><div class="dropdown-item">'
        : ' class="n2o-combo-form" hidden="hidden"><div>';
      out.element(form);
      out.html += "</div></div>";
    }
    out.html += "</div>";
    if (multiple) {
      const list = { id: `${id}_list`, values, closeable: true, disabled, postback, delegate, source, texts };
      out.element(sortableList(list));
    }
    out.html += "</div>";
  },
);
