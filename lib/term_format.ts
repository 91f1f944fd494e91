/**
 * Terms in Erlang's syntax.
 *
 * @module
 */
import { Atom } from "./term_atoms.ts";
import { Bits, Charlist, Float, ImproperList, Opaque, type Term, Tuple } from "./term_shapes.ts";

/**
 * A term in Erlang's syntax, on one line.
 *
 * @example
 * ```ts
 * import { atom, format, tuple } from "@n2o/n2o";
 *
 * if (format(tuple(atom("Token"), "abc")) !== `{'Token',<<"abc">>}`) throw new Error("Erlang's syntax");
 * ```
 */
export function format(term: Term): string {
  if (typeof term === "number" || typeof term === "bigint" || typeof term === "boolean") return String(term);
  if (term instanceof Atom) return /^[a-z][a-zA-Z0-9_@]*$/.test(term.name) ? term.name : `'${term.name}'`;
  if (typeof term === "string") return `<<${JSON.stringify(term)}>>`;
  if (term instanceof Uint8Array) return `<<${term.join(",")}>>`;
  if (term instanceof Tuple) return `{${Array.from(term, format).join(",")}}`;
  if (term instanceof Charlist) return `[${term.bytes.join(",")}]`;
  if (term instanceof Float) return String(term.value);
  if (term instanceof Bits) return `<<${term.bytes.join(",")}:${term.size}>>`;
  if (term instanceof ImproperList) return `[${term.elements.map(format).join(",")}|${format(term.tail)}]`;
  if (term instanceof Opaque) return `#${term.kind}`;
  if (Array.isArray(term)) return `[${term.map(format).join(",")}]`;
  return `#{${
    Array.from(term as ReadonlyMap<Term, Term>, ([k, v]) => `${format(k)} => ${format(v)}`).join(",")
  }}`;
}
