/**
 * What lookups send, as N2O has it: `{comboKey, …}` and the others.
 *
 * @module
 */
import { Atom, isTuple, list, type Term, text, Tuple } from "../../../lib/term.ts";
import { NitroError } from "../error.ts";

/** The names of the messages. */
export const NAMES = [
  "comboKey",
  "comboScroll",
  "comboSelect",
  "comboAdd",
  "comboVecAdd",
  "comboModify",
  "comboGroup",
  "comboDraft",
] as const;

/** How many elements each has, its name among them. */
const SIZES: Readonly<Record<(typeof NAMES)[number], number>> = {
  comboKey: 6,
  comboScroll: 4,
  comboSelect: 7,
  comboAdd: 8,
  comboVecAdd: 5,
  comboModify: 9,
  comboGroup: 6,
  comboDraft: 7,
};

/** A message of a lookup: its name and what is in it, read with a limit. */
export class ComboMessage {
  /** Its name. */
  readonly name: (typeof NAMES)[number];
  readonly #term: Tuple;
  readonly #maxLength: number;

  /** Reads a message; throws `combo_bad_message` for one of another size. */
  constructor(term: Tuple, maxLength: number) {
    this.name = (term[0] as Atom).name as (typeof NAMES)[number];
    this.#term = term;
    this.#maxLength = maxLength;
    if (term.length !== SIZES[this.name]) throw bad("size", term);
  }

  /** Whether a term is one. */
  static isOne(message: Term): message is Tuple {
    return isTuple(message) && message[0] instanceof Atom && Object.hasOwn(SIZES, message[0].name);
  }

  /** The term at a place. */
  at(index: number): Term {
    return this.#term[index];
  }

  /** The text at a place; throws `combo_bad_message` when it is none, and `combo_text_too_long`. */
  text(index: number): string {
    const term = this.#term[index];
    const found = list(term)?.length === 0 ? "" : text(term);
    if (found === undefined) throw bad("text", term);
    if (found.length > this.#maxLength) {
      throw new NitroError("combo_text_too_long", "a lookup sent too long a text", found.length);
    }
    return found;
  }

  /** The tuple at a place. */
  tuple(index: number): Tuple {
    const term = this.#term[index];
    if (!(term instanceof Tuple)) throw bad("tuple", term);
    return term;
  }

  /** The position at a place, from 1 as Erlang counts; throws `combo_bad_message` when it is none. */
  position(index: number): number {
    const term = this.#term[index];
    if (typeof term !== "number" || !Number.isInteger(term) || term < 1) throw bad("position", term);
    return term;
  }

  /** The name of its search, a number or a short text. */
  uid(index: number): Term {
    const term = this.#term[index];
    return typeof term === "number" ? term : this.text(index);
  }
}

function bad(what: string, value: Term): NitroError {
  return new NitroError("combo_bad_message", `a lookup's message has no such ${what}`, value);
}
