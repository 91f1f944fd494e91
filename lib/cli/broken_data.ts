/**
 * JSON and WebAssembly that a module imports and that is broken: the runtime does not say in which file.
 *
 * @module
 */
import { importNames } from "../reload/import_names.ts";
import { jsonFault } from "./json_fault.ts";
import type { Place } from "./problem.ts";

/** What is wrong with a file that is no module. */
export interface BrokenData {
  /** The file. */
  readonly file: string;
  /** What is wrong. */
  readonly what: string;
  /** Where, if it is a text. */
  readonly place?: Place;
}

/** So many files are looked through, at most. */
const MOST = 1000;

/** The first such file among all that a module imports, as far as can be told from the texts. */
export function brokenData(module: string): BrokenData | undefined {
  const files = new Set([module]);
  for (const file of files) {
    if (/\.json$/i.test(file)) {
      const fault = faultIn(file);
      if (fault !== undefined) return { file, what: "is no JSON", place: { file, ...fault } };
    } else if (/\.wasm$/i.test(file)) {
      if (!isWasm(file)) return { file, what: "is no WebAssembly" };
    } else if (files.size < MOST) { for (const name of importNames(file)) files.add(name); }
  }
  return undefined;
}

function faultIn(file: string): ReturnType<typeof jsonFault> {
  return readable(file) ? jsonFault(Deno.readTextFileSync(file).replace(/^\ufeff/, "")) : undefined;
}

function isWasm(file: string): boolean {
  return !readable(file) || WebAssembly.validate(Deno.readFileSync(file));
}

/** Whether a file is there to be read; what keeps it from that is told elsewhere. */
function readable(file: string): boolean {
  try {
    if (!Deno.statSync(file).isFile) return false;
    Deno.openSync(file).close();
    return true;
  } catch {
    return false;
  }
}
