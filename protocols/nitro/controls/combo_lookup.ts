/**
 * A lookup: an input that offers the rows of a feed.
 *
 * @module
 */
import { type Atom, atom, type Term } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { drawData, drawStyle } from "../elements/attributes.ts";
import { element } from "../elements/own.ts";
import type { Fields, PostbackFields, Value } from "../fields.ts";
import { bindText, drawBind, isNil } from "./choice.ts";
import { control } from "./control.ts";
import { drawClasses, frameId, wireChange } from "./frame.ts";
import { drawKept } from "./kept.ts";
import { BUTTON } from "./row.ts";
import { call } from "./script.ts";
import { type ControlTexts, textsOf } from "./texts.ts";
import type { Drawing, ElementFunction } from "../parts.ts";

/**
 * Fields of {@linkcode comboLookup}; its id is the input's. The postback is sent when a row is chosen or the choice taken back; only pages for
 * the project's own client have it.
 */
export interface ComboLookupFields extends Fields, Omit<PostbackFields, "delegate"> {
  /** The feed's name, as the page's combo has it. */
  readonly feed?: string | Atom;
  /** The module that N2O asks for the rows' looks: the page's combo finds a feed by it when a message names none. */
  readonly delegate?: string | Atom;
  /** The text in the input. */
  readonly value?: Value;
  /** The term that is chosen. */
  readonly bind?: Term;
  /** A term that the page's combo gets with each choice. */
  readonly update?: Term;
  /** The id of the item whose part is chosen; {@linkcode comboLookupModifyItem} sets it. */
  readonly nested?: string;
  /** Whether it cannot be used. @default false */
  readonly disabled?: boolean;
  /** What stands in the empty input; only pages for the project's own client have it. */
  readonly placeholder?: string;
  /** What it says. */
  readonly texts?: Partial<ControlTexts>;
}

/**
 * A lookup: an input that offers the rows of a feed as its user types. As a source it gives the chosen row's term, or the text when none is
 * chosen. The page answers its searches through {@linkcode createCombo}.
 *
 * An update that draws it as before leaves alone what its user has chosen since; one with another `value` or `bind` puts that in its place, and
 * `replace` makes it anew in any case.
 *
 * @example
 * ```ts
 * import { comboLookup, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(comboLookup({ id: "friend", feed: "/users" }), { mode: "operations" });
 * if (!html.includes('role="combobox"')) throw new Error(html);
 * ```
 */
export const comboLookup: ElementFunction<ComboLookupFields> = element("comboLookup", (fields, out) => {
  const id = frameId(fields, out);
  if (out.host.mode === "script") drawForScript(id, fields, out);
  else drawForOperations(id, fields, out);
});

function drawForScript(id: string, fields: ComboLookupFields, out: Drawing): void {
  const { disabled, feed = "", delegate = "" } = fields;
  // The original names a search by an id of its own; the input's does as well, and stays the same.
  const names = [id, id, feed, delegate];
  out.html += "<div";
  out.id(`lookup_${id}`);
  drawClasses("dropdown", fields, out);
  out.html += '><input class="column"';
  out.id(id);
  drawStyle(fields.style, out);
  out.html += ' autocomplete="off"';
  if (disabled === true) out.html += ' disabled="disabled"';
  out.html += ' type="comboLookup"';
  drawData("comboLookup", fields, out);
  out.attribute("value", fields.value);
  drawBind(fields.bind, out);
  out.attribute("onkeyup", call("comboLookupKeyup", ...names));
  out.attribute("onkeydown", call("comboLookupKeydown", ...names));
  out.attribute("onchange", call("comboLookupChange", id));
  out.attribute("nested", fields.nested);
  drawUpdate(fields.update, out);
  out.html += '/><div class="triangle"';
  if (disabled !== true) out.attribute("onclick", call("comboLookupClick", ...names));
  out.html += "></div><div";
  out.id(`comboContainer_${id}`);
  out.html += ' class="dropdown-content"></div>';
  if (disabled !== true) {
    out.html += `<a class="button sgreen delete-btn" style="${BUTTON}" href="javascript:void(0);"`;
    out.attribute("onclick", call("clearInput", id));
    out.html += "></a>";
  }
  out.html += "</div>";
}

function drawForOperations(id: string, fields: ComboLookupFields, out: Drawing): void {
  const { disabled, feed = "", delegate = "", postback, source } = fields;
  const { none, failed, open, clear } = textsOf(fields.texts);
  const listId = `comboContainer_${id}`;
  drawKept("combo", out, () => {
    out.id(`lookup_${id}`);
    drawClasses("n2o-combo", fields, out);
  }, () => {
    out.html += "<input";
    out.id(id);
    drawStyle(fields.style, out);
    out.html +=
      ' type="comboLookup" role="combobox" aria-autocomplete="list" aria-expanded="false" autocomplete="off"';
    out.attribute("aria-controls", listId);
    drawData("comboLookup", { ...fields, role: undefined }, out);
    // By a placeholder a style sheet knows whether the input is empty.
    out.attribute("placeholder", fields.placeholder ?? " ");
    if (disabled === true) out.html += ' disabled="disabled"';
    out.attribute("value", fields.value);
    drawBind(fields.bind, out);
    out.attribute("nested", fields.nested);
    drawUpdate(fields.update, out);
    out.html += "/>";
    if (disabled !== true) {
      drawButton("n2o-combo-clear", clear, out);
      drawButton("n2o-combo-open", open, out);
    }
    out.html += "<div";
    out.id(listId);
    out.html += ' class="n2o-combo-list" role="listbox"';
    out.attribute("aria-label", open);
    out.html += ' hidden="hidden"></div>';
  });
  if (disabled === true) return;
  const names = { feed: plainText(feed), delegate: atom(plainText(delegate)) };
  out.wire(control({ target: id, name: "combo", options: { ...names, none, failed } }));
  wireChange(id, { postback, source }, out);
}

/** A button for the pointer: the keyboard has its own ways, and the Tab key goes on to the next field. */
function drawButton(name: string, label: string, out: Drawing): void {
  out.html += `<button type="button" tabindex="-1" class="${name}"`;
  out.attribute("aria-label", label);
  out.html += "></button>";
}

function drawUpdate(update: Term | undefined, out: Drawing): void {
  if (update !== undefined && !isNil(update)) out.attribute("data-update", bindText(update));
}
