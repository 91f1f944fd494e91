/**
 * Symbolic links in a folder: the system tells only of what happens where they lead.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import { entriesOf } from "./snapshot.ts";

/** A link, and where it leads. */
export interface Link {
  /** Its path. */
  readonly path: string;
  /** The real path of what it leads to; where that would be, if nothing is there. */
  readonly target: string;
  /** Whether it leads to a folder. */
  readonly isFolder: boolean;
}

/** So many folders are looked through for links, at most. */
const MOST_FOLDERS = 5000;

/** The links in a folder and, by their names in it, in the folders that links lead to; and all the folders that it found. */
export function linksIn(
  folder: string,
  ignore: (path: string) => boolean,
): { readonly links: readonly Link[]; readonly folders: readonly string[] } {
  const links: Link[] = [];
  const folders = [folder];
  const seen = new Set([realOf(folder)]);
  for (const one of folders) {
    if (folders.length > MOST_FOLDERS) break;
    for (const entry of entriesOf(one)) {
      const path = join(one, entry.name);
      if (ignore(path)) continue;
      if (entry.isDirectory) folders.push(path);
      if (!entry.isSymlink) continue;
      const link = linkAt(path);
      links.push(link);
      if (!link.isFolder || seen.has(link.target)) continue;
      seen.add(link.target);
      folders.push(path);
    }
  }
  return { links, folders };
}

/** What a link is. */
export function linkAt(path: string): Link {
  const target = realOf(path);
  try {
    return { path, target, isFolder: Deno.statSync(target).isDirectory };
  } catch {
    return { path, target, isFolder: false };
  }
}

/** The real path of something; where it would be, if it is not there. */
export function realOf(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    try {
      return resolve(dirname(path), Deno.readLinkSync(path));
    } catch {
      return path;
    }
  }
}
