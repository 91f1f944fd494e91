/**
 * Places by their KOATUU code.
 *
 * @module
 */
import { element } from "../elements/own.ts";
import { comboLookup, type ComboLookupFields } from "./combo_lookup.ts";
import { frameId } from "./frame.ts";
import type { ElementFunction } from "../parts.ts";

/** Fields of {@linkcode koatuu}; the lookup's feed is `koatuu` unless it is given. */
export type KoatuuFields = ComboLookupFields;

/**
 * A lookup of places in Ukraine's classification KOATUU. The original has only a stub that crashes; here it is a {@linkcode comboLookup} over
 * the page's feed `koatuu`, in a panel of its own.
 *
 * @example
 * ```ts
 * import { koatuu, render } from "@n2o/n2o/nitro";
 *
 * if (!render(koatuu({ id: "place" })).html.startsWith('<div id="koatuu_place"')) throw new Error("no panel");
 * ```
 */
export const koatuu: ElementFunction<KoatuuFields> = element("koatuu", (fields, out) => {
  const id = frameId(fields, out);
  out.html += "<div";
  out.id(`koatuu_${id}`);
  out.html += ">";
  out.element(comboLookup({ feed: "koatuu", ...fields, id, actions: undefined, validation: undefined }));
  out.html += "</div>";
});
