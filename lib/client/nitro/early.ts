/**
 * Early events: a page is there before it is connected, and what somebody clicks then is not lost. It is done once the server has said what
 * listens.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { isTaken } from "./composition.ts";

/** Nobody expects anything any more of what is older, in milliseconds. */
const MAX_AGE = 10_000;
const MAX_EVENTS = 32;

interface Early {
  type: string;
  /** The key that was pressed alone, of events of keys. */
  key?: string;
  /** What it was about, from the inside out. */
  path: EventTarget[];
  at: number;
  /** What listens now. */
  actions: (() => unknown)[];
}

/** None any more since the server has said what listens. */
let events: Early[] | undefined = [];

/** Begins to remember what is done to the page. */
export function watchEarly(): void {
  for (const type of ["click", "change", "submit", "keydown"]) addEventListener(type, remember, true);
}

/** An element is listened to from now on: `action` is to be done for each such event of before. */
export function catchUp(
  element: EventTarget,
  type: string,
  key: string | undefined,
  action: () => unknown,
): void {
  const { id } = element as Element;
  for (const early of events ?? []) {
    if (early.type !== type || key && key !== early.key) continue;
    // It may have been drawn anew.
    if (early.path.some((step) => step === element || id && (step as Element).id === id)) {
      early.actions.push(action);
    }
  }
}

/** The server has said what listens: does what was to be done, in the order of the events. What found no listener is over. */
export function endEarly(): void {
  const since = performance.now() - MAX_AGE;
  const ended = events ?? [];
  events = undefined;
  for (const { at, actions } of ended) if (at > since) { for (const action of actions) action(); }
}

function remember(event: Event): void {
  if (!events || events.length === MAX_EVENTS) return;
  const { type, key, shiftKey } = event as KeyboardEvent;
  if (key && (shiftKey || isTaken(event as KeyboardEvent))) return;
  // A form that nobody has taken over yet would leave the page.
  if (type === "submit" && !(event.target as Element).hasAttribute("action")) event.preventDefault();
  events.push({ type, key, path: event.composedPath(), at: performance.now(), actions: [] });
}
