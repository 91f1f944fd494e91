/**
 * What all elements do around their own drawing.
 *
 * @module
 */
import { type Atom, atom, Charlist } from "../../../lib/term.ts";
import { event, type Source } from "../actions/event.ts";
import { plainText } from "../drawing.ts";
import { NitroError } from "../error.ts";
import type { Fields, PostbackFields, Value } from "../fields.ts";
import { watch } from "../actions/validate.ts";
import { scriptInPage } from "../operations_output.ts";
import { isNone } from "./attributes.ts";
import { Action, declare, declareAction, type Drawing, type ElementFunction, type Wired } from "../parts.ts";

const ASCII = /^[ -~]*$/;
const encoder = new TextEncoder();

/**
 * Declares an element: it is not drawn when `showIf` says so, and its actions and its validation are wired before it is.
 */
export function element<F extends Fields>(
  name: string,
  draw: (fields: F, out: Drawing) => void,
): ElementFunction<F> {
  return declare<F>(name, (fields, out) => {
    if (fields.showIf === false) return;
    if (fields.actions !== undefined || fields.validation !== undefined) wireOwn(name, fields, out);
    draw(fields, out);
  });
}

/** The element's id, or a new one when it needs one and has none. */
export function idOf(id: Value, out: Drawing): string {
  return isNone(id) ? out.host.temporaryId() : plainText(id);
}

/** Wires the event that a postback asks for, and gives the id that its element has to print. */
export function wirePostback(
  fields: Fields & PostbackFields,
  type: string,
  out: Drawing,
  own?: (id: string) => Source,
): Value {
  return isPostback(fields)
    ? wireEvent(fields, fields.postback, type, idOf(fields.id, out), out, own)
    : fields.id;
}

/** Whether the fields have a postback; `[]` is N2O's way to say that there is none. */
export function isPostback(fields: PostbackFields): boolean {
  return !isNone(fields.postback);
}

/** Wires an event with a postback of its own. */
export function wireEvent(
  { delegate, source }: PostbackFields,
  postback: PostbackFields["postback"],
  type: string,
  id: string,
  out: Drawing,
  own?: (id: string) => Source,
): string {
  const sources = sourcesOf(source);
  out.wire(event({
    target: id,
    type,
    postback: postback!,
    source: own === undefined ? sources : [own(id), ...sources],
    ...(isNone(delegate) ? {} : { delegate: delegate! }),
  }));
  return id;
}

/**
 * Wires the second message of an element that has one besides its postback. The project's own client listens to one event of a type and an
 * element: there it waits for `input`, which comes with each `change`, just before it.
 */
export function wireUpdate(
  fields: PostbackFields & { readonly update?: PostbackFields["postback"] },
  type: string,
  id: string,
  out: Drawing,
  own?: (id: string) => Source,
): void {
  if (isNone(fields.update)) return;
  const twice = isPostback(fields) && type === "change" && out.host.mode === "operations";
  wireEvent(fields, fields.update, twice ? "input" : type, id, out, own);
}

/** An id as a source whose key is an atom. */
export function atomSource(id: string): Source {
  return atom(id);
}

/** An id as a source whose key is a list of characters, or text when these have no place in such a list. */
export function listSource(id: string): Source {
  return ASCII.test(id) ? new Charlist(encoder.encode(id)) : id;
}

/** Sources as a list. */
export function sourcesOf(source: PostbackFields["source"]): readonly Source[] {
  if (source === undefined || source === null) return [];
  return Array.isArray(source) ? source : [source as string | Atom | Charlist];
}

const script = declareAction<{ element: string; text: string }>("wire", ({ text }, out) => {
  out.js += text;
}, ({ element }) => {
  throw scriptInPage(element, "actions");
});

function wireOwn(element: string, fields: Fields, out: Drawing): void {
  wireAll(element, fields.actions, out);
  const rules = fields.validation;
  if (isNone(rules)) return;
  if (typeof rules === "string" && out.host.mode === "operations") throw scriptInPage(element, "validation");
  out.wire(watch({ target: isNone(fields.id) ? "" : plainText(fields.id), rules }));
}

function wireAll(element: string, actions: Wired, out: Drawing): void {
  if (actions === undefined || actions === null) return;
  if (actions instanceof Action) out.wire(actions);
  else if (typeof actions === "string") out.wire(script({ element, text: actions }));
  else if (Array.isArray(actions)) { for (const one of actions) wireAll(element, one, out); }
  else {throw new NitroError(
      "bad_field",
      `${element}: actions are actions, strings, and lists of these`,
      actions,
    );}
}
