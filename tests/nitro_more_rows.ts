/**
 * The rows of `nitro_more.json`, drawn here and compared piece by piece: what differs is told apart by attribute, so that each deviation
 * can say exactly which it is about.
 *
 * @module
 */
import { type Body, elements, render } from "@n2o/n2o/nitro";
import { format, type Term, tuple } from "@n2o/n2o";
import { atom } from "../lib/term.ts";
import { madeIds } from "./made_ids.ts";
import { type ActionRow, type EscapeRow, say } from "./nitro_action_rows.ts";
import { camelCase, recordedBody, recordedElement, recordedTerm } from "./nitro_vector.ts";
import type { Tagged, TaggedFields } from "./nitro_vector.ts";

/** A row of an element. */
export interface MoreRow {
  readonly element: string;
  readonly sets?: readonly string[];
  readonly fields: TaggedFields;
  readonly html: string;
  readonly actions?: string;
  readonly events?: readonly (readonly Tagged[])[];
}

/** The recording. */
export interface MoreVectors {
  readonly field_sets: Readonly<Record<string, TaggedFields>>;
  readonly elements: readonly MoreRow[];
  readonly controls: readonly MoreRow[];
  readonly actions: readonly ActionRow[];
  readonly escape: readonly EscapeRow[];
}

/** One thing that is not as it was recorded. */
export interface Difference {
  /** Where: an attribute, the tags and texts, the JavaScript, or the sealed events. */
  readonly part: "attribute" | "html" | "actions" | "events";
  /** The row's element, or action. */
  readonly element: string;
  /** The row's fields. */
  readonly fields: TaggedFields;
  /** The attribute's tag and name. */
  readonly tag?: string;
  readonly name?: string;
  /** What was recorded; not there when the attribute was not. */
  readonly from?: string;
  /** What comes out here; not there when the attribute does not. */
  readonly to?: string;
}

/** HTML, JavaScript and events, each as text. */
export interface Drawn {
  readonly html: string;
  readonly actions: string;
  readonly events: string;
}

/** All fields of a row. */
export function fieldsOf({ sets = [], fields }: MoreRow, vectors: MoreVectors): TaggedFields {
  return Object.assign({}, ...sets.map((name) => vectors.field_sets[name]), fields);
}

/** What comes out here. Ids that were made are named in the order in which they appear. */
export function drawn(make: () => Body): Drawn {
  const events: Term[] = [];
  const { html, actions } = render(make(), {
    pickle: (event) => {
      events.push(event);
      return "<PICKLED>";
    },
  });
  const named = madeIds();
  return {
    html: named(html),
    actions: named(actions),
    events: named(events.map((one) => format(one)).join("\n")),
  };
}

/** What was recorded. */
export function recorded({ html, actions = "", events = [] }: MoreRow): Drawn {
  return {
    html,
    actions,
    events: events.map((event) => format(tuple(atom("ev"), ...event.map(recordedTerm)))).join("\n"),
  };
}

/** What was recorded of a control: a search is known by its input's id here, and quotes stand in attributes as they are. */
export function recordedControl(row: MoreRow): Drawn {
  const was = recorded(row);
  const html = was.html.replaceAll("\\'", "'").replaceAll(/<UID>(','|'\))([^')]*)/g, "$2$1$2")
    .replaceAll(/GUID(\d+)/g, "<AUTO$1>");
  return { ...was, html };
}

/** The element of a row of `elements`. */
export function elementOf(row: MoreRow, vectors: MoreVectors): Body {
  return recordedElement(row.element, fieldsOf(row, vectors));
}

/** The element of a row of `controls`, whose values are lists of texts, or of views with what they stand for. */
export function controlOf(name: string, fields: TaggedFields): Body {
  const make = (elements as unknown as Record<string, (fields: object) => Body>)[camelCase(name)];
  return make(
    Object.fromEntries(
      Object.entries(fields).map(([key, value]) => [camelCase(key), controlField(key, value)]),
    ),
  );
}

function controlField(name: string, tagged: Tagged): unknown {
  if (name === "values") return valuesOf(tagged);
  if (/^(?:bind|update|default|postback|delegate|modify_default|modify_feed|feed)$/.test(name)) {
    return recordedTerm(tagged);
  }
  if (/^(?:value|minDate|maxDate)$/.test(name) && "tuple" in tagged) return recordedTerm(tagged);
  if (name === "source") return (tagged.list as Tagged[]).map(recordedTerm);
  if (/^(?:data_fields|aria_states)$/.test(name)) {
    return (tagged.list as Tagged[]).map((pair) => (pair.tuple as Tagged[]).map(recordedBody));
  }
  return controlBody(tagged);
}

function controlBody(tagged: Tagged): unknown {
  if ("element" in tagged) return controlOf(tagged.element as string, (tagged.fields ?? {}) as TaggedFields);
  return "list" in tagged ? (tagged.list as Tagged[]).map(controlBody) : recordedBody(tagged);
}

function valuesOf(tagged: Tagged): unknown {
  if ("tuple" in tagged) {
    const pairs = ((tagged.tuple as Tagged[])[1].list ?? []) as { tuple: Tagged[] }[];
    return pairs.map(({ tuple: [view, bind] }) => ({ view: recordedBody(view), bind: recordedTerm(bind) }));
  }
  return ((tagged.list ?? []) as Tagged[]).map((one) =>
    "list" in one || "tuple" in one ? valuesOf(one) : recordedBody(one)
  );
}

/** An action's JavaScript and events. */
export function said(row: ActionRow): Drawn {
  const { js, events } = say({ ...row, case: "" });
  return {
    html: "",
    actions: js,
    events: events.map((one) => format(one)).join("\n").replace(/auto-(\d+)/g, "<AUTO$1>"),
  };
}

/** The text that a field gives. */
export function textOf(tagged: Tagged | undefined): string | undefined {
  if (tagged === undefined) return undefined;
  if ("list" in tagged) return (tagged.list as Tagged[]).map(textOf).join(" ");
  const [value] = Object.values(tagged);
  return "nil" in tagged ? undefined : String(value);
}

/** What differs between what was recorded and what comes out. */
export function differences(
  element: string,
  fields: TaggedFields,
  was: Drawn,
  now: Drawn,
): Difference[] {
  const found: Difference[] = [];
  const row = { element, fields };
  for (const part of ["actions", "events"] as const) {
    if (was[part] !== now[part]) found.push({ ...row, part, from: was[part], to: now[part] });
  }
  if (was.html === now.html) return found;
  const [before, after] = [tokens(was.html), tokens(now.html)];
  const whole = { ...row, part: "html", from: was.html, to: now.html } as const;
  if (before.length !== after.length) return [...found, whole];
  for (const [i, one] of before.entries()) {
    const other = after[i];
    if (one === other) continue;
    const attributes = compareTags(one, other);
    if (attributes === undefined) return [...found, whole];
    found.push(...attributes.map((attribute) => ({ ...row, part: "attribute" as const, ...attribute })));
  }
  return found;
}

function tokens(html: string): readonly string[] {
  return html.match(/<(?:[^>"]|"[^"]*")*>|[^<]+/g) ?? [];
}

interface Attribute {
  readonly tag: string;
  readonly name: string;
  readonly from?: string;
  readonly to?: string;
}

/** The attributes that differ; nothing when the tags are others, or when attributes of both stand in another order. */
function compareTags(one: string, other: string): Attribute[] | undefined {
  const open = /^<([\w-]+)/.exec(one)?.[1];
  if (
    open === undefined || /^<([\w-]+)/.exec(other)?.[1] !== open ||
    one.endsWith("/>") !== other.endsWith("/>")
  ) {
    return undefined;
  }
  const [from, to] = [attributesOf(one), attributesOf(other)];
  const twice = (key: string) => from.has(`${key}2`) || to.has(`${key}2`);
  const common = (keys: Iterable<string>, rest: Map<string, string>) =>
    [...keys].filter((key) => rest.has(key) && !twice(key)).join();
  if (common(from.keys(), to) !== common(to.keys(), from)) return undefined;
  const names = new Set([...from.keys(), ...to.keys()]);
  return [...names].filter((name) => from.get(name) !== to.get(name))
    .map((name) => ({ tag: open, name, from: from.get(name), to: to.get(name) }));
}

/** A second attribute of the same name has a `2` behind it. */
function attributesOf(tag: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name, value] of tag.matchAll(/ ([\w:-]+)(?:="([^"]*)")?/g)) {
    found.set(found.has(name) ? `${name}2` : name, value ?? "");
  }
  return found;
}
