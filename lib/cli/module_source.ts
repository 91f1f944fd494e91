/**
 * Where an application's modules come from: imported once, or in generations that follow one another.
 *
 * @module
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** Imports an application's modules, and decides what is served of those that are broken. */
export interface ModuleSource {
  /** Imports a module. */
  import(path: string): Promise<Record<string, unknown>>;
  /**
   * Takes what a file came to, `undefined` for a broken one; gives what is served of it: of a broken one what it was before,
   * where the application goes on meanwhile.
   */
  settle<T>(path: string, found: T | undefined): T | undefined;
}

/** Modules as they are when they are first asked for. */
export const modulesOnce: ModuleSource = {
  import: (path) => import(pathToFileURL(resolve(path)).href),
  settle: (_path, found) => found,
};
