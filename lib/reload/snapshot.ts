/**
 * How the files of a folder look, to find what is another one than before where no events tell.
 *
 * @module
 */
import { join } from "node:path";
import { lookOf } from "./disk.ts";

/** A folder with more files is not looked through to its end. */
const MOST = 20_000;

/** The looks of a folder's files, or of single files. */
export class Snapshot {
  #list: () => Iterable<string>;
  #looks: Map<string, string>;

  /** Looks for the first time, at the files that a function lists. */
  constructor(list: () => Iterable<string>) {
    this.#list = list;
    this.#looks = this.#look();
  }

  /** Looks again; gives the files that look other than the last time, new ones and those that are gone included. */
  differences(): string[] {
    const before = this.#looks;
    this.#looks = this.#look();
    const differing = [...this.#looks].filter(([path, look]) => before.get(path) !== look);
    const gone = [...before.keys()].filter((path) => !this.#looks.has(path));
    return [...differing.map(([path]) => path), ...gone];
  }

  #look(): Map<string, string> {
    const looks = new Map<string, string>();
    for (const path of this.#list()) {
      const look = lookOf(path)?.text;
      if (look !== undefined) looks.set(path, look);
    }
    return looks;
  }
}

/** The files in a folder and in those below it, also where links lead to them. */
export function filesIn(folder: string, ignore: (path: string) => boolean): string[] {
  const files: string[] = [];
  const folders = [folder];
  const linked = new Set<string>();
  for (const one of folders) {
    for (const entry of entriesOf(one)) {
      const path = join(one, entry.name);
      if (ignore(path) || files.length >= MOST) continue;
      if (entry.isDirectory || (entry.isSymlink && isNewFolder(path, linked))) folders.push(path);
      else files.push(path);
    }
  }
  return files;
}

/** The files right in a folder that were written a moment ago. */
export function freshIn(folder: string, withinMs: number): string[] {
  const since = Date.now() - withinMs;
  return entriesOf(folder).filter(({ isFile }) => isFile).map(({ name }) => join(folder, name)).filter(
    (path) => {
      const { mtime, ctime } = statOf(path) ?? {};
      return Math.max(mtime?.getTime() ?? 0, ctime?.getTime() ?? 0) >= since;
    },
  );
}

/** What is in a folder; nothing for one that is gone, or is none. */
export function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch {
    return [];
  }
}

/** Whether a link leads to a folder that none has led to before: links may go in circles. */
function isNewFolder(link: string, seen: Set<string>): boolean {
  if (statOf(link)?.isDirectory !== true) return false;
  const target = Deno.realPathSync(link);
  if (seen.has(target)) return false;
  seen.add(target);
  return true;
}

function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}
