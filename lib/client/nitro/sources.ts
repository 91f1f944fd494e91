/**
 * Sources: what an event brings along, the values of the page's fields as terms.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { type Term, tuple } from "../browser.ts";
import { unbind } from "./bound.ts";
import type { Controls } from "./controls.ts";

/**
 * The value of the element with an id, or of the fields with that name: text as a binary, a box as `true` or `false`, a date as
 * `{Y, M, D}`, several choices as a list; of a group the value that is chosen in it. Empty text when there is nothing.
 */
export function sourceOf(id: string, controls?: Controls): Term {
  const element = document.getElementById(id);
  if (element === null) {
    const fields = [...document.getElementsByName(id)] as HTMLInputElement[];
    const chosen = fields.filter(({ checked }) => checked).map(({ value }) => value);
    return fields.length > 1 && fields[0].type === "checkbox" ? chosen : chosen[0] ?? "";
  }
  const control = controls?.of(element);
  return control?.value ? control.value() : valueOf(element);
}

function valueOf(element: HTMLElement): Term {
  const field = element as HTMLInputElement;
  const { localName, type, value, dataset } = field;
  if (localName === "input") {
    if (type === "checkbox" || type === "radio") return field.checked;
    if (type === "date" && value) return tuple(...value.split("-").map(Number));
    if (dataset.bind && /^(hidden|comboLookup)$/i.test(field.getAttribute("type") ?? "")) {
      return unbind(dataset.bind);
    }
  }
  if (localName === "select") {
    if (field.multiple) {
      return Array.from((element as HTMLSelectElement).selectedOptions, (option) => option.value);
    }
    if (/^(true|false)$/.test(value)) return value === "true";
  }
  if (value !== undefined) return String(value);
  if (/^(true|plaintext-only)$/.test(element.contentEditable)) return element.innerHTML;
  return element.querySelector<HTMLInputElement>("input:checked")?.value ?? "";
}
