/**
 * What is wrong where a term should be, or go on.
 *
 * @module
 */
import type { TermText } from "./term_parse_text.ts";

/** A tuple, list or map whose end has not been read. */
export interface Unfinished {
  /** What ends it. */
  readonly close: string;
  /** Whether it is a map. */
  readonly isMap: boolean;
  /** Where it begins. */
  readonly at: number;
}

/** What is wrong with an atom of other letters than Latin ones. */
export const FOREIGN = "letters that an atom has only in quotes";
/** What to do about it. */
export const QUOTE_IT = "'…' round the atom";

/** Throws about a term that is missing at the text's end. */
export function missing(source: TermText, open: Unfinished | undefined): never {
  if (open === undefined) source.fail("unexpected_end", "no term", "a term");
  source.fail("unexpected_end", `a ${nameOf(open)} without an end`, "a term", open.at);
}

/** Throws about what follows an element and should not. */
export function unexpected(source: TermText, expected: string, open: Unfinished): never {
  if (source.skip() !== "") {
    source.fail("unexpected", `unexpected ${next(source)} in a ${nameOf(open)}`, expected);
  }
  source.fail("unexpected_end", `a ${nameOf(open)} without an end`, expected, open.at);
}

/** Throws about what is no term. */
export function unreadable(source: TermText): never {
  const at = source.at;
  const opaque = source.match(/#(?:pid|port|ref|reference|fun|export)<|<(?=\d+\.\d+)/iy);
  if (opaque !== undefined) {
    const kind = opaque === "<" ? "pid" : opaque.slice(1, -1).toLowerCase();
    source.fail("opaque_term", `a ${kind}, which no text stands for,`, "a term", at);
  }
  const variable = source.match(/[A-Z_\xc0-\xd6\xd8-\xde][\w@]*/y);
  if (variable !== undefined) {
    const name = variable.slice(0, 20);
    source.fail("variable", `the variable ${name}`, `a term; '${name}' is an atom`, at);
  }
  if (/^\p{L}/u.test(source.text.slice(at))) source.fail("bad_atom", FOREIGN, QUOTE_IT);
  source.fail("unexpected", `unexpected ${next(source)}`, "a term");
}

function nameOf({ isMap, close }: Unfinished): string {
  return isMap ? "map" : close === "}" ? "tuple" : "list";
}

/** The character that comes next, as a message shows it. */
function next(source: TermText): string {
  const character = String.fromCodePoint(source.text.codePointAt(source.at)!);
  return /[\p{C}\p{Z}]/u.test(character) ? `character ${character.codePointAt(0)}` : character;
}
