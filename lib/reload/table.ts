/**
 * What is in force: a consistent set of module instances, and what is known of modules that did not load.
 *
 * @module
 */
import type { Content } from "./disk.ts";
import { closureOf, type Instance } from "./instance.ts";

/** A module that was asked for by its path. */
export interface Entry {
  /** Its instance. */
  readonly instance: Instance;
  /** What it exports, or why it has not loaded. */
  readonly module: Promise<Record<string, unknown>>;
  /** How far it is: a module may wait for something while it loads. */
  state: "loading" | "loaded" | "failed";
}

/** A module that was asked for and has not loaded. */
export interface Failure {
  /** The module. */
  readonly entry: Entry;
  /** The files that it may be due to, and what stood in them: a change of one of them is worth another try. */
  files: ReadonlyMap<string, Content>;
  /** What those hear who ask for it while it is still loading: always the same. */
  late?: Entry;
}

/** A generation. */
export interface Table {
  /** Its number; it is that of the first module that was loaded for it. */
  readonly number: number;
  /** The modules that were asked for and have loaded. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** All instances in force, by their file; where a module has not loaded, the ones before it included. */
  readonly instances: Map<string, Instance>;
  /** The modules that were asked for and have not loaded. */
  readonly failures: ReadonlyMap<string, Failure>;
}

/** What there is before the first generation. */
export const NOTHING: Table = { number: 0, entries: new Map(), instances: new Map(), failures: new Map() };

/**
 * The instances of a next generation; `undefined` when some of them import other instances of a file than the rest, which happens when a
 * module that is in force imports something for the first time in the moment in which that is replaced.
 */
export function instancesOf(
  entries: ReadonlyMap<string, Entry>,
  failures: ReadonlyMap<string, Failure>,
  before: Table,
): Map<string, Instance> | undefined {
  const instances = new Map<string, Instance>();
  for (const instance of closureOf([...entries.values()].map(({ instance }) => instance))) {
    if (instances.has(instance.path)) return undefined;
    instances.set(instance.path, instance);
  }
  // A module that is broken may come to be again what it was.
  const old = [...failures.keys()].flatMap((path) => before.instances.get(path) ?? []);
  for (const instance of closureOf(old)) {
    if (!instances.has(instance.path)) instances.set(instance.path, instance);
  }
  return instances;
}

/**
 * The instances of modules that were given up while they loaded and have loaded by now, where all of them are current and go together with
 * what stays in force.
 */
export function joining(
  { instances, failures }: Table,
  outdated: ReadonlySet<Instance>,
  isCurrent: (instance: Instance) => boolean,
): Map<string, Instance> {
  const joined = new Map<string, Instance>();
  for (const { entry } of failures.values()) {
    if (entry.state !== "loaded") continue;
    const all = [...closureOf([entry.instance])];
    const fits = all.every((instance) => {
      const other = joined.get(instance.path) ?? instances.get(instance.path);
      return isCurrent(instance) && (other === undefined || other === instance || outdated.has(other));
    });
    if (fits) { for (const instance of all) joined.set(instance.path, instance); }
  }
  return joined;
}

/** Whether two sets of instances are the same. */
export function areSame(some: ReadonlyMap<string, Instance>, others: ReadonlyMap<string, Instance>): boolean {
  return some.size === others.size && [...some].every(([path, instance]) => others.get(path) === instance);
}

/** The files that a generation has to do with, and what stood in each when it was looked at last. */
export function seenIn({ instances, failures }: Table): Map<string, Content> {
  const seen = new Map<string, Content>();
  for (const [path, { content }] of instances) seen.set(path, content);
  for (const { files } of failures.values()) for (const [path, content] of files) seen.set(path, content);
  return seen;
}
