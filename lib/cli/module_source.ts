/**
 * Where an application's modules come from: imported once, or in generations that follow one another.
 *
 * @module
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { N2OError } from "../error.ts";
import { within } from "../within.ts";

/** Imports an application's modules, and decides what is served of those that are broken. */
export interface ModuleSource {
  /** Imports a module; `load_timeout` for one that waits too long at its top level. */
  import(path: string): Promise<Record<string, unknown>>;
  /**
   * Takes what a file came to, `undefined` for a broken one; gives what is served of it: of a broken one what it was before,
   * where the application goes on meanwhile.
   */
  settle<T>(path: string, found: T | undefined): T | undefined;
  /** Whether a file's module is served now. */
  serves(path: string): boolean;
}

/** A module that waits for something at its top level may wait so long, in milliseconds. */
export const PATIENCE_MS = 10_000;

/** Modules as they are when they are first asked for. */
export function modulesOnce(patienceMs: number = PATIENCE_MS): ModuleSource {
  return {
    import: (path) => loadInTime(import(pathToFileURL(resolve(path)).href), patienceMs),
    settle: (_path, found) => found,
    serves: () => false,
  };
}

/** So often it is looked at whether a load goes on, in the time that it is waited for. */
const LOOKS = 10;

/**
 * What a module gives, unless it waits for something for too long: `load_timeout`.
 *
 * @param progress Counts what has been done of the load: while that grows, nothing waits. A module may import hundreds of others.
 */
export async function loadInTime<T>(
  loading: Promise<T>,
  patienceMs: number,
  progress: () => number = () => 0,
): Promise<T> {
  let done = progress();
  for (let still = 0; still < LOOKS; still++) {
    if (await within(patienceMs / LOOKS, loading)) return await loading;
    if (progress() === done) continue;
    done = progress();
    still = -1;
  }
  throw new N2OError("load_timeout", `has not loaded in ${patienceMs} ms`);
}
