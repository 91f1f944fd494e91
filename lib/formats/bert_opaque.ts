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
  /** Bytes behind the tag, before the terms. */
  readonly before: number;
  /** How many terms are in it: first its node or module, but for the fun of tag 117. */
  readonly terms: number;
  /** Bytes behind the terms. */
  readonly after: number;
}

function layout(kind: OpaqueKind, before: number, terms: number, after: number): Layout {
  return { kind, before, terms, after };
}

const FIXED: Record<number, Layout> = {
  103: layout("pid", 0, 1, 9),
  88: layout("pid", 0, 1, 12),
  102: layout("port", 0, 1, 5),
  89: layout("port", 0, 1, 8),
  120: layout("port", 0, 1, 12),
  101: layout("reference", 0, 1, 5),
  113: layout("export", 0, 3, 0),
};

/**
 * The layout of the opaque term whose tag lies at `at`; `undefined` for another tag, and for one that is cut off before its
 * terms or claims an impossible number of words.
 */
export function layoutAt(source: Uint8Array, at: number): Layout | undefined {
  const tag = source[at];
  const left = source.length - at - 1;
  switch (tag) {
    case 114:
    case 90: {
      if (left < 2) return undefined;
      const words = source[at + 1] << 8 | source[at + 2];
      return words < 1 || words > 5
        ? undefined
        : layout("reference", 2, 1, (tag === 114 ? 1 : 4) + 4 * words);
    }
    case 112:
      return left < 29 ? undefined : layout("fun", 29, 4 + count(source, at + 26), 0);
    case 117:
      return left < 4 ? undefined : layout("fun", 4, 4 + count(source, at + 1), 0);
  }
  return FIXED[tag];
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
