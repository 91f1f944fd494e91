/**
 * What somebody has typed, kept while the page is loaded anew.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import { setHarmless } from "../nitro/harmless.ts";

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
type Value = string | boolean | readonly string[];

interface Kept {
  readonly url: string;
  readonly at: number;
  readonly scroll: readonly [number, number];
  readonly fields: readonly (readonly [key: string, value: Value])[];
  readonly focus: string | undefined;
}

const KEY = "n2o.dev.typed";
/** What was kept for a page that did not come back is for none. */
const FRESH_MS = 30_000;
/** Fields that a server draws are there later. */
const PATIENCE_MS = 5000;
const EDITABLE = "[contenteditable]:not([contenteditable=false])";
const NEVER = new Set(["password", "hidden", "file", "submit", "button", "reset", "image"]);

/** Edited elements that are no fields: nothing else tells what they were before. */
const edited = new WeakSet<EventTarget>();
addEventListener("input", ({ target }) => edited.add(target!), true);

/** Keeps what was typed, where the page stands, and which field is in focus. */
export function keepTyped(): void {
  const keys = keysOf();
  const fields = [...keys].flatMap(([field, key]) =>
    isTouched(field) ? [[key, valueOf(field)] as const] : []
  );
  const focus = keys.get(document.activeElement as Field);
  const kept: Kept = { url: location.href, at: Date.now(), scroll: [scrollX, scrollY], fields, focus };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Without a storage it is lost.
  }
}

/** Puts back what was kept, into fields that nobody has touched since. */
export function restoreTyped(): void {
  const kept = takeKept();
  if (kept === undefined) return;
  const missing = new Map(kept.fields);
  let { focus } = kept;
  const put = () => {
    for (const [field, key] of keysOf()) {
      const value = missing.get(key);
      if (value !== undefined) {
        missing.delete(key);
        if (!isTouched(field)) setValue(field, value);
      }
      if (focus === key && (document.activeElement ?? document.body) === document.body) field.focus();
      if (focus === key) focus = undefined;
    }
    if (missing.size === 0 && focus === undefined) watch.disconnect();
  };
  const watch = new MutationObserver(put);
  setTimeout(() => watch.disconnect(), PATIENCE_MS);
  const begin = () => {
    watch.observe(document, { childList: true, subtree: true });
    put();
    scrollTo(...kept.scroll);
  };
  if (document.readyState !== "loading") return begin();
  document.addEventListener("DOMContentLoaded", begin, { once: true });
}

function takeKept(): Kept | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Kept | null;
    sessionStorage.removeItem(KEY);
    return kept !== null && kept.url === location.href && Date.now() - kept.at < FRESH_MS ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** The page's fields by what tells them from each other: the id, else the name or the kind, and which of these it is. */
function keysOf(): Map<Field, string> {
  const counts = new Map<string, number>();
  const keys = new Map<Field, string>();
  for (const field of document.querySelectorAll<Field>(`input, textarea, select, ${EDITABLE}`)) {
    if (NEVER.has(field.type)) continue;
    const name = field.id ? `#${field.id}` : `${field.localName} ${field.type} ${field.name}`;
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    keys.set(field, `${name} ${count}`);
  }
  return keys;
}

function isBox(field: Field): field is HTMLInputElement {
  return field.type === "checkbox" || field.type === "radio";
}

function isSelect(field: Field): field is HTMLSelectElement {
  return field.localName === "select";
}

/** Whether it is an element of any kind that is edited in place. */
function isEditable(field: Field): boolean {
  return field.matches(EDITABLE);
}

function isTouched(field: Field): boolean {
  if (isEditable(field)) return edited.has(field);
  if (isSelect(field)) {
    const { options } = field;
    const isDefault = [...options].some(({ defaultSelected }) => defaultSelected);
    if (!isDefault && !field.multiple) return field.selectedIndex > 0;
    return [...options].some(({ selected, defaultSelected }) => selected !== defaultSelected);
  }
  return isBox(field) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

function valueOf(field: Field): Value {
  if (isEditable(field)) return field.innerHTML;
  if (isSelect(field)) return [...field.selectedOptions].map(({ value }) => value);
  return isBox(field) ? field.checked : field.value;
}

function setValue(field: Field, value: Value): void {
  if (isSelect(field)) {
    if (!Array.isArray(value)) return;
    for (const option of field.options) option.selected = value.includes(option.value);
  } else if (isBox(field)) field.checked = value === true;
  else if (typeof value !== "string") return;
  else if (isEditable(field)) {
    setHarmless(field, value);
    edited.add(field);
  } else field.value = value;
}
