/**
 * The action that listens: an event of the page's elements becomes a message to its module.
 *
 * @module
 */
import { type Atom, atom, type Term, tuple } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { escapeScript } from "../escape/javascript.ts";
import type { RenderHost } from "../host.ts";
import { scriptInPage } from "../operations_output.ts";
import { isSelector, type Target } from "../target.ts";
import { sendScript } from "./send_script.ts";
import { type Source, sourceField, sourceIds, sourceScript, sourceTerm } from "./source.ts";
import { isMany, operationTarget, targetScript } from "./target_script.ts";
import { type ActionFunction, declareAction } from "../parts.ts";

export type { Source, SourceKey } from "./source.ts";

/** Fields of {@linkcode event}. */
export interface EventFields {
  /** Which elements are listened to. */
  readonly target: Target;
  /** The event's type. @default "default" */
  readonly type?: string | Atom;
  /** The message that the module's `event` gets; without one, or with `[]`, the event is only kept from what it does by itself. */
  readonly postback?: Term;
  /** The module that gets it. @default the page's own */
  readonly delegate?: Term;
  /** The elements whose values come along. */
  readonly source?: readonly Source[];
  /** JavaScript that runs before the message is sent, for the original's client only. */
  readonly validation?: string;
}

const EVENT = atom("event");
const ON = atom("on");
const DETAIL = "detail";

/**
 * Listens to an event of elements: its message goes to the page's module, with the values of its sources.
 *
 * Operation: `{on, Target, Type, Pickle, Sources}`, the pickle empty without a postback.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { event, renderActions } from "@n2o/n2o/nitro";
 *
 * const js = renderActions(event({ target: "name", type: "change", postback: atom("renamed"), source: ["name"] }));
 * if (!js.includes("addEventListener('change'")) throw new Error(js);
 * ```
 */
export const event: ActionFunction<EventFields> = declareAction<EventFields>("event", (fields, out) => {
  const { target, type = "default" } = fields;
  const name = escapeScript(plainText(type));
  const send = hasPostback(fields.postback) ? eventScript(fields, out.host) : "";
  const listener = `addEventListener('${name}',function (event){ event.preventDefault(); ${send}})`;
  out.js += isMany(target)
    ? `${targetScript(target)}.map(x=>x.${listener});`
    : `{var x=${targetScript(target)}; x && x.${listener};};`;
}, (fields, out) => {
  const { target, type = "default", source = [], validation } = fields;
  if (validation !== undefined) throw scriptInPage("event", "validation");
  const pickle = hasPostback(fields.postback) ? sealed(fields, fields.postback, out.host) : "";
  out.add(tuple(ON, operationTarget(target), plainText(type), pickle, source.map(sourceTerm)));
});

/** Whether there is a message: `[]` is Erlang's way to say that there is none. */
export function hasPostback(postback: Term | undefined): postback is Term {
  return postback !== undefined && !(Array.isArray(postback) && postback.length === 0);
}

/** The JavaScript that sends an event. */
function eventScript(fields: EventFields, host: RenderHost): string {
  const { target, postback, source = [], validation } = fields;
  const trigger = triggerOf(target);
  const name = escapeScript(trigger);
  const data = [`tuple(tuple(bin('${name}'),bin('${DETAIL}')),[])`, ...source.map(sourceScript)].join(",");
  return sendScript({
    trigger,
    pickle: sealed(fields, postback!, host),
    validated: sourceIds(source),
    before: validation,
    data: `[${data}]`,
  });
}

/** The sealed event. */
export function sealed(
  { target, delegate, source }: {
    readonly target: Target;
    readonly delegate?: Term;
    readonly source?: readonly Source[];
  },
  postback: Term,
  host: RenderHost,
): string {
  const fields = source === undefined || source.length === 0 ? undefined : source.map(sourceField);
  return host.pickle(delegate ?? host.module, postback, triggerOf(target), EVENT, fields);
}

/** The text by which an event names its target: its id or selector. */
export function triggerOf(target: Target): string {
  if (!isSelector(target)) return plainText(target);
  return target.qs ?? target.qa ?? target.g ?? triggerOf(target.ps![0]);
}
