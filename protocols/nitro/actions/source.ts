/**
 * Sources: the values that an event brings along.
 *
 * @module
 */
import { Atom, Charlist, type Term, tuple } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { escapeScript } from "../escape/javascript.ts";
import type { SourceField } from "../host.ts";
import { scriptInPage } from "../operations_output.ts";

/** The key by which a source's value is known, and, for a source by itself, its element's id. It is sent as the kind of term that it is. */
export type SourceKey = string | Atom | Charlist;

/**
 * A value that an event brings along: the id of its element, whose kind (atom, text, list of characters) is the key's; or a key and the
 * id of another name; or, for the original's client only, a key and JavaScript that gives the value.
 */
export type Source =
  | SourceKey
  | { readonly key: SourceKey; readonly id: string | Atom }
  | readonly [key: SourceKey, script: string];

/** The ids whose values come along, and are checked before. */
export function sourceIds(sources: readonly Source[]): string[] {
  const ids: string[] = [];
  for (const source of sources) {
    const id = isScript(source) ? "" : idOf(source);
    if (id !== "") ids.push(id);
  }
  return ids;
}

/** Which field a source's value comes from. */
export function sourceField(source: Source): SourceField {
  if (isScript(source)) return { key: plainText(source[0]), id: "" };
  const id = idOf(source);
  return { key: isKey(source) ? id : plainText(source.key), id };
}

/** A source as JavaScript: a tuple of its key and its value. */
export function sourceScript(source: Source): string {
  if (isScript(source)) return `tuple(${keyScript(source[0])},${source[1]})`;
  return `tuple(${keyScript(isKey(source) ? source : source.key)},querySource('${
    escapeScript(idOf(source))
  }'))`;
}

/** A source as it stands in an operation. */
export function sourceTerm(source: Source): Term {
  if (isScript(source)) throw scriptInPage("event", "source");
  return isKey(source) ? source : tuple(source.key, plainText(source.id));
}

function isKey(source: Source): source is SourceKey {
  return typeof source === "string" || source instanceof Atom || source instanceof Charlist;
}

function isScript(source: Source): source is readonly [SourceKey, string] {
  return Array.isArray(source);
}

function idOf(source: Exclude<Source, readonly [SourceKey, string]>): string {
  return plainText(isKey(source) ? source : source.id);
}

function keyScript(key: SourceKey): string {
  const name = escapeScript(plainText(key));
  if (key instanceof Atom) return `atom('${name}')`;
  return key instanceof Charlist ? `string('${name}')` : `bin('${name}')`;
}
