/**
 * Kinds of values: how a text (of a flag or a variable) and a JSON value become what the server takes.
 *
 * @module
 */
import { isAbsolute, join } from "node:path";

/** A kind of values. A value that will not do gives `undefined`; one that an own message explains throws an `N2OError`. */
export interface Kind<T> {
  /** What is allowed: `a whole number from 0 to 65535`. */
  readonly allowed: string;
  /** From a flag or a variable. Paths are relative to `base`. */
  fromText(text: string, base: string): T | undefined;
  /** From `n2o.json`. */
  fromJson(value: unknown, base: string): T | undefined;
  /** Puts what a higher source gives over what a lower one does; without this the higher one counts alone. */
  merge?(lower: T, higher: T): T;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Whole numbers. */
export function integer(least: number, most: number): Kind<number> {
  const check = (value: number) =>
    Number.isInteger(value) && value >= least && value <= most ? value : undefined;
  return {
    allowed: `a whole number from ${least} to ${most}`,
    fromText: (text) => /^\d{1,16}$/.test(text) ? check(Number(text)) : undefined,
    fromJson: (value) => typeof value === "number" ? check(value) : undefined,
  };
}

/** One of several words. */
export function choice<T extends string>(...words: T[]): Kind<T> {
  const find = (value: unknown) => words.find((word) => word === value);
  return { allowed: `one of ${words.join(", ")}`, fromText: find, fromJson: find };
}

/** A name without spaces. */
export function word(allowed: string): Kind<string> {
  return text(allowed, (value) => /^[^\s\p{Cc}"'/\\]{1,255}$/u.test(value) ? value : undefined);
}

/** A path, relative to where the source of the value stands. */
export const path: Kind<string> = text(
  "a path",
  (value, base) => value !== "" && !value.includes("\0") ? against(base, value) : undefined,
);

/** A time with its unit, in milliseconds. */
export function duration(least: number, most: number): Kind<number> {
  return text(
    `a time with its unit, such as 500ms, 30s, 15m, 2h or 7d, up to ${most / UNITS.d}d`,
    (value) => {
      const [, digits, unit] = /^(\d{1,12}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(value) ?? [];
      const time = Math.round(Number(digits) * UNITS[unit]);
      return time >= least && time <= most ? time : undefined;
    },
  );
}

/** Words in a list: an array in JSON, separated by commas or spaces elsewhere. */
export function list(
  allowed: string,
  check: (words: readonly string[]) => unknown = () => {},
): Kind<readonly string[]> {
  const checked = (words: string[]) => {
    check(words);
    return words;
  };
  return {
    allowed,
    fromText: (text) => checked(text.split(/[\s,]+/).filter((word) => word !== "")),
    fromJson: (value) => isTexts(value) ? checked(value) : undefined,
  };
}

/** A kind whose JSON is the text itself. */
export function text<T>(allowed: string, read: (text: string, base: string) => T | undefined): Kind<T> {
  return {
    allowed,
    fromText: read,
    fromJson: (value, base) => typeof value === "string" ? read(value, base) : undefined,
  };
}

/** A path as seen from where the process stands. */
export function against(base: string, path: string): string {
  return base === "" || isAbsolute(path) ? path : join(base, path);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string" && item !== "");
}
