import { el } from "./dom.js";

const DAY_MS = 86_400_000;

const minutes = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const thisYear = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const otherYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** The start of a moment's day where the reader is, in milliseconds since 1970. */
export const dayOf = (time) => new Date(time).setHours(0, 0, 0, 0);

const valid = (time) => Number.isFinite(new Date(time).getTime());

/** The time of a message, as the reader writes it. */
export function timeElement(time) {
  if (!valid(time)) return el("time");
  const date = new Date(time);
  return el("time", { datetime: date.toISOString(), title: moments.format(date) }, minutes.format(date));
}

/** What a day is called today: “today”, “yesterday”, a weekday with its date, or a date with its year. */
export function dayName(day) {
  const ago = Math.round((dayOf(Date.now()) - day) / DAY_MS);
  if (ago === 0 || ago === 1) {
    const name = relative.format(-ago, "day");
    return name.charAt(0).toLocaleUpperCase() + name.slice(1);
  }
  const sameYear = new Date(day).getFullYear() === new Date().getFullYear();
  return (sameYear ? thisYear : otherYear).format(day);
}

/** The line between two days. */
export function dayElement(day) {
  const date = new Date(day);
  const month = String(date.getMonth() + 1).padStart(2, "0");
  const datetime = `${date.getFullYear()}-${month}-${String(date.getDate()).padStart(2, "0")}`;
  return el("div", { class: "day", "data-day": String(day) }, el("time", { datetime }, dayName(day)));
}
