/**
 * Where a byte of a source text stands.
 *
 * @module
 */

/** A place in a text. */
export interface SourcePlace {
  /** The line, from 1. */
  readonly line: number;
  /** The column, from 1. */
  readonly column: number;
  /** The line's text. */
  readonly text: string;
}

/** The place of the byte with that offset in the text's UTF-8. */
export function placeOf(source: string, offset: number): SourcePlace {
  const before = new TextDecoder().decode(new TextEncoder().encode(source).subarray(0, offset));
  const lines = before.split("\n");
  const line = lines.length;
  const column = lines[line - 1].length + 1;
  return { line, column, text: source.split("\n")[line - 1]?.replace(/\r$/, "") ?? "" };
}
