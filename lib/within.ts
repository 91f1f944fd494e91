/**
 * Waiting, but not for ever.
 *
 * @module
 */

/** What work gives; what `late` makes is thrown when it is not done in time. */
export async function inTime<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  if (await within(ms, work)) return await work;
  throw late();
}

/** Waits for work for so long at most; tells whether it was done in time. Rejects as the work does. */
export async function within(ms: number, work: PromiseLike<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => timer = setTimeout(() => resolve(false), ms));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Something that happens once: when it is called for, or by itself after so long, if the process has not ended by then. */
export function atLatest(ms: number, work: () => void): () => void {
  let isDone = false;
  const once = () => {
    if (isDone) return;
    isDone = true;
    clearTimeout(timer);
    work();
  };
  const timer = setTimeout(once, ms);
  Deno.unrefTimer(timer as unknown as number);
  return once;
}
