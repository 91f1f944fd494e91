/**
 * Watches folders and single files. That something happened is told by the system; what it was is for others to look at.
 *
 * @module
 */
import { dirname, isAbsolute, relative, sep } from "node:path";
import { type Burst, type BurstOptions, Bursts } from "./bursts.ts";
import { isNoise } from "./noise.ts";
import { filesIn, Snapshot } from "./snapshot.ts";

export type { Burst } from "./bursts.ts";

/** An event of the system, as `Deno.watchFs` tells it. */
export interface WatchEvent {
  /** What happened. */
  readonly kind: string;
  /** To which paths. */
  readonly paths: readonly string[];
  /** `rescan` where events were lost. */
  readonly flag?: string | null;
}

/** Where events come from; `Deno.watchFs` fits. */
export type WatchSource = (
  path: string,
  options: { recursive: boolean },
) => AsyncIterable<WatchEvent> & { close(): void };

/** Options of {@linkcode FolderWatch}. */
export interface WatchOptions extends BurstOptions {
  /** The folders, absolute; with all that is in them. */
  readonly folders: readonly string[];
  /** Paths that nobody wants to hear of, besides those of editors and version control. @default none */
  readonly ignore?: (path: string) => boolean;
  /** Looks at the files so often, too, in milliseconds, where the system tells nothing. @default never */
  readonly pollMs?: number;
  /** Where events come from. @default Deno.watchFs */
  readonly source?: WatchSource;
}

/** So often it is seen whether a folder is still the one that is watched, in milliseconds. */
const ROOT_MS = 500;

/** Watches until it is closed. */
export class FolderWatch {
  #folders: readonly string[];
  #ignore: (path: string) => boolean;
  #source: WatchSource;
  #bursts: Bursts;
  #open = new Map<string, { close(): void; ino: string | undefined }>();
  #others = new Set<string>();
  #timers: ReturnType<typeof setInterval>[] = [];
  #closed = false;

  /** Begins to watch. A folder that is not there yet is watched when it is. */
  constructor(options: WatchOptions, onBurst: (burst: Burst) => void) {
    const { folders, ignore = () => false, pollMs, source = Deno.watchFs as WatchSource } = options;
    this.#folders = folders;
    this.#ignore = (path) => isNoise(relativeTo(path, folders)) || ignore(path);
    this.#source = source;
    this.#bursts = new Bursts(options, onBurst);
    for (const folder of folders) this.#watch(folder, true);
    this.#every(ROOT_MS, () => this.#reopen());
    if (pollMs === undefined) return;
    const snapshots = folders.map((folder) => new Snapshot(folder, this.#ignore));
    this.#every(pollMs, () => this.#bursts.add(snapshots.flatMap((snapshot) => snapshot.differences())));
  }

  /** Watches files outside the folders, too. */
  also(paths: Iterable<string>): void {
    for (const path of paths) {
      if (this.#others.has(path) || this.#folders.some((folder) => isInside(path, folder))) continue;
      this.#others.add(path);
      this.#watch(dirname(path), false);
    }
  }

  /** Watches no more. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const { close } of this.#open.values()) close();
    this.#open.clear();
    this.#bursts.close();
  }

  #every(ms: number, work: () => void): void {
    const timer = setInterval(work, ms);
    Deno.unrefTimer(timer as unknown as number);
    this.#timers.push(timer);
  }

  #watch(folder: string, recursive: boolean): void {
    if (this.#open.has(folder) || this.#closed) return;
    let watcher: ReturnType<WatchSource>;
    try {
      watcher = this.#source(folder, { recursive });
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      // It is not there: the next look at the folders tries again.
      this.#open.set(folder, { close() {}, ino: undefined });
      return;
    }
    this.#open.set(folder, { close: () => closeQuietly(watcher), ino: inoOf(folder) });
    this.#follow(watcher, folder, recursive);
  }

  async #follow(watcher: AsyncIterable<WatchEvent>, folder: string, recursive: boolean): Promise<void> {
    try {
      for await (const event of watcher) this.#take(event, recursive);
    } catch {
      // What is wrong with it shows in the next look at the folders.
    }
    const open = this.#open.get(folder);
    if (open !== undefined && !this.#closed) open.ino = undefined;
  }

  #take({ kind, paths, flag }: WatchEvent, recursive: boolean): void {
    if (flag === "rescan") return this.#bursts.add(undefined);
    if (kind === "access") return;
    const meant = paths.filter((path) => recursive ? !this.#ignore(path) : this.#others.has(path));
    // What was put into a new folder before the system watched it is not told.
    const within = recursive && kind !== "remove" ? meant.flatMap((path) => filesIn(path, this.#ignore)) : [];
    this.#bursts.add([...meant, ...within]);
  }

  /** Watches anew a folder that is there again, or is another one by the same name. */
  #reopen(): void {
    for (const [folder, { close, ino }] of [...this.#open]) {
      const now = inoOf(folder);
      if (now === undefined || now === ino) continue;
      close();
      this.#open.delete(folder);
      this.#watch(folder, this.#folders.includes(folder));
      this.#bursts.add(undefined);
    }
  }
}

function closeQuietly(watcher: { close(): void }): void {
  try {
    watcher.close();
  } catch {
    // It has ended by itself.
  }
}

function inoOf(folder: string): string | undefined {
  try {
    const { ino, dev, birthtime } = Deno.statSync(folder);
    return `${dev} ${ino} ${birthtime?.getTime()}`;
  } catch {
    return undefined;
  }
}

function isInside(path: string, folder: string): boolean {
  const from = relative(folder, path);
  return from !== ".." && !from.startsWith(`..${sep}`) && !isAbsolute(from);
}

/** A path from the folder that it is in: what that folder itself is called means nothing. */
function relativeTo(path: string, folders: readonly string[]): string {
  const folder = folders.find((one) => isInside(path, one));
  return folder === undefined ? path : relative(folder, path);
}
