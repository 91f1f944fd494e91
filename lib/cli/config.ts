/**
 * The configuration of a server: flags before variables before `n2o.json` before the defaults.
 *
 * @module
 */
import { join } from "node:path";
import { N2OError } from "../error.ts";
import { type ConfigFile, readConfigFile } from "./config_file.ts";
import { missingPermission } from "./exit.ts";
import type { CommandLine, Flag } from "./flags.ts";
import type { Kind } from "./kinds.ts";
import { type Problem, quoted } from "./problem.ts";
import { type Setting, settingList, type SettingName, type Settings, variableOf } from "./settings.ts";

/** A configuration, and where it comes from. */
export interface Config {
  /** The value of every setting; the default where something is wrong. */
  readonly settings: Settings;
  /** The application's folder; `undefined` for the chat. */
  readonly folder: string | undefined;
  /** The configuration file that was read. */
  readonly file: string | undefined;
  /** Keys of the tokens from the environment. They must not stand on a command line, where others see them. */
  readonly secret: string | undefined;
  /** Where a setting was given: `--port`, `N2O_PORT`, `n2o.json: port`; `undefined` for a default. */
  source(name: SettingName): string | undefined;
  /** What is wrong with the command line. */
  readonly usage: readonly Problem[];
  /** What is wrong with variables and the configuration file. */
  readonly problems: readonly Problem[];
}

/** The flags of all settings, and the one of the configuration file. */
export const configFlags: readonly Flag[] = [
  ...settingList.flatMap(([, { flag, value, many, about, shown, fallback }]): Flag[] =>
    flag === undefined ? [] : [{ name: flag, value, many, about, shown: shown ?? String(fallback) }]
  ),
  { name: "config", value: "FILE", about: "read the settings from this file", shown: "FOLDER/n2o.json" },
];

/** Merges what a command line, the environment and the configuration file say. */
export function readConfig(line: CommandLine): Config {
  const usage: Problem[] = [...line.problems];
  const problems: Problem[] = [];
  const sources = new Map<SettingName, string>();
  const environment = readEnvironment(problems);
  const [folder] = line.rest;
  const file = findFile(line, environment, folder);
  problems.push(...file?.problems ?? []);
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const [name, setting] of settingList) {
    const found = [fromFile(setting, file), fromVariable(setting, environment), fromFlag(setting, line)];
    let value = setting.fallback;
    for (const given of found) {
      if (given === undefined) continue;
      const read = take(given, setting.kind);
      if ("value" in read) {
        value = setting.kind.merge?.(value, read.value) ?? read.value;
        sources.set(name, given.where);
      } else (given.where.startsWith("--") ? usage : problems).push(read);
    }
    values[name] = value;
  }
  return {
    settings: values as Settings,
    folder,
    file: file?.path,
    secret: environment("N2O_SECRET"),
    source: (name) => sources.get(name),
    usage,
    problems,
  };
}

/** A value as somebody gave it. */
interface Given {
  readonly where: string;
  readonly raw: unknown;
  readonly base: string;
  readonly json: boolean;
}

function take(given: Given, kind: Kind<unknown>): { value: unknown } | Problem {
  const { where, raw, base, json } = given;
  const fix = `give ${kind.allowed}`;
  try {
    const value = json ? kind.fromJson(raw, base) : kind.fromText(String(raw), base);
    return value === undefined ? { where, what: `cannot be ${quoted(raw)}`, fix } : { value };
  } catch (error) {
    if (error instanceof N2OError) return { where, what: error.message, fix };
    throw error;
  }
}

function fromFile({ key }: Setting<unknown>, file: ConfigFile | undefined): Given | undefined {
  if (key === undefined || !file?.values.has(key)) return undefined;
  return { where: `${file.path}: ${key}`, raw: file.values.get(key), base: file.base, json: true };
}

function fromVariable({ flag }: Setting<unknown>, environment: Environment): Given | undefined {
  if (flag === undefined) return undefined;
  const where = variableOf(flag);
  const raw = environment(where);
  return raw === undefined ? undefined : { where, raw, base: "", json: false };
}

function fromFlag({ flag }: Setting<unknown>, { flags }: CommandLine): Given | undefined {
  const raw = flag === undefined ? undefined : flags.get(flag)?.join(",");
  return raw === undefined ? undefined : { where: `--${flag}`, raw, base: "", json: false };
}

function findFile(line: CommandLine, environment: Environment, folder?: string): ConfigFile | undefined {
  const named = line.flags.get("config")?.[0] ?? environment("N2O_CONFIG");
  if (named !== undefined) return readConfigFile(named, true);
  return folder === undefined ? undefined : readConfigFile(join(folder, "n2o.json"), false);
}

type Environment = (name: string) => string | undefined;

/** The variables; an empty one counts as not given. */
function readEnvironment(problems: Problem[]): Environment {
  let told = false;
  return (name) => {
    try {
      return Deno.env.get(name) || undefined;
    } catch (error) {
      const missing = missingPermission(error);
      if (missing === undefined) throw error;
      const fix = missing.fix.replace(/(--allow-env).*/, "'$1=N2O_*'");
      if (!told) problems.push({ where: "environment", what: missing.what, fix });
      told = true;
      return undefined;
    }
  };
}
