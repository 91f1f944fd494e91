/**
 * Why a module could not be imported, for its author.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { N2OError } from "../error.ts";
import { missingPermission } from "./exit.ts";
import { isLibrary, mapTheLibrary } from "./library.ts";
import { type Place, type Problem, thrown } from "./problem.ts";

/** What a reloaded module's address has behind its path. */
const GENERATION = /\?n2o=\d+/g;

/** Why a module could not be imported, and what to do. */
export function explainImport(error: unknown): Omit<Problem, "where"> {
  const missing = missingPermission(error);
  if (missing !== undefined) return missing;
  if (error instanceof N2OError && error.code === "load_timeout") {
    return { what: `has not loaded in ${error.message}`, fix: "do not wait at its top level" };
  }
  if (!(error instanceof Error)) return { what: `throws ${thrown(error)}`, fix: "mend the module" };
  const message = plain(error.message);
  const place = placeIn(message) ?? placeIn(plain(error.stack ?? ""));
  // An error from the hook of a compiled program comes wrapped in another one.
  const first = message.split("\n")[0].replace(/^(?:TypeError: )+/, "");
  const bare = /^Import "([^"]+)" not a dependency/.exec(first)?.[1] ??
    /^Relative import path "([^"]+)" not prefixed/.exec(first)?.[1];
  if (bare !== undefined) {
    return { what: `imports "${bare}", which nothing maps`, fix: adviceFor(bare), place: place?.at };
  }
  if (
    error instanceof SyntaxError || /could not be parsed|Module not found|Expected|Unexpected/.test(first)
  ) {
    return { what: shortened(first.replace(GENERATION, "")), fix: "mend it there", place: place?.at };
  }
  return {
    what: `throws ${error.name}: ${shortened(first)}${place === undefined ? "" : ` at ${place.url}`}`,
    fix: "mend the module; it runs when it is loaded",
    place: place?.at,
  };
}

/** The first place in a file that a text with a stack names. */
function placeIn(text: string): { url: string; at: Place } | undefined {
  const found = /(file:[^\s()]*?)(?:\?n2o=\d+)?:(\d+):(\d+)/.exec(text);
  if (found === null) return undefined;
  const [, url, line, column] = found;
  const at = { file: fileURLToPath(url), line: Number(line), column: Number(column) };
  return { url: `${url}:${line}:${column}`, at };
}

function adviceFor(bare: string): string {
  if (isLibrary(bare)) return mapTheLibrary;
  if (Deno.build.standalone) {
    return "a compiled n2o knows no packages: import relative files, node: and @n2o/n2o";
  }
  return `give the whole specifier, such as npm:${bare}@VERSION`;
}

function plain(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/\x1b\[[\d;]*m/g, "");
}

function shortened(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
