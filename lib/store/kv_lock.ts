/**
 * One process a file.
 *
 * @module
 */
import { StoreError } from "./error.ts";

/** A lock that is held. */
export interface Lock {
  /** Lets go of it; a second time does nothing. */
  release(): void;
}

/**
 * Locks a path by a file beside it, whose name ends in `.lock` and which tells the holder's process id. The operating
 * system lets a lock go with its process, however that ends, so a file that is left over locks nobody out; it stays
 * where it is, since deleting it could let two processes in.
 *
 * @throws {StoreError} `store_locked`, and whatever opening the file throws.
 */
export function lock(path: string): Lock {
  const name = `${path}.lock`;
  const file = Deno.openSync(name, { read: true, write: true, create: true, mode: 0o600 });
  try {
    if (!file.tryLockSync(true)) throw locked(path, readHolder(file));
    file.truncateSync();
    file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  } catch (error) {
    file.close();
    throw error;
  }
  let held = true;
  return {
    release() {
      if (held) file.close();
      held = false;
    },
  };
}

function readHolder(file: Deno.FsFile): string {
  try {
    const bytes = new Uint8Array(20);
    return new TextDecoder().decode(bytes.subarray(0, file.readSync(bytes) ?? 0)).trim();
  } catch {
    // Some systems do not let others read a locked file; the message is then without the number.
    return "";
  }
}

function locked(path: string, holder: string): StoreError {
  const who = holder === String(Deno.pid)
    ? "this process"
    : holder === ""
    ? "another process"
    : `another process (pid ${holder})`;
  const message =
    `${path} is open in ${who}: a store belongs to one at a time; close it there, or give another path`;
  return new StoreError("store_locked", message, path);
}
