/**
 * Instances of modules: what the runtime has loaded from a file, under one number.
 *
 * @module
 */
import type { Content } from "./disk.ts";

/** The name of the number in a module's address. */
export const MARK = "n2o";

/** A module as it was loaded. */
export interface Instance {
  /** Its file. */
  readonly path: string;
  /** The number in its address. */
  readonly generation: number;
  /** What stood in the file. */
  readonly content: Content;
  /** What it imports: an instance imports the same ones for ever. */
  readonly imports: Map<string, Instance>;
  /** The last generation that it was in force in; 0 before the first. */
  last: number;
}

/** Instances and all that they import. */
export function closureOf(start: Iterable<Instance>): Set<Instance> {
  const reached = new Set(start);
  // A set takes what is added while it is gone through.
  for (const { imports } of reached) for (const imported of imports.values()) reached.add(imported);
  return reached;
}

/**
 * The instances among those in force that cannot stay: their file is another one, or something that they import cannot stay or has been
 * replaced.
 */
export function outdated(
  instances: ReadonlyMap<string, Instance>,
  isChanged: (instance: Instance) => boolean,
): Set<Instance> {
  const importers = new Map<Instance, Instance[]>();
  const out = new Set<Instance>();
  for (const instance of instances.values()) {
    if (isChanged(instance)) out.add(instance);
    for (const imported of instance.imports.values()) {
      if (instances.get(imported.path) !== imported) out.add(instance);
      const known = importers.get(imported);
      if (known === undefined) importers.set(imported, [instance]);
      else known.push(instance);
    }
  }
  for (const instance of out) for (const importer of importers.get(instance) ?? []) out.add(importer);
  return out;
}
