/**
 * The Enter key: `data-n2o-enter="send"` on a field clicks the element `send`.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { isTaken } from "./composition.ts";

/** Begins to watch the page's keys. */
export function watchKeys(): void {
  addEventListener("keydown", (event) => {
    const { key, shiftKey, ctrlKey, altKey, metaKey, repeat } = event;
    const id = (event.target as HTMLElement).dataset?.n2oEnter;
    if (!id || key !== "Enter" || shiftKey || ctrlKey || altKey || metaKey || isTaken(event)) return;
    event.preventDefault();
    if (!repeat) document.getElementById(id)?.click();
  });
}
