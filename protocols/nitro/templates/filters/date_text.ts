/**
 * Dates as text, by Django's letters.
 *
 * @module
 */
import { Tuple } from "../../../../lib/term.ts";
import { numberOf } from "../values.ts";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const SHORT = [
  "Jan.",
  "Feb.",
  "March",
  "April",
  "May",
  "June",
  "July",
  "Aug.",
  "Sept.",
  "Oct.",
  "Nov.",
  "Dec.",
];
const DAY_MS = 86_400_000;

/** An instant as a clock on the wall shows it: its UTC methods give the local values. */
interface Wall {
  readonly clock: Date;
  readonly instant: Date;
  readonly offsetMinutes: number;
}

type Letter = (wall: Wall) => string | number;

const two = (value: number) => String(value).padStart(2, "0");
const hour12 = (clock: Date) => clock.getUTCHours() % 12 || 12;
const half = (clock: Date) => clock.getUTCHours() < 12 ? 0 : 1;
const january = (clock: Date) => Date.UTC(clock.getUTCFullYear(), 0, 1);
const dayOfYear = (clock: Date) => Math.floor((clock.getTime() - january(clock)) / DAY_MS) + 1;
const monthLength = (clock: Date) =>
  new Date(Date.UTC(clock.getUTCFullYear(), clock.getUTCMonth() + 1, 0)).getUTCDate();
const isLeap = (clock: Date) => new Date(Date.UTC(clock.getUTCFullYear(), 1, 29)).getUTCDate() === 29;

const LETTERS: Readonly<Record<string, Letter>> = {
  d: ({ clock }) => two(clock.getUTCDate()),
  j: ({ clock }) => clock.getUTCDate(),
  D: ({ clock }) => DAYS[clock.getUTCDay()].slice(0, 3),
  l: ({ clock }) => DAYS[clock.getUTCDay()],
  S: ({ clock }) => ordinal(clock.getUTCDate()),
  w: ({ clock }) => clock.getUTCDay(),
  z: ({ clock }) => dayOfYear(clock),
  W: ({ clock }) => isoWeek(clock).week,
  o: ({ clock }) => isoWeek(clock).year,
  m: ({ clock }) => two(clock.getUTCMonth() + 1),
  n: ({ clock }) => clock.getUTCMonth() + 1,
  M: ({ clock }) => MONTHS[clock.getUTCMonth()].slice(0, 3),
  b: ({ clock }) => MONTHS[clock.getUTCMonth()].slice(0, 3).toLowerCase(),
  F: ({ clock }) => MONTHS[clock.getUTCMonth()],
  N: ({ clock }) => SHORT[clock.getUTCMonth()],
  t: ({ clock }) => monthLength(clock),
  y: ({ clock }) => two(clock.getUTCFullYear() % 100),
  Y: ({ clock }) => String(clock.getUTCFullYear()).padStart(4, "0"),
  L: ({ clock }) => isLeap(clock) ? "True" : "False",
  g: ({ clock }) => hour12(clock),
  h: ({ clock }) => two(hour12(clock)),
  G: ({ clock }) => clock.getUTCHours(),
  H: ({ clock }) => two(clock.getUTCHours()),
  i: ({ clock }) => two(clock.getUTCMinutes()),
  s: ({ clock }) => two(clock.getUTCSeconds()),
  u: ({ clock }) => String(clock.getUTCMilliseconds() * 1000).padStart(6, "0"),
  a: ({ clock }) => ["a.m.", "p.m."][half(clock)],
  A: ({ clock }) => ["AM", "PM"][half(clock)],
  f: ({ clock }) => `${hour12(clock)}${clock.getUTCMinutes() === 0 ? "" : `:${two(clock.getUTCMinutes())}`}`,
  P: (wall) => spoken(wall),
  O: ({ offsetMinutes }) => offset(offsetMinutes, ""),
  Z: ({ offsetMinutes }) => offsetMinutes * 60,
  c: ({ clock, offsetMinutes }) => clock.toISOString().slice(0, 19) + offset(offsetMinutes, ":"),
  r: (wall) => written("D, j M Y H:i:s O", wall),
  U: ({ instant }) => Math.floor(instant.getTime() / 1000),
};

/** Django's names of formats. */
const NAMED: Readonly<Record<string, string>> = {
  DATE_FORMAT: "N j, Y",
  DATETIME_FORMAT: "N j, Y, P",
  SHORT_DATE_FORMAT: "m/d/Y",
  SHORT_DATETIME_FORMAT: "m/d/Y P",
  TIME_FORMAT: "P",
};

/**
 * The instant that a value tells: a `Date`, milliseconds since 1970, text that `Date` reads, or Erlang's `{Y, M, D}` and
 * `{{Y, M, D}, {H, Mi, S}}` in UTC; `undefined` for anything else.
 */
export function instantOf(value: unknown): Date | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value;
  if (value instanceof Tuple) return fromTuple(value);
  if (value === "" || (typeof value !== "string" && typeof value !== "number")) return undefined;
  const instant = new Date(value);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

function fromTuple(tuple: Tuple): Date | undefined {
  const [day, time] = tuple[0] instanceof Tuple ? [tuple[0], tuple[1] as Tuple] : [tuple, undefined];
  const parts = [...day, ...(time instanceof Tuple ? time : [0, 0, 0])].map(numberOf);
  if (parts.length !== 6 || !parts.every(Number.isFinite)) return undefined;
  return new Date(Date.UTC(parts[0], parts[1] - 1, parts[2], parts[3], parts[4], parts[5]));
}

/** An instant in a time zone, by a format of Django's letters (`Y-m-d H:i`) or one of its names (`DATE_FORMAT`). */
export function dateText(instant: Date, format: string, timeZone: string): string {
  const offsetMinutes = timeZone === "UTC" ? 0 : offsetOf(instant, timeZone);
  const clock = new Date(instant.getTime() + offsetMinutes * 60_000);
  return written(NAMED[format] ?? format, { clock, instant, offsetMinutes });
}

function written(format: string, wall: Wall): string {
  let text = "";
  for (let i = 0; i < format.length; i++) {
    const letter = format[i];
    if (letter === "\\") text += format[++i] ?? "";
    else text += Object.hasOwn(LETTERS, letter) ? LETTERS[letter](wall) : letter;
  }
  return text;
}

function offsetOf(instant: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }).formatToParts(
    instant,
  );
  const name = parts.find(({ type }) => type === "timeZoneName")!.value;
  const match = /([+-])(\d\d):(\d\d)/.exec(name);
  if (match === null) return 0;
  return (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

function offset(minutes: number, between: string): string {
  const all = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(all / 60))}${between}${two(all % 60)}`;
}

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return "th";
  return ["th", "st", "nd", "rd"][day % 10] ?? "th";
}

function spoken(wall: Wall): string {
  const time = wall.clock.getUTCHours() * 60 + wall.clock.getUTCMinutes();
  return time === 0 ? "midnight" : time === 720 ? "noon" : written("f a", wall);
}

/** A week belongs to the year that its Thursday is in. */
function isoWeek(clock: Date): { year: number; week: number } {
  const thursday = new Date(clock.getTime() + (3 - (clock.getUTCDay() + 6) % 7) * DAY_MS);
  return { year: thursday.getUTCFullYear(), week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1 };
}
