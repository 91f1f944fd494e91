/**
 * Whether a file lies in a folder.
 *
 * @module
 */
import { isAbsolute, relative, sep } from "node:path";

/** The path of a file from a folder that it lies in, with slashes; `undefined` for others and for the folder itself. */
export function pathInside(path: string, folder: string): string | undefined {
  const from = relative(folder, path);
  if (from === "" || from === ".." || from.startsWith(`..${sep}`) || isAbsolute(from)) return undefined;
  return from.replaceAll(sep, "/");
}

/** Whether a path is a folder, or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || pathInside(path, folder) !== undefined;
}
