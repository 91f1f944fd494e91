/**
 * The recorded rows of NITRO's actions, read into actions of this project.
 *
 * @module
 */
import * as nitro from "@n2o/n2o/nitro";
import { type Action, raw, renderActions, type Source, type Target, type Wired } from "@n2o/n2o/nitro";
import { type Atom, atom, equal, format, type Term, text, Tuple, tuple } from "../lib/term.ts";
import { sendScript } from "../protocols/nitro/actions/send_script.ts";
import { sourceIds } from "../protocols/nitro/actions/source.ts";
import { targetScript } from "../protocols/nitro/actions/target_script.ts";
import { recordedBody, recordedTerm, type Tagged, type TaggedFields } from "./nitro_vector.ts";

/** A row of `actions`, or one of `hostile` that is an action. */
export interface ActionRow {
  readonly case?: string;
  readonly action?: string;
  readonly fields?: TaggedFields;
  readonly call?: string;
  readonly args?: readonly Tagged[];
  readonly calls?: readonly { readonly call: string; readonly args: readonly Tagged[] }[];
  readonly wired?: Tagged;
  readonly js?: string;
  readonly js_hex?: string;
  readonly error?: string;
  readonly events?: readonly (readonly Tagged[] | Tagged)[];
}

/** A row of `escape`. */
export interface EscapeRow {
  readonly fn: string;
  readonly in: readonly Tagged[];
  readonly out?: Tagged;
  readonly error?: string;
}

/** The parts of the recording that are about actions. */
export interface ActionVectors {
  readonly actions: readonly ActionRow[];
  readonly escape: readonly EscapeRow[];
  readonly hostile: readonly ActionRow[];
}

/** What a row's actions came to here. */
export interface Said {
  readonly js: string;
  readonly events: readonly Tuple[];
}

/** A row in words, for messages. */
export function nameOf(row: ActionRow): string {
  return row.case ?? `${row.call}(${row.args!.map((arg) => format(recordedTerm(arg))).join(", ")})`;
}

/** Does what a row's code did, and says it in JavaScript. */
export function say(row: ActionRow): Said {
  const events: Tuple[] = [];
  const pickle = (event: Term) => {
    events.push(event as Tuple);
    return "<PICKLED>";
  };
  const js = row.call?.startsWith("wf_event:")
    ? internal(row, pickle)
    : renderActions(actionsOf(row), { pickle });
  return { js: js.replace(/auto-(\d+)/g, "<AUTO$1>").replace(/(?<=expires=)[^']*GMT/, "<RFC2109>"), events };
}

/** Whether what is said is what was recorded. A trigger is text here, whichever kind of text it was. */
export function isSaid({ js, js_hex, events = [] }: ActionRow, said: Said): boolean {
  const recorded = js_hex === undefined ? js : new TextDecoder().decode(Uint8Array.fromHex(js_hex));
  return recorded === said.js && events.length === said.events.length &&
    events.every((event, i) => isEvent(event, said.events[i]));
}

function isEvent(recorded: readonly Tagged[] | Tagged, [, module, message, trigger, name]: Tuple): boolean {
  if (!Array.isArray(recorded)) return false;
  const [wasModule, wasMessage, wasTrigger, wasName] = recorded.map(recordedTerm);
  return equal(module, wasModule) && equal(message, wasMessage) && equal(name, wasName) &&
    text(trigger)!.replace(/^auto-(\d+)$/, "<AUTO$1>") === text(wasTrigger);
}

/** The actions of a row. */
export function actionsOf(row: ActionRow): Wired {
  if (row.action !== undefined) return actionOf(row.action, row.fields ?? {});
  if (row.wired !== undefined) return wiredOf(row.wired);
  return (row.calls ?? [row as { call: string; args: readonly Tagged[] }]).map(callOf);
}

function internal({ call, args = [] }: ActionRow, pickle: (event: Term) => string): string {
  if (call === "wf_event:target") return targetScript(targetOf(args[0]));
  if (args.length < 6) return "";
  const [message, trigger, delegate, name] = args.map(recordedTerm);
  if (message === atom("undefined") || (Array.isArray(message) && message.length === 0)) return "";
  const isNone = delegate === atom("undefined") || Array.isArray(delegate);
  return sendScript({
    trigger: text(trigger)!,
    pickle: pickle(tuple(atom("ev"), isNone ? atom("index") : delegate, message, trigger, name)),
    validated: sourceIds((args[5].list as Tagged[] ?? []).map(sourceOf)),
    before: args[6] === undefined ? "" : textOf(args[6]),
    data: textOf(args[4]),
  });
}

function callOf({ call, args }: { readonly call: string; readonly args: readonly Tagged[] }): Wired {
  if (call === "wire") return nitro.wire(wiredOf(args[0]));
  const target = targetOf(args[0]);
  switch (call) {
    case "clear":
    case "remove":
    case "show":
    case "hide":
      return nitro[call](target);
    case "update":
      return nitro.update(target, recordedBody(args[1]) as nitro.Body);
    case "insert_top":
    case "insert_bottom": {
      const put = call === "insert_top" ? nitro.insertTop : nitro.insertBottom;
      const [where, body] = args.slice(-2);
      return put(
        targetOf(where),
        recordedBody(body) as nitro.Body,
        args.length === 3 ? textOf(args[0]) : undefined,
      );
    }
    case "insert_before":
      return nitro.insertBefore(target, recordedBody(args[1]) as nitro.Body);
    case "insert_after":
      return nitro.insertAfter(target, recordedBody(args[1]) as nitro.Body);
    case "insert_adjacent": {
      const where = targetOf(args[1]);
      return nitro.insertAdjacent(
        textOf(args[0]) as nitro.Position,
        args.length === 4 ? { qs: where as string } : where,
        recordedBody(args[2]) as nitro.Body,
      );
    }
    case "setAttr":
      return nitro.setAttr(target, textOf(args[1]), valueOf(args[2]));
    case "display":
      return nitro.display(target, valueOf(args[1]));
    case "style":
      return args.length === 2
        ? nitro.setStyle(target, valueOf(args[1]))
        : nitro.setStyle(target, textOf(args[1]), valueOf(args[2]));
    case "redirect":
      return nitro.redirect(isUndefined(args[0]) ? "" : valueOf(args[0]));
    case "cookie":
      return nitro.cookie(
        textOf(args[0]),
        valueOf(args[1]),
        args.length === 3 ? { ttlMs: 1000 * Number(args[2].int) } : undefined,
      );
  }
  throw new Error(`no function ${call}`);
}

function actionOf(name: string, fields: TaggedFields): Action {
  const target = "target" in fields ? targetOf(fields.target) : "";
  const given = <T>(field: string, read: (tagged: Tagged) => T): T | undefined =>
    field in fields && !isUndefined(fields[field]) ? read(fields[field]) : undefined;
  const event = {
    target,
    postback: given("postback", recordedTerm),
    delegate: given("delegate", recordedTerm),
    source: given("source", (list) => (list.list as Tagged[] ?? []).map(sourceOf)),
  };
  switch (name) {
    case "alert":
      return nitro.alert({ text: given("text", valueOf) });
    case "confirm":
      return nitro.confirm({ ...event, text: given("text", valueOf) });
    case "event":
      return nitro.event({ ...event, type: given("type", textOf), validation: given("validation", textOf) });
    case "bind":
      return nitro.bind({
        target,
        type: given("type", textOf),
        postback: given("postback", textOf),
        source: given("source", textOf),
      });
    case "replace":
      return nitro.replace({ target, elements: given("elements", recordedBody) as nitro.Body });
    case "insert":
      return nitro.insert({
        target,
        elements: given("elements", recordedBody) as nitro.Body,
        position: given("position", (term) => recordedTerm(term) as Atom),
      });
    case "multi":
      return nitro.multi({ actions: given("actions", wiredOf) });
    case "wire":
      return nitro.wire(given("actions", wiredOf));
    case "focus":
      return nitro.focus({ target });
    case "api":
      return nitro.api({
        name: (given("name", recordedTerm) ?? "") as string,
        delegate: given("delegate", recordedTerm),
      });
    case "jq":
      return jqOf(target, fields, given);
  }
  throw new Error(`no action ${name}`);
}

function jqOf(
  target: Target,
  fields: TaggedFields,
  given: <T>(field: string, read: (tagged: Tagged) => T) => T | undefined,
): Action {
  const format = given("format", textOf);
  const isSimple = fields.args?.atom === "simple";
  return nitro.jq({
    target: isSimple && typeof target !== "object"
      ? { g: target as string }
      : target instanceof Object && isSimple && "name" in target
      ? { g: target.name }
      : target,
    property: given("property", textOf),
    right: given(
      "right",
      (tagged) => "action" in tagged ? wiredOf(tagged) : recordedBody(tagged),
    ) as nitro.Body,
    method: given(
      "method",
      (list) => "list" in list ? (list.list as Tagged[]).map(textOf) : "nil" in list ? [] : textOf(list),
    ),
    args: isSimple ? undefined : given("args", (list) => {
      const args = "list" in list ? list.list as Tagged[] : [list];
      return args.map((arg) => argumentOf(arg, format));
    }),
    format,
  });
}

/** Arguments were JavaScript as it is, unless the format puts them between quotes. */
function argumentOf(tagged: Tagged, format: string | undefined): nitro.JqArgument {
  if ("element" in tagged) return recordedBody(tagged) as nitro.JqArgument;
  return format === "'~s'" ? textOf(tagged) : raw(textOf(tagged));
}

function wiredOf(tagged: Tagged): Wired {
  if ("action" in tagged) return actionOf(tagged.action as string, (tagged.fields ?? {}) as TaggedFields);
  if ("list" in tagged) return (tagged.list as Tagged[]).map(wiredOf);
  if ("string" in tagged || "binary" in tagged) return textOf(tagged);
  if ("nil" in tagged || isUndefined(tagged)) return undefined;
  return recordedBody(tagged) as Wired;
}

/** A target: tuples of the original's are selectors, any other term is the text of an id. */
export function targetOf(tagged: Tagged): Target {
  const term = recordedTerm(tagged);
  if (typeof term === "number" || typeof term === "string") return term;
  if (term instanceof Tuple) {
    const [kind, what, path] = tagged.tuple as Tagged[];
    if (kind.atom === "ps") return { ps: [targetOf(what), textOf(path)] };
    if (kind.atom === "qs" || kind.atom === "qa" || kind.atom === "g") return { [kind.atom]: textOf(what) };
    return format(term);
  }
  return "list" in tagged
    ? (tagged.list as Tagged[]).map(textOf).join("")
    : "atom" in tagged
    ? atom(textOf(tagged))
    : textOf(tagged);
}

function sourceOf(tagged: Tagged): Source {
  if ("nil" in tagged) return "";
  if (!("tuple" in tagged)) return recordedTerm(tagged) as Source;
  const [key, code] = tagged.tuple as Tagged[];
  return [recordedTerm(key) as string, textOf(code)];
}

/** The text of a recorded term, as `to_list` gave it. */
export function textOf(tagged: Tagged): string {
  const [[tag, value]] = Object.entries(tagged) as [[string, unknown]];
  if (tag === "nil") return "";
  if (tag === "list") return (value as Tagged[]).map(textOf).join("");
  if (tag === "binary_hex") return new TextDecoder().decode(Uint8Array.fromHex(value as string));
  return tag === "tuple" ? format(recordedTerm(tagged)) : String(value);
}

function valueOf(tagged: Tagged): nitro.PlainText {
  return "float" in tagged || "int" in tagged ? Number(textOf(tagged)) : textOf(tagged);
}

function isUndefined(tagged: Tagged): boolean {
  return tagged.atom === "undefined";
}
