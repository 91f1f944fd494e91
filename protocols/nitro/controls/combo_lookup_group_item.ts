/**
 * One value of a group.
 *
 * @module
 */
import { type Atom, type Term, text } from "../../../lib/term.ts";
import { element } from "../elements/own.ts";
import type { Fields } from "../fields.ts";
import { drawBind } from "./choice.ts";
import { type ControlTexts, textsOf } from "./texts.ts";
import type { Body, ElementFunction } from "../parts.ts";

/** Fields of {@linkcode comboLookupGroupItem}. */
export interface ComboLookupGroupItemFields extends Fields {
  /** How it is shown. */
  readonly value?: Body;
  /** What is sent for it; without it its text is. */
  readonly bind?: Term;
  /** `draft` for a group that is being put together: its values can be taken out. */
  readonly group?: string | Atom;
  /** What its button says. */
  readonly texts?: Partial<ControlTexts>;
}

/**
 * One value of a {@linkcode comboLookupGroupList}.
 *
 * @example
 * ```ts
 * import { atom, tuple } from "@n2o/n2o";
 * import { comboLookupGroupItem, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(comboLookupGroupItem({ value: "Ada", bind: tuple(atom("person"), 1), group: "draft" }), {
 *   mode: "operations",
 * });
 * if (!html.startsWith('<div class="group-list__item" data-n2o-item="" data-bind="g2gCZAAGcGVyc29uYQE=">')) {
 *   throw new Error(html);
 * }
 * ```
 */
export const comboLookupGroupItem: ElementFunction<ComboLookupGroupItemFields> = element(
  "comboLookupGroup_item",
  ({ value, bind, group, texts }, out) => {
    const script = out.host.mode === "script";
    out.html += `<div class="group-list__item" ${
      script ? 'data-group-item="data-group-item"' : 'data-n2o-item=""'
    }`;
    drawBind(bind, out);
    out.html += `><div class="group-list__item-content"${script ? "" : ' data-n2o-title=""'}>`;
    out.body(value);
    out.html += "</div>";
    // Values move between groups in the project's client: there the style sheet shows the button where it has its place.
    if (!script || group !== undefined && text(group) === "draft") {
      out.html += '<button type="button" class="button group-button__delete"';
      if (script) out.html += ' onclick="this.parentNode.remove();"';
      else {
        out.html += ' data-n2o-do="remove"';
        out.attribute("aria-label", textsOf(texts).remove);
      }
      out.html += "></button>";
    }
    out.html += "</div>";
  },
);
