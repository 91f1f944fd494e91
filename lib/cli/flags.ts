/**
 * Flags of a command line.
 *
 * @module
 */
import { parseArgs } from "../std/parse_args.ts";
import { didYouMean } from "./nearest.ts";
import type { Problem } from "./problem.ts";

/** A flag that a command takes. */
export interface Flag {
  /** Its name, without the dashes. */
  readonly name: string;
  /** How help shows its value; `undefined` for a flag that takes none. */
  readonly value?: string;
  /** Whether it may come several times. */
  readonly many?: boolean;
  /** What it is for, in a line. */
  readonly about: string;
  /** The default, as help shows it. */
  readonly shown?: string;
}

/** A command line that has been read. */
export interface CommandLine {
  /** What was given, by flag: its values in order, or none for a flag that takes none. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  /** The other arguments. */
  readonly rest: readonly string[];
  /** What is wrong. */
  readonly problems: readonly Problem[];
}

const HELP: Flag = { name: "help", about: "show this help" };

/** Reads the arguments of a command that takes these flags (and `--help`), and at most so many other arguments. */
export function readFlags(args: readonly string[], known: readonly Flag[], most: number): CommandLine {
  const all = [...known, HELP];
  const problems: Problem[] = [];
  const parsed = parseArgs(args, {
    string: [...all.filter(({ value }) => value !== undefined).map(({ name }) => name), "_"],
    boolean: all.filter(({ value }) => value === undefined).map(({ name }) => name),
    collect: all.filter(({ many }) => many).map(({ name }) => name),
    alias: { h: "help" },
    unknown(argument, key) {
      if (key === undefined) return true;
      problems.push(unknownFlag(argument, all));
      return false;
    },
  });
  problems.push(...spareValues(args, all));
  const flags = new Map<string, readonly string[]>();
  for (const { name, value, many } of all) {
    const given = parsed[name];
    if (value === undefined) {
      if (given === true) flags.set(name, []);
      continue;
    }
    const values = (many ? given : given === undefined ? [] : [given]) as string[];
    if (values.length === 0) continue;
    if (values.some((one) => one === "")) {
      problems.push({ where: `--${name}`, what: "needs a value", fix: `write --${name}=${value}` });
    } else flags.set(name, values);
  }
  const rest = parsed._.map(String);
  for (const extra of rest.slice(most)) {
    const fix = most === 0 ? "give none" : `give ${most} at most`;
    problems.push({ where: extra, what: "is an argument too many", fix });
  }
  return { flags, rest: rest.slice(0, most), problems };
}

/** Values of flags that take none: whoever gives one means something else by the flag. */
function spareValues(args: readonly string[], known: readonly Flag[]): Problem[] {
  const end = args.indexOf("--");
  return args.slice(0, end === -1 ? args.length : end).flatMap((argument) => {
    const given = /^--([^=]+)=/.exec(argument)?.[1];
    const flag = known.find(({ name, value }) => name === given && value === undefined);
    if (flag === undefined) return [];
    const port = known.find(({ name }) => name === `${given}-port`);
    const more = port === undefined ? "" : `, and --${port.name} ${port.value} for another port`;
    return [{ where: `--${given}`, what: "takes no value", fix: `write --${given}${more}` }];
  });
}

function unknownFlag(argument: string, known: readonly Flag[]): Problem {
  const given = argument.replace(/=.*/s, "");
  const names = known.map(({ name }) => `--${name}`);
  return { where: given, what: `is no flag${didYouMean(given, names)}`, fix: "--help lists the flags" };
}
