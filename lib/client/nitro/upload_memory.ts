/**
 * Files in progress, kept in the browser's storage, so that they can go on after the page was loaded again.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Remembered, UploadMemory } from "./uploads.ts";

/** How long a file is kept in mind after its last progress, in milliseconds. */
const KEEP_MS = 86_400_000;

/**
 * Keeps files in mind under names that begin with the given text, for all tabs together; each file is in hand of one tab at a time.
 * Where the browser gives no storage, or no room in it, files go on as long as the page lives.
 */
export function localMemory(prefix: string): UploadMemory {
  const held = new Set<string>();

  /** Takes a file in hand until the page ends; false when another tab has it. Where pages have no locks it is taken as free. */
  function hold(key: string): Promise<boolean> {
    return new Promise((resolve) => {
      if (held.has(key) || !navigator.locks) return resolve(true);
      navigator.locks.request(key, { ifAvailable: true }, (lock) => {
        if (lock) held.add(key);
        resolve(!!lock);
        return lock && new Promise(() => {});
      });
    });
  }

  return {
    async get() {
      const found: Remembered[] = [];
      try {
        for (const key of Object.keys(localStorage)) {
          if (!key.startsWith(prefix)) continue;
          const { at, ...file } = JSON.parse(localStorage[key]);
          if (Date.now() - at > KEEP_MS) delete localStorage[key];
          else if (await hold(key)) found.push(file);
        }
      } catch {
        // None, then.
      }
      return found;
    },
    set({ id, name, size, lastModified, offset }) {
      hold(prefix + id);
      try {
        localStorage[prefix + id] = JSON.stringify({ id, name, size, lastModified, offset, at: Date.now() });
      } catch {
        // Not kept.
      }
    },
    delete(id) {
      try {
        delete localStorage[prefix + id];
      } catch {
        // It never was.
      }
    },
  };
}
