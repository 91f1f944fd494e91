/**
 * What only screen readers hear.
 *
 * @module
 */
/// <reference lib="dom" />

let status: HTMLElement | undefined;

/** Tells what has changed to those who do not see it. */
export function say(text: string): void {
  if (!status) {
    status = document.createElement("div");
    status.role = "status";
    status.dataset.n2oOwn = "";
    status.style.cssText = "position:fixed;clip-path:inset(50%)";
    document.body.append(status);
  }
  status.textContent = text;
}
