/**
 * Files in progress, kept in the browser's storage, so that they can go on after the page was loaded again.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Remembered, UploadMemory } from "./uploads.ts";

/** How long a file is kept in mind after its last progress, in milliseconds. */
const KEEP_MS = 86_400_000;

/** How long another page may take to let go of its files, in milliseconds. */
const LEAVE_MS = 2000;

/**
 * Keeps files in mind under names that begin with the given text, for all tabs together; each file is in hand of one tab at a time.
 * Where the browser gives no storage, or no room in it, files go on as long as the page lives.
 */
export function localMemory(prefix: string): UploadMemory {
  /**
   * Takes a file in hand until the page ends; false when another tab has it. A page that has just been left may have it for a moment.
   * Where pages have no locks all are taken as free.
   */
  function hold(id: string): Promise<boolean> {
    return new Promise((resolve) => {
      if (!navigator.locks) return resolve(true);
      const signal = AbortSignal.timeout(LEAVE_MS);
      navigator.locks.request(prefix + id, { signal }, () => {
        resolve(true);
        return new Promise(() => {});
      }).catch(() => resolve(false));
    });
  }

  function change(id: string, file?: Remembered): void {
    try {
      if (file) localStorage[prefix + id] = JSON.stringify({ ...file, at: Date.now() });
      else delete localStorage[prefix + id];
    } catch {
      // Not kept.
    }
  }

  return {
    async get() {
      const found: Remembered[] = [];
      try {
        for (const key of Object.keys(localStorage)) {
          if (!key.startsWith(prefix)) continue;
          const { at, ...file } = JSON.parse(localStorage[key]);
          if (Date.now() - at > KEEP_MS) change(file.id);
          else found.push(file);
        }
      } catch {
        // None, then.
      }
      found.sort((a, b) => a.begun - b.begun);
      const free = await Promise.all(found.map(({ id }) => hold(id)));
      return found.filter((_, i) => free[i]);
    },
    set({ id, name, size, lastModified, begun, offset }) {
      if (!offset) hold(id);
      change(id, { id, name, size, lastModified, begun, offset });
    },
    delete: change,
  };
}
