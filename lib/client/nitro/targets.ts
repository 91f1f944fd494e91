/**
 * Targets: the elements that an operation means.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { type Term, text, type Tuple } from "../browser.ts";

/** What operations are applied to: an element, the window, the document, or what a path from them leads to. */
// Which of the properties exist is for the operation to know.
// deno-lint-ignore no-explicit-any
export type Target = any;

/** The elements that a target means: none, one, or with `{qa, Selector}` any number. */
export function targetsOf(target: Term): Target[] {
  const id = text(target);
  if (id !== undefined) return found(document.getElementById(id));
  const [kind, what, path] = target as Tuple;
  const name = text(what)!;
  switch (text(kind)) {
    case "qs":
      return found(document.querySelector(name));
    case "qa":
      return [...document.querySelectorAll(name)];
    case "g":
      return found(name === "window" ? globalThis : name === "document" ? document : null);
    case "ps":
      return targetsOf(what).flatMap((from) => found(follow(from, text(path)!)));
  }
  return [];
}

/** What a path such as `a.b` leads to. */
export function follow(from: Target, path: string): Target {
  return path.split(".").reduce((at, name) => at?.[name], from);
}

function found(target: Target): Target[] {
  return target ? [target] : [];
}

/** The name by which an event tells the server of a target. */
export function nameOf(target: Term): string {
  return text(target) ?? nameOf((target as Tuple)[1]);
}
