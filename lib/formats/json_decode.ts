/**
 * JSON to terms.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import { atom } from "../term_atoms.ts";
import { TermIndex } from "../term_index.ts";
import { TermMap } from "../term_map.ts";
import { Float, type Term } from "../term_shapes.ts";

/** What the JSON decoder accepts. */
export interface JsonLimits {
  /**
   * How many bytes the input may have.
   *
   * @default 16777216
   */
  readonly maxBytes?: number;
  /**
   * How deep arrays and objects may be nested.
   *
   * @default 512
   */
  readonly maxDepth?: number;
}

/**
 * JSON that cannot be decoded.
 *
 * @example
 * ```ts
 * import { JsonError, jsonFormatter } from "@n2o/n2o";
 *
 * try {
 *   jsonFormatter.decode(new TextEncoder().encode("[1,]"));
 *   throw new Error("taken");
 * } catch (error) {
 *   if (!(error instanceof JsonError) || error.offset !== 3) throw error;
 * }
 * ```
 */
export class JsonError extends N2OError {
  /** Where, in characters of the text. */
  readonly offset: number;

  /** Makes an error; the message is given the offset. */
  constructor(code: string, message: string, offset: number, value?: unknown) {
    super(code, `${message} at character ${offset}`, value);
    this.offset = offset;
  }
}

const MAX_BYTES = 16_777_216;
const MAX_DEPTH = 512;

/** More digits than this take long to convert, and nobody means them. */
const MAX_DIGITS = 4096;

/** So many names are compared one by one. */
const FEW = 8;

const decoder = new TextDecoder("utf-8", { fatal: true });
const NULL = atom("null");

/**
 * Decodes JSON: strings become strings, `null` the atom, objects maps with strings as keys (of equal ones the first counts),
 * numbers with a point or an exponent floats. Throws a {@linkcode JsonError}.
 */
export function decode(input: Uint8Array, limits: JsonLimits = {}): Term {
  const maxBytes = limits.maxBytes ?? MAX_BYTES;
  if (input.length > maxBytes) {
    throw new JsonError("too_large", `more than ${maxBytes} bytes`, maxBytes, input.length);
  }
  let text: string;
  try {
    text = decoder.decode(input);
  } catch {
    throw new JsonError("bad_json", "bytes that are not UTF-8", 0);
  }
  const parser = new Parser(text, limits.maxDepth ?? MAX_DEPTH);
  return parser.parse();
}

/** An array or object that is not complete; of an object, the names and values in turn. */
interface Open {
  readonly elements: Term[];
  readonly isObject: boolean;
  /** Finds the names, once there are many. */
  index: TermIndex | undefined;
  /** The name that waits for its value. */
  name: string;
}

class Parser {
  #text: string;
  #maxDepth: number;
  #at = 0;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  parse(): Term {
    const open: Open[] = [];
    for (;;) {
      let value = this.#start(open);
      // a value that is complete may complete what it stands in
      while (value !== undefined) {
        const container = open.at(-1);
        if (container === undefined) {
          if (this.#peek() !== "") this.#fail("something behind the value");
          return value;
        }
        add(container, value);
        value = this.#next(container) ? undefined : (open.pop(), close(container));
      }
    }
  }

  /** Reads a simple value, or opens a container: then there is no value yet. */
  #start(open: Open[]): Term | undefined {
    switch (this.#peek()) {
      case "{":
      case "[": {
        if (open.length === this.#maxDepth) {
          throw new JsonError("too_deep", `nested deeper than ${this.#maxDepth}`, this.#at);
        }
        const isObject = this.#text[this.#at++] === "{";
        const container: Open = { elements: [], isObject, index: undefined, name: "" };
        if (this.#peek() === (isObject ? "}" : "]")) {
          this.#at++;
          return close(container);
        }
        if (isObject) this.#readName(container);
        open.push(container);
        return undefined;
      }
      case '"':
        return this.#string();
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", NULL);
    }
    return this.#number();
  }

  /** What comes behind an element: whether there is another one. */
  #next(container: Open): boolean {
    const { isObject } = container;
    const c = this.#peek();
    this.#at++;
    if (c === ",") {
      if (isObject) this.#readName(container);
      return true;
    }
    if (c === (isObject ? "}" : "]")) return false;
    this.#at--;
    this.#fail(isObject ? "no , or }" : "no , or ]");
  }

  #readName(container: Open): void {
    if (this.#peek() !== '"') this.#fail("no name");
    const name = this.#string();
    if (this.#peek() !== ":") this.#fail("no :");
    this.#at++;
    container.name = name;
  }

  #word<T extends Term>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) this.#fail("no value");
    this.#at += word.length;
    return value;
  }

  #number(): Term {
    const pattern = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
    pattern.lastIndex = this.#at;
    const [digits, fraction, exponent] = pattern.exec(this.#text) ?? this.#fail("no value");
    const number = Number(digits);
    if (fraction === undefined && exponent === undefined) {
      if (digits.length > MAX_DIGITS) throw new JsonError("too_large", `over ${MAX_DIGITS} digits`, this.#at);
      this.#at += digits.length;
      return Number.isSafeInteger(number) ? number + 0 : BigInt(digits);
    }
    if (!Number.isFinite(number)) this.#fail("a number that is too large");
    this.#at += digits.length;
    return Number.isInteger(number) ? new Float(number) : number;
  }

  #string(): string {
    let result = "";
    for (let from = ++this.#at;; this.#at++) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit === 0x22 || unit === 0x5c) {
        result += this.#text.slice(from, this.#at++);
        if (unit === 0x22) break;
        result += this.#escape();
        from = this.#at + 1;
      } else if (!(unit >= 0x20)) this.#fail("a control character or the end in a string");
    }
    if (!result.isWellFormed()) this.#fail("half a surrogate pair in the string before");
    return result;
  }

  /** The character that is escaped; stays on its last character. */
  #escape(): string {
    const c = this.#text[this.#at];
    if (c === "u") {
      const digits = this.#text.slice(this.#at + 1, this.#at + 5);
      if (!/^[\da-fA-F]{4}$/.test(digits)) this.#fail("a bad escape");
      this.#at += 4;
      return String.fromCharCode(parseInt(digits, 16));
    }
    return ESCAPED[c] ?? this.#fail("a bad escape");
  }

  /** The next character that is no space; empty at the end. */
  #peek(): string {
    for (;; this.#at++) {
      const c = this.#text[this.#at] ?? "";
      if (c !== " " && c !== "\n" && c !== "\t" && c !== "\r") return c;
    }
  }

  #fail(message: string): never {
    throw new JsonError("bad_json", message, this.#at);
  }
}

const ESCAPED: Record<string, string> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

function add(container: Open, value: Term): void {
  const { elements, isObject, name } = container;
  if (!isObject) {
    elements.push(value);
    return;
  }
  const at = elements.length;
  if (at < 2 * FEW) {
    for (let i = 0; i < at; i += 2) if (elements[i] === name) return;
    elements.push(name, value);
    return;
  }
  if (container.index === undefined) {
    container.index = new TermIndex(elements);
    for (let i = 0; i < at; i += 2) container.index.add(i);
  }
  elements.push(name, value);
  if (container.index.add(at) >= 0) elements.length = at;
}

function close({ isObject, elements }: Open): Term {
  return isObject ? new TermMap(elements) : elements;
}
