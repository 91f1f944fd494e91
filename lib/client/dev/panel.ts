/**
 * The panel with what is wrong: over the page, at its lower edge, and taking nothing from it, neither the focus nor the keys.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Problem } from "./messages.ts";
import { style } from "./panel_style.ts";

/** The element that the panel is in; no page has one of this name. */
const NAME = "n2o-dev";
/** What may make another dialog the topmost one. */
const DIALOGS = { subtree: true, childList: true, attributes: true, attributeFilter: ["open"] };

/** The panel. */
export class Panel {
  readonly #host: HTMLElement;
  readonly #section = element("section");
  readonly #title = element("h2");
  readonly #state = element("p");
  readonly #list = element("ol");
  readonly #pill = element("button", "pill");
  readonly #watch = new MutationObserver(() => this.#place());
  #shown = "[]";

  /** Makes it; it is in the page when there is something to show. */
  constructor() {
    this.#host = document.createElement(NAME);
    // Updates by the page's server leave it alone, and it stands above all that is not in the top layer.
    this.#host.dataset.n2oOwn = "";
    this.#host.popover = "manual";
    const root = this.#host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
    const head = element("header");
    const words = element("div");
    const button = element("button");
    button.type = this.#pill.type = "button";
    button.textContent = "Dismiss";
    button.title = "Dismiss (Escape)";
    button.onclick = () => this.#dismiss(true);
    this.#pill.onclick = () => this.#dismiss(false);
    words.append(this.#title, this.#state);
    head.append(words, button);
    this.#section.append(head, this.#list);
    this.#section.setAttribute("role", "alert");
    root.append(this.#section, this.#pill);
    // A dialog that it is in may close by a click beside what it shows.
    for (const type of ["pointerdown", "mousedown", "click"]) {
      this.#host.addEventListener(type, (event) => event.stopPropagation());
    }
    addEventListener("keydown", ({ key, isComposing }) => {
      if (key === "Escape" && !isComposing && this.#host.isConnected) this.#dismiss(true);
    }, true);
  }

  /** Shows what is wrong, anew if it was dismissed and something else is wrong now; goes when nothing is. */
  show(problems: readonly Problem[], isServing: boolean): void {
    const said = JSON.stringify(problems);
    if (problems.length === 0) {
      this.#shown = said;
      this.#watch.disconnect();
      return this.#host.remove();
    }
    this.#place();
    this.#watch.observe(document, DIALOGS);
    if (said === this.#shown) return;
    this.#shown = said;
    const count = `${problems.length} ${problems.length === 1 ? "problem" : "problems"}`;
    this.#title.textContent = count;
    this.#pill.textContent = count;
    this.#state.textContent = isServing
      ? "What was good goes on serving."
      : "It is served as far as it is good.";
    this.#list.replaceChildren(...problems.map(item));
    this.#dismiss(false);
    this.#list.scrollTop = 0;
    for (const mark of this.#list.querySelectorAll("b")) showMark(mark);
  }

  /** Puts it where it is seen and can be clicked. What is outside of a modal dialog cannot, be it above. */
  #place(): void {
    const home = topmostDialog() ?? document.documentElement;
    if (this.#host.parentNode === home) return;
    home.append(this.#host);
    this.#host.showPopover?.();
  }

  #dismiss(isDismissed: boolean): void {
    this.#section.hidden = isDismissed;
    this.#pill.hidden = !isDismissed;
  }
}

/** The modal dialog that is in use: the focus is in it. */
function topmostDialog(): Element | undefined {
  return document.activeElement?.closest("dialog:modal") ??
    [...document.querySelectorAll("dialog:modal")].pop();
}

function item({ where, what, fix, frame, file, line, column }: Problem): HTMLElement {
  const all = element("li");
  all.append(paragraph("where", file === undefined ? where : `${file}:${line}:${column}`));
  if (file !== undefined && file !== where) all.append(paragraph("by", `by way of ${where}`));
  all.append(paragraph("what", what));
  if (frame !== undefined) all.append(picture(frame));
  all.append(paragraph("fix", fix));
  return all;
}

function paragraph(name: string, text: string): HTMLElement {
  const made = element("p", name);
  made.textContent = text;
  return made;
}

/** The lines around the place; the one that is meant stands out, and its mark is the only `b`. */
function picture(frame: string): HTMLElement {
  const code = element("code");
  let isMarked = false;
  for (const line of frame.split("\n")) {
    const begin = line.indexOf("|") + 1;
    const isMark = isMarked && line.endsWith("^");
    isMarked = line.startsWith(">");
    const row = element("span", isMarked || isMark ? "marked" : "");
    const gutter = element("i");
    gutter.textContent = line.slice(0, begin);
    const text = isMark ? line.slice(begin, -1) : line.slice(begin);
    row.append(gutter, text);
    if (isMark) row.append(Object.assign(element("b"), { textContent: "^" }));
    code.append(row);
  }
  const made = element("pre");
  // It may be wider than a phone: then it is moved by keys, too.
  made.tabIndex = 0;
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", "The code around it");
  made.append(code);
  return made;
}

/** Moves a frame that is wider than its place to where its mark is seen. */
function showMark(mark: HTMLElement): void {
  const frame = mark.closest("pre")!;
  const behind = mark.getBoundingClientRect().right - frame.getBoundingClientRect().right;
  if (behind > -16) frame.scrollLeft += behind + frame.clientWidth / 2;
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = "",
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  return made;
}
