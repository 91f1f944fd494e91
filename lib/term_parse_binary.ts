/**
 * Binaries of a term's text: `<<"text">>`, `<<1, 2>>`, `<<5:3>>`, `<<"ж"/utf8>>`.
 *
 * @module
 */
import { BitWriter } from "./term_parse_bits.ts";
import { type Bits, Float } from "./term_shapes.ts";
import { readNumber } from "./term_parse_number.ts";
import type { TermText } from "./term_parse_text.ts";

type Value = number | bigint | Float;

/** How a segment's values become bits. */
interface Form {
  readonly type: "integer" | "float" | "utf8" | "utf16" | "utf32";
  readonly little: boolean;
  /** Bits a value, for integers and floats. */
  readonly size: number;
}

const PLAIN: Form = { type: "integer", little: false, size: 8 };

/** Reads a binary whose `<<` has been read, of at most `maxBytes`. */
export function readBinary(source: TermText, maxBytes: number): Uint8Array | Bits {
  const written = new BitWriter();
  if (source.take(">>")) return written.end();
  do {
    source.skip();
    const from = source.at;
    const values = readValues(source);
    const form = readForm(source);
    if (form.size > 8 * maxBytes) tooLarge(source, maxBytes, from);
    for (const value of values) {
      write(written, value, form, source, from);
      if (written.size > 8 * maxBytes) tooLarge(source, maxBytes, from);
    }
  } while (source.take(","));
  if (source.take(">>")) return written.end();
  if (source.skip() === "") source.fail("unexpected_end", "a binary without an end", ", or >>");
  return source.fail("unexpected", "what is no part of a binary", ", or >>");
}

function tooLarge(source: TermText, maxBytes: number, from: number): never {
  source.fail("too_large", "a binary that is too large", `${maxBytes} bytes at most in all`, from);
}

/** The values of a segment: its number, or the characters of its strings. */
function readValues(source: TermText): readonly Value[] {
  const first = source.text.charAt(source.at);
  if (/[-+$\d]/.test(first)) return [readNumber(source)];
  if (first !== '"') {
    const code = first === "" ? "unexpected_end" : "unexpected";
    source.fail(
      code,
      first === "" ? "a binary without an end" : "what is no part of a binary",
      "a string or a number",
    );
  }
  let text = "";
  while (source.skip() === '"') text += source.quoted();
  return Array.from(text, (character) => character.codePointAt(0)!);
}

/** Reads `:16`, `/utf8`, `:32/float-little`, or nothing. */
function readForm(source: TermText): Form {
  if (!/[:/]/.test(source.skip())) return PLAIN;
  let size = source.take(":") ? readSize(source) : undefined;
  let { type, little } = PLAIN;
  if (source.take("/")) {
    do {
      source.skip();
      const at = source.at;
      const word = source.name() ?? "";
      switch (word) {
        case "integer":
        case "float":
        case "utf8":
        case "utf16":
        case "utf32":
          type = word;
          break;
        case "little":
        case "big":
          little = word === "little";
          break;
        case "signed":
        case "unsigned":
          break;
        case "unit":
          if (size === undefined || !source.take(":")) {
            source.fail("bad_binary", "a unit without a size", ":SIZE/unit:UNIT", at);
          }
          size *= readSize(source);
          break;
        default:
          source.fail("bad_binary", "a bad type", "integer, float, utf8, utf16, utf32, little or big", at);
      }
    } while (source.take("-"));
  }
  const isText = type.startsWith("utf");
  if (isText && size !== undefined) source.fail("bad_binary", `a size with ${type}`, "one of the two");
  if (type === "float" && size !== undefined && size !== 32 && size !== 64) {
    source.fail("bad_binary", "a float of a bad size", "a size of 32 or 64");
  }
  return { type, little, size: size ?? (type === "float" ? 64 : PLAIN.size) };
}

function readSize(source: TermText): number {
  source.skip();
  const size = source.match(/\d{1,9}(?!\d)/y);
  if (size === undefined) source.fail("bad_binary", "a bad size", "a number of bits");
  return Number(size);
}

/** Writes one value; the segment begins at `from`. */
function write(written: BitWriter, value: Value, form: Form, source: TermText, from: number): void {
  const { type, little, size } = form;
  if (type === "float") {
    return written.float(Number(value instanceof Float ? value.value : value), size, little);
  }
  if (value instanceof Float || typeof value === "number" && !Number.isInteger(value)) {
    source.fail("bad_binary", "a float in place of an integer", "/float behind it", from);
  }
  if (type === "integer") {
    if (fits(value, size)) return written.integer(value, size, little);
    const isString = source.text[from] === '"';
    const [what, expected] = isString
      ? [`a character beyond ${size} bits`, "/utf8 behind the string"]
      : [`an integer of more than ${size} bits`, "a size that fits, such as :16"];
    source.fail("bad_binary", what, expected, from);
  }
  const code = Number(value);
  if (!(code >= 0 && code <= 0x10ffff) || (code & 0xfff800) === 0xd800) {
    source.fail("bad_binary", "what is no character", "up to 16#10FFFF, no surrogate", from);
  }
  written.character(code, type, little);
}

function fits(value: number | bigint, size: number): boolean {
  if (size === 8) return value >= -128 && value <= 255;
  return value >= 0
    ? BigInt(value) >> BigInt(size) === 0n
    : BigInt(value) >> BigInt(Math.max(0, size - 1)) === -1n;
}
