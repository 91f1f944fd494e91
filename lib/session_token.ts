/**
 * Session tokens: an id and until when, sealed as the original seals them.
 *
 * @module
 */
import type { Secret } from "./secret.ts";
import { atom, isTuple, text, tuple } from "./term.ts";

/** What a token says. */
export interface Claim {
  /** The session's id. */
  readonly id: string;
  /** The end of its life, in milliseconds since 1970, to the second. */
  readonly till: number;
}

/** Seconds between the year 0 and 1970 in Erlang's Gregorian calendar. */
const GREGORIAN = 62_167_219_200;
const AUTH = atom("auth");

/** Makes the token of a session. */
export function makeToken(secret: Secret, { id, till }: Claim): string {
  const seconds = Math.floor((till + gregorianOffset(secret)) / 1000);
  return secret.pickle(tuple(tuple(id, AUTH), tuple(seconds, [])), "session");
}

/** What a token says, `undefined` when it is forged or of something else. It may be over. */
export function readToken(secret: Secret, token: string): Claim | undefined {
  const term = token === "" ? undefined : secret.depickle(token, "session");
  if (term === undefined || !isTuple(term) || term.length !== 2) return undefined;
  const [identity, life] = [term[0], term[1]];
  if (!isTuple(identity) || identity.length !== 2 || identity[1] !== AUTH) return undefined;
  const id = text(identity[0]);
  if (id === undefined || !/^[0-9a-z]{1,64}$/.test(id)) return undefined;
  if (!isTuple(life) || life.length !== 2 || typeof life[0] !== "number") return undefined;
  if (!Array.isArray(life[1]) || life[1].length > 0) return undefined;
  return { id, till: life[0] * 1000 - gregorianOffset(secret) };
}

/**
 * What lies between a time in Erlang's Gregorian calendar and one since 1970, in milliseconds. The original's tokens tell local time.
 */
function gregorianOffset({ driver }: Secret): number {
  return GREGORIAN * 1000 - (driver === "n2o" ? new Date().getTimezoneOffset() * 60_000 : 0);
}
