/**
 * A list whose order the visitor makes.
 *
 * @module
 */
import { element } from "../elements/own.ts";
import { escapeScript } from "../escape/javascript.ts";
import type { Fields, PostbackFields } from "../fields.ts";
import { isChoice, type Values } from "./choice.ts";
import { beginFrame, drawFrame, frameId, wireChange, wireFrame } from "./frame.ts";
import { drawKept } from "./kept.ts";
import { scriptOnly } from "./script.ts";
import { sortableItem } from "./sortable_item.ts";
import type { ControlTexts } from "./texts.ts";
import type { Drawing, ElementFunction } from "../parts.ts";

/**
 * Fields of {@linkcode sortableList}. The postback is sent when the list has changed; only pages for the project's own client have it.
 */
export interface SortableListFields extends Fields, PostbackFields {
  /** The values in their order. */
  readonly values?: Values;
  /** Whether values can be taken out. @default false */
  readonly closeable?: boolean;
  /** Whether all stays as it is. @default false */
  readonly disabled?: boolean;
  /** What its buttons say. */
  readonly texts?: Partial<ControlTexts>;
}

/**
 * A list whose order the visitor makes, by dragging a value's handle or with the arrow keys on it. As a source it gives the list of its
 * values: the bound terms, or the texts.
 *
 * An update that draws it as before leaves alone what its user has changed since; one with other values puts these in their place.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { render, sortableList } from "@n2o/n2o/nitro";
 *
 * const { html } = render(sortableList({ id: "order", values: ["first", { view: "second", bind: atom("b") }] }));
 * if (!html.includes('data-bind="g2QAAWI="')) throw new Error(html);
 * ```
 */
export const sortableList: ElementFunction<SortableListFields> = element("sortable_list", (fields, out) => {
  const id = frameId(fields, out);
  if (out.host.mode === "script") {
    out.wire(scriptOnly({ js: `createSortable('${escapeScript(`#${id}`)}');` }));
    beginFrame("sortable_list", id, "sortable-list", "", fields, out);
    drawItems(id, fields, out);
    out.html += "</div>";
    return;
  }
  wireFrame(id, out);
  wireChange(id, fields, out);
  drawKept("sortable", out, () => {
    out.id(id);
    out.html += ' data-n2o-list=""';
    drawFrame("sortable_list", fields, out, "n2o-list");
    if (fields.role === undefined) out.html += ' role="list"';
  }, () => {
    drawItems(id, fields, out);
    // What the browser makes new items of.
    out.html += "<template>";
    out.element(sortableItem({ closeable: true, texts: fields.texts }));
    out.html += "</template>";
  });
});

function drawItems(listId: string, fields: SortableListFields, out: Drawing): void {
  const { values = [], disabled = false, closeable = false, texts } = fields;
  const item = { listId, closeable: closeable && !disabled, disabled, texts };
  for (const value of values) {
    const shown = isChoice(value) ? { value: value.view, bind: value.bind } : { value };
    out.element(sortableItem({ ...item, ...shown }));
  }
}
