/**
 * Replies to JSON.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import { Atom } from "../term_atoms.ts";
import { format } from "../term_format.ts";
import { TermMap } from "../term_map.ts";
import { Charlist, Float, ImproperList, type Term, Tuple } from "../term_shapes.ts";
import { text } from "../term_text.ts";

const MAX_DEPTH = 512;
const encoder = new TextEncoder();

/**
 * A reply as JSON: `{io, Eval, Data}` (whatever stands in place of `io`) and `{Name, Data}` as tagged tuples, what is in them as plain
 * JSON. Throws `bad_term` for any other term, and for what JSON cannot hold.
 */
export function encode(term: Term): Uint8Array {
  if (!(term instanceof Tuple) || term.length < 2 || term.length > 3) {
    throw new N2OError("bad_term", "JSON takes tuples of two or three elements", term);
  }
  const parts = term.length === 3
    ? [`{"t":100,"v":"io"}`, tagged(109, term[1]), tagged(109, term[2])]
    : [tagged(100, term[0]), tagged(109, term[1])];
  return encoder.encode(`{"t":104,"v":[${parts.join()}]}`);
}

function tagged(tag: number, term: Term): string {
  return `{"t":${tag},"v":${json(term, 0)}}`;
}

function json(term: Term, depth: number): string {
  switch (typeof term) {
    case "string":
      return quoted(term);
    case "boolean":
    case "bigint":
      return String(term);
    case "number":
      return Number.isInteger(term) ? String(BigInt(term)) : float(term);
  }
  if (term instanceof Uint8Array) return quoted(text(term) ?? fail("a binary that is not UTF-8", term));
  if (term instanceof Atom) return term.name === "null" ? "null" : quoted(term.name);
  if (depth === MAX_DEPTH) return fail(`a term nested deeper than ${MAX_DEPTH}`, term);
  if (term instanceof Charlist) return `[${term.bytes.join()}]`;
  if (Array.isArray(term)) {
    return term.length > 0 && term.every(isProperty)
      ? object(term, depth)
      : `[${term.map((element) => json(element, depth + 1)).join()}]`;
  }
  if (term instanceof Float) return float(term.value);
  if (term instanceof TermMap || term instanceof Map) return object(term, depth);
  if (term instanceof ImproperList) return fail("an improper list", term);
  if (term instanceof Tuple && term.length === 1) {
    const [properties] = term;
    if (Array.isArray(properties) && properties.every(isProperty)) return object(properties, depth);
  }
  return quoted(format(term));
}

/** Whether a list's element makes the list an object. */
function isProperty(term: Term): term is Tuple {
  return term instanceof Tuple && term.length === 2 && isName(term[0]);
}

function isName(term: Term): boolean {
  return typeof term === "string" || typeof term === "boolean" || term instanceof Atom ||
    term instanceof Uint8Array;
}

function object(properties: Iterable<Iterable<Term>>, depth: number): string {
  const members: string[] = [];
  for (const [name, value] of properties) {
    const key = isName(name) ? text(name) : undefined;
    if (key === undefined) return fail("an object's name that is no text", name);
    members.push(`${quoted(key)}:${json(value, depth + 1)}`);
  }
  return `{${members.join()}}`;
}

/** A float stays one: with a point or an exponent. */
function float(n: number): string {
  if (!Number.isFinite(n)) return fail(String(n), n);
  const digits = Object.is(n, -0) ? "-0" : String(n);
  return /[.e]/.test(digits) ? digits : digits + ".0";
}

const ESCAPES: Record<string, string> = {
  '"': '\\"',
  "\\": "\\\\",
  "/": "\\/",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

// deno-lint-ignore no-control-regex
const SPECIAL = /["\\/\0-\x1f\x80-\uffff]/g;

function quoted(string: string): string {
  const escaped = string.toWellFormed().replace(
    SPECIAL,
    (c) => ESCAPES[c] ?? "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"),
  );
  return `"${escaped}"`;
}

function fail(message: string, value: unknown): never {
  throw new N2OError("bad_term", `JSON cannot hold ${message}`, value);
}
