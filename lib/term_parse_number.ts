/**
 * Numbers of a term's text.
 *
 * @module
 */
import { Float } from "./term_shapes.ts";
import type { TermText } from "./term_parse_text.ts";

/** More digits than this nobody means. */
const MAX_DIGITS = 65_536;

const DECIMAL = /\d+(?:_\d+)*/y;
const BASED = /[\da-zA-Z]+(?:_[\da-zA-Z]+)*/y;
const FRACTION = /\.\d+(?:_\d+)*/y;
const EXPONENT = /[eE][-+]?\d+(?:_\d+)*/y;

/** Reads a number or a character (`$a`) with its sign; the caller has seen that one begins here. */
export function readNumber(source: TermText): number | bigint | Float {
  const from = source.at;
  const sign = source.match(/[-+]/y);
  if (sign !== undefined && !/[\d$]/.test(source.skip())) {
    source.fail("unexpected", `no number behind ${sign}`, "a number");
  }
  const value = source.is("$") ? character(source) : unsigned(source, from);
  if (sign !== "-") return value;
  // no integer is minus zero
  return value instanceof Float ? new Float(-value.value) : typeof value === "bigint" ? -value : 0 - value;
}

function character(source: TermText): number {
  source.at++;
  return source.character();
}

function unsigned(source: TermText, from: number): number | bigint | Float {
  const digits = read(source, DECIMAL, from);
  if (source.is("#") && !source.is("#{")) return based(source, Number(digits), from);
  const fraction = source.match(FRACTION);
  if (fraction !== undefined) return float(source, digits, fraction, from);
  const isFloat = /[eE][-+]?\d/y;
  isFloat.lastIndex = source.at;
  if (isFloat.test(source.text)) {
    source.fail("bad_float", "a float without a point", `${digits.slice(0, 20)}.0 before the exponent`);
  }
  source.endOfWord("bad_integer", "what is no digit behind an integer", "a digit, or the integer's end");
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}

/** The digits without the `_` between them. */
function read(source: TermText, pattern: RegExp, from: number): string {
  const digits = source.match(pattern)?.replaceAll("_", "") ?? "";
  if (digits.length > MAX_DIGITS) {
    source.fail("too_large", `an integer of ${digits.length} digits`, `${MAX_DIGITS} at most`, from);
  }
  return digits;
}

function float(source: TermText, digits: string, fraction: string, from: number): number | Float {
  const exponent = source.match(EXPONENT) ?? "";
  source.endOfWord("bad_float", "what is no digit behind a float", "a digit, or the float's end");
  const value = Number(`${digits}${fraction}${exponent}`.replaceAll("_", ""));
  if (!Number.isFinite(value)) {
    source.fail("bad_float", "a float that is too large", "up to 1.7976931348623157e308", from);
  }
  return Number.isInteger(value) ? new Float(value) : value;
}

/** So many digits of any base are exact in a number. */
const CHUNK = 10;

/** An integer in another base; its `#` comes next. */
function based(source: TermText, base: number, from: number): number | bigint {
  if (!(base >= 2 && base <= 36)) source.fail("bad_integer", "a bad base", "a base from 2 to 36", from);
  source.at++;
  const first = source.at;
  const digits = read(source, BASED, from).toLowerCase();
  if (digits === "") source.fail("bad_integer", "no digits behind the base", `digits of base ${base}`);
  for (const digit of digits) {
    if (parseInt(digit, 36) < base) continue;
    const at = source.text.toLowerCase().indexOf(digit, first);
    source.fail("bad_integer", "a bad digit", `digits of base ${base}`, at);
  }
  let value = 0n;
  for (let i = 0; i < digits.length; i += CHUNK) {
    const chunk = digits.slice(i, i + CHUNK);
    value = value * BigInt(base ** chunk.length) + BigInt(parseInt(chunk, base));
  }
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}
