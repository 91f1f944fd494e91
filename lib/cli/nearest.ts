/**
 * The known name that somebody may have meant.
 *
 * @module
 */

/** The name that differs from the given one by the fewest slips (letters missing, added, wrong or swapped); `undefined` when none is near. */
export function nearest(given: string, names: Iterable<string>): string | undefined {
  const wanted = given.toLowerCase();
  if (wanted.length > 64) return undefined;
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    const slips = distance(wanted, name.toLowerCase());
    if (slips < fewest) [best, fewest] = [name, slips];
  }
  return best;
}

/** `; did you mean …?` for a near name, otherwise nothing. */
export function didYouMean(given: string, names: Iterable<string>): string {
  const near = nearest(given, names);
  return near === undefined ? "" : `; did you mean ${near}?`;
}

/** How many slips lie between two names, two neighbours swapped being one. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(change, last[j] + 1, row[j - 1] + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}
