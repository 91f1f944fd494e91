/**
 * What has to be watched so that nothing is missed: the folders, where links in them lead, and the folders of single files.
 *
 * @module
 */
import { dirname } from "node:path";
import { type Link, linksIn, realOf } from "./links.ts";
import { calledAt, type PathStyle, type Place } from "./place.ts";

/** One folder for the system to watch. */
export interface Watched {
  /** Its path. */
  readonly path: string;
  /** With all that is in it; else only the files that are named. */
  readonly recursive: boolean;
  /** Where it stands in the application. */
  readonly places: Place[];
  /** The files that are meant in a folder that is not watched with all that is in it, and what the application calls them. */
  readonly files: Map<string, Set<string>>;
}

/** What is to be watched. */
export interface Plan {
  /** The folders. */
  readonly watched: ReadonlyMap<string, Watched>;
  /** The links that it is due to. */
  readonly links: readonly Link[];
  /** The folders that it has found, and when something came into each or left it. */
  readonly folders: ReadonlyMap<string, number>;
}

/** Makes the plan for folders and for single files besides them. */
export function planOf(
  folders: readonly string[],
  others: Iterable<string>,
  ignore: (path: string) => boolean,
  style: PathStyle,
): Plan {
  const watched = new Map<string, Watched>();
  const at = (path: string, recursive: boolean): Watched => {
    const key = `${recursive} ${path}`;
    const known = watched.get(key) ?? { path, recursive, places: [], files: new Map() };
    watched.set(key, known);
    return known;
  };
  // A folder that is watched with all that is in it must not be watched in parts, too: the end of a part is the end of it in both.
  const around = (path: string) =>
    [...watched.values()].find(({ recursive, places }) =>
      recursive && places.some((place) => calledAt(place, path, style) !== undefined)
    );
  const file = (target: string, called: string) => {
    const { files } = around(target) ?? at(dirname(target), false);
    const key = fold(target, style);
    files.set(key, (files.get(key) ?? new Set()).add(called));
  };
  const folder = (path: string, called: string) => {
    (around(path) ?? at(path, true)).places.push({ told: [...new Set([path, realOf(path)])], called });
  };
  for (const path of folders) folder(path, path);
  const found = folders.map((path) => linksIn(path, ignore));
  const links = found.flatMap((one) => one.links);
  for (const { path, target, isFolder } of links) (isFolder ? folder : file)(target, path);
  for (const path of others) {
    file(path, path);
    const target = realOf(path);
    if (target !== path) file(target, path);
  }
  const all = found.flatMap((one) => one.folders);
  return { watched, links, folders: new Map(all.map((path) => [path, changeOf(path)])) };
}

/** Whether links may have come to be: the system does not tell of those that lead out of the folder. */
export function isOutdated({ folders }: Plan): boolean {
  return [...folders].some(([path, change]) => changeOf(path) !== change);
}

/** Whether two plans are due to the same links. */
export function haveSameLinks({ links }: Plan, other: Plan): boolean {
  return links.length === other.links.length && links.every(({ path, target }, at) => {
    return path === other.links[at].path && target === other.links[at].target;
  });
}

/** What the application calls a path that the system tells of in a watched folder. */
export function meantBy(
  { path: folder, recursive, places, files }: Watched,
  path: string,
  style: PathStyle,
): string[] {
  const named = files.get(fold(path, style)) ?? [];
  if (recursive) {
    const called = places.map((place) => calledAt(place, path, style));
    return [...named, ...called.filter((one) => one !== undefined)];
  }
  // Some systems tell of a folder, and not of what is in it.
  if (fold(path, style) === fold(folder, style)) return [...files.values()].flatMap((names) => [...names]);
  return [...named];
}

/** Whether a link leads elsewhere than it did. */
export function isMoved({ path, target }: Link): boolean {
  return realOf(path) !== target;
}

/** Where the case of letters means nothing, it is left out. */
function fold(path: string, style: PathStyle): string {
  return style === "windows" || Deno.build.os === "darwin" ? path.toLowerCase() : path;
}

function changeOf(folder: string): number {
  try {
    return Deno.statSync(folder).mtime?.getTime() ?? 0;
  } catch {
    return -1;
  }
}
