/**
 * The action that listens: an event of the page's elements becomes a message to its module.
 *
 * @module
 */
import { Atom, atom, Charlist, type Term, text, tuple } from "../../../lib/term.ts";
import { declareAction } from "../action.ts";
import { plainText } from "../drawing.ts";
import { escapeScript } from "../escape/javascript.ts";
import type { RenderHost } from "../host.ts";
import { type Target, targetTerm } from "../target.ts";
import { targetScript } from "./target_script.ts";

/** A value that an event brings along: the id of its element, whose kind (atom, text, list of characters) is the key's; or an id and JavaScript that gives the value. */
export type Source = string | Atom | Charlist | readonly [string | Atom | Charlist, string];

/** Fields of {@linkcode event}. */
export interface EventFields {
  /** Which elements are listened to. */
  readonly target: Target;
  /** The event's type. @default "default" */
  readonly type?: string | Atom;
  /** The message that the module's `event` gets; without one the event is only kept from what it does by itself. */
  readonly postback?: Term;
  /** The module that gets it. @default the page's own */
  readonly delegate?: Term;
  /** The elements whose values come along. */
  readonly source?: readonly Source[];
}

const EVENT = atom("event");
const ON = atom("on");

/** Listens to an event of an element. */
export const event = declareAction<EventFields>("event", (fields, out) => {
  const { target, type = "default", postback } = fields;
  const send = postback === undefined ? "" : ` ${sendScript(fields, out.host)}`;
  out.js += `{var x=${targetScript(target)}; x && x.addEventListener('${
    escapeScript(plainText(type))
  }',function (event){ event.preventDefault();${send}});};`;
}, (fields, out) => {
  const { target, type = "default", postback, source = [] } = fields;
  const pickled = postback === undefined ? "" : pickle(fields, out.host);
  out.add(tuple(ON, targetTerm(target), plainText(type), pickled, source.map(sourceTerm)));
});

/** The JavaScript that sends an event. */
export function sendScript(fields: EventFields, host: RenderHost): string {
  const { target, source = [] } = fields;
  const trigger = escapeScript(triggerOf(target));
  const validated = source.filter((one) => !isPair(one)).map((one) => `'${escapeScript(sourceId(one))}'`);
  const values = [`tuple(tuple(bin('${trigger}'),bin('detail')),[])`, ...source.map(sourceScript)].join(",");
  return `{ if (validateSources([${
    validated.join(",")
  }],'${trigger}')) {  ws.send(enc(tuple(atom('pickle'),bin('${trigger}'),bin('${
    pickle(fields, host)
  }'),[${values}]))); } else console.log('Validation Error'); }`;
}

/** The sealed event. */
export function pickle({ target, postback, delegate }: EventFields, host: RenderHost): string {
  return host.pickle(delegate ?? host.module, postback!, triggerOf(target), EVENT);
}

/** The text by which an event names its target. */
export function triggerOf(target: Target): string {
  if (typeof target === "string") return target;
  return typeof target === "number" ? String(target) : plainText(targetTerm(target));
}

function isPair(source: Source): source is readonly [string | Atom | Charlist, string] {
  return Array.isArray(source);
}

function sourceId(source: Source): string {
  return plainText(isPair(source) ? source[0] : source);
}

function keyScript(key: string | Atom | Charlist): string {
  const id = escapeScript(plainText(key));
  if (key instanceof Atom) return `atom('${id}')`;
  return key instanceof Charlist ? `string('${id}')` : `bin('${id}')`;
}

function sourceScript(source: Source): string {
  if (isPair(source)) return `tuple(${keyScript(source[0])},${source[1]})`;
  return `tuple(${keyScript(source)},querySource('${escapeScript(plainText(source))}'))`;
}

function sourceTerm(source: Source): Term {
  if (isPair(source)) return tuple(source[0], text(source[1]) ?? source[1]);
  return source;
}
