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
import { ScriptWriter } from "./script_output.ts";

const TEXT = atom("text");
const STANDING = new Set(["on", "validate", "control"]);
const NONE: readonly Term[] = [];
const encoder = new TextEncoder();

/** Actions and operations that leave the page's elements as they are. */
const QUIET = new Set([
  "alert",
  "confirm",
  "focus",
  "redirect",
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
  if (state.mode === "operations") {
    const out = new OperationsWriter(state);
    for (const action of actions) operate(action, out, state.memory);
    return out.list;
  }
  const out = new ScriptWriter(state);
  for (const action of actions) script(action, out, state.memory);
  return encoder.encode(out.js);
}

function operate(action: Wired, out: OperationsWriter, memory: Memory): void {
  if (!(action instanceof Action)) {
    if (Array.isArray(action)) { for (const one of action) operate(one, out, memory); }
    else out.run(action);
    return;
  }
  const { list } = out;
  const from = list.length;
  out.run(action);
  if (action.kind.name !== "update") {
    for (let i = from; i < list.length; i++) touch(list[i], memory);
    return;
  }
  const first = list[from] as Tuple;
  const [, id, html] = first;
  if (typeof id !== "string" || typeof html !== "string") return memory.clear();
  const known = memory.known(id);
  const wired = list.length === from + 1 ? NONE : list.slice(from + 1);
  const change = memory.update(id, html, wired);
  for (const one of wired) touch(one, memory);
  if (change === "all" && (known === undefined || !isSameTag(known.html, html))) return;
  list.length = change === "all" ? from + 1 : from;
  if (typeof change === "object") list.push(tuple(TEXT, id, change.text));
  // An element that stays goes on listening.
  for (const one of wired) {
    const stays = stands(one) &&
      (change === "none" || isTuple(one) && one[1] === id && isAmong(one, known!.wired));
    if (!stays) list.push(one);
  }
}

/** Whether the first elements of HTML are of one name, so that one is made of the other. */
function isSameTag(before: string, after: string): boolean {
  for (let i = 0; i < before.length; i++) {
    if (before[i] !== after[i]) return false;
    if (before[i] === " " || before[i] === ">") return true;
  }
  return false;
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
  out.run(action);
  const js = out.js;
  out.js = before;
  const id = idOf(action);
  if (QUIET.has(action.kind.name)) {
    // What only listens, or asks, leaves the elements as they are.
  } else if (id === undefined || js.includes("\\")) memory.clear();
  else if (action.kind.name !== "update") memory.touch(id, js);
  else if (memory.update(id, js, "") === "none" && out.deeds === deeds) return;
  out.js = before + js;
}

/** An operation that is no update may have changed what is remembered. */
function touch(operation: Term, memory: Memory): void {
  if (!isTuple(operation)) return memory.clear();
  const name = operation[0] instanceof Atom ? operation[0].name : "";
  if (QUIET.has(name)) return;
  if (name === "multi") {
    for (const inner of operation[1] as Term[]) touch(inner, memory);
    return;
  }
  const id = operation[1];
  if (typeof id !== "string") return memory.clear();
  const html = name === "insert" ? operation[3] : name === "update" || name === "replace" ? operation[2] : "";
  memory.touch(id, typeof html === "string" ? html : "");
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
