/**
 * Erlang's `io_lib:format`, as far as pages use it.
 *
 * @module
 */
import { Charlist, Float, format, type Term, Tuple } from "../../lib/term.ts";
import { toList } from "./convert.ts";
import { NitroError } from "./error.ts";

const DIRECTIVE = /~(-?(?:\d+|\*))?(?:\.(\d+|\*)?)?(?:\.(.))?(t?l?)(.)/gsu;
/** Nobody means more. */
const MAX_WIDTH = 1000;

/**
 * Text by a format of Erlang's: `~s` text (with or without `t`), `~p` and `~w` a term in Erlang's syntax, `~b` and `~B` an integer, in the base of
 * `~.16b`, `~+` and `~#` the same with its base before it, `~f`, `~e` and `~g` a float, `~c` a character, `~i` nothing, `~n` a line end, `~~`.
 * Width, precision and filling are as in Erlang: `~5w`, `~-5s`, `~.2f`, `~3..0b`; `*` takes them from the arguments.
 *
 * Throws `bad_format` for another directive, too few or too many arguments, and arguments of another kind.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { f } from "@n2o/n2o/nitro";
 *
 * if (f("~s: ~p of ~.1f", ["sum", atom("ok"), 2.25]) !== "sum: ok of 2.3") throw new Error("formatted");
 * ```
 */
export function f(pattern: string, args: readonly Term[] = []): string {
  let next = 0;
  const result = pattern.replace(DIRECTIVE, (all, width, precision, filling, _modifier, letter: string) => {
    if (letter === "~") return "~";
    if (letter === "n") return "\n";
    const take = () => {
      if (next >= args.length) throw bad("there are too few arguments", all);
      return args[next++];
    };
    const count = (given: string | undefined) =>
      given === undefined ? undefined : Number(given.replace("*", () => String(countOf(take(), all))));
    const size = count(width);
    // A character's width without a precision says how often it comes.
    const digits = count(precision) ?? (letter === "c" && size !== undefined ? Math.abs(size) : undefined);
    const value = take();
    if (letter === "i") return "";
    if (!(Math.abs(size ?? 0) <= MAX_WIDTH && (digits ?? 0) <= 99)) throw bad("this is too wide", all);
    if ((digits ?? 0) < 0) throw bad("this is no count", all);
    return fill(say(letter, value, digits, all), letter, size, filling ?? " ");
  });
  if (next < args.length) throw bad("there are too many arguments", pattern);
  return result;
}

function say(letter: string, value: Term, digits: number | undefined, directive: string): string {
  switch (letter) {
    case "s": {
      if (isNumber(value) || value instanceof Tuple) throw bad("this is no text", directive);
      const text = toList(value);
      return digits === undefined ? text : Array.from(text).slice(0, digits).join("").padEnd(digits);
    }
    case "p":
      return format(value);
    case "w":
      return plain(value);
    case "b":
    case "B":
      return integer(value, digits ?? 10, letter === "B", directive);
    case "+":
    case "#":
      return integer(value, digits ?? 10, letter === "#", directive).replace(/^-?/, `$&${digits ?? 10}#`);
    case "f":
      return numberOf(value, directive).toFixed(digits ?? 6);
    case "e":
      return numberOf(value, directive).toExponential((digits ?? 6) - 1);
    case "g":
      return general(numberOf(value, directive), digits ?? 6);
    case "c":
      if (typeof value !== "number") throw bad("this is no character", directive);
      return String.fromCodePoint(value).repeat(digits ?? 1);
  }
  throw bad("this directive is not known", directive);
}

function countOf(value: Term, directive: string): number {
  if (typeof value === "number" && Number.isInteger(value)) return value;
  throw bad("this is no count", directive);
}

function integer(value: Term, base: number, upper: boolean, directive: string): string {
  if (typeof value !== "bigint" && !Number.isInteger(value)) throw bad("this is no integer", directive);
  if (base < 2 || base > 36) throw bad("this is no base", directive);
  const text = (value as number | bigint).toString(base);
  return upper ? text.toUpperCase() : text;
}

/** A float as `~g` writes it: with a point while that is short. */
function general(value: number, digits: number): string {
  const size = Math.abs(value);
  const exponent = size < 1 ? -1 : Math.floor(Math.log10(size));
  const isShort = size >= 0.1 && size < 10_000 && (digits <= 1 && exponent === -1 || digits - 1 > exponent);
  return isShort ? value.toFixed(digits - 1 - exponent) : value.toExponential(digits - 1);
}

/** A term as `~w` writes it: lists of characters as lists, binaries as bytes. */
function plain(value: Term): string {
  if (typeof value === "string") return `<<${new TextEncoder().encode(value).join(",")}>>`;
  if (value instanceof Uint8Array) return `<<${value.join(",")}>>`;
  if (value instanceof Charlist) return `[${value.bytes.join(",")}]`;
  if (Array.isArray(value)) return `[${value.map(plain).join(",")}]`;
  return value instanceof Tuple ? `{${Array.from(value, plain).join(",")}}` : format(value);
}

function fill(text: string, letter: string, width: number | undefined, filling: string): string {
  if (width === undefined) return text;
  const size = Math.abs(width);
  const characters = Array.from(text);
  if (characters.length > size) return letter === "s" ? characters.slice(0, size).join("") : "*".repeat(size);
  return width < 0 ? text.padEnd(size, filling) : text.padStart(size, filling);
}

function isNumber(value: Term): boolean {
  return typeof value === "number" || typeof value === "bigint" || value instanceof Float;
}

function numberOf(value: Term, directive: string): number {
  if (value instanceof Float) return value.value;
  if (typeof value === "number") return value;
  throw bad("this is no number", directive);
}

function bad(why: string, directive: string): NitroError {
  return new NitroError("bad_format", `f: ${why}`, directive);
}
