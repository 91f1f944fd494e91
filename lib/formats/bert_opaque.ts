/**
 * Pids, ports, references and funs: how long they are, and what must stand in them.
 *
 * @module
 */
import { Atom } from "../term_atoms.ts";
import { Opaque, type OpaqueKind, type Term } from "../term_shapes.ts";

/** Where the parts of an opaque term lie. */
export interface Layout {
  readonly kind: OpaqueKind;
  /** Bytes between the tag and the terms. */
  readonly before: number;
  /** How many terms are in it. */
  readonly terms: number;
  /** Bytes behind the terms. */
  readonly after: number;
}

/** Of each tag the kind, and how many bytes are behind its node, or for funs before their terms. */
const KINDS: Record<number, [OpaqueKind, number]> = {
  88: ["pid", 12],
  89: ["port", 8],
  90: ["reference", 4],
  101: ["reference", 5],
  102: ["port", 5],
  103: ["pid", 9],
  112: ["fun", 29],
  113: ["export", 0],
  114: ["reference", 1],
  117: ["fun", 4],
  120: ["port", 12],
};

/**
 * The layout of the opaque term whose tag lies at `at`; `undefined` for another tag, and for one that is cut off before its
 * terms or claims an impossible number of words.
 */
export function layoutAt(source: Uint8Array, at: number): Layout | undefined {
  const tag = source[at];
  const left = source.length - at - 1;
  const known = KINDS[tag];
  if (known === undefined) return undefined;
  const [kind, bytes] = known;
  if (kind === "fun") {
    return left < bytes
      ? undefined
      : { kind, before: bytes, terms: 4 + count(source, at + bytes - 3), after: 0 };
  }
  if (tag !== 114 && tag !== 90) return { kind, before: 0, terms: kind === "export" ? 3 : 1, after: bytes };
  const words = left < 2 ? 0 : source[at + 1] << 8 | source[at + 2];
  return words < 1 || words > 5 ? undefined : { kind, before: 2, terms: 1, after: bytes + 4 * words };
}

function count(source: Uint8Array, at: number): number {
  return source[at] * 0x1000000 + (source[at + 1] << 16 | source[at + 2] << 8 | source[at + 3]);
}

/** Whether the terms read, from `from` on, are what the tag wants. */
export function fits(tag: number, terms: readonly Term[], from: number): boolean {
  const [a, b, c, d] = terms.slice(from, from + 4);
  if (tag === 113) return isAtom(a) && isAtom(b) && typeof c === "number" && c >= 0 && c < 256;
  if (tag === 112) return isAtom(a) && isInteger(b) && isInteger(c) && isPid(d);
  if (tag === 117) return isPid(a) && isAtom(b) && isInteger(c) && isInteger(d);
  return isAtom(a);
}

function isAtom(term: Term): boolean {
  return term instanceof Atom || typeof term === "boolean";
}

function isInteger(term: Term): boolean {
  return Number.isInteger(term);
}

function isPid(term: Term): boolean {
  return term instanceof Opaque && term.kind === "pid";
}
