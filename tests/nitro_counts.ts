/**
 * How many rows of the recording come out as they were recorded. The tests hold these numbers to what they find, and `docs/nitro.md` shows
 * them.
 *
 * @module
 */

/** The rows of one part of the recording. */
export interface RowCount {
  /** All of them. */
  readonly rows: number;
  /** Those that come out byte for byte. */
  readonly same: number;
  /** Those that differ, in the ways that the tables of deviations name. */
  readonly differ: number;
  /** Those whose functions are not here. */
  readonly elsewhere: number;
}

function count(rows: number, same: number, elsewhere = 0): RowCount {
  return { rows, same, differ: rows - same - elsewhere, elsewhere };
}

/** The recording's `elements` but for the following three. */
export const elementCount: RowCount = count(916, 621);
/** Calendar, lookups and lists among the `elements`. */
export const controlCount: RowCount = count(48, 13);
/** `upload` among the `elements`. */
export const uploadCount: RowCount = count(10, 10);
/** `dtl` among the `elements`. */
export const templateCount: RowCount = count(3, 2);
/** The recording's `actions`. */
export const actionCount: RowCount = count(334, 241);
/** The recording's `escape`: conversions of text. */
export const conversionCount: RowCount = count(321, 183, 71);
/** The messages of the recording's `info`: what a page is sent, and what it answers. */
export const messageCount: RowCount = count(129, 108);
/** The recording's `hostile`: what the original does with text that it does not escape. It is no measure, but each row has its test. */
export const hostileRows = 129;
/** The rows of `nitro_more.json`: elements, controls and actions. */
export const moreCount: RowCount = count(3994, 3052);
/** The conversions of `nitro_more.json`. */
export const moreConversionCount: RowCount = count(428, 389);
