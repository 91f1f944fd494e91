/**
 * How the files of a folder look, to find what is another one than before where no events tell.
 *
 * @module
 */
import { join } from "node:path";

/** A folder with more files is not looked through. */
const MOST = 20_000;

/** The looks of a folder's files. */
export class Snapshot {
  #folder: string;
  #ignore: (path: string) => boolean;
  #looks = new Map<string, string>();

  /** Looks for the first time. */
  constructor(folder: string, ignore: (path: string) => boolean) {
    this.#folder = folder;
    this.#ignore = ignore;
    this.#looks = this.#look();
  }

  /** Looks again; gives the files that look other than the last time, new ones and those that are gone included. */
  differences(): string[] {
    const before = this.#looks;
    this.#looks = this.#look();
    const differing = [...this.#looks].filter(([path, look]) => before.get(path) !== look).map(([path]) =>
      path
    );
    for (const path of before.keys()) if (!this.#looks.has(path)) differing.push(path);
    return differing;
  }

  #look(): Map<string, string> {
    const looks = new Map<string, string>();
    const folders = [this.#folder];
    for (const folder of folders) {
      for (const entry of entriesOf(folder)) {
        const path = join(folder, entry.name);
        if (this.#ignore(path) || looks.size >= MOST) continue;
        if (entry.isDirectory) {
          folders.push(path);
          continue;
        }
        const look = lookOf(path);
        if (look !== undefined) looks.set(path, look);
      }
    }
    return looks;
  }
}

/** The files of a folder, and of those in it. */
export function filesIn(folder: string, ignore: (path: string) => boolean): string[] {
  const files: string[] = [];
  const folders = [folder];
  for (const one of folders) {
    for (const entry of entriesOf(one)) {
      const path = join(one, entry.name);
      if (ignore(path) || files.length >= MOST) continue;
      (entry.isDirectory ? folders : files).push(path);
    }
  }
  return files;
}

function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch {
    // It is gone already, or is no folder.
    return [];
  }
}

function lookOf(path: string): string | undefined {
  try {
    const { mtime, size, ino } = Deno.statSync(path);
    return `${ino} ${mtime?.getTime()} ${size}`;
  } catch {
    return undefined;
  }
}
