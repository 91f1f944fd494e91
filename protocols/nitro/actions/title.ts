/**
 * The page's title.
 *
 * @module
 */
import { atom, tuple } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { escapeScript } from "../escape/javascript.ts";
import type { PlainText } from "./attribute.ts";
import { type Action, declareAction } from "../parts.ts";

const TITLE = atom("title");

const titleAction = declareAction<{ readonly text: PlainText }>("title", ({ text }, out) => {
  out.js += `document.title='${escapeScript(plainText(text))}';`;
}, ({ text }, out) => out.add(tuple(TITLE, plainText(text))));

/**
 * Sets the document's title. Operation: `{title, Text}`.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { renderOperations, setTitle } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(setTitle("(2) Chat"));
 * if (format(operation) !== '{title,<<"(2) Chat">>}') throw new Error(format(operation));
 * ```
 */
export function setTitle(text: PlainText): Action {
  return titleAction({ text });
}
