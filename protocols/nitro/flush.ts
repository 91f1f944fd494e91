/**
 * Putting a page's actions into words for its browser, without what changes nothing there.
 *
 * @module
 */
import { Atom, atom, equal, isTuple, type Term, type Tuple, tuple } from "../../lib/term.ts";
import type { Memory } from "./memory.ts";
import type { PageState } from "./page_state.ts";
import { OperationsWriter } from "./operations_output.ts";
import { Action, type Wired } from "./parts.ts";
import { ScriptWriter, STANDING_ACTIONS } from "./script_output.ts";

const TEXT = atom("text");
const PATCH = atom("patch");
const ON = atom("on");
const STANDING = new Set(["on", "validate", "control"]);
const NONE: readonly Term[] = [];
const encoder = new TextEncoder();

/** Actions and operations that leave the page's elements as they are. */
const QUIET = new Set([
  "alert",
  "confirm",
  "focus",
  "cookie",
  "api",
  "event",
  "on",
  "title",
  "validate",
  "control",
  "combo",
]);

/** The actions as the page's browser takes them: JavaScript, or operations. Whether it is empty says that there is nothing to do. */
export function put(actions: readonly Wired[], state: PageState): Uint8Array | Term[] {
  const said = say(actions, state);
  if (!state.isBehind()) return said;
  // A button may stand before its field: once the field's rules are known they are sealed with the button's event.
  state.memory.clear();
  const again = say(actions, state);
  state.isBehind();
  return again;
}

function say(actions: readonly Wired[], state: PageState): Uint8Array | Term[] {
  const { memory } = state;
  try {
    if (state.mode === "operations") {
      const out = new OperationsWriter(state);
      for (const action of actions) operate(action, out, memory);
      return out.list;
    }
    const out = new ScriptWriter(state);
    for (const action of actions) script(action, out, memory);
    return encoder.encode(out.js);
  } catch (error) {
    // What was noted as sent is not.
    memory.clear();
    throw error;
  } finally {
    memory.settle();
  }
}

function operate(action: Wired, out: OperationsWriter, memory: Memory): void {
  if (!(action instanceof Action)) {
    if (Array.isArray(action)) { for (const one of action) operate(one, out, memory); }
    else out.run(action);
    return;
  }
  const { list } = out;
  const from = list.length;
  out.raw = false;
  out.run(action);
  if (action.kind.name !== "update") {
    for (let i = from; i < list.length; i++) touch(list[i], memory);
    if (out.raw) memory.clear();
    return;
  }
  const first = list[from] as Tuple;
  const [, id, html] = first;
  if (typeof id !== "string" || typeof html !== "string") return memory.clear();
  if (out.raw && hasOddIds(html)) memory.clear();
  const known = memory.known(id);
  const wired = list.length === from + 1 ? NONE : list.slice(from + 1);
  const change = memory.update(id, html, wired);
  for (const one of wired) touch(one, memory);
  // Of a large element it is known whether it is the same, and nothing else.
  if (known === undefined || (known.digest !== undefined && change !== "none")) return;
  if (!isSameTag(known.html, html) || !keeps(known.wired, wired)) return;
  list.length = from;
  if (change === "all") list.push(tuple(PATCH, id, html));
  else if (change !== "none") list.push(tuple(TEXT, id, change.text));
  // An element that stays goes on listening.
  for (const one of wired) {
    const stays = stands(one) &&
      (change === "none" || (isTuple(one) && one[1] === id && isAmong(one, known.wired)));
    if (!stays) list.push(one);
  }
}

/** Whether everything that was listened to still is. */
function keeps(before: readonly Term[] | string, after: readonly Term[]): boolean {
  if (typeof before === "string" || before.length === 0) return true;
  return before.every((one) =>
    !isTuple(one) || !stands(one) ||
    after.some((other) =>
      isTuple(other) && other[0] === one[0] && equal(other[1], one[1]) &&
      (other[0] !== ON || equal(other[2], one[2]))
    )
  );
}

/** Whether the first elements of HTML are of one name, so that one is made of the other. */
function isSameTag(before: string, after: string): boolean {
  for (let i = 0; i < before.length; i++) {
    if (before[i] !== after[i]) return false;
    if (before[i] === ">") return true;
    if (before[i] === " ") return typeOf(before) === typeOf(after);
  }
  return false;
}

/** The `type` of the first element, by which an input is another one. */
function typeOf(html: string): string {
  const at = html.indexOf(' type="');
  return at < 0 || at > html.indexOf(">") ? "" : html.slice(at + 7, html.indexOf('"', at + 7));
}

/** Raw HTML may bring ids that are spelled otherwise than ours. */
function hasOddIds(html: string): boolean {
  return /[\s"'/]id\s*=/i.test(html.replaceAll(' id="', " "));
}

function script(action: Wired, out: ScriptWriter, memory: Memory): void {
  if (!(action instanceof Action)) {
    if (Array.isArray(action)) { for (const one of action) script(one, out, memory); }
    else {
      if (typeof action === "string") memory.clear();
      out.run(action);
    }
    return;
  }
  const { js: before, deeds } = out;
  out.js = "";
  out.raw = false;
  out.run(action);
  const js = out.js;
  out.js = before;
  const { name } = action.kind;
  const id = idOf(action);
  // What elements do besides, when they come, may be done to any other.
  const alone = out.deeds - deeds === (STANDING_ACTIONS.has(name) ? 0 : 1);
  if (QUIET.has(name)) {
    // What only listens, or asks, leaves the elements as they are.
  } else if (name === "redirect") memory.leave();
  else if (name === "jq" && isPath(action)) memory.clear();
  else if (id === undefined || !alone || js.includes("\\") || (out.raw && hasOddIds(js))) memory.clear();
  else if (name !== "update") memory.touch(id, js);
  else if (memory.update(id, out.drawn, js) === "none") return;
  out.js = before + js;
}

/** An operation that is no update may have changed what is remembered. */
function touch(operation: Term, memory: Memory): void {
  if (!isTuple(operation)) return memory.clear();
  const name = operation[0] instanceof Atom ? operation[0].name : "";
  if (QUIET.has(name)) return;
  if (name === "redirect") return memory.leave();
  if (name === "multi") {
    for (const inner of operation[1] as Term[]) touch(inner, memory);
    return;
  }
  const id = operation[1];
  if (typeof id !== "string") return memory.clear();
  const html = name === "insert" ? operation[3] : name === "update" || name === "replace" ? operation[2] : "";
  memory.touch(id, typeof html === "string" ? html : "");
}

/** Whether it goes from its target to another element. */
function isPath(action: Action): boolean {
  const { method, property } = action.fields as { method?: unknown; property?: unknown };
  return String(method ?? property).includes(".");
}

function idOf(action: Action): string | undefined {
  const { target } = action.fields as { target?: unknown };
  if (typeof target === "string") return target;
  return target instanceof Atom ? target.name : undefined;
}

/** Whether an operation says how an element is to be, so that one that stays need not be told again. */
function stands(operation: Term): boolean {
  return isTuple(operation) && operation[0] instanceof Atom && STANDING.has(operation[0].name);
}

function isAmong(operation: Term, known: readonly Term[] | string | undefined): boolean {
  return Array.isArray(known) && known.some((one) => equal(one, operation));
}
