/**
 * The configuration file, `n2o.json`.
 *
 * @module
 */
import { dirname } from "node:path";
import { missingPermission } from "./exit.ts";
import { jsonFault } from "./json_fault.ts";
import { didYouMean } from "./nearest.ts";
import type { Problem } from "./problem.ts";
import { settingList } from "./settings.ts";

/** What a configuration file says. */
export interface ConfigFile {
  /** Its path. */
  readonly path: string;
  /** Where its relative paths begin. */
  readonly base: string;
  /** Its values by key. */
  readonly values: ReadonlyMap<string, unknown>;
  /** What is wrong with it. */
  readonly problems: readonly Problem[];
}

const MOST_BYTES = 1_048_576;
const KEYS = settingList.flatMap(([, { key }]) => key === undefined ? [] : [key]);

/** Reads a configuration file; `undefined` when it is not there and need not be. */
export function readConfigFile(path: string, required: boolean): ConfigFile | undefined {
  let text: string;
  try {
    const { size } = Deno.statSync(path);
    if (size > MOST_BYTES) {
      return broken(path, `has ${size} bytes`, `a configuration has ${MOST_BYTES} at most`);
    }
    text = new TextDecoder("utf-8", { fatal: true }).decode(Deno.readFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return required ? broken(path, "is not there", "name the file, or leave --config away") : undefined;
    }
    if (error instanceof TypeError) return broken(path, "is no UTF-8", "save it as UTF-8");
    const missing = missingPermission(error);
    if (missing !== undefined) return broken(path, missing.what, missing.fix);
    const why = error instanceof Error ? error.message : String(error);
    return broken(path, `cannot be read: ${why}`, "name a file that this user may read");
  }
  const fault = jsonFault(text);
  if (fault !== undefined) {
    return broken(path, "is no JSON", adviceAt(text, fault), `${path}:${fault.line}:${fault.column}`);
  }
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return broken(path, "is no object", 'write { "port": 8001 }, or whatever is to differ from the defaults');
  }
  const problems: Problem[] = [];
  const values = new Map<string, unknown>();
  for (const [key, content] of Object.entries(value)) {
    if (KEYS.includes(key)) values.set(key, content);
    // Editors look for the schema of a file under this name.
    else if (key !== "$schema") problems.push(unknownKey(path, key));
  }
  return { path, base: dirname(path), values, problems };
}

function unknownKey(path: string, key: string): Problem {
  return {
    where: `${path}: ${key}`,
    what: `is no key of a configuration${didYouMean(key, KEYS)}`,
    fix: `the keys are ${KEYS.join(", ")}`,
  };
}

function adviceAt(text: string, place: { line: number; column: number }): string {
  const line = text.split("\n")[place.line - 1] ?? "";
  const rest = line.slice(place.column - 1);
  if (/^\s*\/[/*]/.test(rest)) return "take the comment out: JSON has none";
  if (/^\s*'/.test(rest)) return 'put names and texts into double quotes: "…"';
  if (/^\s*[}\]]/.test(rest)) {
    const before = text.split("\n").slice(0, place.line - 1).concat(line.slice(0, place.column - 1)).join("");
    return before.trimEnd().endsWith(",")
      ? "take the comma before it out"
      : "write what is missing before it";
  }
  if (rest.trim() === "") return "write what is missing at the end";
  return "mend it there: names and texts stand in double quotes, a comma stands between two entries";
}

function broken(path: string, what: string, fix: string, where = path): ConfigFile {
  return { path, base: "", values: new Map(), problems: [{ where, what, fix }] };
}
