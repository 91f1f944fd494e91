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

/** The place of the byte with that offset in the text's UTF-8. The end of a text is behind its last line. */
export function placeOf(source: string, offset: number): SourcePlace {
  const bytes = new TextEncoder().encode(source);
  const before = offset < bytes.length
    ? new TextDecoder().decode(bytes.subarray(0, offset))
    : source.trimEnd();
  const lines = before.split("\n");
  const line = lines.length;
  const column = lines[line - 1].length + 1;
  return { line, column, text: source.split("\n")[line - 1]?.replace(/\r$/, "") ?? "" };
}
