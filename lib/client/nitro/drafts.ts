/**
 * Drafts: what stands in a field with `data-n2o-keep` when the page is left stands there again when the visitor comes back, in this tab.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Client } from "../client.ts";

/** Puts drafts back, and keeps them from now on, as long as the visitor is the same. */
export function keepDrafts(client: Client): void {
  client.on("logout", () => each((field) => field.value = ""));
  each((field, key) => {
    field.value ||= sessionStorage[key] ?? "";
    delete sessionStorage[key];
  });
  addEventListener("pagehide", () =>
    each((field, key) => {
      if (field.value) sessionStorage[key] = field.value;
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
