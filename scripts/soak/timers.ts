/**
 * Counts timers that are set and have neither fired nor been cleared. To be imported before anything that sets some.
 *
 * @module
 */

const pending = new Set<unknown>();
const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;

type Work = (...rest: unknown[]) => void;
type Timer = ReturnType<typeof setTimeout>;

Object.assign(globalThis, {
  setTimeout(work: Work, ms?: number, ...rest: unknown[]): Timer {
    const timer: Timer = setTimeout(() => {
      pending.delete(timer);
      work(...rest);
    }, ms);
    pending.add(timer);
    return timer;
  },
  clearTimeout(timer?: Timer): void {
    pending.delete(timer);
    clearTimeout(timer);
  },
  setInterval(work: Work, ms?: number, ...rest: unknown[]): Timer {
    const timer = setInterval(work, ms, ...rest);
    pending.add(timer);
    return timer;
  },
  clearInterval(timer?: Timer): void {
    pending.delete(timer);
    clearInterval(timer);
  },
});

/** How many there are now. */
export function pendingTimers(): number {
  return pending.size;
}
