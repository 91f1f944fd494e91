/**
 * Pids, ports, references and funs, as the page's bundle knows them.
 *
 * @module
 */
import { Atom } from "../../term_atoms.ts";
import { Opaque, type OpaqueKind, type Term } from "../../term_shapes.ts";

/**
 * Of each tag the kind, what its first terms must be (see {@linkcode is}), and how many bytes are behind them; with funs in front of them,
 * of which the last four count the terms that follow.
 */
export const KINDS: Record<number, [OpaqueKind, string, number]> = {
  88: ["pid", "a", 12],
  89: ["port", "a", 8],
  90: ["reference", "a", 4],
  101: ["reference", "a", 5],
  102: ["port", "a", 5],
  103: ["pid", "a", 9],
  112: ["fun", "aiip", 29],
  113: ["export", "aab", 0],
  114: ["reference", "a", 1],
  117: ["fun", "paii", 4],
  120: ["port", "a", 12],
};

/** Whether a term is an atom, a byte, a pid or else an integer. */
export function is(kind: string, term: Term): boolean {
  if (kind === "a") return term instanceof Atom || typeof term === "boolean";
  if (kind === "b") return typeof term === "number" && term >= 0 && term < 256;
  return kind === "p" ? term instanceof Opaque && term.kind === "pid" : Number.isInteger(term);
}
