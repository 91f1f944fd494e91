/**
 * Protocols that a reload has not found any more.
 *
 * @module
 */
import type { Link } from "./protocols.ts";

/**
 * Puts links back into a chain, at their places before: those of protocols that are missing, whose files gave nothing and whose names
 * nobody else bears by now.
 *
 * @param isMissed Whether a protocol of a file is to stay.
 */
export function withGone(
  before: readonly Link[],
  now: readonly Link[],
  isMissed: (file: string) => boolean,
): readonly Link[] {
  const names = new Set(now.map(({ protocol }) => protocol.name));
  const files = new Set(now.map(({ file }) => file));
  const links = [...now];
  before.forEach((link, at) => {
    const { file, protocol } = link;
    if (file === undefined || names.has(protocol.name) || files.has(file) || !isMissed(file)) return;
    links.splice(Math.min(at, links.length), 0, link);
  });
  return links;
}

/** Files that are gone are waited for so long, in milliseconds: they may be on their way back. */
const GRACE_MS = 400;

/** Files that are not there, and since when. */
export class Absences {
  #since = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether a file has been gone for a short time only; has it looked for again when that is over. */
  isRecent(file: string, look: () => void): boolean {
    const now = performance.now();
    const since = this.#since.get(file);
    if (since === undefined) this.#since.set(file, now);
    const isRecent = now - (since ?? now) < GRACE_MS;
    if (!isRecent || this.#timer !== undefined) return isRecent;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      look();
    }, GRACE_MS);
    Deno.unrefTimer(this.#timer as unknown as number);
    return isRecent;
  }

  /** Forgets files that are there again. */
  forget(files: Iterable<string | undefined>): void {
    for (const file of files) if (file !== undefined) this.#since.delete(file);
  }
}
