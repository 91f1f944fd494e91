/**
 * Days as terms, `{Y, M, D}`, and as the browser writes them.
 *
 * @module
 */
import { isTuple, type Tuple } from "../../../lib/term.ts";
import { NitroError } from "../error.ts";

/** A day. */
export interface Day {
  /** The year, 1 to 9999. */
  readonly year: number;
  /** The month, 1 to 12. */
  readonly month: number;
  /** The day of the month, from 1. */
  readonly day: number;
}

/** The day of a `{Y, M, D}`; `undefined` for nothing and for `[]`. Throws `bad_field` for anything else, the 30th of February too. */
export function dayOf(field: string, term: Tuple | readonly [] | undefined): Day | undefined {
  if (term === undefined || Array.isArray(term)) return undefined;
  if (isTuple(term, undefined, 3)) {
    const [year, month, day] = term;
    if (isBetween(year, 1, 9999) && isBetween(month, 1, 12) && isBetween(day, 1, daysIn(year, month))) {
      return { year, month, day };
    }
  }
  throw new NitroError("bad_field", `calendar: ${field} is a day, {Y, M, D}`, term);
}

/** A day as the browser's own field has it, `2024-02-29`. */
export function dayText({ year, month, day }: Day): string {
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function isBetween(value: unknown, least: number, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}
