/**
 * The limits that a user may set, by their names.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import { defaultLimits, type Limits, resolveLimits } from "../limits.ts";
import type { RoomOptions } from "../rooms.ts";
import type { Kind } from "./kinds.ts";
import { didYouMean } from "./nearest.ts";

/** Limits by their names: those of the connections, and with a prefix those of sessions and rooms. */
export type LimitValues = Readonly<Record<string, number | string>>;

const SESSION = ["maxBytes"] as const;
const ROOMS = [
  "historyMessages",
  "historyCharacters",
  "maxBodyBytes",
  "maxNameBytes",
  "maxIdBytes",
  "idleRooms",
  "idleCharacters",
] as const;

/** The names of all limits. */
export const limitNames: readonly string[] = [
  ...Object.keys(defaultLimits),
  ...SESSION.map((name) => `session.${name}`),
  ...ROOMS.map((name) => `rooms.${name}`),
];

/** Limits: an object in JSON, `name=value` elsewhere. */
export const limits: Kind<LimitValues> = {
  allowed: "name=value, see docs/limits.md for the names",
  fromText(text) {
    const values: Record<string, number | string> = {};
    for (const pair of text.split(/[\s,]+/)) {
      if (pair === "") continue;
      const [, name, value] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
      if (name === undefined) return undefined;
      values[name] = checkLimit(name, /^\d{1,16}$/.test(value) ? Number(value) : value);
    }
    return values;
  },
  fromJson(given) {
    if (typeof given !== "object" || given === null || Array.isArray(given)) return undefined;
    return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, checkLimit(name, value)]));
  },
  merge: (lower, higher) => ({ ...lower, ...higher }),
};

/** The limits of connections among these. */
export function connectionLimits(values: LimitValues): Partial<Limits> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name in defaultLimits));
}

/** The limit of a session's size among these. */
export function sessionLimits(values: LimitValues): { maxBytes?: number } {
  return below("session.", values);
}

/** The limits of rooms among these. */
export function roomLimits(values: LimitValues): RoomOptions {
  return below("rooms.", values);
}

function below(prefix: string, values: LimitValues): Record<string, number> {
  const found = Object.entries(values).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), Number(value)]));
}

function checkLimit(name: string, value: unknown): number | string {
  if (!limitNames.includes(name)) {
    throw new N2OError("bad_limit", `no limit is named "${name}"${didYouMean(name, limitNames)}`, name);
  }
  if (name === "queuePolicy" && typeof value === "string") {
    resolveLimits({ queuePolicy: value as Limits["queuePolicy"] });
    return value;
  }
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
  throw new N2OError(
    "bad_limit",
    `the limit ${name} is a whole number over 0, not ${JSON.stringify(value)}`,
    value,
  );
}
