/**
 * A lookup whose chosen rows gather in a list.
 *
 * @module
 */
import { element } from "../elements/own.ts";
import type { Fields, PostbackFields } from "../fields.ts";
import type { Values } from "./choice.ts";
import { beginFrame, frameId, wireFrame } from "./frame.ts";
import { beginRow } from "./row.ts";
import { sortableList } from "./sortable_list.ts";
import type { ControlTexts } from "./texts.ts";
import type { Element, ElementFunction } from "../parts.ts";

/**
 * Fields of {@linkcode comboLookupVec}. The postback is sent when the list has changed; only pages for the project's own client have it.
 */
export interface ComboLookupVecFields extends Fields, PostbackFields {
  /** The lookup that rows are chosen in. */
  readonly input?: Element;
  /** What is chosen already. */
  readonly values?: Values;
  /** Whether all stays as it is. @default false */
  readonly disabled?: boolean;
  /** What its buttons say. */
  readonly texts?: Partial<ControlTexts>;
}

/**
 * A lookup whose chosen rows gather in a sortable list. As a source it gives the list of their terms.
 *
 * @example
 * ```ts
 * import { comboLookup, comboLookupVec, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(comboLookupVec({ id: "team", input: comboLookup({ id: "team_input", feed: "/users" }), values: ["Ann"] }));
 * if (!html.startsWith('<div id="team" data-vector-input')) throw new Error(html);
 * ```
 */
export const comboLookupVec: ElementFunction<ComboLookupVecFields> = element(
  "comboLookupVec",
  (fields, out) => {
    const { input, values, disabled, postback, delegate, source, texts } = fields;
    const id = frameId(fields, out);
    beginFrame("comboLookupVec", id, "vector-input", "list", fields, out);
    wireFrame(id, out);
    out.html += "<div";
    beginRow(out);
    if (disabled !== true) out.body(input);
    out.html += "</div>";
    out.element(
      sortableList({
        id: `${id}_list`,
        values,
        closeable: true,
        disabled,
        postback,
        delegate,
        source,
        texts,
      }),
    );
    out.html += "</div>";
  },
);
