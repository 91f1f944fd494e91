const NEAR_PX = 60;

/**
 * Keeps a list at its end while the reader is there, and leaves it alone while he reads further up.
 * `onEnd` hears whether the end is in view.
 */
export class Scroll {
  #view;
  #onEnd;
  #atEnd = true;

  constructor(view, content, onEnd) {
    this.#view = view;
    this.#onEnd = onEnd;
    view.addEventListener("scroll", () => this.#look(), { passive: true });
    const keep = new ResizeObserver(() => this.#atEnd ? this.#jump("instant") : this.#look());
    keep.observe(view);
    keep.observe(content);
  }

  /** Whether the newest message is in view. */
  get atEnd() {
    return this.#atEnd;
  }

  /** Goes to the newest message, smoothly unless the reader wants no motion. */
  toEnd(smooth = false) {
    this.#atEnd = true;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#jump(smooth && !still ? "smooth" : "instant");
    this.#onEnd(true);
  }

  #jump(behavior) {
    this.#view.scrollTo({ top: this.#view.scrollHeight, behavior });
  }

  #look() {
    const { scrollHeight, scrollTop, clientHeight } = this.#view;
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (atEnd === this.#atEnd) return;
    this.#atEnd = atEnd;
    this.#onEnd(atEnd);
  }
}
