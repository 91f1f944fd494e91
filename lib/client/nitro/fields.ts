/**
 * What belongs to the server and what to the user: attributes are the server's, and what a user typed, ticked or opened stays until
 * the server renders something else there.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { applyStyle, canOpen, isNews } from "./html.ts";

/** Attributes that other operations and controls give to what was rendered without. */
const KEPT = /^(style|aria-(busy|invalid|describedby))$/;

/** Gives an element the attributes that were rendered; with `keepsText` what is typed in it stays in any case. */
export function morphAttributes(element: Element, next: Element, keepsText: boolean): void {
  for (const { name } of [...element.attributes]) {
    if (!next.hasAttribute(name) && !KEPT.test(name)) change(element, name, null, keepsText);
  }
  for (const { name, value } of next.attributes) {
    if (element.getAttribute(name) !== value) change(element, name, value, keepsText);
  }
  if (canOpen(element)) {
    const open = next.hasAttribute("open");
    if (isNews(element, open)) element.toggleAttribute("open", open);
  }
  applyStyle(element);
}

function change(element: Element, name: string, value: string | null, keepsText: boolean): void {
  if (name === "open" && canOpen(element)) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
  const field = element as HTMLInputElement & HTMLOptionElement;
  if (name === "checked" || name === "selected") field[name] = value !== null;
  else if (name === "value" && field.localName === "input" && field.type !== "file" && !keepsText) {
    setText(field, value ?? "");
  }
}

/** Gives a text area the text that was rendered, if that is another one than before. */
export function morphText(element: Element, next: Element, keepsText: boolean): void {
  const [area, { defaultValue }] = [element as HTMLTextAreaElement, next as HTMLTextAreaElement];
  if (area.defaultValue === defaultValue) return;
  area.defaultValue = defaultValue;
  if (!keepsText) setText(area, defaultValue);
}

/** Sets a field's text, and leaves the caret where it is. */
function setText(field: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  const { selectionStart, selectionEnd } = field;
  field.value = text;
  if (selectionStart !== null && field === document.activeElement) {
    field.setSelectionRange(selectionStart, selectionEnd);
  }
}
