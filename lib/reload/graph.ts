/**
 * Who imports what.
 *
 * @module
 */

const NOBODY: ReadonlySet<string> = new Set();

/** The imports among files. */
export class Graph {
  #imports = new Map<string, Set<string>>();
  #importers = new Map<string, Set<string>>();

  /** Notes that a file imports another. */
  add(importer: string, imported: string): void {
    put(this.#imports, importer, imported);
    put(this.#importers, imported, importer);
  }

  /** What a file imports. */
  imports(path: string): ReadonlySet<string> {
    return this.#imports.get(path) ?? NOBODY;
  }

  /** Who imports a file. */
  importers(path: string): ReadonlySet<string> {
    return this.#importers.get(path) ?? NOBODY;
  }
}

/** What is reached from a start, that included. */
export function closureOf(start: Iterable<string>, next: (path: string) => Iterable<string>): Set<string> {
  const reached = new Set(start);
  // A set takes what is added while it is gone through.
  for (const path of reached) for (const one of next(path)) reached.add(one);
  return reached;
}

function put(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}
