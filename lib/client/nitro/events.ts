/**
 * Events: what users do becomes a message to the server.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { atom, isTuple, list, newId, type Term, text, tuple } from "../browser.ts";
import { isTaken } from "./composition.ts";
import type { Page } from "./controls.ts";
import { catchUp } from "./early.ts";
import { nameOf, targetsOf } from "./targets.ts";
import { areValid, dropRules } from "./validity.ts";

const bound = new WeakMap<EventTarget, Map<string, EventListener>>();
/** An event that waits to be confirmed. */
interface Waiting {
  /** Fires the next one: its element was used again meanwhile. */
  again?: () => void;
  /** Puts the text back that it took from its field. */
  restore(): void;
}

const waiting = new Map<HTMLElement, Waiting>();

/** What is not confirmed when the page is left is still in its field when the visitor comes back. */
addEventListener("pagehide", () => waiting.forEach(({ restore }) => restore()));

/**
 * Listens to an event of the target's elements, in place of what listened to the same before; with an empty pickle the event is only
 * kept from what it does by itself. A type such as `keydown:Enter` is about one key.
 */
export function listen(page: Page, target: Term, named: string, pickle: Term, sources: Term): void {
  const [type, key] = /^key/.test(named) ? named.split(":") : [named];
  for (const element of targetsOf(target)) {
    const listener = (event: Event): void => {
      const keyboard = event as KeyboardEvent;
      if (/^key/.test(type) && isTaken(keyboard)) return;
      if (key && (keyboard.key !== key || keyboard.shiftKey)) return;
      if (key || isPrevented(event)) event.preventDefault();
      act();
    };
    const act = () => {
      if (text(pickle)) fire(page, nameOf(target), pickle, sources, element);
    };
    let listeners = bound.get(element);
    if (!listeners) bound.set(element, listeners = new Map());
    element.removeEventListener(type, listeners.get(named)!);
    listeners.set(named, listener);
    element.addEventListener(type, listener);
    catchUp(element, type, key, () => listeners.get(named) === listener && act());
  }
}

/** Listens no more to an element and those inside of it, which have no rules any more either: what was rendered anew is told anew. */
export function forget(root: Element): void {
  for (const element of [root, ...root.querySelectorAll("*")]) {
    bound.get(element)?.forEach((listener, named) =>
      element.removeEventListener(named.split(":")[0], listener)
    );
    bound.delete(element);
    dropRules(element);
  }
}

/** Whether an event must not do what it does by itself: go to another page. Boxes are ticked and keys typed all the same. */
function isPrevented({ type, target }: Event): boolean {
  return /^(submit|drag.+|drop|contextmenu)$/.test(type) ||
    type === "click" && !!(target as Element).closest?.("a,button,[type=submit],[type=image]");
}

/**
 * Sends an event with the values of its sources, unless one of them is wrong.
 *
 * The element says more: `data-n2o-clear` names the field that is emptied then; with `data-n2o-repeat` the event gets an id and is sent
 * on each new connection until the server confirms it.
 */
export function fire(
  page: Page,
  trigger: string,
  pickle: Term,
  sources: Term,
  element?: HTMLElement,
): void {
  const { n2oRepeat, n2oClear } = element?.dataset ?? {};
  const field = () => document.getElementById(n2oClear ?? "") as HTMLInputElement | null;
  const typed = field()?.value;
  const earlier = waiting.get(element!);
  if (earlier) {
    // What is written after the click was not meant to be sent.
    earlier.again = () => field()?.value === typed && fire(page, trigger, pickle, sources, element);
    return;
  }
  const ids: string[] = [];
  const values = list(sources)!.map((source) => {
    const [key, from] = isTuple(source) ? source : [source, source];
    const id = text(from)!;
    ids.push(id);
    return tuple(key, page.source(id));
  });
  if (!areValid(ids, page.source)) return;
  const id = n2oRepeat === undefined ? "" : newId();
  const event = tuple(atom("pickle"), trigger, pickle, [
    tuple(tuple(trigger, "detail"), id || []),
    ...values,
  ]);
  if (!id) {
    if (!page.send(event)) return;
  } else {
    const entry: Waiting = {
      restore: () => {
        const now = field();
        if (now?.value === "") now.value = typed!;
      },
    };
    waiting.set(element!, entry);
    element!.ariaBusy = "true";
    let isDone = false;
    page.client.request(event, {
      id,
      timeoutMs: 2 ** 31 - 1,
      match: (answer) => {
        const about = isTuple(answer, "io", 3) && answer[2];
        if (!about || !isTuple(about) || text(about[1]) !== id) return false;
        isDone = isTuple(about, "done");
        return true;
      },
    }).catch(() => {}).then(() => {
      waiting.delete(element!);
      element!.ariaBusy = null;
      if (!isDone) entry.restore();
      entry.again?.();
    });
  }
  const now = field();
  if (now) now.value = "";
}
