/**
 * Generations of modules: what has changed on disk is loaded anew, with all that imports it, while the rest stays what it is.
 *
 * The runtime knows a module by its address. A hook on its loader puts the number of a generation on the addresses of an application's
 * local files (`hello.ts?n2o=7`), so that another number is another instance; it sees every import, and so knows who imports what.
 *
 * @module
 */
import { registerHooks } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Content, contentOf, Disk } from "./disk.ts";
import { closureOf, Graph } from "./graph.ts";
import { type GenerationsOptions, Scope } from "./scope.ts";

export type { GenerationsOptions } from "./scope.ts";

/** A file as it was loaded. */
interface Loaded {
  /** The generation that its instance is of. */
  readonly generation: number;
  /** What stood in it. */
  readonly content: Content;
}

/** What is in force: the files, and who imports what. */
interface Table {
  readonly number: number;
  readonly files: ReadonlyMap<string, Loaded>;
  readonly graph: Graph;
  /** Modules that were imported and did not load. */
  readonly failed: ReadonlySet<string>;
}

/** A try to put another generation in force. */
export interface Attempt {
  /** Its number; the one in force where nothing has changed. */
  readonly number: number;
  /** The files that differ from what is in force, and those that were loaded and are new to it; absolute paths. */
  readonly changed: readonly string[];
  /** Imports a module of this generation. */
  import(path: string): Promise<Record<string, unknown>>;
  /**
   * Puts it in force, also where some of its modules did not load. `false`: files changed while they were loaded, and nothing is in force
   * that was not before.
   */
  commit(): Promise<boolean>;
  /** Leaves in force what is. */
  abandon(): void;
}

const MARK = "n2o";
/** So many earlier generations can be put in force again. */
const TABLES = 8;

/** Hooks are the process's, and so are the numbers. */
const owners = new Map<number, Generations>();
let newest = 0;
let isHooked = false;

/** The generations of an application's modules. */
export class Generations {
  readonly #scope: Scope;
  readonly #disk = new Disk();
  readonly #tables = new Map<number, Table>();
  /** The generations of a file that were in force, in order. */
  readonly #history = new Map<string, number[]>();
  #force: Table = { number: 0, files: new Map(), graph: new Graph(), failed: new Set() };
  #attempt: Try | undefined;
  /** The files of an attempt that was abandoned: one of them may be what is missing. */
  #abandoned: ReadonlySet<string> = new Set();
  #instances = 0;
  #bytes = 0;

  private constructor(options: GenerationsOptions) {
    this.#scope = new Scope(options);
  }

  /** Makes the generations of an application in a folder. Hooks the module loader the first time. */
  static install(options: GenerationsOptions): Generations {
    if (!isHooked) hook();
    isHooked = true;
    return new Generations(options);
  }

  /** The number of the generation in force; 0 before the first. */
  get number(): number {
    return this.#force.number;
  }

  /** All local files that modules in force, or of an attempt that failed, import; those included that are not there. */
  get files(): ReadonlySet<string> {
    return new Set([...this.#force.files.keys(), ...this.#abandoned]);
  }

  /** What the runtime keeps of instances that are no longer in force: their number, and the size of their files in bytes. */
  get loaded(): { readonly instances: number; readonly bytes: number } {
    let bytes = this.#bytes;
    for (const { content } of this.#force.files.values()) bytes -= content.size;
    return { instances: Math.max(0, this.#instances - this.#force.files.size), bytes: Math.max(0, bytes) };
  }

  /**
   * Begins an attempt: what has changed on disk since the generation in force was loaded, and all that imports it, will be loaded anew.
   *
   * @param touched Files to be read though they look as before; a module that failed is loaded anew when it imports one of them.
   */
  begin(touched: Iterable<string> = []): Promise<Attempt> {
    this.#attempt?.abandon();
    const { files, graph, failed } = this.#force;
    const touch = new Set(touched);
    this.#disk.forget(touch);
    const changed: string[] = [];
    for (const [path, { content }] of files) {
      if (this.#disk.content(path).hash !== content.hash) changed.push(path);
    }
    const anew = new Set(changed);
    for (const entry of failed) {
      const closure = closureOf([entry], (path) => graph.imports(path));
      if (![...closure].some((path) => touch.has(path) || anew.has(path))) continue;
      const { generation } = files.get(entry) ?? { generation: -1 };
      for (const path of closure) if (files.get(path)?.generation === generation) anew.add(path);
    }
    const affected = closureOf(anew, (path) => graph.importers(path));
    const isSame = affected.size === 0 && this.#force.number > 0;
    const number = isSame ? this.#force.number : this.#fresh();
    return Promise.resolve(this.#attempt = new Try(number, changed, affected, this.#parts()));
  }

  /** Puts an earlier generation in force again; tells whether it could. */
  restore(number: number): boolean {
    const table = this.#tables.get(number);
    if (table === undefined) return false;
    this.#attempt?.abandon();
    this.#force = table;
    return true;
  }

  /** The generation that an import of a module means. */
  resolve(path: string, importer: string, generation: number): number {
    const attempt = this.#attempt;
    if (attempt !== undefined && attempt.isNew && generation === attempt.number) {
      return attempt.take(path, importer);
    }
    // A module that is in force, or was, imports something now: what it meant when it was loaded, if that is known.
    const { files, graph } = this.#force;
    const past = this.#history.get(path)?.findLast((number) => number <= generation);
    const chosen = past ?? files.get(path)?.generation ?? generation;
    if (files.get(importer)?.generation === generation) {
      graph.add(importer, path);
      if (!files.has(path)) this.#adopt(path, chosen);
    }
    return chosen;
  }

  /** Whether a file is one of the application's. */
  owns(path: string, specifier: string): boolean {
    return this.#scope.has(path, specifier);
  }

  #fresh(): number {
    owners.set(++newest, this);
    return newest;
  }

  #adopt(path: string, generation: number): void {
    const content = this.#disk.content(path);
    (this.#force.files as Map<string, Loaded>).set(path, { generation, content });
    this.#remember(path, generation);
    this.#count(content);
  }

  #remember(path: string, generation: number): void {
    const history = this.#history.get(path);
    if (history === undefined) this.#history.set(path, [generation]);
    else if (history.at(-1) !== generation) history.push(generation);
  }

  #count({ size }: Content): void {
    this.#instances++;
    this.#bytes += size;
  }

  #parts(): TryParts {
    return {
      force: this.#force,
      disk: this.#disk,
      fresh: () => this.#fresh(),
      owns: (path) => this.owns(path, "./"),
      count: (content) => this.#count(content),
      end: (attempt, table) => {
        if (this.#attempt === attempt) this.#attempt = undefined;
        this.#abandoned = table === undefined ? new Set(attempt.paths) : new Set();
        if (table === undefined || table === this.#force) return;
        this.#force = table;
        for (const [path, { generation }] of table.files) this.#remember(path, generation);
        this.#tables.set(table.number, table);
        for (const number of this.#tables.keys()) {
          if (this.#tables.size <= TABLES) break;
          this.#tables.delete(number);
        }
      },
    };
  }
}

/** What an attempt needs of its generations. */
interface TryParts {
  readonly force: Table;
  readonly disk: Disk;
  fresh(): number;
  owns(path: string): boolean;
  count(content: Content): void;
  end(attempt: Try, table: Table | undefined): void;
}

class Try implements Attempt {
  number: number;
  readonly #changed: readonly string[];
  readonly #affected: ReadonlySet<string>;
  readonly #parts: TryParts;
  readonly #graph = new Graph();
  readonly #loaded = new Map<string, Content>();
  readonly #entries = new Set<string>();
  readonly #failed = new Set<string>();
  #over = false;

  constructor(number: number, changed: readonly string[], affected: ReadonlySet<string>, parts: TryParts) {
    this.number = number;
    this.#changed = changed;
    this.#affected = affected;
    this.#parts = parts;
  }

  get changed(): readonly string[] {
    const { files } = this.#parts.force;
    return [...this.#changed, ...[...this.#loaded.keys()].filter((path) => !files.has(path))];
  }

  /** Whether it has a number of its own, since something is loaded anew. */
  get isNew(): boolean {
    return this.number !== this.#parts.force.number;
  }

  /** The files that it has to do with. */
  get paths(): Iterable<string> {
    return this.#loaded.keys();
  }

  async import(path: string): Promise<Record<string, unknown>> {
    this.#entries.add(path);
    const generation = this.take(path, undefined);
    try {
      return await import(`${pathToFileURL(path).href}?${MARK}=${generation}`);
    } catch (error) {
      this.#failed.add(path);
      for (const named of filesNamed(error)) if (this.#parts.owns(named)) this.take(named, path);
      throw error;
    }
  }

  /** The generation of a module that is imported in this attempt, which is loaded now if it is of this one. */
  take(path: string, importer: string | undefined): number {
    if (importer !== undefined) this.#graph.add(importer, path);
    const known = this.#parts.force.files.get(path);
    if (known !== undefined && !this.#affected.has(path)) return known.generation;
    if (!this.#loaded.has(path)) {
      if (!this.isNew) this.number = this.#parts.fresh();
      const content = this.#parts.disk.read(path);
      this.#loaded.set(path, content);
      this.#parts.count(content);
    }
    return this.number;
  }

  commit(): Promise<boolean> {
    if (this.#over) return Promise.resolve(false);
    this.#over = true;
    for (const [path, { hash }] of this.#loaded) {
      if (contentOf(path).hash === hash) continue;
      this.#parts.end(this, undefined);
      return Promise.resolve(false);
    }
    this.#parts.end(this, this.#table());
    return Promise.resolve(true);
  }

  abandon(): void {
    if (this.#over) return;
    this.#over = true;
    this.#parts.end(this, undefined);
  }

  #table(): Table {
    const { force } = this.#parts;
    const importsOf = (path: string) => {
      if (!this.#loaded.has(path)) return force.graph.imports(path);
      const imports = this.#graph.imports(path);
      // What else a module imports that did not load is not known: probably what it did before.
      return this.#failed.has(path) ? new Set([...imports, ...force.graph.imports(path)]) : imports;
    };
    const graph = new Graph();
    const files = new Map<string, Loaded>();
    for (const path of closureOf(this.#entries, importsOf)) {
      const content = this.#loaded.get(path);
      const loaded = content === undefined ? force.files.get(path) : { generation: this.number, content };
      if (loaded !== undefined) files.set(path, loaded);
      for (const imported of importsOf(path)) graph.add(path, imported);
    }
    if (this.#loaded.size === 0 && files.size === force.files.size) return force;
    if (!this.isNew) this.number = this.#parts.fresh();
    return { number: this.number, files, graph, failed: this.#failed };
  }
}

function hook(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const importer = context.parentURL === undefined ? undefined : marked(context.parentURL);
      const owner = importer === undefined ? undefined : owners.get(importer.generation);
      if (importer === undefined || owner === undefined) return next(specifier, context);
      const take = (url: URL) => {
        const path = pathOf(url);
        if (!owner.owns(path, specifier)) return;
        url.searchParams.set(MARK, String(owner.resolve(path, importer.path, importer.generation)));
      };
      try {
        const resolved = next(specifier, context);
        if (!resolved.url.startsWith("file:")) return resolved;
        const url = new URL(resolved.url);
        take(url);
        return { ...resolved, url: url.href };
      } catch (error) {
        // A file that is not there may come to be: then its importer is loaded anew.
        if (/^\.{0,2}\//.test(specifier)) take(new URL(specifier, context.parentURL));
        throw error;
      }
    },
  });
}

/** The file and the generation that an address is of, if it is of one. */
function marked(address: string): { path: string; generation: number } | undefined {
  if (!address.startsWith("file:")) return undefined;
  const url = new URL(address);
  const generation = url.searchParams.get(MARK);
  if (generation === null || !/^\d{1,15}$/.test(generation)) return undefined;
  return { path: pathOf(url), generation: Number(generation) };
}

/**
 * The files that an error of the module loader names: the one that is not there, or is no module. Where it finds such while it looks
 * through the imports, the hook is asked for none of them.
 */
function filesNamed(error: unknown): string[] {
  const message = error instanceof Error ? error.message : "";
  const paths = new Set<string>();
  for (const [address] of message.matchAll(/file:\/\/[^\s"'()\x1b]+/g)) {
    const bare = address.replace(/(?::\d+){0,2}[.,:]?$/, "");
    if (URL.canParse(bare)) paths.add(pathOf(new URL(bare)));
  }
  return [...paths];
}

function pathOf(url: URL): string {
  const bare = new URL(url);
  bare.search = bare.hash = "";
  return fileURLToPath(bare);
}
