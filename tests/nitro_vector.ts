/**
 * The recorded rows of NITRO, read into elements, actions and terms of this project.
 *
 * @module
 */
import { type Action, alert, type Element, elements, focus, type Source } from "@n2o/n2o/nitro";
import { atom, Charlist, float, map, type Term, tuple } from "../lib/term.ts";

/** A term, an element or an action as the recording writes it: an object with one key that names its kind. */
export type Tagged = Readonly<Record<string, unknown>>;
/** The fields of a recorded element or action, by the record's own names. */
export type TaggedFields = Readonly<Record<string, Tagged>>;

/** A row of `elements` or `hostile`. */
export interface ElementRow {
  readonly element?: string;
  readonly case: string;
  readonly fields?: TaggedFields;
  readonly fields_set?: string;
  readonly input?: Tagged;
  readonly html?: string;
  readonly html_hex?: string;
  readonly actions?: string | null;
  readonly actions_error?: string;
  readonly events?: readonly (readonly Tagged[])[];
  readonly error?: string;
  readonly action?: string;
  readonly call?: string;
  readonly wired?: Tagged;
}

/** The recording. */
export interface NitroVectors {
  readonly field_sets: Readonly<Record<string, TaggedFields>>;
  readonly elements: readonly ElementRow[];
  readonly hostile: readonly ElementRow[];
}

/** The recording has something that this project has not. */
export class NoCounterpart extends Error {
  readonly code = "no_counterpart";
}

/** The recording's terms: text is given as text, not in hexadecimal digits. */
export function recordedTerm(tagged: Tagged): Term {
  const [[tag, value]] = Object.entries(tagged) as [[string, unknown]];
  switch (tag) {
    case "int":
      return Number(value);
    case "float":
      return Number.isInteger(value) ? float(value as number) : value as number;
    case "atom":
      return value === "true" ? true : value === "false" ? false : atom(value as string);
    case "binary":
      return value as string;
    case "binary_hex":
      return Uint8Array.fromHex(value as string);
    case "string":
      return characters(value as string);
    case "nil":
      return [];
    case "list":
      return (value as Tagged[]).map(recordedTerm);
    case "tuple":
      return tuple(...(value as Tagged[]).map(recordedTerm));
    case "map":
      return map(
        (value as [Tagged, Tagged][]).map(([key, value]) =>
          [recordedTerm(key), recordedTerm(value)] as const
        ),
      );
  }
  throw new Error(`the recording has a term of an unknown type, ${tag}`);
}

/** The element of a row. */
export function recordedElement(name: string, fields: TaggedFields): Element {
  const make = (elements as unknown as Record<string, (fields: object) => Element>)[camelCase(name)];
  if (make === undefined) throw new NoCounterpart(`there is no element ${name}`);
  return make(
    Object.fromEntries(
      Object.entries(fields).map(([field, value]) => [camelCase(field), recordedField(field, value)]),
    ),
  );
}

/** A name of the recording as it is here. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** What stands in a body: text of both kinds is text. */
export function recordedBody(tagged: Tagged): unknown {
  const [[tag, value]] = Object.entries(tagged) as [[string, unknown]];
  if (tag === "element") return recordedElement(value as string, (tagged.fields ?? {}) as TaggedFields);
  if (tag === "action") return recordedAction(tagged);
  if (tag === "list") return (value as Tagged[]).map(recordedBody);
  if (tag === "string") return value;
  if (tag === "atom" && (value === "undefined" || value === "nil")) return null;
  return recordedTerm(tagged);
}

function recordedField(name: string, tagged: Tagged): unknown {
  if ("atom" in tagged && tagged.atom === "undefined") return null;
  switch (name) {
    case "postback":
    case "delegate":
    case "update":
    case "bind":
      return recordedTerm(tagged);
    case "source":
      return "list" in tagged ? (tagged.list as Tagged[]).map(recordedSource) : recordedTerm(tagged);
    case "data_fields":
    case "aria_states":
      return (tagged.list as Tagged[]).map((pair) =>
        "tuple" in pair ? (pair.tuple as Tagged[]).map(recordedBody) : recordedBody(pair)
      );
  }
  return recordedBody(tagged);
}

function recordedSource(tagged: Tagged): Source {
  if ("nil" in tagged) return characters("");
  if (!("tuple" in tagged)) return recordedTerm(tagged) as Source;
  const [id, code] = tagged.tuple as Tagged[];
  return [recordedTerm(id) as string, (code.binary ?? code.string) as string];
}

function recordedAction(tagged: Tagged): Action {
  const fields = tagged.fields as TaggedFields;
  if (tagged.action === "alert") return alert({ text: recordedBody(fields.text) as string });
  if (tagged.action === "focus") return focus({ target: recordedTerm(fields.target) as string });
  throw new NoCounterpart(`there is no action ${tagged.action} here`);
}

function characters(text: string): Charlist {
  return new Charlist(new TextEncoder().encode(text));
}
