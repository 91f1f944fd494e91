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
}

const NONE: Content = { hash: undefined, size: 0 };
/** A file that was changed so shortly before it was read may be changed again under the same time, in milliseconds. */
const FRESH_MS = 2000;

/** Reads a file's content. */
export function contentOf(path: string): Content {
  try {
    const bytes = Deno.readFileSync(path);
    return { hash: createHash("sha256").update(bytes).digest("base64"), size: bytes.length };
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return NONE;
  }
}

/** Contents of files, read again only when a file looks other than before. */
export class Disk {
  #known = new Map<string, { stamp: string; content: Content }>();

  /** What stands in a file. */
  content(path: string): Content {
    const stamp = stampOf(path);
    const known = this.#known.get(path);
    return stamp !== undefined && known?.stamp === stamp ? known.content : this.read(path);
  }

  /** What stands in a file, read now. */
  read(path: string): Content {
    const stamp = stampOf(path);
    const content = contentOf(path);
    if (stamp === undefined) this.#known.delete(path);
    else this.#known.set(path, { stamp, content });
    return content;
  }

  /** Has files read again, however they look. */
  forget(paths: Iterable<string>): void {
    for (const path of paths) this.#known.delete(path);
  }
}

/** How a file looks from outside; `undefined` where that tells nothing. */
function stampOf(path: string): string | undefined {
  try {
    const { ino, mtime, ctime, size } = Deno.statSync(path);
    const changed = Math.max(mtime?.getTime() ?? 0, ctime?.getTime() ?? 0);
    return Date.now() - changed < FRESH_MS ? undefined : `${ino} ${changed} ${size}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return undefined;
  }
}
