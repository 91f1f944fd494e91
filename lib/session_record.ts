/**
 * What is stored of a session: its variables while it lives, and for as long that it has ended.
 *
 * @module
 */
import { bert } from "./formats/bert.ts";
import { isOver, type SessionVariable } from "./session.ts";
import { atom, isTuple, type Term, text, tuple } from "./term.ts";

/** What is stored of a session that lives. */
export interface SessionRecord {
  /** The end of its life, in milliseconds since 1970. */
  readonly till: number;
  /** Its variables. */
  readonly variables: ReadonlyMap<string, SessionVariable>;
}

/** A record, and how long it is worth keeping. */
export interface StoredRecord {
  /** What is stored. */
  readonly value: Uint8Array;
  /** When it may be dropped, in milliseconds since 1970. */
  readonly expiresAt: number;
}

const VERSION = 1;
const LIVE = atom("live");
const ENDED = atom("ended");
/** A life goes on through its last second. */
const LAST_SECOND_MS = 1000;

/** The record of a session, without the variables that are over; `undefined` when none is left: nothing is stored then. */
export function liveRecord({ till, variables }: SessionRecord, now: number): StoredRecord | undefined {
  const stored = new Map<Term, Term>();
  let last = till;
  for (const [name, variable] of variables) {
    if (isOver(variable.till, now)) continue;
    const { value, own } = variable;
    stored.set(name, tuple(Math.floor(variable.till), value, typeof value === "string", own));
    last = Math.max(last, variable.till);
  }
  if (stored.size === 0) return undefined;
  const value = bert.encode(tuple(VERSION, LIVE, Math.floor(till), stored));
  return { value, expiresAt: last + LAST_SECOND_MS };
}

/** The record of a session that has ended: its tokens are worth nothing as long as they would have been worth something. */
export function endedRecord(till: number): StoredRecord {
  return { value: bert.encode(tuple(VERSION, ENDED, till)), expiresAt: till + LAST_SECOND_MS };
}

/** Reads a record; `undefined` when the session has ended. */
export function readRecord(value: Uint8Array): SessionRecord | undefined {
  const record = bert.decode(value);
  if (!isTuple(record) || record[0] !== VERSION || record[1] === ENDED) return undefined;
  const variables = new Map<string, SessionVariable>();
  for (const [name, variable] of record[3] as ReadonlyMap<Term, Term>) {
    if (!isTuple(variable)) continue;
    // A text is a binary on the wire; it comes back as what was set.
    const value = variable[2] === true ? text(variable[1]) ?? "" : variable[1];
    variables.set(text(name) ?? "", { value, till: Number(variable[0]), own: variable[3] === true });
  }
  return { till: Number(record[2]), variables };
}
