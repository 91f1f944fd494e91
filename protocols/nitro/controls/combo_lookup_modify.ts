/**
 * A lookup whose chosen rows gather in a list where a part of each can be changed.
 *
 * @module
 */
import type { Atom, Term } from "../../../lib/term.ts";
import { element } from "../elements/own.ts";
import type { Fields } from "../fields.ts";
import { bindText, isChoice, type Values } from "./choice.ts";
import { comboLookupModifyItem } from "./combo_lookup_modify_item.ts";
import { beginFrame, frameId, wireFrame } from "./frame.ts";
import { drawKept } from "./kept.ts";
import type { ControlTexts } from "./texts.ts";
import type { Drawing, Element, ElementFunction } from "../parts.ts";

/** Fields of {@linkcode comboLookupModify}. */
export interface ComboLookupModifyFields extends Fields {
  /** The lookup that rows are chosen in. */
  readonly input?: Element;
  /** What is chosen already, each bound to a tuple. */
  readonly values?: Values;
  /** Which element of the tuples can be changed, from 1 as Erlang counts. */
  readonly modifyPos?: number;
  /** The feed in which it is chosen. */
  readonly modifyFeed?: Term;
  /** The module that N2O asks for the looks of that feed's rows. */
  readonly modifyModule?: Term;
  /** What that element is when it is `[]`. */
  readonly modifyDefault?: Term;
  /** The text that is shown for that element. */
  readonly viewValue?: (part: Term) => string;
  /** Whether all stays as it is. @default false */
  readonly disabled?: boolean;
  /** What it says. */
  readonly texts?: Partial<ControlTexts>;
}

/**
 * A lookup whose chosen rows gather in a list where an element of each row's tuple can be changed, such as the role of a person. As a source it
 * gives the list of tuples.
 *
 * @example
 * ```ts
 * import { comboLookup, comboLookupModify, render } from "@n2o/n2o/nitro";
 *
 * const input = comboLookup({ id: "staff_input", feed: "/users" });
 * const { html } = render(comboLookupModify({ id: "staff", input, modifyPos: 2, modifyFeed: "/roles" }));
 * if (!html.includes("data-modify-list")) throw new Error(html);
 * ```
 */
export const comboLookupModify: ElementFunction<ComboLookupModifyFields> = element(
  "comboLookupModify",
  (fields, out) => {
    const { input, disabled, modifyPos = [], modifyFeed = [], modifyModule = [], modifyDefault = [] } =
      fields;
    const id = frameId(fields, out);
    const listId = `${id}_list`;
    const script = out.host.mode === "script";
    const attributes = () => {
      out.id(listId);
      out.html += script ? ' data-modify-list="data-modify-list"' : ' class="n2o-list" data-n2o-list=""';
      out.attribute("data-pos", bindText(modifyPos));
      out.attribute("data-feed", bindText(modifyFeed));
      out.attribute("data-delegate", bindText(modifyModule));
      out.attribute("data-default", bindText(modifyDefault));
    };
    beginFrame("comboLookupModify", id, "modify-input", "modify", fields, out);
    wireFrame(id, out);
    if (disabled !== true) out.body(input);
    if (script) {
      out.html += "<div";
      attributes();
      out.html += ">";
      drawItems(listId, fields, out);
      out.html += "</div>";
    } else {
      drawKept("modify", out, attributes, () => drawItems(listId, fields, out));
    }
    out.html += "</div>";
  },
);

function drawItems(listId: string, fields: ComboLookupModifyFields, out: Drawing): void {
  const { values = [], modifyPos, modifyFeed, modifyModule, modifyDefault, viewValue, disabled, texts } =
    fields;
  for (const value of values) {
    const shown = isChoice(value) ? { value: value.view, bind: value.bind } : { value };
    out.element(comboLookupModifyItem({
      ...shown,
      listId,
      pos: modifyPos,
      feed: modifyFeed as string | Atom | undefined,
      delegate: modifyModule as string | Atom | undefined,
      default: modifyDefault,
      viewValue,
      disabled,
      texts,
    }));
  }
}
