/**
 * Rules for the values of fields: the browser checks them before it sends an event, the server when it has come.
 *
 * @module
 */
import { atom, Float, isTuple, type Term, text, type Tuple, tuple } from "../../lib/term.ts";
import { brokenRule } from "../../lib/validation.ts";
import { NitroError } from "./error.ts";
import { checkPattern } from "./validation_pattern.ts";

/** What kind of text a field's value is. */
export type ValueType = "email" | "url" | "integer" | "number" | "date";

/** What a field's value has to be. An empty value is right unless it is required. */
export interface Rules {
  /** Whether there has to be a value; spaces are none. */
  readonly required?: boolean;
  /** How many UTF-16 units at least, as browsers count. */
  readonly minLength?: number;
  /** How many at most. */
  readonly maxLength?: number;
  /**
   * A regular expression for the whole value, as in HTML: 256 characters at most, with five repetitions at most, and none that takes
   * exponentially long. With one a value has 256 UTF-16 units at most, with three repetitions 100, with four 31, with five 15.
   */
  readonly pattern?: string;
  /** The least number or, with the type `date`, the first day: `"2026-01-31"`. Without a type the value is a number then. */
  readonly min?: number | string;
  /** The greatest number, or the last day. */
  readonly max?: number | string;
  /** What kind of text it is. */
  readonly type?: ValueType;
  /** All values that there are; `["true"]` for a box that has to be ticked. */
  readonly oneOf?: readonly string[];
  /** What is said when the value breaks any of these rules. @default the message of each in English */
  readonly message?: string;
}

/** A simple rule, as the browser checks it. */
interface Row {
  readonly name: "required" | "minLength" | "maxLength" | "pattern" | "min" | "max" | "oneOf";
  readonly value: Term;
  readonly code: string;
}

/** Longer texts than a field can hold are no values. */
const MAX_VALUES = 10_000;
const NAMES = new Set([
  "required",
  "minLength",
  "maxLength",
  "pattern",
  "min",
  "max",
  "type",
  "oneOf",
  "message",
]);
const DAY = /^\d{4}-\d\d-\d\d$/;

const TYPES: Readonly<Record<ValueType, string>> = {
  email: "[^\\s@]{1,64}@[^\\s@.]{1,63}(?:\\.[^\\s@.]{1,63}){1,8}",
  url: "[hH][tT][tT][pP][sS]?:\\/\\/[^\\s\\/?#]+(?:[\\/?#]\\S*)?",
  integer: "[+\\-]?\\d+",
  number: "[+\\-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+\\-]?\\d+)?",
  date: "\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])",
};

const MESSAGES: Readonly<Record<string, (rules: Rules) => string>> = {
  required: () => "Please fill in this field.",
  too_short: ({ minLength }) => `Please use at least ${minLength} characters.`,
  too_long: (rules) => `Please use no more than ${mostUnits(rules)} characters.`,
  bad_format: () => "Please use the expected format.",
  bad_email: () => "Please enter an email address.",
  bad_url: () => "Please enter a web address that begins with http:// or https://.",
  bad_integer: () => "Please enter a whole number.",
  bad_number: () => "Please enter a number.",
  bad_date: () => "Please enter a date.",
  too_small: ({ min }) => `Please enter ${min} or more.`,
  too_large: ({ max }) => `Please enter ${max} or less.`,
  too_early: ({ min }) => `Please enter ${min} or later.`,
  too_late: ({ max }) => `Please enter ${max} or earlier.`,
  not_allowed: () => "Please choose one of the values.",
};

/**
 * What is said for a code that {@linkcode checkValue} gave: the rules' own message, or that of the code in English.
 *
 * @example
 * ```ts
 * import { checkValue, messageOf } from "@n2o/n2o/nitro";
 *
 * const rules = { minLength: 8 };
 * const code = checkValue("short", rules);
 * if (code === undefined || messageOf(code, rules) !== "Please use at least 8 characters.") throw new Error(code);
 * ```
 */
export function messageOf(code: string, rules: Rules = {}): string {
  return rules.message ?? MESSAGES[code]?.(rules) ?? "This value is not right.";
}

/** Rules as they are checked: making them so takes longer than checking. */
const known = new WeakMap<Rules, readonly Term[]>();

/**
 * What is wrong with a value: `undefined` when nothing is. Codes: `required`, `too_short`, `too_long`, `bad_format` (the pattern), `bad_email`,
 * `bad_url`, `bad_integer`, `bad_number`, `bad_date`, `too_small`, `too_large`, `too_early`, `too_late`, `not_allowed`. Of a list each value
 * is checked. A date may come as text or as `{Y, M, D}`.
 *
 * Throws `bad_rules` for rules that are none.
 *
 * @example
 * ```ts
 * import { checkValue } from "@n2o/n2o/nitro";
 *
 * if (checkValue("", { required: true }) !== "required") throw new Error("it is empty");
 * if (checkValue("ada@example.org", { type: "email", maxLength: 100 }) !== undefined) throw new Error("it is right");
 * ```
 */
export function checkValue(value: Term | undefined, rules: Rules): string | undefined {
  let compiled = known.get(rules);
  if (compiled === undefined) {
    compiled = rowsOf(rules).map(({ name, value, code }) => tuple(atom(name), value, code));
    known.set(rules, compiled);
  }
  const plain = value === undefined ? "" : value instanceof Float ? value.value : value;
  const broken = brokenRule(plain, compiled);
  if (broken !== undefined) return text((broken as Tuple)[2]);
  return rules.type === "date" && !isDay(plain) ? "bad_date" : undefined;
}

/**
 * Rules as an operation has them, a list of `{Name, Value, Text}`: the names are `required`, `minLength`, `maxLength`, `pattern`, `min`, `max` and
 * `oneOf`, the text is what is shown for a value that breaks it. Types are patterns there.
 *
 * Throws `bad_rules` for rules that are none.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { rulesTerm } from "@n2o/n2o/nitro";
 *
 * const term = format(rulesTerm({ required: true }));
 * if (!term.includes("required")) throw new Error(term);
 * ```
 */
export function rulesTerm(rules: Rules): Term[] {
  return rowsOf(rules).map(({ name, value, code }) => tuple(atom(name), value, messageOf(code, rules)));
}

/** Rules as the simple ones that they come to, in the order in which they are checked. */
export function rowsOf(rules: Rules): Row[] {
  const { required, minLength, maxLength, pattern, min, max, oneOf } = rules;
  for (const name of Object.keys(rules)) {
    if (!NAMES.has(name)) throw new NitroError("bad_rules", `a field has no rule ${name}`, rules);
  }
  const rows: Row[] = [];
  if (required === true) rows.push({ name: "required", value: true, code: "required" });
  const type = rules.type ?? (min !== undefined || max !== undefined ? "number" : undefined);
  if (type !== undefined) {
    if (!Object.hasOwn(TYPES, type)) throw badRules("type", `one of ${Object.keys(TYPES).join(", ")}`, type);
    rows.push({ name: "pattern", value: TYPES[type], code: `bad_${type}` });
  }
  if (minLength !== undefined) {
    rows.push({ name: "minLength", value: size("minLength", minLength), code: "too_short" });
  }
  if (maxLength !== undefined) size("maxLength", maxLength);
  const most = mostUnits(rules);
  if (most !== undefined) rows.push({ name: "maxLength", value: most, code: "too_long" });
  if (pattern !== undefined) {
    checkPattern(pattern);
    rows.push({ name: "pattern", value: pattern, code: "bad_format" });
  }
  if (oneOf !== undefined) {
    if (oneOf.length > MAX_VALUES) {
      throw badRules("oneOf", `a list of ${MAX_VALUES} values at most`, oneOf.length);
    }
    rows.push({ name: "oneOf", value: [...oneOf], code: "not_allowed" });
  }
  const isDate = type === "date";
  if (min !== undefined) {
    rows.push({ name: "min", value: bound("min", min, isDate), code: isDate ? "too_early" : "too_small" });
  }
  if (max !== undefined) {
    rows.push({ name: "max", value: bound("max", max, isDate), code: isDate ? "too_late" : "too_large" });
  }
  return rows;
}

function mostUnits({ maxLength, pattern }: Rules): number | undefined {
  return pattern === undefined ? maxLength : Math.min(maxLength ?? Infinity, checkPattern(pattern));
}

function size(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw badRules(name, "a number of characters", value);
  return value;
}

function bound(name: string, value: number | string, isDate: boolean): number | string {
  if (isDate) {
    if (typeof value === "string" && DAY.test(value)) return value;
    throw badRules(name, "a day such as 2026-01-31, where the type is date", value);
  }
  const number = Number(value);
  if (value === "" || !Number.isFinite(number)) throw badRules(name, "a number", value);
  return number;
}

function badRules(name: string, what: string, value: unknown): NitroError {
  return new NitroError("bad_rules", `a field's rule ${name} is ${what}`, value);
}

/** Whether a value that looks like a day is one; an empty one was looked at before. */
function isDay(value: Term): boolean {
  const parts = isTuple(value) ? Array.from(value, Number) : (text(value) ?? "").split("-").map(Number);
  if (parts.length !== 3) return true;
  const day = new Date(0);
  day.setUTCFullYear(parts[0], parts[1] - 1, parts[2]);
  return day.getUTCMonth() === parts[1] - 1 && day.getUTCDate() === parts[2];
}
