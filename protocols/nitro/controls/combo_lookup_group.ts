/**
 * A lookup whose chosen rows gather in groups.
 *
 * @module
 */
import type { Atom } from "../../../lib/term.ts";
import { element } from "../elements/own.ts";
import type { Fields, PostbackFields, Value } from "../fields.ts";
import type { Values } from "./choice.ts";
import { comboLookupGroupItem } from "./combo_lookup_group_item.ts";
import { comboLookupGroupList } from "./combo_lookup_group_list.ts";
import { beginFrame, drawFrame, frameId, wireChange, wireFrame } from "./frame.ts";
import { drawKept } from "./kept.ts";
import type { ControlTexts } from "./texts.ts";
import type { Drawing, Element, ElementFunction } from "../parts.ts";

/**
 * Fields of {@linkcode comboLookupGroup}. The postback is sent when the groups have changed; only pages for the project's own client have it.
 */
export interface ComboLookupGroupFields extends Fields, Omit<PostbackFields, "delegate"> {
  /** The lookup that rows are chosen in. */
  readonly input?: Element;
  /** The groups so far. */
  readonly values?: readonly Values[];
  /** What groups are called. */
  readonly subtitle?: Value;
  /** The module that N2O asks for the values' looks. */
  readonly delegate?: string | Atom;
  /** Whether all stays as it is. @default false */
  readonly disabled?: boolean;
  /** What its buttons say. */
  readonly texts?: Partial<ControlTexts>;
}

/**
 * A lookup whose chosen rows gather in a draft, which becomes a group when it is saved. As a source it gives the list of saved groups, each a
 * list of terms.
 *
 * @example
 * ```ts
 * import { comboLookup, comboLookupGroup, render } from "@n2o/n2o/nitro";
 *
 * const input = comboLookup({ id: "teams_input", feed: "/users" });
 * const { html } = render(comboLookupGroup({ id: "teams", input, values: [["Ann", "Bob"]], subtitle: "Team" }));
 * if (!html.includes('data-group-list="saved"')) throw new Error(html);
 * ```
 */
export const comboLookupGroup: ElementFunction<ComboLookupGroupFields> = element(
  "comboLookupGroup",
  (fields, out) => {
    const id = frameId(fields, out);
    if (out.host.mode === "script") {
      beginFrame("comboLookupGroup", id, "group-input", "group", fields, out);
      drawGroups(id, fields, out);
      out.html += "</div>";
      return;
    }
    const { postback, source, texts } = fields;
    wireFrame(id, out);
    wireChange(id, { postback, source }, out);
    drawKept("group", out, () => {
      out.id(id);
      out.html += ' data-n2o-home="group" data-n2o-list=""';
      drawFrame("comboLookupGroup", fields, out, "n2o-groups");
    }, () => {
      drawGroups(id, fields, out);
      // What the browser makes new values and groups of.
      out.html += "<template>";
      out.element(comboLookupGroupItem({ texts }));
      out.html += "</template><template>";
      out.element(comboLookupGroupList({ texts }));
      out.html += "</template>";
    });
  },
);

function drawGroups(id: string, fields: ComboLookupGroupFields, out: Drawing): void {
  const { input, values = [], subtitle, delegate, disabled, texts } = fields;
  const shared = { subtitle, delegate, disabled, texts };
  if (disabled !== true) out.body(input);
  out.element(comboLookupGroupList({ ...shared, id: `${id}_draft`, group: "draft" }));
  for (const group of values) {
    // Only the original's client finds a group by an id.
    const groupId = out.host.mode === "script" ? `${id}_${out.host.temporaryId()}` : undefined;
    out.element(comboLookupGroupList({ ...shared, id: groupId, values: group, group: "saved" }));
  }
}
