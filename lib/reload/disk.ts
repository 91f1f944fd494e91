/**
 * What stands in files, told by content.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** What stands in a file. */
export interface Content {
  /** What tells it apart from any other; `undefined` for a file that is not there or cannot be read. */
  readonly hash: string | undefined;
  /** The size in bytes. */
  readonly size: number;
  /** How the file looked from outside before it was read; `undefined` for one that is not there. */
  readonly look: string | undefined;
  /** When it was written last, in milliseconds of its file system's clock; 0 for one that is not there. */
  readonly changed: number;
}

/** A file that was changed so shortly before may be changed again without looking different, in milliseconds. */
const FRESH_MS = 2000;
/** Clocks of file systems tick so seldom at most, where they tell milliseconds at all. */
const TICK_MS = 20;

/** Reads a file's content. */
export function contentOf(path: string): Content {
  // Looked at first: a file that is changed in between looks different the next time.
  const { text: look, changed = 0 } = lookOf(path) ?? {};
  try {
    // A pipe or a device may never end, and whoever reads one waits.
    if (!Deno.statSync(path).isFile) return { hash: undefined, size: 0, look, changed };
    const bytes = Deno.readFileSync(path);
    return { hash: createHash("sha256").update(bytes).digest("base64"), size: bytes.length, look, changed };
  } catch {
    // Whether it is missing or forbidden is for the loader to say.
    return { hash: undefined, size: 0, look, changed };
  }
}

/** Whether a file is what it was when it was read, and has been all the time since. */
export function isStill(path: string, content: Content): boolean {
  const now = contentOf(path);
  return now.hash === content.hash && now.look === content.look;
}

/** Whether a file has been written since a time, in milliseconds, or so shortly before that its look may not tell. */
export function isWrittenSince(path: string, since: number): boolean {
  const look = lookOf(path);
  // A file server's clock may be ahead of ours: then it is not known, and soon no longer asked.
  return look !== undefined && look.changed > since - TICK_MS && look.changed < Date.now() + TICK_MS;
}

/** Contents of files, read again only when a file looks other than before. */
export class Disk {
  #known = new Map<string, Content>();

  /** What stands in a file. */
  content(path: string): Content {
    const known = this.#known.get(path);
    const look = lookOf(path);
    if (known !== undefined && look !== undefined && known.look === look.text && !isFresh(look)) return known;
    return this.read(path);
  }

  /** What stands in a file, read now. */
  read(path: string): Content {
    const content = contentOf(path);
    this.#known.set(path, content);
    return content;
  }

  /** Has files read again, however they look. */
  forget(paths: Iterable<string>): void {
    for (const path of paths) this.#known.delete(path);
  }
}

/** How a file looks from outside. */
export interface Look {
  /** What tells it from any other look. */
  readonly text: string;
  /** When it was written last, in milliseconds of its file system's clock. */
  readonly changed: number;
}

/** How a file looks; `undefined` for one that is not there. */
export function lookOf(path: string): Look | undefined {
  try {
    const { dev, ino, mtime, ctime, size } = Deno.statSync(path);
    const [written, moved] = [mtime?.getTime() ?? 0, ctime?.getTime() ?? 0];
    return { text: `${dev} ${ino} ${written} ${moved} ${size}`, changed: Math.max(written, moved) };
  } catch {
    return undefined;
  }
}

function isFresh({ changed }: Look): boolean {
  return Math.abs(Date.now() - changed) < FRESH_MS;
}
