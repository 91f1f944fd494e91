/**
 * The modules of an application's folder: protocols, or pages.
 *
 * @module
 */
import { basename, join } from "node:path";
import { isFolder } from "./exists.ts";
import { missingPermission } from "./exit.ts";
import { specialProblem } from "./file_problem.ts";
import type { Problem } from "./problem.ts";

/** What kind of modules a folder holds. */
export interface ModuleKind {
  /** What their file names look like; the first group is the module's name. */
  readonly file: RegExp;
  /** What else is a module, but has a name that cannot be: whoever made it is told. @default nothing */
  readonly misnamed?: (file: string) => Omit<Problem, "where"> | undefined;
  /** What to do about two files of one name. */
  readonly rename: string;
  /** What to do about a folder that is not there. */
  readonly missing: string;
}

/** Declarations and tests may lie beside the modules. */
const NO_MODULE = /\.(?:d|test)\.\w+$/;

/**
 * The files of a folder by their modules' names, in the order of these.
 *
 * @param serves Whether a file's module is served already: of two files of one name that one is meant, else the first.
 */
export function moduleFiles(
  folder: string,
  kind: ModuleKind,
  problems: Problem[],
  serves: (path: string) => boolean = () => false,
): Map<string, string> {
  const files = new Map<string, string>();
  try {
    for (const entry of [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1)) {
      const name = kind.file.exec(entry.name)?.[1];
      const misnamed = name === undefined ? kind.misnamed?.(entry.name) : undefined;
      if ((name ?? misnamed) === undefined || NO_MODULE.test(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory || (entry.isSymlink && isFolder(path))) continue;
      const special = specialProblem(path);
      if (special !== undefined) {
        problems.push({ where: path, ...special });
        continue;
      }
      if (name === undefined) {
        problems.push({ where: path, ...misnamed! });
        continue;
      }
      const other = files.get(name);
      if (other === undefined) {
        files.set(name, path);
        continue;
      }
      const [one, more] = serves(path) && !serves(other) ? [path, other] : [other, path];
      files.set(name, one);
      problems.push({ where: more, what: `has the name of ${basename(one)}`, fix: kind.rename });
    }
  } catch (error) {
    problems.push(unreadable(folder, kind, error));
  }
  return files;
}

function unreadable(folder: string, kind: ModuleKind, error: unknown): Problem {
  const missing = missingPermission(error);
  if (missing !== undefined) return { where: folder, ...missing };
  if (error instanceof Deno.errors.NotFound) {
    return { where: folder, what: "is not there", fix: kind.missing };
  }
  const why = error instanceof Error ? error.message : String(error);
  return { where: folder, what: `cannot be read: ${why}`, fix: "name a folder that this user may read" };
}
