/**
 * Terms from text in Erlang's syntax.
 *
 * @module
 */
import { beginAtoms, readAtom } from "./term_atoms.ts";
import { map } from "./term_map.ts";
import { readBinary } from "./term_parse_binary.ts";
import { FOREIGN, missing, QUOTE_IT, unexpected, type Unfinished, unreadable } from "./term_parse_fault.ts";
import type { TermTextLimits } from "./term_parse_limits.ts";
import { readNumber } from "./term_parse_number.ts";
import { TermText } from "./term_parse_text.ts";
import { Charlist, ImproperList, type Term, tupleOf } from "./term_shapes.ts";
import { charlist } from "./term_text.ts";

export type { TermTextLimits } from "./term_parse_limits.ts";
export { TermSyntaxError } from "./term_parse_error.ts";

const MAX_SIZE = 16_777_216;
const MAX_DEPTH = 512;
const MAX_ATOMS = 4096;

/** A longer string is no STRING_EXT. */
const MAX_STRING = 65_535;

const encoder = new TextEncoder();

/**
 * The term that a text in Erlang's syntax stands for, as `~p` writes it and as people type it: comments, line breaks and a full stop
 * at the end are welcome. What {@linkcode format} writes becomes an equal term again, but for pids, ports, references and funs, which
 * no text stands for.
 *
 * Strings are lists of characters, and of `<<"…">>` each character is a byte, as in Erlang; where Erlang cuts a character or an integer
 * down to its lowest bits, this is an error: `<<"ж"/utf8>>` holds a text.
 *
 * Throws a {@linkcode TermSyntaxError}: `unexpected`, `unexpected_end`, `left_over` (a second term), `variable`, `reserved_word`,
 * `opaque_term`, `bad_atom`, `bad_binary`, `bad_character`, `bad_escape`, `bad_float`, `bad_integer`, or for what is over a limit
 * `too_large`, `too_deep`, `too_many_atoms`.
 *
 * @example
 * ```ts
 * import { atom, bert, equal, tuple } from "@n2o/n2o";
 * import { parseTerm } from "./term_parse.ts";
 *
 * const term = parseTerm(`{echo, <<"hi">>, [1, 2.5 | tail], #{key => "value"}}. % a comment`);
 * if (!equal(parseTerm("{ok, 16#FF}"), tuple(atom("ok"), 255))) throw new Error("the same");
 * if (bert.encode(term)[0] !== 131) throw new Error("a term");
 * ```
 */
export function parseTerm(text: string, limits: TermTextLimits = {}): Term {
  const { maxSize = MAX_SIZE, maxDepth = MAX_DEPTH, maxAtoms = MAX_ATOMS } = limits;
  const source = new TermText(text);
  if (text.length > maxSize) source.fail("too_large", `a text of ${text.length} units`, `${maxSize} at most`);
  beginAtoms(maxAtoms);
  return new Parser(source, maxSize, maxDepth).parse();
}

/** A tuple, list or map without its end. */
interface Open extends Unfinished {
  /** What ends it. */
  readonly close: "}" | "]";
  /** Its elements; a map's keys and values in turn. */
  readonly elements: Term[];
  /** The `]` that end it, of `[a | [b | [c]]]` three. */
  closes: number;
  /** Of a list: whether its elements go on, its tail comes next, or only its end may follow. */
  state: "elements" | "tail" | "end";
  tail: Term | undefined;
}

/** Words that are no atoms without quotes; `maybe` and `else` are in some releases, so they are taken. */
const RESERVED =
  /^(after|and|andalso|band|begin|bnot|bor|bsl|bsr|bxor|case|catch|cond|div|end|fun|if|let|not|of|or|orelse|receive|rem|try|when|xor)$/;

class Parser {
  readonly #source: TermText;
  readonly #maxDepth: number;
  #bytesLeft: number;
  readonly #open: Open[] = [];
  #depth = 0;

  constructor(source: TermText, maxBytes: number, maxDepth: number) {
    this.#source = source;
    this.#bytesLeft = maxBytes;
    this.#maxDepth = maxDepth;
  }

  parse(): Term {
    const source: TermText = this.#source;
    for (;;) {
      let value = this.#begin();
      // a value that is complete may complete what it stands in
      while (value !== undefined) {
        const container = this.#open.at(-1);
        if (container === undefined) {
          // a full stop has a blank or the end behind it
          source.skip();
          source.match(/\.(?=[\0- \x80-\xa0%]|$)/y);
          if (source.skip() === "") return value;
          source.fail("left_over", "something behind the term", "the end");
        }
        value = this.#add(container, value);
      }
    }
  }

  /** Reads what stands for itself, or opens a tuple, list or map: then there is no value yet. */
  #begin(): Term | undefined {
    const source: TermText = this.#source;
    const c = source.skip();
    switch (c) {
      case "{":
        return this.#enclose("{", "}", false);
      case "[":
        return this.#list();
      case "#":
        return source.is("#{") ? this.#enclose("#{", "}", true) : unreadable(source);
      case '"':
        return this.#string();
      case "'":
        return this.#atom(source.at, source.quoted());
      case "<":
        return source.is("<<") ? this.#binary() : unreadable(source);
      case "":
        missing(source, this.#open.at(-1));
    }
    if (/[-+$\d]/.test(c)) return readNumber(source);
    const at = source.at;
    const name = source.name();
    if (name === undefined) unreadable(source);
    source.endOfWord("bad_atom", FOREIGN, QUOTE_IT);
    if (name === "fun") source.fail("opaque_term", "a fun, which no text stands for", "a term", at);
    if (RESERVED.test(name)) {
      source.fail("reserved_word", `the reserved word ${name}`, `'${name}' for the atom`, at);
    }
    return this.#atom(at, name);
  }

  #enclose(open: string, close: "}" | "]", isMap: boolean): Term | undefined {
    const source: TermText = this.#source;
    const at = source.at;
    if (++this.#depth > this.#maxDepth) {
      source.fail("too_deep", "a term that is nested too deep", `${this.#maxDepth} levels at most`);
    }
    source.at += open.length;
    const container: Open = { close, isMap, at, elements: [], closes: 1, state: "elements", tail: undefined };
    if (source.take(close)) return this.#end(container);
    this.#open.push(container);
    return undefined;
  }

  /** A list; one that is another's tail goes on with it: `[a | [b]]` is `[a, b]`. */
  #list(): Term | undefined {
    const outer = this.#open.at(-1);
    if (outer?.state !== "tail") return this.#enclose("[", "]", false);
    const inner = this.#enclose("[", "]", false);
    if (inner !== undefined) return inner;
    this.#open.pop();
    outer.closes++;
    outer.state = "elements";
    return undefined;
  }

  /** Takes an element and what follows it; gives the container's term when that ends it. */
  #add(container: Open, value: Term): Term | undefined {
    const source: TermText = this.#source;
    const { elements, close, isMap } = container;
    if (container.state === "tail") {
      setTail(container, value);
    } else elements.push(value);
    for (;;) {
      if (isMap && elements.length % 2 === 1) {
        if (source.take("=>")) return undefined;
        unexpected(source, "=>", container);
      }
      if (source.take(close)) {
        if (--container.closes === 0) {
          this.#open.pop();
          return this.#end(container);
        }
        this.#depth--;
        container.state = "end";
      } else if (container.state === "elements" && source.take(",")) {
        return undefined;
      } else if (container.state === "elements" && close === "]" && source.take("|")) {
        container.state = "tail";
        return undefined;
      } else {
        const more = close === "}" ? ", or }" : ", | or ]";
        unexpected(source, container.state === "elements" ? more : "]", container);
      }
    }
  }

  #end({ close, isMap, elements, tail }: Open): Term {
    this.#depth--;
    if (isMap) return map(pairs(elements));
    if (close === "}") return tupleOf(elements, 0, elements.length);
    return tail === undefined ? elements : new ImproperList(elements, tail);
  }

  #string(): Term {
    const source: TermText = this.#source;
    let text = "";
    while (source.skip() === '"') text += source.quoted();
    const characters = charlist(text);
    if (!(characters instanceof Charlist)) return characters;
    const { length } = characters.bytes;
    return length > 0 && length <= MAX_STRING ? characters : Array.from(characters.bytes);
  }

  #binary(): Term {
    const source: TermText = this.#source;
    source.at += 2;
    const binary = readBinary(source, this.#bytesLeft);
    this.#bytesLeft -= binary instanceof Uint8Array ? binary.length : binary.bytes.length;
    return binary;
  }

  #atom(at: number, name: string): Term {
    const bytes = encoder.encode(name);
    const found = readAtom(bytes, 0, bytes.length, true);
    if (found === "bad_atom") {
      this.#source.fail("bad_atom", "an atom that is too long", "255 characters at most", at);
    }
    if (found === "too_many_atoms") {
      this.#source.fail("too_many_atoms", "more different atoms than allowed", "fewer", at);
    }
    return found;
  }
}

function setTail(container: Open, value: Term): void {
  container.state = "end";
  if (value instanceof Charlist) { for (const byte of value.bytes) container.elements.push(byte); }
  else if (Array.isArray(value)) { for (const element of value) container.elements.push(element); }
  else container.tail = value;
}

function* pairs(elements: readonly Term[]): Iterable<readonly [Term, Term]> {
  for (let i = 0; i < elements.length; i += 2) yield [elements[i], elements[i + 1]];
}
