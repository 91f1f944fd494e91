const NEAR_PX = 60;

/**
 * Keeps a list at its end while the reader is there, and leaves it alone while he reads further up.
 * `onEnd` hears whether the end is in view.
 */
export class Scroll {
  #view;
  #onEnd;
  #atEnd = true;
  #frame = 0;
  /** On the smooth way to the end, which other places on it do not end. */
  #gliding = false;

  constructor(view, content, onEnd) {
    this.#view = view;
    this.#onEnd = onEnd;
    view.addEventListener("scroll", () => this.#gliding || this.#look(), { passive: true });
    view.addEventListener("scrollend", () => {
      this.#gliding = false;
      this.#look();
    });
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
    if (!this.#atEnd) this.#onEnd(this.#atEnd = true);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches || !("onscrollend" in this.#view);
    this.#gliding = smooth && !still;
    // once a frame: each jump lays the page out
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#jump(this.#gliding ? "smooth" : "instant"));
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
