/**
 * Makes the end of a long wait come at once, for tests of what happens then.
 *
 * @module
 */

/** Timers of exactly so many milliseconds take one, until the result is disposed of. */
export function hurry(ms: number): Disposable {
  const { setTimeout } = globalThis;
  const hurried = (work: () => void, delay?: number) => setTimeout(work, delay === ms ? 1 : delay);
  Object.assign(globalThis, { setTimeout: hurried });
  return { [Symbol.dispose]: () => void Object.assign(globalThis, { setTimeout }) };
}
