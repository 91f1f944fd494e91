/**
 * What lies on the disk: files in progress, and marks of those that are finished, in the hidden folder `.uploads`.
 *
 * `VISITOR-KEY.part` holds what has come of a file, and its length is how far it is; `VISITOR-KEY.done` tells where a finished one
 * stands. Both names are digests, so that a client's words name nothing here.
 *
 * @module
 */
import { Handles } from "./handles.ts";
import type { Finished } from "./table.ts";
import { entry, settle } from "./place.ts";
import type { Transfer } from "./transfer.ts";

/** Where files in progress lie, within the folder. */
const HIDDEN = ".uploads";
const ENTRY = /^([0-9a-f]{16})-([0-9a-f]{32})\.(part|done)$/;

/** A file in progress as the disk has it. */
export interface Part {
  /** The visitor's digest. */
  readonly visitor: string;
  /** The transfer's. */
  readonly key: string;
  /** How much of it is there. */
  readonly size: number;
  /** When it last went on, in milliseconds since 1970. */
  readonly at: number;
}

/** The files of one folder. */
export class Disk {
  /** All bytes in the folder, as far as they were counted. */
  used = 0;
  /** The files that are open. */
  readonly handles: Handles;
  #folder: string;
  #hidden: string;
  #sync: boolean;

  /** Nothing is read or made yet. */
  constructor(folder: string, maxOpenFiles: number, sync: boolean) {
    this.#folder = folder;
    this.#hidden = `${folder}/${HIDDEN}`;
    this.#sync = sync;
    this.handles = new Handles(maxOpenFiles);
  }

  /** The folder. */
  get folder(): string {
    return this.#folder;
  }

  /** How much of a transfer is there; `undefined` when no file holds anything of it. */
  async length(transfer: Transfer): Promise<number | undefined> {
    const info = await entry(this.#part(transfer));
    if (info !== undefined && !info.isFile) throw new Error("no file in the place of an upload");
    return info?.size;
  }

  /** Adds bytes to a transfer. When that fails, what of them is there already is taken away again. */
  async write(transfer: Transfer, data: Uint8Array): Promise<void> {
    const path = this.#part(transfer);
    if (!transfer.begun) await Deno.mkdir(this.#hidden, { recursive: true, mode: 0o700 });
    try {
      await this.handles.write(path, transfer.offset, data, !transfer.begun);
    } catch (error) {
      if (transfer.begun) await Deno.truncate(path, transfer.offset).catch(() => {});
      else if (!(error instanceof Deno.errors.AlreadyExists)) await Deno.remove(path).catch(() => {});
      throw error;
    }
    transfer.begun = true;
    transfer.offset += data.length;
    this.used += data.length;
  }

  /** Gives a complete transfer's file its name; gives where it stands. Until {@linkcode finished} that can be done again. */
  async place(transfer: Transfer, number: boolean): Promise<string> {
    const part = this.#part(transfer);
    if (this.#sync) await this.handles.sync(part, transfer.offset);
    this.handles.close(part);
    const path = await settle(part, this.#folder, transfer.path, number);
    if (this.#sync) await this.#syncFolder(path);
    return path;
  }

  /** Who was told of a file may have taken it elsewhere: then it no longer counts. */
  async recount(path: string, size: number): Promise<void> {
    if (await entry(`${this.#folder}/${path}`) === undefined) this.used -= size;
  }

  /** Notes that a transfer is finished. */
  async finished(transfer: Transfer, { path, size }: Finished): Promise<void> {
    try {
      await Deno.writeTextFile(
        this.#name(transfer.visitor, transfer.key, "done"),
        JSON.stringify({ path, size }),
      );
    } finally {
      await remove(this.#part(transfer));
    }
  }

  /** Throws away what has come of a transfer. */
  async drop(transfer: Transfer): Promise<void> {
    this.release(transfer);
    if (!transfer.begun) return;
    await remove(this.#part(transfer));
    transfer.begun = false;
    this.used -= transfer.offset;
  }

  /** Forgets that a transfer was finished. */
  forget(key: string, { visitor }: Finished): Promise<void> {
    return remove(this.#name(visitor, key, "done"));
  }

  /** Closes a transfer's file. */
  release(transfer: Transfer): void {
    this.handles.close(this.#part(transfer));
  }

  /** Gives a transfer's file the name that it has as another visitor's. */
  async move(transfer: Transfer, visitor: string, key: string): Promise<void> {
    this.release(transfer);
    if (transfer.begun) await Deno.rename(this.#part(transfer), this.#name(visitor, key, "part"));
  }

  /** Reads what lies there. What is finished and in progress at once was interrupted between the two, and is finished. */
  async read(): Promise<{ parts: Part[]; finished: Map<string, Finished> }> {
    const parts: Part[] = [];
    const marks: [string, Finished][] = [];
    for await (const [, visitor, key, kind] of this.#entries()) {
      const path = this.#name(visitor, key, kind as "part" | "done");
      const info = await entry(path);
      if (info?.isFile !== true) continue;
      const at = info.mtime?.getTime() ?? 0;
      if (kind === "part") parts.push({ visitor, key, size: info.size, at });
      else marks.push([key, { visitor, at, ...await mark(path) }]);
    }
    const finished = new Map(marks.sort(([, a], [, b]) => a.at - b.at));
    for (const part of parts) {
      if (finished.has(part.key)) await remove(this.#name(part.visitor, part.key, "part"));
    }
    return { parts: parts.filter(({ key }) => !finished.has(key)), finished };
  }

  /** Counts the bytes in the folder. */
  async count(): Promise<void> {
    this.used = await sizeOf(this.#folder);
  }

  async *#entries(): AsyncGenerator<RegExpExecArray> {
    try {
      for await (const { name } of Deno.readDir(this.#hidden)) {
        const match = ENTRY.exec(name);
        if (match !== null) yield match;
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  async #syncFolder(path: string): Promise<void> {
    const slash = path.lastIndexOf("/");
    try {
      using folder = await Deno.open(`${this.#folder}/${path.slice(0, Math.max(0, slash))}`);
      await folder.sync();
    } catch {
      // Not every system opens folders; the file itself is safe.
    }
  }

  #part({ visitor, key }: Transfer): string {
    return this.#name(visitor, key, "part");
  }

  #name(visitor: string, key: string, kind: "part" | "done"): string {
    return `${this.#hidden}/${visitor}-${key}.${kind}`;
  }
}

async function mark(path: string): Promise<{ path: string; size: number }> {
  try {
    const read = JSON.parse(await Deno.readTextFile(path)) as { path?: unknown; size?: unknown };
    if (typeof read.path === "string" && typeof read.size === "number") {
      return { path: read.path, size: read.size };
    }
  } catch {
    // Cut off by the power failing: that it is there tells enough.
  }
  return { path: "", size: 0 };
}

async function remove(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function sizeOf(folder: string): Promise<number> {
  let size = 0;
  try {
    for await (const { name, isFile, isDirectory } of Deno.readDir(folder)) {
      const path = `${folder}/${name}`;
      if (isDirectory) size += await sizeOf(path);
      else if (isFile) size += (await entry(path))?.size ?? 0;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return size;
}
