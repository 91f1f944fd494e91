/**
 * HTML from the server, on its way into the page.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { writeTime } from "./times.ts";

const NOTED = "[data-n2o-style],[data-n2o-time],[contenteditable],details,dialog,option";

/** What the server last rendered where users change the same thing: whether something is open, or an editable element's HTML. */
const rendered = new WeakMap<Element, boolean | string>();

/** The nodes of an HTML text, as they are inside of `context`: rows without a table, SVG in SVG. No script in them will run. */
export function parse(html: string, context: Node): Node[] {
  const template = document.createElement("template");
  const inSvg = context instanceof SVGElement && context.nodeName !== "foreignObject";
  template.innerHTML = inSvg ? `<svg>${html}</svg>` : html;
  return [...(inSvg ? template.content.firstChild! : template.content).childNodes];
}

/** Takes a new node from where it was parsed, and does what its HTML cannot say under a strict policy; what is on the page stays there. */
export function adopt<T extends Node>(root: T): T {
  const all = root as Node as HTMLElement;
  const isNew = !all.isConnected;
  if (isNew) all.remove();
  if (all.querySelectorAll === undefined) return root;
  for (const element of [all, ...all.querySelectorAll<HTMLElement>(NOTED)]) {
    if (element.nodeType !== 1) continue;
    // The first option is chosen where it was parsed; it must not be here.
    const option = element as HTMLOptionElement;
    if (isNew && option.localName === "option") option.selected = option.defaultSelected;
    applyStyle(element);
    if (isEditable(element)) rendered.set(element, element.innerHTML);
    else if (canOpen(element)) rendered.set(element, element.hasAttribute("open"));
    else writeTime(element);
  }
  return root;
}

/** Gives an element the style that its HTML names, and no other. */
export function applyStyle(element: Element): void {
  const css = element.getAttribute("data-n2o-style");
  if (css !== null || element.hasAttribute("style")) (element as HTMLElement).style.cssText = css ?? "";
}

/** Notes what is rendered; whether that differs from what was rendered before. */
export function isNews(element: Element, now: boolean | string): boolean {
  const before = rendered.get(element);
  rendered.set(element, now);
  return before !== now;
}

/** Whether an element's HTML says that users may edit it. */
export function isEditable(element: Element): boolean {
  return /^(|true|plaintext-only)$/.test(element.getAttribute("contenteditable") ?? "no");
}

/** Whether users open and close an element. */
export function canOpen({ localName }: Element): boolean {
  return localName === "details" || localName === "dialog";
}
