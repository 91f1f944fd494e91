/**
 * How many messages may come in a time.
 *
 * @module
 */

/** So many seconds' messages may come at once after silence: what piles up while a network or this process stands still. */
const SAVED_SECONDS = 4;

/**
 * What is left of a count of messages after so many whole seconds; below zero are those that silence has saved.
 *
 * @param seconds Below zero when the clock was set back, which tells nothing: the count begins anew.
 */
export function countLeft(count: number, seconds: number, maxPerSecond: number): number {
  if (seconds < 0) return 1;
  return Math.max(1 - SAVED_SECONDS * maxPerSecond, count - seconds * maxPerSecond);
}
