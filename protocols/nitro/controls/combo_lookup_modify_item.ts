/**
 * One value of a list whose parts can be changed.
 *
 * @module
 */
import { type Atom, type Term, Tuple, tuple } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { element } from "../elements/own.ts";
import { NitroError } from "../error.ts";
import type { Fields, Value } from "../fields.ts";
import { drawBind, isNil } from "./choice.ts";
import { comboLookup } from "./combo_lookup.ts";
import { type ControlTexts, textsOf } from "./texts.ts";
import type { Body, ElementFunction } from "../parts.ts";

/** Fields of {@linkcode comboLookupModifyItem}. */
export interface ComboLookupModifyItemFields extends Fields {
  /** The id of the list that it belongs to. */
  readonly listId?: Value;
  /** How it is shown. */
  readonly value?: Body;
  /** The tuple that is sent for it. */
  readonly bind?: Term;
  /** Which element of the tuple can be changed, from 1 as Erlang counts. */
  readonly pos?: number;
  /** The feed of the lookup in which it is changed. */
  readonly feed?: string | Atom;
  /** What that element is when it is `[]`. */
  readonly default?: Term;
  /** The text that the lookup shows for that element. @default its text, when it has one */
  readonly viewValue?: (part: Term) => string;
  /** The module that N2O asks for the rows' looks. */
  readonly delegate?: string | Atom;
  /** Whether all stays as it is. @default false */
  readonly disabled?: boolean;
  /** What it says. */
  readonly texts?: Partial<ControlTexts>;
}

/**
 * One value of a {@linkcode comboLookupModify}: a tuple one of whose elements is chosen in a lookup of its own.
 *
 * @example
 * ```ts
 * import { tuple } from "@n2o/n2o";
 * import { comboLookupModifyItem, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(
 *   comboLookupModifyItem({
 *     id: "role1",
 *     listId: "roles_list",
 *     value: "Ada",
 *     bind: tuple("Ada", "author"),
 *     pos: 2,
 *     feed: "/roles",
 *   }),
 *   { mode: "operations" },
 * );
 * if (
 *   !html.startsWith(
 *     '<div id="roles_list_auto-1" class="modify_item" data-n2o-item="" data-bind="g2gCbQAAAANBZGFtAAAABmF1dGhvcg==">',
 *   )
 * ) throw new Error(html);
 * ```
 */
export const comboLookupModifyItem: ElementFunction<ComboLookupModifyItemFields> = element(
  "comboLookupModify_item",
  (fields, out) => {
    const { listId = "", value, pos, feed, delegate, disabled, viewValue, texts } = fields;
    const { bind, part } = partOf(fields.bind, pos, fields.default);
    const id = `${plainText(listId)}_${out.host.temporaryId()}`;
    const script = out.host.mode === "script";
    out.html += "<div";
    out.id(id);
    out.html += ` class="modify_item"${script ? "" : ' data-n2o-item=""'}`;
    drawBind(bind, out);
    out.html += `><div class="modify_item-title"${script ? "" : ' data-n2o-title=""'}>`;
    out.body(value);
    out.html += "</div>";
    if (disabled !== true) {
      out.html += script
        ? '<div class="modify_item-close" onclick="this.parentNode.remove();"></div>'
        : '<button type="button" class="modify_item-close" data-n2o-do="remove"';
      if (!script) {
        out.attribute("aria-label", textsOf(texts).remove);
        out.html += "></button>";
      }
    }
    out.element(comboLookup({
      id: `${id}_input`,
      feed,
      delegate,
      value: viewValue === undefined ? [] : viewValue(part),
      bind: part,
      nested: id,
      disabled,
      texts,
    }));
    out.html += "</div>";
  },
);

function partOf(
  bind: Term | undefined,
  pos: number | undefined,
  missing: Term = [],
): { bind: Tuple; part: Term } {
  if (
    !(bind instanceof Tuple) || pos === undefined || !Number.isInteger(pos) || pos < 1 || pos > bind.length
  ) {
    throw new NitroError(
      "bad_field",
      "comboLookupModify_item: bind is a tuple that has an element at pos",
      bind,
    );
  }
  const part = bind[pos - 1];
  return isNil(part) ? { bind: withPart(bind, pos, missing), part: missing } : { bind, part };
}

/** The tuple with another element at `pos`, from 1. */
export function withPart(whole: Tuple, pos: number, part: Term): Tuple {
  const elements = [...whole];
  elements[pos - 1] = part;
  return tuple(...elements);
}
