/**
 * Figures as people read them.
 *
 * @module
 */

import type { Row } from "./measure.ts";

/** A figure with as many digits as it is worth: three, or whole from a hundred on. */
export function shown(figure: number): string {
  if (figure >= 100) return Math.round(figure).toLocaleString("en-US");
  return figure >= 10 ? figure.toFixed(1) : figure.toFixed(2);
}

/** Ours in parts of the peer's. */
export function ratio(row: Row): string {
  return (row.ours / row.peer.figure).toFixed(2);
}
