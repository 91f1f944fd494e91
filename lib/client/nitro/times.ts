/**
 * Times as the visitor reads them: `<time datetime="…" data-n2o-time="time">` becomes the hour, and `day` a day's name, in the visitor's
 * language and time zone.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

const DAY_MS = 86_400_000;

/** Writes an element's time; whether it has one. */
export function writeTime(element: HTMLElement): boolean {
  if (element.localName !== "time") return false;
  const { n2oTime } = element.dataset;
  const date = new Date(element.getAttribute("datetime") ?? "");
  if (!n2oTime || isNaN(+date)) return false;
  element.title = date.toLocaleString();
  element.textContent = n2oTime === "day"
    ? dayOf(date)
    : date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return true;
}

/** Marks the days that are the same as the one before, `data-n2o-same`. */
export function markDays(): void {
  let before: string | null = null;
  for (const day of document.querySelectorAll("[data-n2o-time=day]")) {
    day.toggleAttribute("data-n2o-same", before === (before = day.textContent));
  }
}

function dayOf(date: Date): string {
  const now = new Date();
  const days = Math.round((new Date(date).setHours(12) - now.setHours(12)) / DAY_MS);
  if (days === 0 || days === -1) {
    const name = new Intl.RelativeTimeFormat(navigator.language, { numeric: "auto" }).format(days, "day");
    return name[0].toUpperCase() + name.slice(1);
  }
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return date.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long", year });
}
