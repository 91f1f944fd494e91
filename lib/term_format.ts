/**
 * Terms in Erlang's syntax.
 *
 * @module
 */
import { Atom } from "./term_atoms.ts";
import { Bits, Charlist, Float, ImproperList, Opaque, type Term, Tuple } from "./term_shapes.ts";
import { text } from "./term_text.ts";

/** How {@linkcode format} writes. */
export interface FormatOptions {
  /**
   * Whether binaries of text beyond Latin-1 are written as `<<"…"/utf8>>`, as `~tp` does, instead of their bytes, as `~p` does.
   *
   * @default false
   */
  readonly utf8?: boolean;
}

/** Text among terms that are still to be written. */
class Written {
  constructor(readonly text: string) {}
}

const COMMA = new Written(",");
const ARROW = new Written(" => ");
const BAR = new Written("|");

/**
 * A term in Erlang's syntax, as `~p` writes it, but on one line.
 *
 * @example
 * ```ts
 * import { atom, format, tuple } from "@n2o/n2o";
 *
 * if (format(tuple(atom("Token"), "abc", [1.5])) !== `{'Token',<<"abc">>,[1.5]}`) throw new Error("Erlang's syntax");
 * ```
 */
export function format(term: Term, options: FormatOptions = {}): string {
  let result = "";
  // from the last to the first: terms may be nested deeper than calls
  const todo: (Term | Written)[] = [term];
  while (todo.length > 0) {
    const next = todo.pop()!;
    if (next instanceof Written) result += next.text;
    else if (next instanceof Tuple) result += enclose(todo, "{", Array.from(next), "}");
    else if (next instanceof ImproperList) {
      todo.push(new Written("]"), next.tail, BAR);
      result += enclose(todo, "[", next.elements, "");
    } else if (Array.isArray(next)) result += string(next) ?? enclose(todo, "[", next, "]");
    else if (isMap(next)) {
      const parts = Array.from(next, ([key, value]) => [key, ARROW, value]);
      result += enclose(todo, "#{", parts, "}");
    } else result += leaf(next as Term, options);
  }
  return result;
}

function isMap(term: Term | Written): term is ReadonlyMap<Term, Term> {
  return typeof term === "object" && Symbol.iterator in term && "get" in term && "size" in term;
}

/** Puts the elements and what follows them on the stack; gives what comes before them. */
function enclose(
  todo: (Term | Written)[],
  open: string,
  elements: readonly (Term | Written | readonly (Term | Written)[])[],
  close: string,
): string {
  todo.push(new Written(close));
  for (let i = elements.length; i-- > 0;) {
    const element = elements[i];
    if (open === "#{") todo.push(...(element as readonly (Term | Written)[]).toReversed());
    else todo.push(element as Term);
    if (i > 0) todo.push(COMMA);
  }
  return open;
}

function leaf(term: Term, options: FormatOptions): string {
  if (typeof term === "string") return binary(new TextEncoder().encode(term), options);
  if (term instanceof Atom) return atomText(term.name);
  if (term instanceof Uint8Array) return binary(term, options);
  if (term instanceof Charlist) return string(Array.from(term.bytes)) ?? `[${term.bytes.join()}]`;
  if (term instanceof Float) return floatText(term.value);
  if (term instanceof Bits) return bits(term);
  if (term instanceof Opaque) return `#${term.kind}<${Array.from(term.bytes, hex).join("")}>`;
  if (typeof term !== "number" || Number.isSafeInteger(term)) return String(term);
  // As it is sent: a large whole number is an integer.
  return Number.isInteger(term) ? String(BigInt(term)) : floatText(term);
}

function hex(byte: number): string {
  return (byte + 256).toString(16).slice(1);
}

const RESERVED =
  /^(after|and|andalso|band|begin|bnot|bor|bsl|bsr|bxor|case|catch|cond|div|end|fun|if|let|maybe|not|of|or|orelse|receive|rem|try|when|xor)$/;

function atomText(name: string): string {
  if (/^[a-z\xdf-\xf6\xf8-\xff][\w@\xc0-\xd6\xd8-\xf6\xf8-\xff]*$/.test(name) && !RESERVED.test(name)) {
    return name;
  }
  return `'${escaped(name, "'")}'`;
}

const ESCAPES: Record<string, string> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\b": "\\b",
  "\f": "\\f",
  "\x1b": "\\e",
  "\x7f": "\\d",
  "\\": "\\\\",
};

function escaped(text: string, quote: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\0-\x1f'"\\\x7f-\x9f]/g, (c) => {
    if (c === "'" || c === '"') return c === quote ? "\\" + c : c;
    return ESCAPES[c] ?? "\\" + c.charCodeAt(0).toString(8).padStart(3, "0");
  });
}

/** Whether Erlang shows the bytes as text: Latin-1 without control characters, but for the usual ones. */
function isPrintable(codes: ArrayLike<unknown>): boolean {
  for (let i = 0; i < codes.length; i++) {
    const c = codes[i];
    if (typeof c !== "number" || !Number.isInteger(c)) return false;
    const shown = c >= 32 && c < 127 || c >= 160 && c < 256 || c >= 8 && c <= 13 || c === 27;
    if (!shown) return false;
  }
  return codes.length > 0;
}

function latin1(codes: ArrayLike<unknown>): string {
  return Array.from(codes as ArrayLike<number>, (c) => String.fromCharCode(c)).join("");
}

function string(list: readonly Term[]): string | undefined {
  return isPrintable(list) ? `"${escaped(latin1(list), '"')}"` : undefined;
}

function binary(bytes: Uint8Array, options: FormatOptions): string {
  if (isPrintable(bytes) && !(options.utf8 && bytes.some((byte) => byte > 127))) {
    return `<<"${escaped(latin1(bytes), '"')}">>`;
  }
  const utf8 = options.utf8 ? text(bytes) : undefined;
  return utf8 === undefined || utf8 === "" || CONTROL.test(utf8)
    ? `<<${bytes.join()}>>`
    : `<<"${escaped(utf8, '"')}"/utf8>>`;
}

// deno-lint-ignore no-control-regex
const CONTROL = /[\0-\x07\x0e-\x1a\x1c-\x1f\x7f-\x9f]/;

function bits(term: Bits): string {
  const size = term.size % 8;
  const last = term.bytes.length - 1;
  return `<<${[...term.bytes.subarray(0, last), `${term.bytes[last] >> 8 - size}:${size}`].join()}>>`;
}

/** The shortest digits that give the float, in the shorter of the two notations. */
function floatText(n: number): string {
  const sign = n < 0 || Object.is(n, -0) ? "-" : "";
  const size = Math.abs(n);
  if (size === 0) return sign + "0.0";
  const [mantissa, exponentText] = size.toExponential().split("e");
  const exponent = Number(exponentText);
  const scientific = `${mantissa.includes(".") ? mantissa : mantissa + ".0"}e${exponent}`;
  if (exponent < -20 || size >= 2 ** 53) return sign + scientific;
  const digits = mantissa.replace(".", "");
  const decimal = exponent < 0
    ? `0.${"0".repeat(-1 - exponent)}${digits}`
    : `${digits.slice(0, exponent + 1).padEnd(exponent + 1, "0")}.${digits.slice(exponent + 1) || "0"}`;
  return sign + (decimal.length <= scientific.length ? decimal : scientific);
}
