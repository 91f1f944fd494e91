/**
 * Filters for lists, numbers, dates, and for what may be missing.
 *
 * @module
 */
import { escapeHtml } from "../escape.ts";
import { lengthOf, listOf, numberOf, property, textOf, truthy } from "../values.ts";
import { dateText, instantOf } from "./date_text.ts";
import type { Filters } from "./filter.ts";
import { Raw } from "../../parts.ts";

/** Django's filters for lists. */
export const listFilters: Filters = {
  dictsort: (value, [key]) => sorted(value, key),
  dictsortreversed: (value, [key]) => sorted(value, key).reverse(),
  first: (value) => listOf(value)[0],
  join: (value, [between = ""], rendering) => {
    // each part is escaped by itself, so that elements and safe parts stay what they are
    const separator = between instanceof Raw
      ? between.html
      : rendering.escapes
      ? escapeHtml(textOf(between))
      : textOf(between);
    return new Raw(listOf(value).map((one) => rendering.html(one)).join(separator));
  },
  last: (value) => listOf(value).at(-1),
  length: (value) => lengthOf(value) ?? 0,
  length_is: (value, [length]) => lengthOf(value) === numberOf(length),
  slice: (value, [range]) => {
    const [begin, end] = textOf(range).split(":").map((bound) =>
      bound.trim() === "" ? undefined : numberOf(bound)
    );
    const part = textOf(range).includes(":") ? [begin, end] : [0, begin];
    const chosen = listOf(value instanceof Raw ? value.html : value).slice(...part as [number?, number?]);
    return typeof value === "string" || value instanceof Raw ? chosen.join("") : chosen;
  },
};

function sorted(value: unknown, key: unknown): unknown[] {
  const of = (one: unknown) => property(one, textOf(key));
  return [...listOf(value)].sort((a, b) => {
    const [left, right] = [of(a), of(b)];
    if (typeof left === "number" && typeof right === "number") return left - right;
    return textOf(left) < textOf(right) ? -1 : textOf(left) > textOf(right) ? 1 : 0;
  });
}

const SIZES = ["KB", "MB", "GB", "TB", "PB"];

/** Django's filters for numbers. */
export const numberFilters: Filters = {
  add: (value, [more]) => {
    const sum = numberOf(value) + numberOf(more);
    if (!Number.isNaN(sum)) return sum;
    return Array.isArray(value) && Array.isArray(more) ? [...value, ...more] : textOf(value) + textOf(more);
  },
  divisibleby: (value, [by]) => numberOf(value) % numberOf(by) === 0,
  filesizeformat: (value) => {
    const bytes = numberOf(value) || 0;
    if (Math.abs(bytes) < 1024) return `${bytes} byte${bytes === 1 ? "" : "s"}`;
    let size = bytes / 1024;
    let unit = 0;
    for (; Math.abs(size) >= 1024 && unit < SIZES.length - 1; unit++) size /= 1024;
    return `${size.toFixed(1)} ${SIZES[unit]}`;
  },
  floatformat: (value, [places = -1]) => {
    const number = numberOf(value);
    const count = numberOf(places);
    if (!Number.isFinite(number) || !Number.isInteger(count)) return "";
    const digits = Math.min(Math.abs(count), 100);
    return count < 0 && Number.isInteger(number) ? String(number) : number.toFixed(digits);
  },
  pluralize: (value, [forms = "s"]) => {
    const [one, many] = textOf(forms).includes(",") ? textOf(forms).split(",") : ["", textOf(forms)];
    const count = typeof value === "object" ? lengthOf(value) : numberOf(value);
    return count === 1 ? one : many;
  },
};

/** Django's filters for what may be missing. */
export const choiceFilters: Filters = {
  default: (value, [other]) => truthy(value) ? value : other,
  default_if_none: (value, [other]) => value === undefined || value === null ? other : value,
  yesno: (value, [words = "yes,no,maybe"]) => {
    const [yes, no, maybe = no] = textOf(words).split(",");
    return truthy(value) ? yes : value === undefined || value === null ? maybe : no;
  },
};

/** Django's filters for dates, which are told in a time zone. */
export function dateFilters(timeZone: string): Filters {
  const filter = (usual: string) => (value: unknown, [format = usual]: readonly unknown[]) => {
    const instant = instantOf(value);
    return instant === undefined ? "" : dateText(instant, textOf(format), timeZone);
  };
  return { date: filter("DATE_FORMAT"), time: filter("TIME_FORMAT") };
}
