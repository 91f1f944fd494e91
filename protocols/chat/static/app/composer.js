import { byId } from "./dom.js";
import { draft } from "./kept.js";

/** The field for a new message: Enter sends, Shift+Enter starts a line, an input method's Enter does neither. */
export class Composer {
  #field = byId("message");
  #problem = byId("composerProblem");

  /** `send` takes the text and returns a complaint, or nothing when it took it. */
  constructor(user, room, send) {
    const form = byId("composer");
    const field = this.#field;
    field.value = draft.read(user, room);
    field.addEventListener("keydown", (event) => {
      // 229: Safari ends the composition before it tells of the key that ended it
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      if (!event.repeat) form.requestSubmit();
    });
    field.addEventListener("input", () => this.#changed());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const body = field.value.replace(/^\s*\n|\s+$/gu, "");
      const complaint = body === "" ? "" : send(body) ?? "";
      if (complaint === "") field.value = "";
      this.#changed();
      this.#problem.textContent = complaint;
      field.focus();
    });
    addEventListener("pagehide", () => draft.write(user, room, field.value));
    this.#changed();
  }

  focus() {
    this.#field.focus();
  }

  /** Goes away: there is nowhere to send to. */
  hide() {
    byId("composer").hidden = true;
  }

  #changed() {
    this.#problem.textContent = "";
    if (CSS.supports("field-sizing", "content")) return;
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight}px`;
  }
}
