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

/** The panel. */
export class Panel {
  readonly #host: HTMLElement;
  readonly #section = element("section");
  readonly #title = element("h2");
  readonly #state = element("p");
  readonly #list = element("ol");
  readonly #pill = element("button", "pill");
  #shown = "[]";

  /** Makes it; it is in the page when there is something to show. */
  constructor() {
    this.#host = document.createElement(NAME);
    // Updates by the page's server leave it alone, and it stands above dialogs.
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
    addEventListener("keydown", ({ key, isComposing }) => {
      if (key === "Escape" && !isComposing && this.#host.isConnected) this.#dismiss(true);
    }, true);
  }

  /** Shows what is wrong, anew if it was dismissed and something else is wrong now; goes when nothing is. */
  show(problems: readonly Problem[], isServing: boolean): void {
    const said = JSON.stringify(problems);
    if (problems.length === 0) {
      this.#shown = said;
      return this.#host.remove();
    }
    if (!this.#host.isConnected) {
      document.documentElement.append(this.#host);
      this.#host.showPopover?.();
    }
    if (said === this.#shown) return;
    this.#shown = said;
    const count = `${problems.length} ${problems.length === 1 ? "problem" : "problems"}`;
    this.#title.textContent = count;
    this.#pill.textContent = count;
    this.#state.textContent = isServing
      ? "The version before this goes on serving."
      : "Nothing can be served until this is mended.";
    this.#list.replaceChildren(...problems.map(item));
    this.#list.scrollTop = 0;
    this.#dismiss(false);
  }

  #dismiss(isDismissed: boolean): void {
    this.#section.hidden = isDismissed;
    this.#pill.hidden = !isDismissed;
  }
}

function item({ where, what, fix, frame, file, line, column }: Problem): HTMLElement {
  const place = file === undefined || line === undefined ? where : `${file}:${line}:${column}`;
  const isElsewhere = file !== undefined && file !== where;
  const all = element("li");
  all.append(paragraph("where", isElsewhere ? `${place} (by ${where})` : place), paragraph("what", what));
  if (frame !== undefined) all.append(picture(frame));
  all.append(paragraph("fix", fix));
  return all;
}

function paragraph(name: string, text: string): HTMLElement {
  const made = element("p", name);
  made.textContent = text;
  return made;
}

/** The lines around the place; the one that is meant stands out. */
function picture(frame: string): HTMLElement {
  const code = element("code");
  let isMarked = false;
  for (const line of frame.split("\n")) {
    const row = element("span", line.startsWith(">") ? "marked" : isMarked ? "marked mark" : "");
    row.textContent = line;
    isMarked = line.startsWith(">");
    code.append(row);
  }
  const made = element("pre");
  // It may be wider than a phone: then it is moved by keys, too.
  made.tabIndex = 0;
  made.append(code);
  return made;
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = "",
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  return made;
}
