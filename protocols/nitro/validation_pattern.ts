/**
 * Which regular expressions a field's value may be checked by: those that cannot take exponentially long.
 *
 * @module
 */
import { NitroError } from "./error.ts";

/** A pattern is no longer than this. */
const MAX_PATTERN = 256;
/**
 * How long a value may be by the number of its pattern's repetitions: each of them may be tried at every place, so that a value of n
 * characters takes up to n to that power.
 */
const MAX_VALUES = [256, 256, 256, 100, 31, 15];

/** A part of a pattern: what matches one character, or a group. */
interface Group {
  /** Sources of what matches one character each, those of inner groups too. */
  readonly atoms: string[];
  /** The first one of each alternative, if it is there exactly once; `undefined` for what may be left out or repeated. */
  readonly firsts: (string | undefined)[];
  /** Whether it can match the same text in several ways when it is repeated. */
  isLoose: boolean;
  /** Whether the alternative has begun. */
  hasFirst: boolean;
  /** How many repetitions there are in it. */
  loops: number;
}

const TOKEN =
  /\\(?:u\{[^}]*\}|u[\da-f]{4}|x[\da-f]{2}|[pP]\{[^}]*\}|c[a-z]|.)|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?|[)|^$]|./giuys;
const QUANTIFIER = /[*+?]\??|\{\d+(,\d*)?\}\??/y;

/**
 * Throws `bad_rules` for a pattern that is no regular expression, is too long, refers back to a group, or repeats a group more than
 * three times that may be matched in several ways: unless each of its alternatives begins with a character that nothing else in it
 * matches, as in `\w+(-\w+)*`; or for one with more than five repetitions. Gives how long a value may be.
 */
export function checkPattern(pattern: string): number {
  if (pattern.length > MAX_PATTERN) throw refused(pattern, `is no longer than ${MAX_PATTERN} characters`);
  try {
    new RegExp(`^(?:${pattern})$`, "u");
  } catch {
    throw refused(pattern, "is a regular expression");
  }
  const open = [group()];
  for (let at = 0; at < pattern.length;) {
    TOKEN.lastIndex = at;
    const [token] = TOKEN.exec(pattern)!;
    at += token.length;
    if (token.startsWith("(")) {
      open.push(group());
      continue;
    }
    const inside = open[open.length - 1];
    if (token === "|") {
      inside.hasFirst = false;
      inside.isLoose = true;
      continue;
    }
    if (token === "^" || token === "$" || /^\\[bB]$/.test(token)) continue;
    if (/^\\[1-9k]/.test(token)) throw refused(pattern, "refers back to no group");
    QUANTIFIER.lastIndex = at;
    const quantifier = QUANTIFIER.exec(pattern)?.[0] ?? "";
    at += quantifier.length;
    const isLoose = quantifier !== "" && !/^\{\d+\}$/.test(quantifier);
    if (token !== ")") {
      if (isLoose) inside.loops++;
      add(inside, [token], quantifier === "" ? token : undefined, isLoose);
      continue;
    }
    const closed = open.pop()!;
    if (closed.isLoose && isOften(quantifier) && !isMarked(closed)) {
      throw refused(pattern, "repeats no group that matches in several ways");
    }
    const outer = open[open.length - 1];
    outer.loops += closed.loops * timesOf(quantifier) + (isLoose ? 1 : 0);
    add(outer, closed.atoms, undefined, closed.isLoose || isLoose);
  }
  const most = MAX_VALUES[open[0].loops];
  if (most === undefined) throw refused(pattern, `repeats no more than ${MAX_VALUES.length - 1} times`);
  return most;
}

/** How often a group comes, as far as it comes a few times. */
function timesOf(quantifier: string): number {
  const counts = /^\{(\d+)(?:,(\d+))?\}/.exec(quantifier);
  return counts === null ? 1 : Math.max(1, Math.min(3, Number(counts[2] ?? counts[1])));
}

/** Whether a group may come so often that its ways multiply: more than three times. */
function isOften(quantifier: string): boolean {
  if (quantifier === "" || quantifier.startsWith("?")) return false;
  const counts = /^\{(\d+)(,)?(\d+)?\}/.exec(quantifier);
  if (counts === null) return true;
  const [, least, comma, most] = counts;
  return comma !== undefined && most === undefined || Number(most ?? least) > 3;
}

function group(): Group {
  return { atoms: [], firsts: [], isLoose: false, hasFirst: false, loops: 0 };
}

function add(to: Group, atoms: readonly string[], first: string | undefined, isLoose: boolean): void {
  if (!to.hasFirst) to.firsts.push(first);
  to.hasFirst = true;
  to.atoms.push(...atoms);
  to.isLoose ||= isLoose;
}

/** Whether each alternative begins with one character by which it is known: nothing else in the group matches it. */
function isMarked({ firsts, atoms }: Group): boolean {
  return firsts.every((first) => {
    if (first === undefined || !/^(?:[^\\.[]|\\[^\w])$/u.test(first)) return false;
    const mark = first.length > 1 ? first.slice(1) : first;
    return atoms.filter((one) => new RegExp(`^${one}$`, "u").test(mark)).length === 1;
  });
}

function refused(pattern: string, rule: string): NitroError {
  return new NitroError("bad_rules", `a field's pattern ${rule}`, pattern);
}
