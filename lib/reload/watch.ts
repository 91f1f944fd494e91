/**
 * Watches folders and single files. That something happened is told by the system; what it was is for others to look at.
 *
 * @module
 */
import { join } from "node:path";
import { type Burst, type BurstOptions, Bursts } from "./bursts.ts";
import { linksIn } from "./links.ts";
import { isNoise } from "./noise.ts";
import { hereStyle, pathsOf, type PathStyle } from "./place.ts";
import { wayInside } from "../path_inside.ts";
import { filesIn, freshIn, Snapshot } from "./snapshot.ts";
import {
  haveSameLinks,
  isMoved,
  isOutdated,
  meantBy,
  type Plan,
  planOf,
  type Watched,
} from "./watch_plan.ts";

export type { Burst, BurstOptions } from "./bursts.ts";
export type { PathStyle } from "./place.ts";

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
  options: { recursive: boolean; ignore: string[] },
) => AsyncIterable<WatchEvent> & { close(): void };

/** Options of {@linkcode FolderWatch}. */
export interface WatchOptions extends BurstOptions {
  /** The folders, absolute; with all that is in them, and where links in them lead. */
  readonly folders: readonly string[];
  /** Paths that nobody wants to hear of, besides those of editors and version control. @default none */
  readonly ignore?: (path: string) => boolean;
  /** Folders of which the system need not tell at all, since much happens in them. @default none but .git, node_modules and .n2o */
  readonly skip?: readonly string[];
  /** Looks at the files so often, too, in milliseconds, where the system tells nothing. @default never */
  readonly pollMs?: number;
  /** Is told of a folder that the system does not watch, as when it watches too many: it is looked at now and then. @default nobody */
  readonly onTrouble?: (folder: string, error: unknown) => void;
  /** Where events come from. @default Deno.watchFs */
  readonly source?: WatchSource;
  /** How paths are written. @default as they are here */
  readonly style?: PathStyle;
}

/** Folders in which much happens that means nothing. */
const SKIPPED = [".git", "node_modules", ".n2o"];
/** So often it is seen whether folders and links are still those that are watched, in milliseconds. */
const CHECK_MS = 250;
/** So often it is seen whether there are new links, in milliseconds. */
const LINKS_MS = 500;
/** So long after a folder has come to be it is looked at again: what was put into it at once may not have been told. */
const AGAIN_MS = 100;
/** Files that were written so long ago, in milliseconds, are meant by an event of their folder. */
const FRESH_MS = 2000;
/** So often a folder is looked at that the system does not watch, in milliseconds. */
const TROUBLE_POLL_MS = 1000;

interface Open {
  watched: Watched;
  readonly stamp: string | undefined;
  close(): void;
  /** When the system watches no more. */
  ended: Promise<void>;
}

/** So long after the end of a watch the system can watch the same folder again, in milliseconds. */
const REST_MS = 20;

/** Watches until it is closed. */
export class FolderWatch {
  readonly #options: WatchOptions;
  readonly #style: PathStyle;
  readonly #bursts: Bursts;
  readonly #others = new Set<string>();
  readonly #open = new Map<string, Open>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #plan: Plan = { watched: new Map(), links: [], folders: new Map() };
  #isStale = false;
  #isClosed = false;

  /** Begins to watch. A folder that is not there yet is watched when it is. */
  constructor(options: WatchOptions, onBurst: (burst: Burst) => void) {
    this.#options = options;
    this.#style = options.style ?? hereStyle;
    this.#bursts = new Bursts(options, onBurst);
    this.#replan();
    this.#every(CHECK_MS, () => this.#check());
    this.#every(LINKS_MS, () => this.#findLinks());
    if (options.pollMs === undefined) return;
    this.#poll(() => options.folders.flatMap((folder) => filesIn(folder, this.#ignores)), options.pollMs);
    this.#poll(() => this.#others, options.pollMs);
  }

  /** Watches files outside the folders, too. */
  also(paths: Iterable<string>): void {
    const before = this.#others.size;
    for (const path of paths) if (this.#inFolder(path) === undefined) this.#others.add(path);
    if (this.#others.size > before) this.#replan();
  }

  /** Watches no more. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const { close } of this.#open.values()) close();
    this.#open.clear();
    this.#bursts.close();
  }

  readonly #ignores = (path: string): boolean => {
    // What the folder itself is called means nothing.
    return isNoise(this.#inFolder(path) ?? path) || this.#options.ignore?.(path) === true;
  };

  #inFolder(path: string): string | undefined {
    for (const folder of this.#options.folders) {
      const way = wayInside(path, folder, pathsOf(this.#style));
      if (way !== undefined) return way;
    }
    return undefined;
  }

  #every(ms: number, work: () => void): void {
    const timer = setInterval(work, ms);
    Deno.unrefTimer(timer as unknown as number);
    this.#timers.add(timer);
  }

  #poll(list: () => Iterable<string>, ms: number): void {
    const snapshot = new Snapshot(list);
    this.#every(ms, () => this.#bursts.add(snapshot.differences()));
  }

  #replan(): void {
    this.#isStale = false;
    this.#plan = planOf(this.#options.folders, this.#others, this.#ignores, this.#style);
    for (const [key, { close }] of this.#open) if (!this.#plan.watched.has(key)) this.#shut(key, close);
    for (const [key, watched] of this.#plan.watched) {
      const open = this.#open.get(key);
      if (open === undefined) this.#watch(key, watched);
      else open.watched = watched;
    }
  }

  #shut(key: string, close: () => void): void {
    this.#open.delete(key);
    close();
  }

  #watch(key: string, watched: Watched): void {
    const { path, recursive } = watched;
    let watcher: ReturnType<WatchSource>;
    const stamp = stampOf(path);
    try {
      watcher = (this.#options.source ?? Deno.watchFs as WatchSource)(path, {
        recursive,
        ignore: this.#skipped(path),
      });
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      if (stamp !== undefined) this.#trouble(path, recursive, error);
      // One that is not there is tried again when it is.
      this.#open.set(key, unwatched(watched, stamp));
      return;
    }
    const open: Open = { ...unwatched(watched, stamp), close: () => closeQuietly(watcher) };
    this.#open.set(key, open);
    open.ended = this.#follow(key, open, watcher);
  }

  #skipped(path: string): string[] {
    return [...SKIPPED.map((name) => join(path, name)), ...this.#options.skip ?? []];
  }

  #trouble(path: string, recursive: boolean, error: unknown): void {
    this.#options.onTrouble?.(path, error);
    if (recursive) this.#poll(() => filesIn(path, this.#ignores), TROUBLE_POLL_MS);
  }

  async #follow(key: string, open: Open, watcher: AsyncIterable<WatchEvent>): Promise<void> {
    try {
      for await (const event of watcher) this.#take(event, open.watched);
    } catch {
      // What is wrong with it shows when it is watched anew.
    }
    // The system has given it up: the next check begins anew.
    if (this.#open.get(key) === open && !this.#isClosed) {
      this.#open.set(key, unwatched(open.watched, undefined));
    }
  }

  #take({ kind, paths, flag }: WatchEvent, watched: Watched): void {
    if (this.#isClosed || kind === "access") return;
    if (flag === "rescan") return this.#bursts.add(undefined);
    const meant: string[] = [];
    for (const path of paths) {
      for (const called of meantBy(watched, path, this.#style)) {
        if (watched.recursive && this.#ignores(called)) continue;
        meant.push(called);
        if (watched.recursive && kind !== "remove") meant.push(...this.#within(called, kind));
      }
    }
    this.#bursts.add(meant);
  }

  /** What is meant besides a path, where that is a folder. */
  #within(path: string, kind: string): string[] {
    const info = lookAt(path);
    if (info?.isSymlink) this.#relink();
    if (info?.isDirectory !== true) return [];
    if (kind === "modify") return freshIn(path, FRESH_MS).filter((file) => !this.#ignores(file));
    // What was put into a new folder before the system watched it is not told.
    const files = filesIn(path, this.#ignores);
    if (linksIn(path, this.#ignores).links.length > 0) this.#relink();
    const seen = new Set(files);
    this.#later(AGAIN_MS, () => {
      this.#bursts.add(filesIn(path, this.#ignores).filter((file) => !seen.has(file)));
    });
    return files;
  }

  /** Follows links that have changed, once for all that change together. */
  #relink(): void {
    if (this.#isStale) return;
    this.#isStale = true;
    this.#later(0, () => {
      this.#replan();
      this.#bursts.add(undefined);
    });
  }

  #later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#isClosed) work();
    }, ms);
    this.#timers.add(timer);
  }

  /** Watches anew what is there again, or is another one by the same name. */
  #check(): void {
    if (this.#plan.links.some(isMoved)) this.#relink();
    for (const [key, open] of [...this.#open]) {
      const now = stampOf(open.watched.path);
      if (now !== undefined && now !== open.stamp) this.#again(key, open, now);
    }
  }

  #findLinks(): void {
    if (!isOutdated(this.#plan)) return;
    const before = this.#plan;
    this.#replan();
    if (!haveSameLinks(before, this.#plan)) this.#bursts.add(undefined);
  }

  #again(key: string, { watched, close, ended }: Open, now: string): void {
    const pause = unwatched(watched, now);
    this.#open.set(key, pause);
    close();
    ended.then(() =>
      this.#later(REST_MS, () => {
        if (this.#open.get(key) !== pause) return;
        this.#watch(key, pause.watched);
        this.#relink();
      })
    );
  }
}

function unwatched(watched: Watched, stamp: string | undefined): Open {
  return { watched, stamp, close() {}, ended: Promise.resolve() };
}

function closeQuietly(watcher: { close(): void }): void {
  try {
    watcher.close();
  } catch {
    // It has ended by itself.
  }
}

/** What tells a folder from another one by the same name. */
function stampOf(folder: string): string | undefined {
  try {
    const { ino, dev, birthtime } = Deno.statSync(folder);
    return `${dev} ${ino} ${birthtime?.getTime()}`;
  } catch {
    return undefined;
  }
}

function lookAt(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}
