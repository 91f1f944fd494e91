/**
 * Input methods: while somebody composes a text in a field, nothing may touch it.
 *
 * A page has one such field at most, so this is state of the whole page.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** The field that is being composed in. */
let composing: Element | null = null;
/** The key that an input method took last. */
let taken = "";
const withheld = new Map<unknown, () => void>();

/** Whether somebody composes in this element or anywhere inside. */
export function composingIn(node: Node): boolean {
  return composing !== null && node.contains(composing);
}

/** Whether this is the very field that somebody composes in. */
export function isComposing(node: Node): boolean {
  return composing === node;
}

/** Puts something off until the text is there; of several with one key only the last is done. */
export function whenComposed(key: unknown, action: () => void): void {
  withheld.delete(key);
  withheld.set(key, action);
}

/** Whether a key belongs to an input method and not to the page. */
export function isTaken(event: KeyboardEvent): boolean {
  // The Enter that takes a candidate is pressed while composing and released after it; other keys are let through when they are
  // released, because some keyboards compose every letter.
  if (event.type === "keyup") return event.key === "Enter" && event.code === taken;
  return ofInputMethod(event);
}

function ofInputMethod({ isComposing, keyCode }: KeyboardEvent): boolean {
  return isComposing || keyCode === 229;
}

/** Begins to watch the page. */
export function watchComposition(): void {
  addEventListener("keydown", (event) => taken = ofInputMethod(event) ? event.code : "", true);
  addEventListener("compositionstart", ({ target }) => composing = target as Element, true);
  addEventListener("compositionend", () => {
    composing = null;
    // Some browsers tell of the text's `input` only now; and the next syllable may begin at once.
    setTimeout(() => {
      if (composing) return;
      const actions = [...withheld.values()];
      withheld.clear();
      for (const action of actions) action();
    });
  }, true);
}
