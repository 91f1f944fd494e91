/**
 * The rooms that a visitor was in, and how far they were read: a variable of the session.
 *
 * @module
 */
import type { Session } from "../../../lib/session.ts";
import { isTuple, type Term, text, tuple } from "../../../lib/term.ts";

const KEY = "chat rooms";
const MAX_ROOMS = 8;

/** The rooms that were visited last, the newest first. */
export function visited(session: Session): string[] {
  return rows(session).map(([room]) => room);
}

/** The last message that a room's page showed when it was left; `undefined` for a room that was not left yet. */
export function readUpTo(session: Session, room: string): number | undefined {
  return rows(session).find(([name]) => name === room)?.[1];
}

/** Notes a visit; with an offset, that it was left there. */
export function visit(session: Session, room: string, offset?: number): void {
  const before = rows(session);
  if (offset === undefined && before[0]?.[0] === room) return;
  const known = before.find(([name]) => name === room)?.[1];
  const others = before.filter(([name]) => name !== room);
  const all = [[room, offset ?? known] as const, ...others].slice(0, MAX_ROOMS);
  session.set(
    KEY,
    all.map(([name, offset]): Term => offset === undefined ? tuple(name) : tuple(name, offset)),
  );
}

function rows(session: Session): (readonly [string, number | undefined])[] {
  const kept = session.get(KEY);
  if (!Array.isArray(kept)) return [];
  return kept.filter((row) => isTuple(row)).map((row) => {
    const [name, offset] = row as unknown as Term[];
    return [text(name) ?? "", typeof offset === "number" ? offset : undefined] as const;
  });
}
