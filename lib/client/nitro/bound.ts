/**
 * Terms that elements of the page are bound to: BERT in base64.
 *
 * @module
 */
/// <reference lib="dom" />
import { bert, type Term } from "../browser.ts";

/** The term in an attribute. */
export function unbind(text: string): Term {
  return bert.decode(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
}

/** A term as an attribute has it. */
export function bind(term: Term): string {
  return btoa(String.fromCharCode(...bert.encode(term)));
}
