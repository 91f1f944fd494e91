/**
 * Where a watched folder stands in the application: the system tells of paths as it sees them, the application knows them as it has named them.
 *
 * @module
 */
import { posix, win32 } from "node:path";
import { wayInside } from "../path_inside.ts";

/** How paths are written. */
export type PathStyle = "posix" | "windows";

/** The path functions of a style. */
export function pathsOf(style: PathStyle): typeof posix {
  return style === "windows" ? win32 : posix;
}

/** How paths are written here. */
export const hereStyle: PathStyle = Deno.build.os === "windows" ? "windows" : "posix";

/** A folder as the system and as the application know it. */
export interface Place {
  /** The names under which the system tells of it: the one that it was asked for, and its real one. */
  readonly told: readonly string[];
  /** What the application calls it. */
  readonly called: string;
}

/** What the application calls a path of which the system tells; `undefined` when it is not in that place. */
export function calledAt({ told, called }: Place, path: string, style: PathStyle): string | undefined {
  const { join } = pathsOf(style);
  for (const folder of told) {
    const inside = wayInside(plain(path, style), plain(folder, style), pathsOf(style));
    if (inside !== undefined) return inside === "" ? called : join(called, inside);
  }
  return undefined;
}

/** Windows writes a path that may be long with a prefix. */
function plain(path: string, style: PathStyle): string {
  return style === "windows"
    ? path.replace(/^\\\\\?\\(?:UNC\\)?/, (prefix) => prefix.length > 4 ? "\\\\" : "")
    : path;
}
