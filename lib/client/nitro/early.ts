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
  event: KeyboardEvent & SubmitEvent;
  /** What it was about, from the inside out. */
  path: EventTarget[];
  /** Whether a form was kept from leaving the page, for what may listen to it. */
  isHeld: boolean;
  /** What listens now. */
  actions: (() => unknown)[];
}

/** None any more since the server has said what listens. */
let events: Early[] | undefined = [];

/** Begins to remember what is done to the page. */
export function watchEarly(): void {
  for (const type of ["click", "change", "keydown"]) addEventListener(type, remember, true);
  // The page's own script comes first.
  addEventListener("submit", remember);
  // What led away from the page is over when the visitor comes back.
  addEventListener("pagehide", () => events &&= []);
}

/** An element is listened to from now on: `action` is to be done for each such event of before. */
export function catchUp(
  element: EventTarget,
  type: string,
  key: string | undefined,
  action: () => unknown,
): void {
  const { id } = element as Element;
  for (const { event, path, actions } of events ?? []) {
    if (event.type !== type || key && key !== event.key) continue;
    // It may have been drawn anew.
    if (path.some((step) => step === element || id && (step as Element).id === id)) {
      actions.push(() => (element as HTMLButtonElement).disabled || action());
    }
  }
}

/** The server has said what listens: does what was to be done, in the order of the events. What found no listener is over. */
export function endEarly(): void {
  const since = performance.now() - MAX_AGE;
  const ended = events ?? [];
  events = undefined;
  for (const { event, isHeld, actions } of ended) {
    if (event.timeStamp > since) { for (const action of actions) action(); }
    // Nobody took the form over: it goes where it would have gone.
    if (isHeld && !actions[0]) (event.target as HTMLFormElement).requestSubmit(event.submitter);
  }
}

function remember(given: Event): void {
  const event = given as KeyboardEvent & SubmitEvent;
  const { type, key, shiftKey } = event;
  // What is typed stands in its field; it must not push out what comes after it.
  if (!events || key && (!key[1] || shiftKey || isTaken(event))) return;
  const isHeld = type === "submit" && !event.defaultPrevented &&
    !(event.target as Element).matches("[action],[method=dialog i]");
  if (isHeld) event.preventDefault();
  if (events.length < MAX_EVENTS) events.push({ event, path: event.composedPath(), isHeld, actions: [] });
}
