/**
 * What is wrong with a text that is no term.
 *
 * @module
 */
import { N2OError } from "./error.ts";

/** The longest piece of the text that an error carries, in UTF-16 units. */
const MAX_PIECE = 40;

/**
 * A text that is no term in Erlang's syntax: what is wrong, where, and what was expected there.
 *
 * @example
 * ```ts
 * import { parseTerm } from "./term_parse.ts";
 * import { TermSyntaxError } from "./term_parse_error.ts";
 *
 * try {
 *   parseTerm("{ok,\n }");
 * } catch (error) {
 *   if (!(error instanceof TermSyntaxError)) throw error;
 *   if (error.code !== "unexpected" || error.line !== 2 || error.column !== 2) throw error;
 *   if (error.expected !== "a term") throw error;
 * }
 * ```
 */
export class TermSyntaxError extends N2OError {
  /** Where in the text, in UTF-16 units from 0. */
  readonly offset: number;
  /** The line, from 1. */
  readonly line: number;
  /** The character of the line, from 1; one outside the basic plane counts once. */
  readonly column: number;
  /** What would have been right there: `a term`, `, or ]`. */
  readonly expected: string;

  /** Makes an error about a place of a text; its value is the piece of the text from there. */
  constructor(code: string, message: string, text: string, offset: number, expected: string) {
    const before = text.slice(0, offset);
    const lineStart = before.lastIndexOf("\n") + 1;
    const line = before.split("\n").length;
    const column = Array.from(before.slice(lineStart)).length + 1;
    super(
      code,
      `${message} at line ${line}, column ${column}; expected ${expected}`,
      text.slice(offset, offset + MAX_PIECE).toWellFormed(),
    );
    this.offset = offset;
    this.line = line;
    this.column = column;
    this.expected = expected;
  }
}
