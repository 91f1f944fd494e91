/**
 * Figures as people read them.
 *
 * @module
 */

/** A figure with as many digits as it is worth: three, or whole from a hundred on. */
export function shown(figure: number): string {
  if (figure >= 100) return Math.round(figure).toLocaleString("en-US");
  return figure >= 10 ? figure.toFixed(1) : figure.toFixed(2);
}

/** One figure in parts of another. */
export function ratio(ours: number, peer: number): string {
  return (ours / peer).toFixed(2);
}
