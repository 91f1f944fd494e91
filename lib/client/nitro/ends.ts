/**
 * Lists that grow at their end: `data-n2o-follow="newest"` on an element that scrolls keeps it at its end while it is there; away from
 * the end the element `newest` is shown when something came, and a click on it leads back.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** The lists that users have scrolled away from their end, and how long they were when last seen. */
const away = new WeakMap<Element, number>();

/** Goes to the end of each list that is followed. */
export function follow(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-n2o-follow]")) {
    const { scrollHeight } = element;
    const before = away.get(element);
    if (before === undefined) element.scrollTop = scrollHeight;
    else if (before < scrollHeight) hint(element, true);
  }
}

function hint({ dataset }: HTMLElement, isShown: boolean): void {
  const element = document.getElementById(dataset.n2oFollow!);
  if (element) element.hidden = !isShown;
}

/** Begins to watch the page's lists. */
export function watchEnds(): void {
  addEventListener("scroll", ({ target }) => {
    const element = target as HTMLElement;
    if (element.dataset?.n2oFollow === undefined) return;
    const { scrollHeight, scrollTop, clientHeight } = element;
    if (scrollHeight - scrollTop - clientHeight > 8) return void away.set(element, scrollHeight);
    away.delete(element);
    hint(element, false);
  }, true);
  for (const type of ["resize", "input"]) addEventListener(type, follow);
  addEventListener("click", ({ target }) => {
    for (const element of document.querySelectorAll<HTMLElement>("[data-n2o-follow]")) {
      if (!(target as Element).closest?.(`#${CSS.escape(element.dataset.n2oFollow!)}`)) continue;
      away.delete(element);
      hint(element, false);
      follow();
    }
  });
}
