/**
 * One group of values.
 *
 * @module
 */
import type { Atom } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { isNone } from "../elements/attributes.ts";
import { element } from "../elements/own.ts";
import { escapeScript } from "../escape/javascript.ts";
import type { Fields, Value } from "../fields.ts";
import { isChoice, type Values } from "./choice.ts";
import { comboLookupGroupItem } from "./combo_lookup_group_item.ts";
import { frameId } from "./frame.ts";
import { type ControlTexts, textsOf } from "./texts.ts";
import type { Drawing, ElementFunction } from "../parts.ts";

/** Fields of {@linkcode comboLookupGroupList}. */
export interface ComboLookupGroupListFields extends Fields {
  /** The values. */
  readonly values?: Values;
  /** What groups are called, over the one that is being put together. */
  readonly subtitle?: Value;
  /** `draft` for the group that is being put together; `saved`, or nothing, for one that is made. */
  readonly group?: string | Atom;
  /** The module that N2O asks for the values' looks. */
  readonly delegate?: string | Atom;
  /** Whether all stays as it is. @default false */
  readonly disabled?: boolean;
  /** What its buttons say. */
  readonly texts?: Partial<ControlTexts>;
}

/**
 * One group of a {@linkcode comboLookupGroup}.
 *
 * @example
 * ```ts
 * import { comboLookupGroupList, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(comboLookupGroupList({ id: "team1", subtitle: "Team", values: ["Ada", "Grace"] }), {
 *   mode: "operations",
 * });
 * if (!html.startsWith('<div id="team1" class="group-list__saved" data-n2o-list="" data-n2o-item="">')) {
 *   throw new Error(html);
 * }
 * ```
 */
export const comboLookupGroupList: ElementFunction<ComboLookupGroupListFields> = element(
  "comboLookupGroup_list",
  (fields, out) => {
    const { values = [], subtitle, disabled, texts } = fields;
    const group = fields.group === undefined ? "" : plainText(fields.group);
    const draft = group === "draft";
    if (draft && disabled === true) return;
    const script = out.host.mode === "script";
    const id = script ? frameId(fields, out) : fields.id;
    out.html += "<div";
    if (!isNone(id)) out.id(id);
    out.html += ` class="group-list__${draft ? "draft" : "saved"}"`;
    if (script) out.attribute("data-group-list", group === "" ? undefined : group);
    else out.html += ` data-n2o-list="" data-n2o-${draft ? "draft" : "item"}=""`;
    if (script && !draft && disabled !== true) {
      out.html += ' draggable="true" ondragstart="groupListDrag(event)" ondrop="groupListDrop(event)" ' +
        'ondragover="groupListAllowDrop(event)"';
    }
    out.html += ">";
    if (draft) {
      out.html += '<div class="group-list__label">';
      out.body(plainText(subtitle ?? ""));
      out.html += "</div>";
    }
    if (script) scriptButtons(plainText(id), group, fields, out);
    else buttons(draft, fields, out);
    for (const value of values) {
      const shown = isChoice(value) ? { value: value.view, bind: value.bind } : { value };
      out.element(comboLookupGroupItem({ ...shown, group, texts }));
    }
    out.html += "</div>";
  },
);

function scriptButtons(id: string, group: string, fields: ComboLookupGroupListFields, out: Drawing): void {
  const { subtitle = "", delegate = "", disabled } = fields;
  if (disabled === true) return;
  const names = [id, group, subtitle, delegate].map((name) => `'${escapeScript(plainText(name))}'`).join(
    ", ",
  );
  const draft = group === "draft";
  out.html += `<button type="button" class="button group-button__${draft ? "confirm" : "edit"}"`;
  out.attribute("onclick", `comboLookupGroupDraft(${names});`);
  out.html += "></button>";
  if (!draft) {
    out.html +=
      '<button type="button" class="button group-button__delete" onclick="this.parentNode.remove();"></button>';
  }
}

function buttons(draft: boolean, { disabled, texts }: ComboLookupGroupListFields, out: Drawing): void {
  if (disabled === true) return;
  const { save, move, edit, remove } = textsOf(texts);
  if (draft) button("group-button__confirm", 'data-n2o-do="group"', save, out);
  else {
    button("list__item-handle", 'data-n2o-handle=""', move, out);
    button("group-button__edit", 'data-n2o-do="group"', edit, out);
    button("group-button__delete", 'data-n2o-do="remove"', remove, out);
  }
}

function button(name: string, mark: string, label: string, out: Drawing): void {
  out.html += `<button type="button" class="button ${name}" ${mark}`;
  out.attribute("aria-label", label);
  out.html += "></button>";
}
