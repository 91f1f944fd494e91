/**
 * The files of an application that go into its executable.
 *
 * @module
 */
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { isWithin } from "../../path_inside.ts";
import { missingPermission } from "../exit.ts";
import type { Problem } from "../problem.ts";
import { headOf, isDataFolder, privateContent } from "./private_files.ts";
import { isCompiled } from "./programs.ts";
import { PROJECT_FILES } from "./project_config.ts";

/** Where an application's parts lie. */
export interface ApplicationParts {
  /** Its folder. */
  readonly folder: string;
  /** The folder of its static files: there only what is hidden stays out, since a folder `test` is a page's. */
  readonly static: string;
  /** Folders whose modules are served. */
  readonly modules: readonly string[];
  /** Files and folders that only its server may read. */
  readonly private: readonly string[];
  /** What else stays out, such as the executable itself. */
  readonly besides: readonly string[];
}

/** The files, and what is wrong. */
export interface ApplicationFiles {
  /** Their paths relative to the folder. */
  readonly paths: readonly string[];
  /** Their sizes together, in bytes. */
  readonly bytes: number;
  /** What stays out and is worth a word: the path relative to the folder, and what it is. */
  readonly leftOut: readonly (readonly [path: string, what: string])[];
  /** What is wrong. */
  readonly problems: readonly Problem[];
}

/** Packages, which the compiler gets itself, and tests as those who serve modules know them. */
const NO_PART = /^(?:node_modules|.*\.test\.\w+|deno\.lock)$/;
/** Folders of tests, beside those of the modules. */
const TESTS = /^tests?$/;
const MOVE =
  "move it out of the folder, or hide it behind a dot: whoever has the executable could read it, and flags name such files when it starts";

/** Finds them: everything but hidden files, tests, packages, the data of servers and programs that were made of it before. */
export function applicationFiles(parts: ApplicationParts): ApplicationFiles {
  const search = new Search(parts);
  // They may be hidden, and are served nevertheless.
  for (const root of [parts.folder, parts.static, ...parts.modules]) search.enter(resolve(root));
  const { paths, bytes, leftOut, problems } = search;
  return { paths, bytes, leftOut, problems };
}

class Search {
  readonly paths: string[] = [];
  readonly leftOut: [path: string, what: string][] = [];
  readonly problems: Problem[] = [];
  bytes = 0;
  readonly #folder: string;
  readonly #static: string;
  readonly #served: readonly string[];
  readonly #private: ReadonlySet<string>;
  readonly #besides: ReadonlySet<string>;
  readonly #entered = new Set<string>();

  constructor(parts: ApplicationParts) {
    this.#folder = resolve(parts.folder);
    this.#static = resolve(parts.static);
    this.#served = [this.#static, ...parts.modules.map((path) => resolve(path))];
    this.#private = new Set(parts.private.map((path) => resolve(path)));
    this.#besides = new Set(parts.besides.map((path) => resolve(path)));
  }

  /** Looks through a folder of the application's, if it is there and was not looked through before. */
  enter(folder: string): void {
    if (!isWithin(folder, this.#folder) || this.#entered.has(folder)) return;
    try {
      if (folder === this.#folder || Deno.statSync(folder).isDirectory) this.#walk(folder, []);
    } catch (error) {
      if (folder === this.#folder || !(error instanceof Deno.errors.NotFound)) {
        this.#unreadable(folder, error);
      }
    }
  }

  #walk(at: string, above: readonly string[]): void {
    const real = Deno.realPathSync(at);
    // A link that leads back to a folder around it would never end.
    if (above.includes(real)) return;
    this.#entered.add(at);
    for (const entry of [...Deno.readDirSync(at)].sort((a, b) => a.name < b.name ? -1 : 1)) {
      const path = join(at, entry.name);
      if (this.#isNoPart(entry.name, at, path)) continue;
      try {
        const { isDirectory, isFile, size } = Deno.statSync(path);
        if (isDirectory) this.#takeFolder(path, entry, [...above, real]);
        else if (isFile) this.#takeFile(path, entry, size);
      } catch (error) {
        this.#unreadable(path, error);
      }
    }
  }

  #isNoPart(name: string, at: string, path: string): boolean {
    if (this.#besides.has(path)) return true;
    if (name.startsWith(".") && name !== ".well-known") return true;
    if (at === this.#folder && PROJECT_FILES.includes(name)) return true;
    if (isWithin(path, this.#static)) return false;
    return NO_PART.test(name) || (at === this.#folder && TESTS.test(name) && !this.#served.includes(path));
  }

  #takeFolder(path: string, entry: Deno.DirEntry, above: readonly string[]): void {
    if (this.#private.has(path) || isDataFolder(path)) {
      this.#leave(path, "where a server keeps its data");
    } else if (!this.#leadsOut(path, entry)) this.#walk(path, above);
  }

  #takeFile(path: string, entry: Deno.DirEntry, size: number): void {
    if (this.#private.has(path)) return this.#leave(path, "what only a server may read");
    const head = headOf(path);
    if (isCompiled(path, size, head)) return this.#leave(path, "a program that Deno has compiled");
    if (this.#leadsOut(path, entry)) return;
    const what = privateContent(path, head, isWithin(path, this.#static));
    if (what !== undefined) this.problems.push({ where: path, what, fix: MOVE });
    this.paths.push(relative(this.#folder, path));
    this.bytes += size;
  }

  #leave(path: string, what: string): void {
    this.leftOut.push([relative(this.#folder, path), what]);
  }

  /** A link is followed as far as a server would follow it. */
  #leadsOut(path: string, { isSymlink }: Deno.DirEntry): boolean {
    if (!isSymlink) return false;
    const within = path !== this.#static && isWithin(path, this.#static) ? this.#static : this.#folder;
    const real = Deno.realPathSync(path);
    const below = relative(Deno.realPathSync(within), real).split(sep);
    const hidden = below.some((name) => name.startsWith(".") && name !== ".well-known");
    if (isWithin(real, Deno.realPathSync(within)) && !hidden) return false;
    this.problems.push({
      where: path,
      what: `leads to ${real}, which ${hidden && below[0] !== ".." ? "is hidden" : `is outside ${within}`}`,
      fix:
        "put a copy there in place of the link, or take it out: only what lies in the folder goes into the executable",
    });
    return true;
  }

  #unreadable(path: string, error: unknown): void {
    this.problems.push(unreadable(path, error));
  }
}

function unreadable(path: string, error: unknown): Problem {
  const missing = missingPermission(error);
  if (missing !== undefined) return { where: path, ...missing };
  if (error instanceof Deno.errors.NotFound) {
    return { where: path, what: "leads nowhere", fix: "take the link out, or make what it names" };
  }
  const why = error instanceof Error ? error.message : String(error);
  return { where: path, what: `cannot be read: ${why}`, fix: "let this user read it, or take it out" };
}

/** Copies them. */
export function copyFiles(folder: string, paths: readonly string[], to: string): void {
  for (const path of paths) {
    Deno.mkdirSync(join(to, dirname(path)), { recursive: true });
    Deno.copyFileSync(join(folder, path), join(to, path));
  }
}

/** The application's name: that of its folder, with letters of any script. */
export function applicationName(folder: string): string {
  const name = basename(resolve(folder)).replace(/[^\p{L}\p{N}_.-]+/gu, "-").replace(/^[.-]+|[.-]+$/g, "");
  return name || "application";
}
