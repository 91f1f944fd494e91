/**
 * `lib/term_shapes.ts` as the page's bundle has it: what pages cannot make by themselves is only ever made of what was decoded, and that
 * was looked at already.
 *
 * @module
 */
import { N2OError } from "../../error.ts";
import type * as full from "../../term_shapes.ts";
import { Atom } from "../../term_atoms.ts";

type Term = full.Term;

/** An Erlang tuple. */
export abstract class Tuple {
  /** Whether a value is one. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return isTupleObject(value);
  }
}

/** What `instanceof Tuple` asks. */
export const isTupleObject =
  ((value: { length?: unknown } | null): boolean =>
    typeof value === "object" && typeof value?.length === "number" &&
    value.constructor === Object) as typeof full.isTupleObject;

/** A tuple of the given elements. */
export function tuple(..._elements: Term[]): full.Tuple {
  return arguments as unknown as full.Tuple;
}

/** Whether a term is a tuple, of that name and size if they are given. */
export const isTuple = ((term: Term, name?: string, size = (term as full.Tuple)?.length): boolean => {
  if (!isTupleObject(term) || term.length !== size) return false;
  const tag = term[0];
  return name === undefined || tag instanceof Atom && tag.name === name;
}) as typeof full.isTuple;

/** A float, for numbers that are whole. */
export class Float implements full.Float {
  /** The number. */
  readonly value: number;

  /** Throws `bad_float` unless the number is finite. */
  constructor(value: number) {
    if (!Number.isFinite(value)) throw new N2OError("bad_float", `${value} is no Erlang float`, value);
    this.value = value;
  }
}

/** A float: `float(1)` is Erlang's `1.0`. */
export function float(value: number): Float {
  return new Float(value);
}

/** A string of bits whose number is no multiple of eight. */
export class Bits implements full.Bits {
  /** The bits from the highest of the first byte; those past the last are zero. */
  readonly bytes: Uint8Array;
  /** How many bits. */
  readonly size: number;

  /** Takes a copy of the bytes. */
  constructor(bytes: Uint8Array, size: number) {
    this.bytes = bytes.slice();
    this.bytes[bytes.length - 1] &= 0xff00 >> size % 8;
    this.size = size;
  }
}

/** A list of bytes as it came in STRING_EXT. */
export class Charlist implements full.Charlist {
  /** The bytes. */
  readonly bytes: Uint8Array;

  /** Wraps the bytes. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** A list whose tail is no list. */
export class ImproperList implements full.ImproperList {
  /** The elements before the tail. */
  readonly elements: readonly Term[];
  /** The tail. */
  readonly tail: Term;

  /** Wraps both. */
  constructor(elements: readonly Term[], tail: Term) {
    this.elements = elements;
    this.tail = tail;
  }
}

/** A pid, port, reference or fun of an Erlang node. */
export class Opaque implements full.Opaque {
  /** What it is. */
  readonly kind: full.OpaqueKind;
  /** Its encoding, tag included. */
  readonly bytes: Uint8Array;

  /** Wraps an encoding. */
  constructor(kind: full.OpaqueKind, bytes: Uint8Array) {
    this.kind = kind;
    this.bytes = bytes;
  }
}
