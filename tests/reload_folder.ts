/**
 * A folder of modules that are loaded in generations.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { type Attempt, Generations } from "../lib/reload/generations.ts";

/** What a module exports. */
export type Module = Record<string, unknown>;

/** What became of an attempt. */
export interface Outcome {
  /** The number in force after it. */
  readonly number: number;
  /** The files that differed, relative to the folder. */
  readonly changed: readonly string[];
  /** What the entries export, or the error with which they did not load. */
  readonly modules: readonly (Module | Error)[];
  /** Whether it was put in force. */
  readonly committed: boolean;
}

/** The modules' folder, which is there as long as the test. */
export class ModuleFolder implements Disposable {
  readonly path: string;
  readonly generations: Generations;

  constructor(
    files: Readonly<Record<string, string>> = {},
    options: { library?: string; folder?: string; mostGraph?: number } = {},
  ) {
    this.path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "n2o-generations-" }));
    for (const [name, text] of Object.entries(files)) this.write(name, text);
    this.generations = Generations.install({
      folder: this.at(options.folder ?? "."),
      library: options.library ?? join(this.path, "library"),
      mostGraph: options.mostGraph,
    });
  }

  /** A file's path. */
  at(name: string): string {
    return join(this.path, name);
  }

  write(name: string, text: string): void {
    Deno.mkdirSync(dirname(this.at(name)), { recursive: true });
    Deno.writeTextFileSync(this.at(name), text);
  }

  remove(name: string): void {
    Deno.removeSync(this.at(name));
  }

  begin(touched: readonly string[] = []): Promise<Attempt> {
    return this.generations.begin(touched.map((name) => this.at(name)));
  }

  /** Loads the entries and puts them in force. */
  async load(entries: readonly string[], touched: readonly string[] = []): Promise<Outcome> {
    const attempt = await this.begin(touched);
    const modules: (Module | Error)[] = [];
    for (const name of entries) {
      modules.push(await attempt.import(this.at(name)).catch((error: Error) => error));
    }
    const changed = attempt.changed.map((path) => path.slice(this.path.length + 1));
    const committed = await attempt.commit();
    return { number: this.generations.number, changed, modules, committed };
  }

  /** Loads one module, which has to load, and puts it in force. */
  async one(name: string, touched: readonly string[] = []): Promise<Module> {
    const { modules: [module] } = await this.settled([name], touched);
    if (module instanceof Error) throw module;
    return module;
  }

  /** Loads one module, which must not load, and puts in force what there is. */
  async failing(name: string, touched: readonly string[] = []): Promise<Error> {
    const { modules: [error] } = await this.settled([name], touched);
    if (error instanceof Error) return error;
    throw new Error("it has loaded");
  }

  /** Loads the entries until nothing has changed meanwhile, as those do who serve them. */
  async settled(entries: readonly string[], touched: readonly string[] = []): Promise<Outcome> {
    for (let tries = 0; tries < 100; tries++) {
      const outcome = await this.load(entries, touched);
      if (outcome.committed) return outcome;
    }
    throw new Error("never put in force");
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}
