/**
 * A try to put another generation in force.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import { type Content, type Disk, isStill, isWrittenSince } from "./disk.ts";
import { closureOf, type Instance } from "./instance.ts";
import { filesNamed, importNames } from "./import_names.ts";
import type { Way } from "./hook.ts";
import { importInstance } from "./import_instance.ts";
import { areSame, type Entry, type Failure, instancesOf, seenIn, type Table } from "./table.ts";

/** A try to put another generation in force. */
export interface Attempt {
  /** Its number; the one in force where nothing is loaded anew. */
  readonly number: number;
  /** How many modules it has begun to load so far. */
  readonly loads: number;
  /** The files that differ from what is in force or was tried last, and those that were loaded and are new; absolute paths. */
  readonly changed: readonly string[];
  /**
   * Imports a module of this generation; one that is in force and as it was gives the same again, one that failed and is as it was the same
   * error.
   */
  import(path: string): Promise<Record<string, unknown>>;
  /**
   * Puts it in force, also where some of its modules did not load. `false`: files changed while they were loaded, and nothing is in force
   * that was not before.
   */
  commit(): Promise<boolean>;
  /** Leaves in force what is. */
  abandon(): void;
}

/** What an attempt starts from. */
export interface Start {
  /** What is in force. */
  readonly force: Table;
  /** The files. */
  readonly disk: Disk;
  /** Those that differ from what was seen last. */
  readonly changed: readonly string[];
  /** Instances in force that cannot stay. */
  readonly outdated: ReadonlySet<Instance>;
  /** Instances that were given up while they loaded, and have loaded. */
  readonly joined: ReadonlyMap<string, Instance>;
  /** Modules that failed and are tried again. */
  readonly retried: ReadonlySet<string>;
  /** Whether a file is one of the application's. */
  owns(path: string): boolean;
  /** How modules are loaded. */
  readonly way: Way;
  /** Gives a number. */
  number(): number;
  /** Takes an instance that is being loaded. */
  add(instance: Instance): void;
  /** Takes the end: what is in force from now on, or the files that were tried in vain. */
  end(attempt: Try, outcome: Table | ReadonlySet<string>): void;
}

/** So many files are watched for a module that failed, at most. */
const MOST_FILES = 1000;

/** Files that need not load: a text always does. */
const MAY_BE_BROKEN = /\.(?:[cm]?[jt]sx?|json|wasm)$/;

/** The attempt that {@linkcode Generations} makes. */
export class Try implements Attempt {
  readonly #start: Start;
  readonly #seen: ReadonlyMap<string, Content>;
  readonly #before = new Map<string, Content>();
  readonly #began = Date.now();
  readonly #loaded = new Map<string, Instance>();
  readonly #entries = new Map<string, Entry>();
  readonly #failures = new Map<string, Failure>();
  readonly #again = new Map<Instance, Promise<readonly Instance[]>>();
  #number: number | undefined;
  #committed: number | undefined;
  #isOver = false;

  /** Begins. */
  constructor(start: Start) {
    this.#start = start;
    this.#seen = seenIn(start.force);
    for (const path of this.#seen.keys()) this.#before.set(path, start.disk.content(path));
  }

  get number(): number {
    return this.#committed ?? this.#number ?? this.#start.force.number;
  }

  get loads(): number {
    return this.#loaded.size;
  }

  get changed(): readonly string[] {
    const { changed, joined, force } = this.#start;
    const late = [...joined].filter(([path, instance]) => force.instances.get(path) !== instance);
    const fresh = [...this.#loaded.keys()].filter((path) => !this.#seen.has(path));
    return [...changed, ...late.map(([path]) => path), ...fresh];
  }

  import(path: string): Promise<Record<string, unknown>> {
    const { module } = this.#entries.get(path) ?? heard(this.#failures.get(path)) ?? this.#enter(path);
    return module;
  }

  /** Whether some of its modules are still loading, also when it is over. */
  get isLoading(): boolean {
    const failed = [...this.#failures.values()].map(({ entry }) => entry);
    return [...this.#entries.values(), ...failed].some(({ state }) => state === "loading");
  }

  /** Whether an instance is one of those that it has loaded. */
  has(instance: Instance): boolean {
    return this.#loaded.get(instance.path) === instance;
  }

  /** The instance of a file that its modules mean, which is loaded now if none is in force that can stay. */
  take(path: string): Instance {
    const loaded = this.#loaded.get(path);
    if (loaded !== undefined) return loaded;
    const { force, outdated, joined, disk, number, add } = this.#start;
    const known = force.instances.get(path);
    if (known !== undefined && !outdated.has(known)) return known;
    const late = joined.get(path);
    if (late !== undefined) return late;
    const generation = this.#number ??= number();
    const instance = { path, generation, content: disk.read(path), imports: new Map(), last: 0 };
    this.#loaded.set(path, instance);
    add(instance);
    return instance;
  }

  commit(): Promise<boolean> {
    if (this.#isOver) return Promise.resolve(false);
    for (const [path, entry] of this.#entries) {
      if (entry.state === "loading") this.#fail(path, entry, undefined);
    }
    const table = this.#isUndisturbed() ? this.#table() : undefined;
    this.#committed = table?.number;
    this.#end(table ?? this.#tried());
    return Promise.resolve(table !== undefined);
  }

  abandon(): void {
    if (!this.#isOver) this.#end(this.#tried());
  }

  #end(outcome: Table | ReadonlySet<string>): void {
    this.#isOver = true;
    this.#start.end(this, outcome);
  }

  #enter(path: string): Entry {
    const { force, retried } = this.#start;
    const failure = force.failures.get(path);
    if (failure !== undefined && !retried.has(path)) {
      this.#failures.set(path, failure);
      return heard(failure);
    }
    const instance = this.take(path);
    const known = [force.entries.get(path), failure?.entry].find((entry) => entry?.instance === instance);
    if (known !== undefined) {
      this.#entries.set(path, known);
      return known;
    }
    const entry: Entry = { instance, module: this.#load(instance), state: "loading" };
    this.#entries.set(path, entry);
    entry.module.then(() => entry.state = "loaded", (error) => {
      entry.state = "failed";
      const failure = this.#failures.get(path);
      if (failure?.entry === entry) failure.files = this.#filesBehind(entry, error);
      else if (!this.#isOver) this.#fail(path, entry, error);
    });
    return entry;
  }

  async #load(instance: Instance): Promise<Record<string, unknown>> {
    const module = await importInstance(instance, this.#start.way);
    const reached = closureOf([instance]);
    for (const one of reached) {
      if (!this.has(one)) continue;
      let again = this.#again.get(one);
      if (again === undefined) this.#again.set(one, again = this.#importAgain(one));
      for (const more of closureOf(await again)) reached.add(more);
    }
    return module;
  }

  /**
   * Imports at once what the instance before had imported in the course of time: a fault in it shows now, and not in the middle of a
   * message.
   */
  async #importAgain(instance: Instance): Promise<readonly Instance[]> {
    const again: Instance[] = [];
    for (const before of this.#importedLater(instance)) {
      const next = this.take(before.path);
      const isNew = this.has(next);
      if (isNew && !await isGood(before, this.#start.way)) continue;
      instance.imports.set(next.path, next);
      if (!isNew) continue;
      await importInstance(next, this.#start.way);
      again.push(next);
    }
    return again;
  }

  /** What the instance before imported and this one does not so far, though its text says that it will. */
  #importedLater({ path, imports }: Instance): Instance[] {
    const before = this.#start.force.instances.get(path)?.imports.values() ?? [];
    const missing = [...before].filter((imported) =>
      !imports.has(imported.path) && imported.content.hash !== undefined && MAY_BE_BROKEN.test(imported.path)
    );
    if (missing.length === 0) return missing;
    const names = new Set(importNames(path));
    return missing.filter((imported) => names.has(imported.path));
  }

  #fail(path: string, entry: Entry, error: unknown): void {
    this.#entries.delete(path);
    this.#failures.set(path, { entry, files: this.#filesBehind(entry, error) });
  }

  /** The files that a failure may be due to: the runtime may have given up before it asked for all of them. */
  #filesBehind({ instance }: Entry, error: unknown): ReadonlyMap<string, Content> {
    const { force, outdated, disk, owns } = this.#start;
    const before = force.instances.get(instance.path);
    const known = closureOf(before === undefined ? [instance] : [instance, before]);
    const paths = new Set([...[...known].map(({ path }) => path), ...filesNamed(error)]);
    const files = new Map<string, Content>();
    for (const path of paths) {
      if (files.size >= MOST_FILES) break;
      if (!owns(path)) continue;
      files.set(path, this.#loaded.get(path)?.content ?? this.#before.get(path) ?? disk.read(path));
      const inForce = force.instances.get(path);
      if (inForce !== undefined && !outdated.has(inForce)) continue;
      for (const named of importNames(path)) paths.add(named);
    }
    return files;
  }

  /** Whether all files are what they were when they were loaded, and have been all the time. */
  #isUndisturbed(): boolean {
    for (const { path, content } of this.#loaded.values()) if (!isStill(path, content)) return false;
    for (const failure of this.#failures.values()) {
      if (this.#start.force.failures.get(failure.entry.instance.path) === failure) continue;
      for (const [path, content] of failure.files) {
        if (!isStill(path, content)) return false;
        // Looked at only after the failure: it may have been mended by then.
        const isLate = !this.#loaded.has(path) && !this.#before.has(path);
        if (isLate && isWrittenSince(path, this.#began)) return false;
      }
    }
    return true;
  }

  #table(): Table | undefined {
    const { force, number } = this.#start;
    const instances = instancesOf(this.#entries, this.#failures, force);
    if (instances === undefined) return undefined;
    const isSame = force.number > 0 && areSame(instances, force.instances);
    return {
      number: isSame ? force.number : this.#number ??= number(),
      entries: this.#entries,
      instances: isSame ? force.instances : instances,
      failures: this.#failures,
    };
  }

  #tried(): ReadonlySet<string> {
    return new Set([
      ...this.#loaded.keys(),
      ...[...this.#failures.values()].flatMap(({ files }) => [...files.keys()]),
    ]);
  }
}

/** Whether an instance has loaded: what may fail is asked for by modules that are ready for it. */
function isGood(instance: Instance, way: Way): Promise<boolean> {
  return importInstance(instance, way).then(() => true, () => false);
}

/** What those hear who ask for a module that has failed: they need not wait for one that is still waiting for something. */
function heard(failure: Failure): Entry;
function heard(failure: Failure | undefined): Entry | undefined;
function heard(failure: Failure | undefined): Entry | undefined {
  if (failure?.entry.state !== "loading") return failure?.entry;
  return failure.late ??= late(failure.entry);
}

function late({ instance }: Entry): Entry {
  const module = Promise.reject(
    new N2OError("load_timeout", "still waits for something at its top level", instance.path),
  );
  module.catch(() => {});
  return { instance, module, state: "failed" };
}
