/**
 * The `bert` formatter.
 *
 * @module
 */
import { atom } from "../term_atoms.ts";
import { isTuple, type Term, tuple } from "../term_shapes.ts";
import { bert, type BertLimits } from "./bert.ts";
import type { Formatter } from "./mod.ts";

/**
 * Makes the `bert` formatter with limits of your own.
 *
 * @example
 * ```ts
 * import { createBertFormatter } from "@n2o/n2o";
 *
 * const formatter = createBertFormatter({ maxBytes: 1024 });
 * if (formatter.name !== "bert") throw new Error("its name");
 * ```
 */
export function createBertFormatter(limits: BertLimits = {}): Formatter {
  return {
    name: "bert",
    encode: (term) => bert.encode(renamed(term)),
    decode: (payload) => bert.decode(payload, limits),
  };
}

/** The formatter `bert` with the default limits. */
export const bertFormatter: Formatter = createBertFormatter();

/** A file record goes out as an acknowledgement: `ftp` of 11 elements becomes `ftpack`. */
function renamed(term: Term): Term {
  return isTuple(term, "ftp", 11) ? tuple(atom("ftpack"), ...Array.from(term).slice(1)) : term;
}
