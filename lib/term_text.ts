/**
 * Terms that carry text.
 *
 * @module
 */
import { Atom } from "./term_atoms.ts";
import { Charlist, type Term } from "./term_shapes.ts";
import { readText } from "./utf8.ts";

/**
 * The text of a term: of a binary in UTF-8, a string, a list of characters, an atom (a boolean too). `undefined` for any other
 * term.
 *
 * @example
 * ```ts
 * import { atom, text } from "@n2o/n2o";
 *
 * if (text(Uint8Array.of(104, 105)) !== "hi" || text(atom("hi")) !== "hi" || text(1) !== undefined) throw new Error("text");
 * ```
 */
export function text(term: Term): string | undefined {
  if (typeof term === "string") return term;
  if (typeof term === "boolean") return String(term);
  if (term instanceof Atom) return term.name;
  if (term instanceof Uint8Array) return readText(term, 0, term.length);
  const characters = list(term);
  if (characters === undefined) return undefined;
  let result = "";
  for (const c of characters) {
    if (typeof c !== "number" || !Number.isInteger(c) || c < 0 || c > 0x10ffff || (c & 0xfff800) === 0xd800) {
      return undefined;
    }
    result += String.fromCodePoint(c);
  }
  return result;
}

/**
 * The elements of a proper list, whichever way it came; `undefined` for any other term.
 *
 * @example
 * ```ts
 * import { Charlist, list } from "@n2o/n2o";
 *
 * if (list(new Charlist(Uint8Array.of(1, 2)))?.length !== 2 || list(1) !== undefined) throw new Error("a list");
 * ```
 */
export function list(term: Term): readonly Term[] | undefined {
  return Array.isArray(term) ? term : term instanceof Charlist ? Array.from(term.bytes) : undefined;
}

/**
 * Text as an Erlang string, the list of its characters.
 *
 * @example
 * ```ts
 * import { bert, charlist } from "@n2o/n2o";
 *
 * if (bert.encode(charlist("hi"))[1] !== 107) throw new Error("STRING_EXT");
 * ```
 */
export function charlist(text: string): Charlist | readonly number[] {
  const characters = Array.from(text, (character) => character.codePointAt(0)!);
  return characters.every((c) => c < 256) ? new Charlist(Uint8Array.from(characters)) : characters;
}
