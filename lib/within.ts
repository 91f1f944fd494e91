/**
 * Waiting, but not for ever.
 *
 * @module
 */

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
