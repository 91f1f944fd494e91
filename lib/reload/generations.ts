/**
 * Generations of modules: what has changed on disk is loaded anew, with all that imports it, while the rest stays what it is.
 *
 * @module
 */
import { type Attempt, Try } from "./attempt.ts";
import { Disk, isWrittenSince } from "./disk.ts";
import { hook, type Importing, nextNumber } from "./hook.ts";
import { closureOf, type Instance, outdated } from "./instance.ts";
import { type GenerationsOptions, Scope } from "./scope.ts";
import { type Failure, joining, NOTHING, seenIn, type Table } from "./table.ts";

export type { Attempt } from "./attempt.ts";
export type { GenerationsOptions } from "./scope.ts";

const MOST_GRAPH = 3000;
/** So many earlier generations can be put in force again. */
const TABLES = 8;
/** Files that are being written are waited for so long, at most, in milliseconds. */
const SETTLE_MS = 60;
const PAUSE_MS = 5;

/** The generations of an application's modules. */
export class Generations {
  readonly #scope: Scope;
  readonly #disk = new Disk();
  readonly #tables = new Map<number, Table>();
  /** All instances that the runtime has, by number and file. */
  readonly #instances = new Map<string, Instance>();
  /** Those of a file that have been in force, in order. */
  readonly #past = new Map<string, Instance[]>();
  readonly #importing: Importing;
  readonly #mostGraph: number;
  #force: Table = NOTHING;
  #attempt: Try | undefined;
  /** Attempts that are over, and some of whose modules are still loading. */
  readonly #loading = new Set<Try>();
  /** The files of an attempt that was abandoned: one of them may be what is missing. */
  #tried: ReadonlySet<string> = new Set();
  #bytes = 0;

  private constructor(options: GenerationsOptions) {
    this.#scope = new Scope(options);
    this.#mostGraph = options.mostGraph ?? MOST_GRAPH;
    this.#importing = {
      owns: (path, specifier) => this.#scope.has(path, specifier),
      resolve: (path, importer, generation) => this.#resolve(path, importer, generation),
    };
  }

  /** Makes the generations of an application in a folder. Hooks the module loader the first time. */
  static install(options: GenerationsOptions): Generations {
    hook();
    return new Generations(options);
  }

  /** The number of the generation in force; 0 before the first. */
  get number(): number {
    return this.#force.number;
  }

  /** All local files that modules in force, or such as failed, import; those included that are not there. */
  get files(): ReadonlySet<string> {
    return new Set([...seenIn(this.#force).keys(), ...this.#tried]);
  }

  /** What the runtime keeps of instances that are no longer in force: their number, and the size of their files in bytes. */
  get loaded(): { readonly instances: number; readonly bytes: number } {
    const { instances } = this.#force;
    let bytes = this.#bytes;
    for (const { content } of instances.values()) bytes -= content.size;
    return { instances: this.#instances.size - instances.size, bytes };
  }

  /**
   * Begins an attempt: what has changed on disk since the generation in force was loaded, and all that imports it, will be loaded anew.
   * Waits a moment where files are just being written.
   *
   * @param touched Files to be read though they look as before; a module that failed is loaded anew when it imports one of them.
   */
  async begin(touched: Iterable<string> = []): Promise<Attempt> {
    this.#attempt?.abandon();
    const touch = new Set(touched);
    const changed = await this.#settled(touch);
    // Somebody else may have begun meanwhile.
    this.#attempt?.abandon();
    const { instances, failures } = this.#force;
    const isOther = (path: string, hash: string | undefined) => this.#disk.content(path).hash !== hash;
    const isCurrent = ({ path, content }: Instance) => !isOther(path, content.hash);
    const out = outdated(instances, (instance) => !isCurrent(instance));
    const joined = joining(this.#force, out, (instance) => isCurrent(instance) && !touch.has(instance.path));
    const isRetried = ({ entry, files }: Failure) =>
      entry.state === "loaded" ||
      [...files].some(([path, { hash }]) => touch.has(path) || isOther(path, hash));
    return this.#attempt = new Try({
      force: this.#force,
      disk: this.#disk,
      changed,
      outdated: out,
      joined,
      retried: new Set([...failures].filter(([, failure]) => isRetried(failure)).map(([path]) => path)),
      owns: (path) => this.#scope.has(path, path),
      way: (out.size + 1) * this.#instances.size > this.#mostGraph ? "hook" : "graph",
      number: () => nextNumber(this.#importing),
      add: (instance) => this.#add(instance),
      end: (attempt, outcome) => this.#end(attempt, outcome),
    });
  }

  /** Puts an earlier generation in force again; tells whether it could. */
  restore(number: number): boolean {
    const table = this.#tables.get(number);
    if (table === undefined) return false;
    this.#attempt?.abandon();
    this.#tried = new Set();
    this.#enforce(table);
    return true;
  }

  /** The files that differ from what was seen last, as soon as none of them is being written. */
  async #settled(touch: ReadonlySet<string>): Promise<readonly string[]> {
    const seen = seenIn(this.#force);
    const end = performance.now() + SETTLE_MS;
    for (;;) {
      this.#disk.forget(touch);
      const changed = [...seen].filter(([path, { hash }]) => this.#disk.content(path).hash !== hash);
      const paths = changed.map(([path]) => path);
      const isHalf = changed.some(([path, before]) => before.size > 0 && this.#isHalf(path));
      const now = Date.now();
      const isMoving = [...paths, ...touch].some((path) => isWrittenSince(path, now));
      if (!(isHalf || isMoving) || performance.now() > end) return paths;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** Whether a file that is another one looks as if more was to come. */
  #isHalf(path: string): boolean {
    const { hash, size } = this.#disk.content(path);
    // Whoever writes a file empties it first, or moves it away; unless it is gone for good, and with it what imported it.
    if (hash !== undefined) return size === 0;
    return [...this.#force.instances.values()].some(({ path: importer, content, imports }) =>
      imports.has(path) && this.#disk.content(importer).hash === content.hash
    );
  }

  #end(attempt: Try, outcome: Table | ReadonlySet<string>): void {
    if (this.#attempt === attempt) this.#attempt = undefined;
    this.#loading.add(attempt);
    for (const one of this.#loading) if (!one.isLoading) this.#loading.delete(one);
    if (outcome instanceof Set) {
      this.#tried = outcome;
      return;
    }
    this.#tried = new Set();
    this.#enforce(outcome as Table);
  }

  #enforce(table: Table): void {
    this.#force = table;
    this.#tables.delete(table.number);
    this.#tables.set(table.number, table);
    for (const number of this.#tables.keys()) {
      if (this.#tables.size <= TABLES) break;
      this.#tables.delete(number);
    }
    const entries = [...table.entries.values()].map(({ instance }) => instance);
    for (const instance of closureOf(entries)) this.#mark(instance, table.number);
  }

  /** Notes that an instance is in force. */
  #mark(instance: Instance, number: number): void {
    if (instance.last === 0) {
      const past = this.#past.get(instance.path);
      if (past === undefined) this.#past.set(instance.path, [instance]);
      else past.push(instance);
    }
    instance.last = number;
  }

  #add(instance: Instance): void {
    this.#instances.set(`${instance.generation} ${instance.path}`, instance);
    this.#bytes += instance.content.size;
  }

  #resolve(path: string, importer: string, generation: number): number {
    const from = this.#instances.get(`${generation} ${importer}`);
    if (from === undefined) return generation;
    const known = from.imports.get(path);
    if (known !== undefined) return known.generation;
    const attempt = [this.#attempt, ...this.#loading].find((attempt) => attempt?.has(from));
    const instance = attempt?.take(path) ?? this.#later(path, from);
    from.imports.set(path, instance);
    return instance.generation;
  }

  /** What a module means that is in force, or was, and imports something only now. */
  #later(path: string, from: Instance): Instance {
    const { number, instances } = this.#force;
    const isInForce = from.last === number && instances.get(from.path) === from;
    const inForce = instances.get(path);
    const until = from.last || from.generation;
    const past = this.#past.get(path)?.findLast((one) => one.generation <= until);
    const chosen = isInForce ? inForce : past ?? inForce;
    if (chosen !== undefined) return chosen;
    const isTaken = this.#instances.has(`${until} ${path}`);
    const instance: Instance = {
      path,
      generation: isTaken ? nextNumber(this.#importing) : until,
      content: this.#disk.read(path),
      imports: new Map(),
      last: 0,
    };
    this.#add(instance);
    if (isInForce) {
      instances.set(path, instance);
      this.#mark(instance, number);
    }
    return instance;
  }
}
