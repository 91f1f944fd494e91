/**
 * Operations: what the server says is to change on the page. None of them runs code.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { isTuple, list, type Term, text, type Tuple } from "../browser.ts";
import { METHODS, PROPERTIES } from "./allowed.ts";
import { composingIn, whenComposed } from "./composition.ts";
import type { Controls, Page } from "./controls.ts";
import { fire, forget, listen } from "./events.ts";
import { adopt, applyStyle, parse } from "./html.ts";
import { makeRoom, noteLoose } from "./loose.ts";
import { morph } from "./morph.ts";
import { follow, nameOf, type Target, targetsOf } from "./targets.ts";
import { setRules, showFault } from "./validity.ts";

/** Changes one of an operation's elements. */
type Change = (element: Target, operation: Tuple) => void;

const changes: Record<string, Change> = {
  update: (element, operation) => redraw(element, operation, true),
  patch: (element, operation) => redraw(element, operation, false),
  text: (element, [, , content]) => element.textContent = words(content),
  replace: (element, [, , html]) =>
    element.replaceWith(...parse(words(html), element.parentNode).map((node) => adopt(node))),
  insert: (element, [, , position, html]) => insert(element, words(position), words(html)),
  clear: (element) => element.replaceChildren(),
  remove: (element) => element.remove(),
  attr: (element, [, , name, value]) => setAttribute(element, words(name), value),
  style: ({ style }, { length, 2: css, 3: value }) => {
    const name = words(css);
    if (length === 3) style.cssText = name;
    else if (name.startsWith("--")) style.setProperty(name, words(value));
    else style[name] = words(value);
  },
  call: (element, [, , method, given]) => {
    const name = allowed(METHODS, method);
    const path = name.split(".");
    const last = path.pop()!;
    (path[0] ? follow(element, path[0]) : element)[last](...list(given ?? [])!.map(plain));
  },
  set: (element, [, , property, value]) => element[allowed(PROPERTIES, property)] = plain(value),
  focus: (element) => element.focus(),
};

/** Nothing of these may happen to a field, or around one, in which somebody composes a text. */
const PATIENT = /^(text|replace|clear|remove|set)$/;

/** Applies operations in their order, each whatever became of those before; those behind a redirection are dropped. */
export function applyAll(operations: readonly Term[], page: Page, controls: Controls): boolean {
  return operations.some((operation) => {
    try {
      return apply(operation as Tuple, page, controls) === true;
    } catch (error) {
      console.error("n2o:", operation, error);
    }
  });
}

/** Applies one; true when the page is left. */
function apply(operation: Tuple, page: Page, controls: Controls): boolean | void {
  const name = words(operation[0]);
  const [, target, second, third] = operation;
  if (Object.hasOwn(changes, name)) {
    const change = changes[name];
    for (const element of targetsOf(target)) {
      const now = () => change(element, operation);
      if (PATIENT.test(name) && composingIn(element)) {
        whenComposed(`${name} ${nameOf(target)} ${operation.length > 3 ? words(second) : ""}`, now);
      } else now();
    }
    return;
  }
  switch (name) {
    case "on":
      return listen(page, target, words(second), third, operation[4]);
    case "event":
      return fire(page, words(target), second, third);
    case "validate":
      return setRules(words(target), list(second)!);
    case "invalid":
      return showFault(words(target), words(second));
    case "valid":
      return showFault(words(target));
    case "multi":
      // What is done in one go is one frame.
      return applyAll(list(target)!, page, controls);
    case "control": {
      const [element] = targetsOf(target);
      if (!controls.has(words(second))) return unknown(`control ${words(second)}`);
      if (element) controls.attach(element, words(second), third, page);
      return;
    }
    case "redirect": {
      const url = new URL(words(target), location.href);
      if (!/^https?:$/.test(url.protocol)) throw new Error(url.protocol);
      location.assign(url);
      return true;
    }
    case "cookie":
      document.cookie = `${escape(target)}=${escape(second)}; path=${
        words(operation[4] ?? "/")
      }; max-age=${third}; samesite=lax`;
      return;
    case "alert":
      return alert(words(target));
    case "confirm":
      return confirm(words(target)) ? applyAll([second], page, controls) : undefined;
    case "title":
      document.title = words(target);
      return;
  }
  if (!controls.has(name)) return unknown(name);
  for (const element of targetsOf(target)) controls.of(element)?.receive?.(operation);
}

const warned = new Set<string>();

/** The server is newer than this client. */
function unknown(name: string): void {
  if (!warned.has(name)) console.warn(`n2o: "${name}" is not known here`);
  warned.add(name);
}

function redraw(element: Element, [, , html]: Tuple, isNew: boolean): void {
  const roots = parse(words(html), element.parentNode!);
  const old = frameOf(element, roots);
  if (isNew) forget(old);
  morph(old, roots);
}

/** What stands for the root of an update: that may be around the element that is named, as a label is around its box. */
function frameOf(element: Element, [root, ...others]: Node[]): Element {
  const { id } = element;
  const { localName, id: own } = root as Element;
  if (others[0] || !localName || own === id || !(root as Element).querySelector(`#${CSS.escape(id)}`)) {
    return element;
  }
  const frame = own ? document.getElementById(own) : element.closest(localName);
  const isSame = frame && frame.getAttribute("for") === (root as Element).getAttribute("for");
  return isSame && frame.contains(element) ? frame : element;
}

function insert(element: Element, position: string, html: string): void {
  const isOutside = /^(beforebegin|afterend)$/.test(position);
  let parent: Node = isOutside ? element.parentNode! : element;
  const nodes = parse(html, parent) as (Node & { id?: string })[];
  if (parent.nodeName === "TABLE" && nodes.some(({ nodeName }) => nodeName === "TR")) {
    const table = parent as HTMLTableElement;
    parent = table.tBodies[0] ?? table.createTBody();
  }
  if (nodes.some(({ id }) => !id)) makeRoom(parent);
  const before = position === "beforebegin"
    ? element
    : position === "afterend"
    ? element.nextSibling
    : position === "afterbegin"
    ? parent.firstChild
    : null;
  for (const node of nodes) {
    // After a reconnection the server says everything anew.
    const { id } = node;
    const twin = id && document.getElementById(id);
    if (twin && twin.parentNode === parent) {
      forget(twin);
      morph(twin, [node]);
    } else {
      parent.insertBefore(adopt(node), before);
      if (!id) noteLoose(node);
    }
  }
}

function setAttribute(element: Element, name: string, value: Term): void {
  if (/^(on|srcdoc$)/i.test(name)) throw new Error(name);
  if (name === "style") return void element.setAttribute("data-n2o-style", words(value)), applyStyle(element);
  if (list(value)?.length === 0 || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : words(value));
}

function allowed(names: RegExp, given: Term): string {
  const name = words(given);
  if (!names.test(name)) throw new Error(name);
  return name;
}

/** A term as a property or an argument; `{get, Target, Property}` is what is there. */
function plain(term: Term): unknown {
  if (isTuple(term, "get", 3)) return follow(targetsOf(term[1])[0], words(term[2]));
  return typeof term === "number" || typeof term === "boolean" ? term : text(term);
}

function words(term: Term): string {
  return typeof term === "number" ? String(term) : text(term)!;
}

function escape(term: Term): string {
  return words(term).replace(/[;,\s]/g, encodeURIComponent);
}
