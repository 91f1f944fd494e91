/**
 * Protocols whose files are gone while something else is broken: probably the same file, under a name that it is not yet right under.
 *
 * @module
 */
import { exists } from "./exists.ts";
import type { Link } from "./protocols.ts";

/** A chain in which the protocols stay that are gone, at their places; those whose names others bear by now are not missed. */
export function withGone(before: readonly Link[], now: readonly Link[]): readonly Link[] {
  const names = new Set(now.map(({ protocol }) => protocol.name));
  const links = [...now];
  before.forEach((link, at) => {
    const { file, protocol } = link;
    if (file === undefined || names.has(protocol.name) || exists(file)) return;
    links.splice(Math.min(at, links.length), 0, link);
  });
  return links;
}
