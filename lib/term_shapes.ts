/**
 * What Erlang has and JavaScript lacks: tuples, whole floats, bit strings, strings of bytes, improper lists, pids.
 *
 * @module
 */
import { N2OError } from "./error.ts";
import { Atom } from "./term_atoms.ts";

/**
 * An Erlang term.
 *
 * | Erlang | TypeScript |
 * |---|---|
 * | integer | `number` while safe, `bigint` beyond; a whole `number` is an integer |
 * | float | `number`, or {@linkcode Float} where it is whole |
 * | atom | {@linkcode Atom}; `true` and `false` are booleans |
 * | binary, bit string | `Uint8Array` (a `string` is its UTF-8 binary), {@linkcode Bits} |
 * | list | array; {@linkcode Charlist} for a list of bytes that came as STRING_EXT; {@linkcode ImproperList} |
 * | tuple | {@linkcode Tuple} |
 * | map | a `Map`-like; decoded: `TermMap`, whose keys go by value |
 * | pid, port, reference, fun | {@linkcode Opaque} |
 */
export type Term =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | Atom
  | Tuple
  | readonly Term[]
  | ReadonlyMap<Term, Term>
  | Charlist
  | Float
  | Bits
  | ImproperList
  | Opaque;

/**
 * An Erlang tuple: `t[0]`, `t.length`, `for (const element of t)`, `instanceof Tuple`. It is no array, so that
 * `Array.isArray` tells a list. Tuples are read-only.
 *
 * {@linkcode tuple} makes them, not `new`. At run time a tuple is an `arguments` object: of what is not an array, V8 makes
 * only these with their elements in one go and with one hidden class for all sizes. One takes 11 ns (an array 8 ns, an
 * object of a class 90 ns, most of it for its first indexed element), and reading an element costs what an array's does.
 *
 * @example
 * ```ts
 * import { atom, Tuple, tuple } from "@n2o/n2o";
 *
 * const t = tuple(atom("ok"), 1);
 * const [tag, value] = t;
 * if (!(t instanceof Tuple) || t.length !== 2 || t[0] !== tag || value !== 1) throw new Error("not a tuple");
 * ```
 */
export abstract class Tuple {
  /** The elements, from 0. */
  readonly [index: number]: Term;
  /** How many elements there are. */
  declare readonly length: number;
  /** Walks over the elements. */
  declare readonly [Symbol.iterator]: () => IterableIterator<Term>;
  /** Makes the type nominal. */
  declare private readonly tuple: true;

  /** Whether a value is a tuple. */
  static [Symbol.hasInstance](value: unknown): value is Tuple {
    return isTupleObject(value);
  }
}

/** What `instanceof Tuple` asks, in a form that V8 inlines. */
export function isTupleObject(value: unknown): value is Tuple {
  return typeof value === "object" && value !== null && typeof (value as Tuple).length === "number" &&
    value.constructor === Object;
}

/**
 * A tuple of the given elements.
 *
 * @example
 * ```ts
 * import { atom, tuple } from "@n2o/n2o";
 *
 * const reply = tuple(atom("echo"), "hello");
 * if (reply.length !== 2) throw new Error("two elements");
 * ```
 */
export function tuple(..._elements: Term[]): Tuple {
  return arguments as unknown as Tuple;
}

/** More arguments than this might not fit the stack. */
const MOST_ARGUMENTS = 4096;

/** A tuple of the values from `from` up to but without `to`. */
export function tupleOf(values: readonly Term[], from: number, to: number): Tuple {
  switch (to - from) {
    case 1:
      return tuple(values[from]);
    case 2:
      return tuple(values[from], values[from + 1]);
    case 3:
      return tuple(values[from], values[from + 1], values[from + 2]);
    case 4:
      return tuple(values[from], values[from + 1], values[from + 2], values[from + 3]);
    case 5:
      return tuple(values[from], values[from + 1], values[from + 2], values[from + 3], values[from + 4]);
  }
  if (to - from <= MOST_ARGUMENTS) return tuple(...values.slice(from, to));
  const result = tuple(...values.slice(from, from + MOST_ARGUMENTS)) as {
    length: number;
    [index: number]: Term;
  };
  for (let i = MOST_ARGUMENTS; i < to - from; i++) result[i] = values[from + i];
  result.length = to - from;
  return result as Tuple;
}

/**
 * Whether a term is a tuple; with a name, one whose first element is that atom; with a size, one of so many elements,
 * the tag among them.
 *
 * @example
 * ```ts
 * import { atom, isTuple, tuple } from "@n2o/n2o";
 *
 * const message = tuple(atom("hello"), "world");
 * if (!isTuple(message, "hello", 2)) throw new Error("it is");
 * if (isTuple(message, "hello", 3) || isTuple([1, 2])) throw new Error("it is not");
 * ```
 */
export function isTuple(term: unknown, name?: string, size?: number): term is Tuple {
  if (!isTupleObject(term)) return false;
  if (size !== undefined && term.length !== size) return false;
  if (name === undefined) return true;
  const tag = term[0];
  return tag instanceof Atom && tag.name === name;
}

/**
 * A float, for numbers that are whole: `1.0` is not `1` in Erlang. Decoded floats with a fraction are plain numbers.
 *
 * @example
 * ```ts
 * import { float } from "@n2o/n2o";
 *
 * if (float(1).value !== 1) throw new Error("1.0");
 * ```
 */
export class Float {
  /** The number. */
  readonly value: number;

  /** Throws `bad_float` unless the number is finite. */
  constructor(value: number) {
    if (!Number.isFinite(value)) throw new N2OError("bad_float", `${value} is no Erlang float`, value);
    this.value = value;
  }
}

/**
 * A float: `float(1)` is Erlang's `1.0`.
 *
 * @example
 * ```ts
 * import { bert, float } from "@n2o/n2o";
 *
 * if (bert.encode(float(1))[1] !== 70 || bert.encode(1)[1] !== 97) throw new Error("a float and an integer");
 * ```
 */
export function float(value: number): Float {
  return new Float(value);
}

/**
 * A string of bits whose number is no multiple of eight.
 *
 * @example
 * ```ts
 * import { Bits } from "@n2o/n2o";
 *
 * const three = new Bits(Uint8Array.of(0b1010_0000), 3);
 * if (three.size !== 3) throw new Error("<<5:3>>");
 * ```
 */
export class Bits {
  /** The bits from the highest of the first byte; those past the last are zero. */
  readonly bytes: Uint8Array;
  /** How many bits. */
  readonly size: number;

  /** Throws `bad_bits` when the size does not fit the bytes, or is a multiple of eight (that is a binary). */
  constructor(bytes: Uint8Array, size: number) {
    if (size % 8 === 0 || Math.ceil(size / 8) !== bytes.length) {
      throw new N2OError("bad_bits", `${size} bits in ${bytes.length} bytes`, size);
    }
    const last = bytes.length - 1;
    const clean = bytes[last] & 0xff00 >> size % 8;
    if (clean !== bytes[last]) {
      bytes = bytes.slice();
      bytes[last] = clean;
    }
    this.bytes = bytes;
    this.size = size;
  }
}

/**
 * A list of bytes as it came in STRING_EXT. It is the same list as the array of its bytes: {@linkcode equal} says so, and
 * {@linkcode list} gives the array.
 *
 * @example
 * ```ts
 * import { Charlist, equal } from "@n2o/n2o";
 *
 * if (!equal(new Charlist(Uint8Array.of(104, 105)), [104, 105])) throw new Error("one list");
 * ```
 */
export class Charlist {
  /** The bytes. */
  readonly bytes: Uint8Array;

  /** Wraps the bytes, without a copy. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/**
 * A list whose tail is no list: `[a | b]`.
 *
 * @example
 * ```ts
 * import { ImproperList } from "@n2o/n2o";
 *
 * const cons = new ImproperList([1, 2], 3);
 * if (cons.tail !== 3) throw new Error("[1, 2 | 3]");
 * ```
 */
export class ImproperList {
  /** The elements before the tail, one at least. */
  readonly elements: readonly Term[];
  /** The tail. */
  readonly tail: Term;

  /** Throws `bad_list` without an element, and for a tail that is a list. */
  constructor(elements: readonly Term[], tail: Term) {
    if (elements.length === 0) {
      throw new N2OError("bad_list", "an improper list without an element", elements);
    }
    if (Array.isArray(tail) || tail instanceof Charlist || tail instanceof ImproperList) {
      throw new N2OError("bad_list", "the tail of an improper list is a list", tail);
    }
    this.elements = elements;
    this.tail = tail;
  }
}

/** What an {@linkcode Opaque} is. */
export type OpaqueKind = "pid" | "port" | "reference" | "fun" | "export";

/**
 * A pid, port, reference or fun of an Erlang node: its bytes are kept, so that it encodes as it came.
 *
 * @example
 * ```ts
 * import { bert, Opaque } from "@n2o/n2o";
 *
 * const map2 = bert.decode(Uint8Array.from([131, 113, 119, 5, 108, 105, 115, 116, 115, 119, 3, 109, 97, 112, 97, 2]));
 * if (!(map2 instanceof Opaque) || map2.kind !== "export") throw new Error("fun lists:map/2");
 * ```
 */
export class Opaque {
  /** What it is. */
  readonly kind: OpaqueKind;
  /** Its encoding, tag included. */
  readonly bytes: Uint8Array;

  /** Wraps an encoding, without a copy or a check. */
  constructor(kind: OpaqueKind, bytes: Uint8Array) {
    this.kind = kind;
    this.bytes = bytes;
  }
}
