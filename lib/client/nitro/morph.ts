/**
 * Morphing: what is on the page becomes what the server rendered, and nothing that is the same on both sides is touched. So focus,
 * selection, scroll positions, playing videos and event listeners stay.
 *
 * Elements are the same by their ids; those without are matched by the ids inside of them, then by kind and order.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { composingIn, isComposing, whenComposed } from "./composition.ts";
import { morphAttributes, morphText } from "./fields.ts";
import { restoreFocus } from "./focus.ts";
import { adopt, isEditable, isNews } from "./html.ts";
import { dropLoose } from "./loose.ts";
import { writeTime } from "./times.ts";

type Position = ChildNode | null;

/** Makes an element into what was rendered, of which there may be several roots. */
export function morph(element: Element, roots: Node[]): void {
  const focused = document.activeElement;
  const ids = new Set<string>();
  for (const root of roots) {
    ids.add(keyOf(root));
    if (isElement(root)) { for (const { id } of root.querySelectorAll("[id]")) ids.add(id); }
  }
  ids.delete("");
  morphRange(element.parentNode!, roots, element, element.nextSibling, ids);
  restoreFocus(focused);
}

/** Makes the nodes from `at` up to but without `end` into new ones; `ids` are those that the update knows. */
function morphRange(parent: Node, news: Node[], at: Position, end: Position, ids: Set<string>): void {
  const byKey = new Map<string, ChildNode>();
  const old = new Set<Node>();
  for (let node = at; node !== end; node = node!.nextSibling) {
    old.add(node!);
    const key = keyOf(node!);
    if (key && !byKey.has(key)) byKey.set(key, node!);
  }
  const keys = new Set(news.map(keyOf));
  const done = new Set<Node>();

  function match(next: Node): ChildNode | undefined {
    const key = keyOf(next);
    if (key) return isFree(byKey.get(key), next);
    // The one that holds the same things.
    const inside = idIn(next);
    let home: Node | null = inside ? document.getElementById(inside) : null;
    while (home && home.parentNode !== parent) home = home.parentNode;
    if (home && old.has(home) && !keyOf(home) && isFree(home, next)) return home as ChildNode;
    for (let node = at; node !== end; node = node!.nextSibling) {
      if (!keyOf(node!) && isFree(node!, next) && !ids.has(idIn(node!))) return node!;
    }
  }

  function isFree(node: Node | undefined, next: Node): ChildNode | undefined {
    return node && !done.has(node) && !isOwn(node) && isSameKind(node, next) ? node as ChildNode : undefined;
  }

  for (const next of news) {
    // What is gone is taken away first, so that what follows need not move.
    while (at !== end && (isOwn(at!) || keyOf(at!) && !keys.has(keyOf(at!)))) at = pass(at!);
    const node = match(next);
    if (node === undefined) {
      parent.insertBefore(adopt(next), at);
      continue;
    }
    done.add(node);
    if (node !== at && (node.contains(document.activeElement) || composingIn(node))) {
      // It must not move: the others do.
      while (at !== node) {
        const after: Position = at!.nextSibling;
        move(parent, at!, end);
        at = after;
      }
    }
    if (node === at) at = node.nextSibling;
    else move(parent, node, at);
    morphNode(node, next, ids);
  }
  while (at !== end) at = pass(at!);
}

/** Takes a node away that was not rendered again; gives the one behind it. */
function pass(node: ChildNode): Position {
  const after = node.nextSibling;
  if (composingIn(node)) whenComposed(node, () => node.remove());
  else if (!isOwn(node)) node.remove();
  return after;
}

function move(parent: Node, node: Node, before: Node | null): void {
  const mover = parent as Node & { moveBefore?: Node["insertBefore"] };
  // Where there is `moveBefore`, frames and videos go on.
  (mover.moveBefore ?? mover.insertBefore).call(parent, node, before);
}

function morphNode(node: Node, next: Node, ids: Set<string>, keepsText = false): void {
  dropLoose(node);
  if (!isElement(node) || !isElement(next)) {
    if (node.nodeValue !== next.nodeValue) node.nodeValue = next.nodeValue;
    return;
  }
  // It is here again, whatever was to become of it.
  if (composingIn(node)) whenComposed(node, () => {});
  if (isComposing(node)) {
    const before = (node as HTMLInputElement).value;
    whenComposed(node, () => morphNode(node, next, ids, before !== (node as HTMLInputElement).value));
    return;
  }
  if (!composingIn(node) && node.isEqualNode(next)) return;
  const isControls = isControlled(node, next);
  morphAttributes(node, next, keepsText);
  if (isControls || writeTime(node as HTMLElement)) return;
  if (node.localName === "textarea") return morphText(node, next, keepsText);
  if (isEditable(next) && (node === document.activeElement || !isNews(node, next.innerHTML))) return;
  morphRange(node, [...next.childNodes], node.firstChild, null, ids);
}

/** Whether a control has what is inside, and the server drew nothing else there. */
function isControlled(node: Element, next: Element): boolean {
  const control = next.getAttribute("data-n2o-control");
  return control !== null && control === node.getAttribute("data-n2o-control");
}

function isElement(node: Node): node is Element {
  return node.nodeType === 1;
}

function isOwn(node: Node): boolean {
  return isElement(node) && node.hasAttribute("data-n2o-own");
}

function isSameKind(a: Node, b: Node): boolean {
  return a.nodeName === b.nodeName && (a as HTMLInputElement).type === (b as HTMLInputElement).type;
}

/** What tells a node from its siblings: its id, and an option's value. */
function keyOf(node: Node): string {
  const { id, localName } = node as Element;
  return id || (localName === "option" ? `=${(node as HTMLOptionElement).value}` : "");
}

/** The first id inside of a node. */
function idIn(node: Node): string {
  return isElement(node) && node.firstElementChild && node.querySelector("[id]")?.id || "";
}
