/**
 * What a command line asks `n2o compile` for.
 *
 * @module
 */
import { applicationProblem } from "../application.ts";
import { type Config, readConfig } from "../config.ts";
import { isFolder } from "../exists.ts";
import { ProblemsError, WRONG_USAGE } from "../exit.ts";
import type { CommandLine } from "../flags.ts";
import type { Problem } from "../problem.ts";
import { applicationName } from "./application_files.ts";
import { rightProblem } from "./rights.ts";
import { findTarget, hostTarget, type Target, targets, unknownTarget } from "./targets.ts";

/** One executable that is asked for. */
export interface Wanted {
  /** The system that it is for. */
  readonly target: Target;
  /** Where it is to be written. */
  readonly path: string;
}

/** What is asked for. */
export interface Order {
  /** The application's configuration, as its folder says. */
  readonly config: Config;
  /** The executables. */
  readonly wanted: readonly Wanted[];
  /** Permissions besides a server's. */
  readonly allow: readonly string[];
}

const NO_FOLDER: Problem = {
  where: "FOLDER",
  what: "is missing",
  fix: "name the folder of an application: n2o compile .",
};
const NO_HOST: Problem = {
  where: Deno.build.target,
  what: "is no system that Deno compiles for",
  fix: "name another one with --target",
};
const ONE_OUTPUT: Problem = {
  where: "--output",
  what: "names one file for several systems",
  fix: "leave it away: the files get the systems' names",
};

/** Variables that would say what the application consists of, and are others when it is started. */
const SETTLED = ["N2O_CONFIG", "N2O_PROTOCOLS", "N2O_STATIC"];

/** Reads a command line. Throws what is wrong with it, or with the application's folder. */
export function readOrder(line: CommandLine): Order {
  const names = (line.flags.get("target") ?? []).flatMap((value) => value.split(","));
  const found = names.includes("all") ? targets : names.length === 0 ? [hostTarget()] : names.map(findTarget);
  const systems = found.filter((target) => target !== undefined);
  const output = line.flags.get("output")?.[0];
  const allow = line.flags.get("allow") ?? [];
  // What counts is what the folder says: flags and variables are given when the executable is started.
  const config = readConfig({ flags: new Map(), rest: line.rest, problems: [] });
  const { file } = config;
  const problems = [
    ...line.problems,
    line.rest.length === 0 ? NO_FOLDER : applicationProblem(config),
    ...names.filter((name) => name !== "all" && findTarget(name) === undefined).map(unknownTarget),
    names.length === 0 && systems.length === 0 ? NO_HOST : undefined,
    output !== undefined && systems.length > 1 ? ONE_OUTPUT : undefined,
    ...allow.map(rightProblem),
    ...SETTLED.filter((name) => Deno.env.get(name)).map(unsettled),
    ...config.problems.filter(({ where }) => file !== undefined && where.startsWith(file)),
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new ProblemsError(problems, WRONG_USAGE);
  const alone = systems.length === 1;
  const wanted = systems.map((target) => ({ target, path: output ?? defaultPath(config, target, alone) }));
  return { config, wanted, allow };
}

function unsettled(where: string): Problem {
  return {
    where,
    what: "says nothing about what goes into an executable: its n2o.json does",
    fix: "write it there, and unset the variable",
  };
}

/** `./NAME`, or with the system's name where there are several, or where a folder has that name. */
function defaultPath({ folder }: Config, target: Target, alone: boolean): string {
  const name = applicationName(folder ?? ".");
  const plain = `${name}${target.ending}`;
  return alone && !isFolder(plain) ? plain : `${name}-${target.short}${target.ending}`;
}
