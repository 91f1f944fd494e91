/**
 * `lib/term_atoms.ts` as the page's bundle has it: atoms come from the page's own server, which need not be kept from filling the memory.
 *
 * @module
 */
import { N2OError } from "../../error.ts";
import type * as full from "../../term_atoms.ts";
import { readText } from "../../utf8.ts";

/** An Erlang atom, one object for each name. */
export class Atom {
  /** The name. */
  readonly name: string;

  /** Use {@linkcode atom}. */
  constructor(name: string) {
    this.name = name;
  }

  /** The name. */
  toString(): string {
    return this.name;
  }
}

const known = new Map<string, Atom>();

/** The atom of that name. Throws `bad_atom` as the full one does. */
export const atom = ((name: string): Atom => {
  const found = known.get(name);
  if (found) return found;
  if (/^(true|false)$/.test(name) || [...name].length > 255 || !name.isWellFormed()) {
    throw new N2OError("bad_atom", "no name for an atom", name);
  }
  const made = new Atom(name);
  known.set(name, made);
  return made;
}) as unknown as typeof full.atom;

/** Begins a message; nothing is counted here. */
export const beginAtoms: typeof full.beginAtoms = () => {};

/** The atom whose name is in these bytes, or what is wrong with it. */
export const readAtom: typeof full.readAtom = (source, start, length, utf8) => {
  const end = start + length;
  const name = utf8 ? readText(source, start, end) : String.fromCharCode(...source.subarray(start, end));
  if (name === undefined || [...name].length > 255) return "bad_atom";
  return name === "true" || name !== "false" && atom(name);
};
