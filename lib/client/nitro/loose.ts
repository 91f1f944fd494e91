/**
 * What was inserted without an id. A page's `init` says all that the page shows, so what it inserts so takes the place of what was inserted
 * so in the same element before: nothing stands there twice after a lost connection.
 *
 * @module
 */
/// <reference lib="dom" />

const loose = new WeakSet<Node>();
/** The elements that this `init` has inserted into; `undefined` when what is said is something else. */
let said: Set<Node> | undefined;

/** Does what a server says; with `isInit` that is all that the page shows. */
export function saying(isInit: boolean, action: () => void): void {
  said = isInit ? new Set() : undefined;
  action();
  said = undefined;
}

/** Something without an id is about to be inserted. */
export function makeRoom(parent: Node): void {
  if (!said || said.has(parent)) return;
  said.add(parent);
  for (const node of [...parent.childNodes]) if (loose.has(node)) node.remove();
}

/** It was inserted. */
export function noteLoose(node: Node): void {
  loose.add(node);
}

/** An update says that it is there: it is more than what was inserted. */
export function dropLoose(node: Node): void {
  loose.delete(node);
}
