/**
 * The element around a control.
 *
 * @module
 */
import { plainText } from "../drawing.ts";
import { classText, drawData, drawStyle, isNone } from "../elements/attributes.ts";
import { control } from "./control.ts";
import { isPostback, wireEvent } from "../elements/own.ts";
import type { Fields, PostbackFields } from "../fields.ts";
import type { Drawing } from "../parts.ts";

/**
 * Begins the element around a control: its id, the attribute by which the browser knows what it is (the original's, `data-<mark>`, or
 * `data-n2o-home`, which says where chosen rows go), and what the page gave besides.
 */
export function beginFrame(
  name: string,
  id: string,
  mark: string,
  home: string,
  fields: Fields,
  out: Drawing,
  more = "",
): void {
  out.html += "<div";
  out.id(id);
  if (out.host.mode === "script") out.html += ` data-${mark}="data-${mark}"`;
  else if (home !== "") out.html += ` data-n2o-home="${home}"`;
  out.html += more;
  drawFrame(name, fields, out, "");
  out.html += ">";
}

/** Writes class, style and what else the page gave. */
export function drawFrame(name: string, fields: Fields, out: Drawing, own: string): void {
  drawClasses(own, fields, out);
  drawStyle(fields.style, out);
  drawData(name, fields, out);
}

/** Writes the control's own class and those that the page gave. */
export function drawClasses(own: string, { class: given }: Fields, out: Drawing): void {
  const names = [own, isNone(given) ? "" : classText(given)].filter((name) => name !== "");
  if (names.length > 0) out.attribute("class", names.join(" "));
}

/** The id of the element around a control. */
export function frameId(fields: Fields, out: Drawing): string {
  return isNone(fields.id) ? out.host.temporaryId() : plainText(fields.id);
}

/** Gives the element around a control its own in the browser: its value, and what its buttons do. */
export function wireFrame(id: string, out: Drawing): void {
  if (out.host.mode === "operations") out.wire(control({ target: id, name: "sortable" }));
}

/** Wires the postback of a control that has changed: the original has none, and its client would not say so. */
export function wireChange(id: string, fields: PostbackFields, out: Drawing): void {
  if (out.host.mode === "operations" && isPostback(fields)) {
    wireEvent(fields, fields.postback, "change", id, out);
  }
}
