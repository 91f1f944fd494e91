/**
 * An input whose values gather in a list.
 *
 * @module
 */
import { element } from "../elements/own.ts";
import { escapeScript } from "../escape/javascript.ts";
import type { Fields, PostbackFields } from "../fields.ts";
import type { Values } from "./choice.ts";
import { beginFrame, frameId, wireFrame } from "./frame.ts";
import { beginRow, BUTTON, inputId } from "./row.ts";
import { sortableList } from "./sortable_list.ts";
import { type ControlTexts, textsOf } from "./texts.ts";
import type { Element, ElementFunction } from "../parts.ts";

/**
 * Fields of {@linkcode multipleInput}. The postback is sent when the list has changed; only pages for the project's own client have it.
 */
export interface MultipleInputFields extends Fields, PostbackFields {
  /** The input that new values come from, with an id. */
  readonly input?: Element;
  /** The values so far. */
  readonly values?: Values;
  /** Whether all stays as it is. @default false */
  readonly disabled?: boolean;
  /** What its buttons say. */
  readonly texts?: Partial<ControlTexts>;
}

/**
 * An input whose values gather in a list: a button, or the Enter key, takes what it holds over. As a source it gives the list of values.
 *
 * @example
 * ```ts
 * import { input, multipleInput, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(multipleInput({ id: "tags", input: input({ id: "tag" }), values: ["red"] }));
 * if (!html.includes('<div class="list__item-title">red</div>')) throw new Error(html);
 * ```
 */
export const multipleInput: ElementFunction<MultipleInputFields> = element("multipleInput", (fields, out) => {
  const { input, values, disabled, postback, delegate, source, texts } = fields;
  const id = frameId(fields, out);
  const listId = `${id}_list`;
  beginFrame("multipleInput", id, "vector-input", "", fields, out);
  wireFrame(id, out);
  out.html += '<div class="multi-input"';
  beginRow(out);
  if (disabled !== true && input !== undefined) {
    const from = inputId(input);
    out.element(input);
    if (out.host.mode === "script") {
      out.html += `<a class="button sgreen add-btn" style="${BUTTON}" href="javascript:void(0);"`;
      out.attribute(
        "onclick",
        `addSortableItemFrom('${escapeScript(`#${listId}`)}', '${escapeScript(from)}')`,
      );
      out.html += ">+</a>";
    } else {
      out.html += '<button type="button" class="button add-btn" data-n2o-do="add"';
      out.attribute("aria-label", textsOf(texts).add);
      out.html += ">+</button>";
    }
  }
  out.html += "</div>";
  out.element(
    sortableList({ id: listId, values, closeable: true, disabled, postback, delegate, source, texts }),
  );
  out.html += "</div>";
});
