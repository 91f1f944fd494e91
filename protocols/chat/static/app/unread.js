/** Counts in the page's title what came while nobody was looking. */
export class Unread {
  #title;
  #count = 0;

  constructor(title) {
    this.#title = title;
    document.title = title;
    document.addEventListener("visibilitychange", () => this.#seen());
  }

  /** Another message by somebody else. */
  add() {
    if (!document.hidden) return;
    this.#count++;
    document.title = `(${this.#count}) ${this.#title}`;
  }

  #seen() {
    if (document.hidden) return;
    this.#count = 0;
    document.title = this.#title;
  }
}
