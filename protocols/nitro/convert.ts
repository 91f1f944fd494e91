/**
 * N2O's functions that make text of terms, as NITRO's users know them.
 *
 * @module
 */
import { Atom, atom, Charlist, Float, format, type Term, Tuple } from "../../lib/term.ts";
import { NitroError } from "./error.ts";
import { escapeScript } from "./escape/javascript.ts";

const decoder = new TextDecoder();
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
  "\n": "<br>",
  " ": "&nbsp;",
  "\t": "&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;",
};

/**
 * Text as HTML: `& < > " '` as entities. With `"whites"` line ends are `<br>`, and spaces and tabs stay. Bodies of elements are escaped by
 * themselves; this is for HTML that is put together by hand and marked by `raw`.
 *
 * @example
 * ```ts
 * import { htmlEncode } from "@n2o/n2o/nitro";
 *
 * if (htmlEncode("a < b") !== "a &lt; b") throw new Error("escaped");
 * ```
 */
export function htmlEncode(value: Term, spaces?: "whites"): string {
  return toList(value).replace(spaces === undefined ? /[&<>"']/g : /[&<>"'\n\t ]/g, (one) => ENTITIES[one]);
}

/**
 * Text as HTML, N2O's `hte`: as {@linkcode htmlEncode}, with backquotes as entities and line ends as `<br>`.
 *
 * @example
 * ```ts
 * import { hte } from "@n2o/n2o/nitro";
 *
 * if (hte("a < b\n`c`") !== "a &lt; b<br>&#96;c&#96;") throw new Error(hte("a < b\n`c`"));
 * ```
 */
export function hte(value: Term): string {
  return toList(value).replace(/[&<>"'`\n]/g, (one) => ENTITIES[one]);
}

/**
 * Text as it stands between quotes of any kind in JavaScript; `""` for `undefined`.
 *
 * @example
 * ```ts
 * import { jsEscape } from "@n2o/n2o/nitro";
 *
 * if (jsEscape("it's") !== "it\\'s" || jsEscape(undefined) !== "") throw new Error(jsEscape("it's"));
 * ```
 */
export function jsEscape(value: Term | undefined): string {
  return value === undefined ? "" : escapeScript(toList(value));
}

/**
 * N2O's short name for {@linkcode jsEscape}.
 *
 * @example
 * ```ts
 * import { jse, jsEscape } from "@n2o/n2o/nitro";
 *
 * if (jse("</script>") !== jsEscape("</script>")) throw new Error("not the same");
 * ```
 */
export function jse(value: Term | undefined): string {
  return jsEscape(value);
}

/**
 * The text of a term: of text, atoms and numbers as they are, floats with nine decimals at most, tuples in Erlang's syntax, lists of
 * characters as their text, other lists put together.
 *
 * Throws `no_text` for what is none of these.
 *
 * @example
 * ```ts
 * import { atom, tuple } from "@n2o/n2o";
 * import { toList } from "@n2o/n2o/nitro";
 *
 * if (toList([atom("row"), "-", 3]) !== "row-3" || toList(tuple(1, 2)) !== "{1,2}") throw new Error("text");
 * ```
 */
export function toList(value: Term): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : floatText(value);
  if (typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value instanceof Atom) return value.name;
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Uint8Array) return decoder.decode(value);
  if (value instanceof Charlist) return String.fromCharCode(...value.bytes);
  if (value instanceof Tuple) return format(value);
  if (!Array.isArray(value)) throw new NitroError("no_text", "this term has no text", value);
  return value.every(isCharacter) ? String.fromCodePoint(...value) : value.map(toList).join("");
}

/**
 * The text of a term as a binary, which is a string here: as {@linkcode toList}.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { toBinary } from "@n2o/n2o/nitro";
 *
 * if (toBinary([atom("row"), 7]) !== "row7") throw new Error("no text");
 * ```
 */
export function toBinary(value: Term): string {
  return toList(value);
}

/**
 * The atom of a term's text. Throws `no_text` for tuples and what has no text.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { toAtom } from "@n2o/n2o/nitro";
 *
 * if (toAtom("save") !== atom("save")) throw new Error("another atom");
 * ```
 */
export function toAtom(value: Term): Atom {
  if (value instanceof Tuple) throw new NitroError("no_text", "a tuple is no name", value);
  return atom(toList(value));
}

/**
 * An id of parts, N2O's `nitro:atom/1`: their texts with `_` between them.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { joinAtom } from "@n2o/n2o/nitro";
 *
 * if (joinAtom([atom("row"), 7, "name"]) !== "row_7_name") throw new Error("another id");
 * ```
 */
export function joinAtom(parts: Term): string {
  return Array.isArray(parts) ? parts.map(toList).join("_") : toList(parts);
}

/**
 * The first value that is neither `undefined` nor an empty list; the last one when all are.
 *
 * @example
 * ```ts
 * import { coalesce } from "@n2o/n2o/nitro";
 *
 * if (coalesce([undefined, [], "third"]) !== "third") throw new Error("another one");
 * ```
 */
export function coalesce<T>(values: readonly T[]): T | undefined {
  return values.find((one) => one !== undefined && !(Array.isArray(one) && one.length === 0)) ??
    values.at(-1);
}

/**
 * A term on one line, as it may stand in JavaScript between quotes: tuples in braces, with commas; an empty list is `[]`.
 *
 * @example
 * ```ts
 * import { tuple } from "@n2o/n2o";
 * import { compact } from "@n2o/n2o/nitro";
 *
 * if (compact(tuple("a", tuple(1, []))) !== "{a,{1,[]}}") throw new Error(compact(tuple("a", tuple(1, []))));
 * ```
 */
export function compact(value: Term): string {
  if (value instanceof Tuple) return `{${Array.from(value, compact).join(",")}}`;
  if (!Array.isArray(value)) return escapeScript(toList(value));
  if (value.length === 0) return "[]";
  return value.every(isCharacter) ? escapeScript(toList(value)) : value.map(compact).join("");
}

/**
 * An id that no other element has.
 *
 * @example
 * ```ts
 * import { tempId } from "@n2o/n2o/nitro";
 *
 * if (!/^auto\d+$/.test(tempId()) || tempId() === tempId()) throw new Error("no new id");
 * ```
 */
export function tempId(): string {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return `auto${high}${low}`;
}

function isCharacter(value: Term): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0x10ffff;
}

/** A float with nine decimals at most, and one at least. */
function floatText(value: number): string {
  if (Math.abs(value) >= 1e21) return `${BigInt(value)}.0`;
  return value.toFixed(9).replace(/(\.\d+?)0+$/, "$1");
}
