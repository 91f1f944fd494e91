/**
 * Open files: few of them, closed again when others need the room.
 *
 * @module
 */

/** An open file and who is using it. */
interface Handle {
  readonly file: Deno.FsFile;
  /** Where the next write goes. */
  at: number;
  busy: boolean;
}

/** Keeps files open that are being written, up to a number. */
export class Handles {
  /** By path; the one that was used longest ago is the first. */
  #open = new Map<string, Handle>();
  #max: number;
  /** Files in use, or being opened for it. */
  #used = 0;
  #opening = 0;
  #waiting: (() => void)[] = [];

  /** Makes a set of at most `max` open files. */
  constructor(max: number) {
    this.#max = max;
  }

  /** How many files are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Writes bytes to a file at an offset. The file is made when it is to be a new one, and must not be there then. */
  write(path: string, at: number, data: Uint8Array, fresh: boolean): Promise<void> {
    return this.#use(path, at, fresh, async (handle) => {
      for (let rest = data; rest.length > 0;) {
        const written = await handle.file.write(rest);
        handle.at += written;
        rest = rest.subarray(written);
      }
    });
  }

  /** Forces a file that was written up to there to the disk. */
  sync(path: string, at: number): Promise<void> {
    return this.#use(path, at, false, ({ file }) => file.sync());
  }

  /** Closes a file. */
  close(path: string): void {
    const handle = this.#open.get(path);
    if (handle === undefined) return;
    this.#open.delete(path);
    handle.file.close();
  }

  /** Closes all files that are not in use. */
  closeAll(): void {
    for (const [path, { busy }] of this.#open) if (!busy) this.close(path);
  }

  async #use(
    path: string,
    at: number,
    fresh: boolean,
    work: (handle: Handle) => Promise<void>,
  ): Promise<void> {
    while (this.#used >= this.#max) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#used++;
    try {
      const handle = this.#take(path) ?? await this.#openNew(path, fresh);
      if (handle.at !== at) await handle.file.seek(handle.at = at, Deno.SeekMode.Start);
      await work(handle);
      handle.busy = false;
    } catch (error) {
      // Where the next write would go is not known any more.
      this.close(path);
      throw error;
    } finally {
      this.#used--;
      this.#waiting.shift()?.();
    }
  }

  #take(path: string): Handle | undefined {
    const handle = this.#open.get(path);
    if (handle === undefined) return undefined;
    this.#open.delete(path);
    this.#open.set(path, handle);
    handle.busy = true;
    return handle;
  }

  async #openNew(path: string, fresh: boolean): Promise<Handle> {
    for (const [other, { busy }] of this.#open) {
      if (this.#open.size + this.#opening < this.#max) break;
      if (!busy) this.close(other);
    }
    this.#opening++;
    try {
      const file = await Deno.open(path, fresh ? { write: true, createNew: true } : { write: true });
      const handle = { file, at: 0, busy: true };
      this.#open.set(path, handle);
      return handle;
    } finally {
      this.#opening--;
    }
  }
}
