/**
 * The recorded rows of NITRO's conversions, done by the functions of this project.
 *
 * @module
 */
import * as nitro from "@n2o/n2o/nitro";
import { Atom, charlist, format, type Term, tuple } from "../lib/term.ts";
import type { EscapeRow } from "./nitro_action_rows.ts";
import { recordedTerm, type Tagged } from "./nitro_vector.ts";

/** Functions of the recording that have no counterpart here, why, and in how many rows they are. */
export const ELSEWHERE: Readonly<Record<string, readonly [rows: number, why: string]>> = {
  "nitro:num": [8, "nobody writes 5K; Number does"],
  "nitro:meg": [3, "Intl.NumberFormat"],
  "nitro:rev": [1, "toReversed"],
  "nitro_conv:url_encode": [8, "encodeURIComponent"],
  "nitro_conv:url_decode": [6, "decodeURIComponent"],
  "wf_tags:emit_tag": [21, "elements write their tags; the rows `elements` show it"],
  "nitro:q": [2, "nitro.q of a page"],
  "nitro:temp_id": [1, "random and longer: of a million ids two of a thousand would be one"],
  "nitro_conv:depickle": [10, "unsigned pickles are not taken"],
  "nitro:qc": [7, "nitro.qc of a page"],
  "nitro:cookies": [1, "cx.cookies"],
  "nitro:cookie": [3, "cx.cookies"],
};

/** A row in words. */
export function nameOf(row: EscapeRow): string {
  return `${row.fn}(${row.in.map((one) => format(termOf(one), { utf8: true })).join(", ")})`;
}

/** What a row's function gives here, as text. */
export function convert({ fn, in: given }: EscapeRow): string {
  const [first, second] = given.map(termOf);
  switch (fn) {
    case "nitro:js_escape":
    case "nitro:jse":
      return (fn === "nitro:jse" ? nitro.jse : nitro.jsEscape)(
        given[0].atom === "undefined" ? undefined : first,
      );
    case "nitro:hte":
      return nitro.hte(first);
    case "nitro_conv:html_encode":
      return second === undefined ? nitro.hte(first) : nitro.htmlEncode(first, "whites");
    case "nitro:html_encode":
      return nitro.htmlEncode(first, second instanceof Atom ? second.name as "whites" : undefined);
    case "nitro:to_list":
      return nitro.toList(first);
    case "nitro:to_binary":
      return nitro.toBinary(first);
    case "nitro:to_atom":
      return nitro.toAtom(first).name;
    case "nitro:f":
      return nitro.f(nitro.toList(first), argumentsOf(given[1]));
    case "nitro:coalesce": {
      const values = "nil" in given[0]
        ? []
        : (given[0].list as Tagged[]).map((one) => one.atom === "undefined" ? undefined : termOf(one));
      const found = nitro.coalesce(values);
      return found === undefined ? "undefined" : nitro.toList(found);
    }
    case "nitro:compact":
      return nitro.compact(first);
    case "nitro:atom":
      return nitro.joinAtom("string" in given[0] ? charlist(given[0].string as string) : first);
  }
  throw new Error(`no function ${fn}`);
}

/** The text of a recorded result, which may be a list of lists and characters. */
export function textOf(tagged: Tagged): string {
  const [[tag, value]] = Object.entries(tagged) as [[string, unknown]];
  if (tag === "nil") return "";
  if (tag === "int") return String.fromCodePoint(Number(value));
  if (tag === "list") return (value as Tagged[]).map(textOf).join("");
  if (tag === "binary_hex") return new TextDecoder().decode(Uint8Array.fromHex(value as string));
  return tag === "tuple" ? format(recordedTerm(tagged)) : String(value);
}

function argumentsOf(tagged: Tagged | undefined): Term[] {
  if (tagged === undefined || "nil" in tagged) return [];
  if ("string" in tagged) return Array.from(tagged.string as string, (one) => one.codePointAt(0)!);
  return (tagged.list as Tagged[]).map(termOf);
}

/** A recorded term, its strings as lists of characters. */
function termOf(tagged: Tagged): Term {
  const [[tag, value]] = Object.entries(tagged) as [[string, unknown]];
  if (tag === "string") return charlist(value as string);
  if (tag === "list") return (value as Tagged[]).map(termOf);
  if (tag === "tuple") return tuple(...(value as Tagged[]).map(termOf));
  return recordedTerm(tagged);
}
