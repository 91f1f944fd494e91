/**
 * Drafts: what stands in a field with `data-n2o-keep` when the page is left stands there again when the visitor comes back, in this tab.
 * The field may be any element that is edited.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Client } from "../client.ts";
import { setHarmless } from "./harmless.ts";
import { isEditable } from "./html.ts";

/** Puts drafts back, and keeps them from now on, as long as the visitor is the same. */
export function keepDrafts(client: Client): void {
  client.on("logout", () => each((field) => write(field, "")));
  each((field, key) => {
    if (!draftOf(field)) write(field, sessionStorage[key] ?? "");
    delete sessionStorage[key];
  });
  addEventListener("pagehide", () =>
    each((field, key) => {
      const draft = draftOf(field);
      if (draft) sessionStorage[key] = draft;
    }));
}

function each(use: (field: HTMLInputElement, key: string) => void): void {
  for (const field of document.querySelectorAll<HTMLInputElement>("[data-n2o-keep]")) {
    try {
      use(field, `n2o.keep ${location.pathname}${location.search}#${field.id}`);
    } catch {
      // Where there is no storage there are no drafts.
    }
  }
}

function draftOf(field: HTMLInputElement): string {
  return isEditable(field) ? field.textContent && field.innerHTML : field.value;
}

function write(field: HTMLInputElement, draft: string): void {
  if (isEditable(field)) setHarmless(field, draft);
  else field.value = draft;
}
