/**
 * One value of a sortable list.
 *
 * @module
 */
import type { Term } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { element } from "../elements/own.ts";
import { escapeScript } from "../escape/javascript.ts";
import type { Fields, Value } from "../fields.ts";
import { drawBind } from "./choice.ts";
import { type ControlTexts, textsOf } from "./texts.ts";
import type { Body, Drawing, ElementFunction } from "../parts.ts";

/** Fields of {@linkcode sortableItem}. */
export interface SortableItemFields extends Fields {
  /** The id of the list that it belongs to. */
  readonly listId?: Value;
  /** How it is shown. */
  readonly value?: Body;
  /** What is sent for it; without it its text is. */
  readonly bind?: Term;
  /** Whether it can be taken out. @default false */
  readonly closeable?: boolean;
  /** Whether it stays where it is. @default false */
  readonly disabled?: boolean;
  /** What its buttons say. */
  readonly texts?: Partial<ControlTexts>;
}

/**
 * One value of a {@linkcode sortableList}: it is moved by its handle, with the pointer or the arrow keys.
 *
 * @example
 * ```ts
 * import { render, sortableItem, span } from "@n2o/n2o/nitro";
 *
 * const { html } = render(
 *   sortableItem({
 *     id: "item1",
 *     listId: "order_list",
 *     value: span({ body: "first" }),
 *     bind: 1,
 *     closeable: true,
 *   }),
 *   { mode: "operations" },
 * );
 * if (!html.startsWith('<div class="list__item" role="listitem" data-n2o-item="" data-bind="g2EB">')) {
 *   throw new Error(html);
 * }
 * ```
 */
export const sortableItem: ElementFunction<SortableItemFields> = element("sortable_item", (fields, out) => {
  if (out.host.mode === "script") drawForScript(fields, out);
  else drawForOperations(fields, out);
});

function drawForScript(
  { listId = "", value, bind, closeable, disabled }: SortableItemFields,
  out: Drawing,
): void {
  begin(bind, out);
  if (closeable === true) {
    out.html += '<div class="list__item-close"';
    const list = escapeScript(`#${plainText(listId)}`);
    out.attribute("onclick", `removeSortableItem('${list}', this.parentNode);`);
    out.html += "></div>";
  }
  out.html += '<div class="list__item-content"';
  if (closeable !== true) out.html += ' style="width:100% - 40px"';
  title(value, out);
  if (disabled !== true) {
    out.html += '<div class="list__item-handle" data-sortable-handle="data-sortable-handle"></div>';
  }
  out.html += "</div>";
}

function drawForOperations(
  { value, bind, closeable, disabled, texts }: SortableItemFields,
  out: Drawing,
): void {
  const { move, remove } = textsOf(texts);
  begin(bind, out);
  if (disabled !== true) {
    out.html += '<button type="button" class="list__item-handle" data-n2o-handle=""';
    out.attribute("aria-label", move);
    out.html += "></button>";
  }
  out.html += '<div class="list__item-content"';
  title(value, out);
  if (closeable === true && disabled !== true) {
    out.html += '<button type="button" class="list__item-close" data-n2o-do="remove"';
    out.attribute("aria-label", remove);
    out.html += "></button>";
  }
  out.html += "</div>";
}

function begin(bind: Term | undefined, out: Drawing): void {
  const mark = out.host.mode === "script"
    ? 'data-sortable-item="data-sortable-item"'
    : 'role="listitem" data-n2o-item=""';
  out.html += `<div class="list__item" ${mark}`;
  drawBind(bind, out);
  out.html += ">";
}

function title(value: Body, out: Drawing): void {
  out.html += out.host.mode === "script"
    ? ' list-item-content="list-item-content"><div class="list__item-title">'
    : '><div class="list__item-title" data-n2o-title="">';
  out.body(value);
  out.html += "</div></div>";
}
