/**
 * A row with an input and its buttons.
 *
 * @module
 */
import { type Atom, type Charlist, text } from "../../../lib/term.ts";
import { NitroError } from "../error.ts";
import type { Drawing, Element } from "../parts.ts";

const ROW = "display: flex; width: 100%; justify-content: center;";

/** The style of a link beside an input, in the original's words. */
export const BUTTON = "min-width: 40px; text-align: center; height: fit-content; margin-left: 5px;";

/** Ends the tag of a row: the original's has its style, ours an attribute for the style sheet. */
export function beginRow(out: Drawing, style = ROW): void {
  out.html += out.host.mode === "script" ? ` style="${style}">` : " data-n2o-row>";
}

/** The id of an input that the browser has to find. */
export function inputId(input: Element): string {
  const id = (input.fields as { readonly id?: string | Atom | Charlist }).id;
  const found = id === undefined ? undefined : text(id);
  if (found === undefined || found === "") {
    throw new NitroError(
      "bad_field",
      `${input.kind.name}: an input that a control takes its values from needs an id`,
      id,
    );
  }
  return found;
}
