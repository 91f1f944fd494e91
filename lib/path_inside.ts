/**
 * Whether a path leads into a folder.
 *
 * @module
 */
import { isAbsolute, relative, sep } from "node:path";

/** The functions of `node:path` that are needed; `posix` and `win32` have them, too. */
export interface PathFunctions {
  /** The way from one path to another. */
  relative(from: string, to: string): string;
  /** Whether a path begins at a root. */
  isAbsolute(path: string): boolean;
  /** What stands between names. */
  readonly sep: string;
}

/** The way from a folder to what is in it, `""` to itself; `undefined` for a path that is not in it. */
export function wayInside(
  path: string,
  folder: string,
  paths: PathFunctions = { relative, isAbsolute, sep },
): string | undefined {
  const way = paths.relative(folder, path);
  return way === ".." || way.startsWith(`..${paths.sep}`) || paths.isAbsolute(way) ? undefined : way;
}

/** The path of a file from a folder that it lies in, with slashes; `undefined` for others and for the folder itself. */
export function pathInside(path: string, folder: string): string | undefined {
  return wayInside(path, folder)?.replaceAll(sep, "/") || undefined;
}

/** Whether a path is a folder, or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  return wayInside(path, folder) !== undefined;
}
