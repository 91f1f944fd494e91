/**
 * Timeouts that a machine's sleep does not use up.
 *
 * @module
 */

/**
 * Calls back after so many milliseconds in which the program could run, and returns the way to cancel it.
 *
 * A timer that fires late means that the machine slept or the page was frozen: what came meanwhile is not read yet, so the
 * time starts again. `Date.now` because a monotonic clock stands still during sleep on some systems.
 */
export function timeout(ms: number, callback: () => void): () => void {
  let due = 0;
  let timer: ReturnType<typeof setTimeout>;
  const arm = (): void => {
    due = Date.now() + ms;
    timer = setTimeout(fire, ms);
  };
  const fire = (): void => {
    if (Date.now() - due > ms / 2 + 1000) arm();
    else callback();
  };
  arm();
  return () => clearTimeout(timer);
}
