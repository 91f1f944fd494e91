/**
 * HTML that a visitor has written, on its way back into the page: it may hold what was pasted from anywhere.
 *
 * @module
 */
/// <reference lib="dom" />
import { parse } from "./html.ts";

/** The browser's own way, which leaves out all that could run; not every browser has it. */
interface Sanitizing {
  setHTML?(html: string, options: { sanitizer: object }): void;
}

/** Puts it into an element, and nothing that could run; only the text of it where the browser cannot tell. */
export function setHarmless(element: Element & Sanitizing, html: string): void {
  if (element.setHTML) return element.setHTML(html, { sanitizer: {} });
  element.textContent = parse(html, element).map(({ textContent }) => textContent).join("");
}
