/**
 * How large a term's text may be.
 *
 * @module
 */

/** What the parser of terms accepts. */
export interface TermTextLimits {
  /**
   * How many UTF-16 units the text may have, and how many bytes its binaries.
   *
   * @default 16777216
   */
  readonly maxSize?: number;
  /**
   * How deep a term may be nested.
   *
   * @default 512
   */
  readonly maxDepth?: number;
  /**
   * How many distinct atoms that the program does not use itself may come in the text. They are forgotten when nobody holds
   * them any more.
   *
   * @default 4096
   */
  readonly maxAtoms?: number;
}
