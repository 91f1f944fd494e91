/**
 * Which files are an application's own.
 *
 * @module
 */
import { join, resolve, sep } from "node:path";
import { isWithin } from "../path_inside.ts";

/** What generations are made for. */
export interface GenerationsOptions {
  /** The application's folder. */
  readonly folder: string;
  /** The folder of the library that runs, or its address: its modules are never loaded anew. */
  readonly library: string;
  /**
   * The runtime goes through its graph with all modules that are loaded together where that is no more than so many modules, which says
   * best where a fault lies and takes least memory; beyond it modules are loaded by a hook, which takes least time. @default 3000
   */
  readonly mostGraph?: number;
}

/** What the library consists of, in its folder. */
const LIBRARY = ["lib", "protocols", "mod.ts", "main.ts", "deno.json"];

/** The application's own files: those in its folder, and those that they import by their place. */
export class Scope {
  #folder: string;
  #library: readonly string[];

  /** Takes the two folders. */
  constructor({ folder, library }: GenerationsOptions) {
    this.#folder = resolve(folder);
    this.#library = /^[a-z]{2,}:/i.test(library) ? [] : LIBRARY.map((name) => join(library, name));
  }

  /** Whether a file is the application's own, where one of its modules imports it by that specifier. */
  has(path: string, specifier: string): boolean {
    if (path.includes(`${sep}node_modules${sep}`)) return false;
    // The library may lie in the application's folder, and an application among what the library consists of, as its samples do.
    const part = this.#library.find((part) => isWithin(path, part));
    if (part !== undefined) return isWithin(this.#folder, part) && isWithin(path, this.#folder);
    // A package's files lie somewhere else, and come by the package's name.
    return isWithin(path, this.#folder) || /^(?:\.{0,2}\/|file:)/.test(specifier);
  }
}
