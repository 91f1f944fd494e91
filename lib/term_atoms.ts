/**
 * Atoms, and the table that makes one object of each name.
 *
 * @module
 */
import { N2OError } from "./error.ts";
import { secretHash } from "./term_hash.ts";
import { readText } from "./utf8.ts";

const MAX_CHARACTERS = 255;

/** So many names that the program uses are held for good; later ones are held weakly, like those of peers. */
const MAX_HELD = 65_536;

/** What an atom's name is made of; the two that are booleans are ASCII, too. */
const ASCII = 0, TRUE = 1, FALSE = 2, LATIN1 = 3, UTF8 = 4;

const encoder = new TextEncoder();

/**
 * An Erlang atom. At any time there is one object for a name, so `===` compares atoms.
 *
 * {@linkcode atom} makes them. The atoms `true` and `false` are JavaScript's booleans.
 *
 * @example
 * ```ts
 * import { atom, Atom } from "@n2o/n2o";
 *
 * const ok = atom("ok");
 * if (!(ok instanceof Atom) || ok.name !== "ok" || ok !== atom("ok")) throw new Error("not the same atom");
 * ```
 */
export class Atom {
  /** The name: at most 255 characters. */
  readonly name: string;
  private readonly form: number;
  /** Whether only peers have used the name so far. */
  private foreign: boolean;
  private encoded: Uint8Array | undefined = undefined;
  /** The last message that it was counted in. */
  private counted = 0;
  /** The last map that was found to have it as a key. */
  private map = 0;

  /** Use {@linkcode atom}: an atom made by hand equals no other. */
  constructor(name: string, form: number, foreign: boolean) {
    this.name = name;
    this.form = form;
    this.foreign = foreign;
  }

  /** The encoding: tag, length and name. */
  get wire(): Uint8Array {
    return this.encoded ??= wireOf(this.name, this.form);
  }

  /** The name. */
  toString(): string {
    return this.name;
  }
}

/** The program's. No name of a peer is looked up in it: even in an empty `Map` names can be made to collide. */
const held = new Map<string, Atom>();
/** All of them, by the hash of the name. */
const known = new Map<number, WeakRef<Atom>>();
/** Those whose hash a living one had already: in all likelihood none, ever. They stay for good. */
const clashing: Atom[] = [];
/** Walks round all of them and lets go of what is gone, a few steps for each new one. */
let sweeper = known.entries();

/**
 * The atom of that name, always the same object.
 *
 * Throws `bad_atom` for more than 255 characters, for half a surrogate pair, and for `true` and `false`, which are
 * JavaScript's booleans.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 *
 * if (atom("ok") !== atom("ok")) throw new Error("not interned");
 * ```
 */
export function atom(name: string): Atom {
  return held.get(name) ?? hold(name);
}

function hold(name: string): Atom {
  if (name === "true" || name === "false") {
    throw new N2OError("bad_atom", `the atom ${name} is JavaScript's ${name}`, name);
  }
  const result = find(name) ?? keepWeakly(name);
  if (held.size >= MAX_HELD) return result;
  result["foreign"] = false;
  held.set(name, result);
  return result;
}

function find(name: string): Atom | undefined {
  const found = known.get(secretHash(name))?.deref();
  return found?.name === name ? found : clashing.find((atom) => atom.name === name);
}

function make(name: string): Atom {
  if (lengthOf(name) > MAX_CHARACTERS) {
    throw new N2OError("bad_atom", `an atom of more than ${MAX_CHARACTERS} characters`, name);
  }
  if (!name.isWellFormed()) throw new N2OError("bad_atom", "an atom with half a surrogate pair", name);
  let form = ASCII;
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    if (unit > 255) form = UTF8;
    else if (unit > 127 && form === ASCII) form = LATIN1;
  }
  return new Atom(name, form, true);
}

function wireOf(name: string, form: number): Uint8Array {
  const bytes = form === UTF8 ? encoder.encode(name) : Uint8Array.from(name, (c) => c.charCodeAt(0));
  const n = bytes.length;
  const head = form !== UTF8 ? [100, n >> 8, n & 255] : n < 256 ? [119, n] : [118, n >> 8, n & 255];
  const wire = new Uint8Array(head.length + n);
  wire.set(head);
  wire.set(bytes, head.length);
  return wire;
}

function keepWeakly(name: string): Atom {
  const result = make(name);
  const hash = secretHash(name);
  if (known.get(hash)?.deref() === undefined) known.set(hash, new WeakRef(result));
  else clashing.push(result);
  for (let steps = 0; steps < 4; steps++) {
    const { value, done } = sweeper.next();
    if (done) {
      sweeper = known.entries();
      break;
    }
    if (value[1].deref() === undefined) known.delete(value[0]);
  }
  return result;
}

/**
 * The atoms that were read last, by a hash of their bytes: a hot atom is found without making its name. A slot holds
 * one atom, and its bytes are compared, so that a collision costs time and nothing else, however it came about.
 */
const SLOTS = 1024;
const recent: (Atom | undefined)[] = new Array(SLOTS).fill(undefined);
const YES = new Atom("true", TRUE, false);
const NO = new Atom("false", FALSE, false);

let message = 0;
let allowance = 0;

/** Begins a message: at most `maxAtoms` atoms that the program does not use itself may come in it. */
export function beginAtoms(maxAtoms: number): void {
  message = message + 1 | 0;
  allowance = maxAtoms;
}

/** The hash of an atom's bytes that its place among the recent ones goes by. */
export function hashOf(source: Uint8Array, start: number, length: number): number {
  let hash = length;
  for (let i = start; i < start + length; i++) hash = Math.imul(hash ^ source[i], 0x5bd1e995);
  return hash ^ hash >>> 15;
}

/** Why {@linkcode readAtom} found none. */
export type AtomProblem = "bad_atom" | "too_many_atoms";

/**
 * The atom whose name is `length` bytes of `source` from `start`, in UTF-8 or else in Latin-1; or what is wrong with it.
 * The bytes must be there.
 */
export function readAtom(
  source: Uint8Array,
  start: number,
  length: number,
  utf8: boolean,
): Atom | boolean | AtomProblem {
  const slot = hashOf(source, start, length) & SLOTS - 1;
  let found = recent[slot];
  if (found === undefined || !spells(found, source, start, length, utf8)) {
    const name = nameOf(source, start, length, utf8);
    if (name === undefined) return "bad_atom";
    found = name === "true" ? YES : name === "false" ? NO : find(name) ?? keepWeakly(name);
    // only for an atom that comes again its encoding is worth having
    if (recent[slot] === found) found["encoded"] = found.wire;
    recent[slot] = found;
  }
  if (found["foreign"] && found["counted"] !== message) {
    if (--allowance < 0) return "too_many_atoms";
    found["counted"] = message;
  }
  const form = found["form"];
  return form === TRUE || form !== FALSE && found;
}

function spells(atom: Atom, source: Uint8Array, start: number, length: number, utf8: boolean): boolean {
  const wire = atom["encoded"];
  if (wire === undefined) return false;
  let head = 3;
  if (atom["form"] >= LATIN1) {
    if ((atom["form"] === UTF8) !== utf8) return false;
    if (wire[0] === 119) head = 2;
  }
  if (wire.length !== head + length) return false;
  for (let i = 0; i < length; i++) if (wire[head + i] !== source[start + i]) return false;
  return true;
}

function nameOf(source: Uint8Array, start: number, length: number, utf8: boolean): string | undefined {
  if (!utf8 && length > MAX_CHARACTERS) return undefined;
  if (utf8) {
    const name = readText(source, start, start + length);
    return name === undefined || lengthOf(name) > MAX_CHARACTERS ? undefined : name;
  }
  let name = "";
  for (let i = start; i < start + length; i++) name += String.fromCharCode(source[i]);
  return name;
}

/** How many characters, of which some are two units. */
function lengthOf(name: string): number {
  let length = name.length;
  for (let i = 0; i < name.length; i++) if ((name.charCodeAt(i) & 0xfc00) === 0xdc00) length--;
  return length;
}

/**
 * How many atoms there are: held for good, and held only as long as somebody uses them (of the latter some may be gone
 * already).
 */
export function atomCounts(): { held: number; weak: number } {
  return { held: held.size, weak: known.size - held.size };
}
