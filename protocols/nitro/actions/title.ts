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

/** Sets the document's title. Operation: `{title, Text}`. */
export function setTitle(text: PlainText): Action {
  return titleAction({ text });
}
