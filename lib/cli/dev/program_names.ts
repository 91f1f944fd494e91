/**
 * The names that a program may import beside paths, as the runtime has read them at the start: it does not read them again.
 *
 * @module
 */
import { join } from "node:path";
import { parseJsonc } from "../compile/jsonc.ts";
import type { Problem } from "../problem.ts";

const FILES = ["deno.json", "deno.jsonc", "package.json"];
/** What of these files says how modules are loaded. The rest is for other commands. */
const MEANT = [
  "imports",
  "scopes",
  "importMap",
  "compilerOptions",
  "unstable",
  "nodeModulesDir",
  "workspace",
  "links",
  "dependencies",
  "devDependencies",
];
const NAMES = ["imports", "dependencies", "devDependencies"];
/** How a problem tells of a name that leads nowhere. */
const UNMAPPED = /^imports "([^"]+)", which nothing maps$/;

type Read = Readonly<Record<string, unknown>>;

/** The files in an application's folder that say how its modules are loaded, compared with how they were at the start. */
export class ProgramNames {
  readonly #folder: string;
  readonly #before: ReadonlyMap<string, Read | undefined>;
  #told = new Map<string, string>();

  /** Notes how they are now. A compiled program does not read them. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#before = new Map(Deno.build.standalone ? [] : FILES.map((file) => [file, this.#read(file)]));
    for (const [file, read] of this.#before) this.#told.set(file, textOf(read));
  }

  /** Those that say something else than at the start, each once for what it says. */
  changed(): string[] {
    return [...this.#before].filter(([file, before]) => {
      const now = this.#read(file);
      // Half of a save is no JSON.
      if (now === undefined) return false;
      const text = textOf(now);
      if (text === this.#told.get(file)) return false;
      this.#told.set(file, text);
      return text !== textOf(before);
    }).map(([file]) => file);
  }

  /** The problem with its next step as it is when the name that it is about has been added since the start. */
  explained(problem: Problem): Problem {
    const name = UNMAPPED.exec(problem.what)?.[1];
    if (name === undefined) return problem;
    for (const [file, before] of this.#before) {
      if (has(before, name) || !has(this.#read(file), name)) continue;
      return { ...problem, fix: `${file} has the name now: restart n2o dev` };
    }
    return problem;
  }

  /** What is meant of one; nothing of one that is not there, `undefined` for what cannot be read. */
  #read(file: string): Read | undefined {
    try {
      const all = parseJsonc(Deno.readTextFileSync(join(this.#folder, file)));
      if (typeof all !== "object" || all === null) return undefined;
      return Object.fromEntries(Object.entries(all).filter(([key]) => MEANT.includes(key)));
    } catch (error) {
      return error instanceof Deno.errors.NotFound ? {} : undefined;
    }
  }
}

/** Whether it has a name, or the name of the package or folder that it is in. */
function has(read: Read | undefined, name: string): boolean {
  return NAMES.some((kind) => {
    const names = read?.[kind];
    if (typeof names !== "object" || names === null) return false;
    return Object.keys(names).some((key) =>
      key === name || name.startsWith(key.endsWith("/") ? key : `${key}/`)
    );
  });
}

function textOf(read: Read | undefined): string {
  return JSON.stringify(Object.entries(read ?? {}).sort(([a], [b]) => a < b ? -1 : 1));
}
