/**
 * What a BERT decoder accepts.
 *
 * @module
 */

/**
 * Inflates zlib data to exactly `size` bytes; throws when it is broken, or longer or shorter. It must not allocate more
 * than `size` and a little: the caller has compared that with its limit.
 */
export type Inflate = (deflated: Uint8Array, size: number) => Uint8Array;

/** What a decoder accepts, and how it gives binaries. */
export interface BertLimits {
  /**
   * How many bytes the input may have, and a compressed one when inflated.
   *
   * @default 16777216
   */
  readonly maxBytes?: number;
  /**
   * How deep a term may be nested.
   *
   * @default 512
   */
  readonly maxDepth?: number;
  /**
   * How many distinct atoms that the program does not use itself a message may bring. They are forgotten when nobody
   * holds them any more, so messages do not add up.
   *
   * @default 4096
   */
  readonly maxAtoms?: number;
  /**
   * Inflates compressed terms; without it they are refused.
   *
   * @default none
   */
  readonly inflate?: Inflate;
  /**
   * Whether to give binaries as strings where they are UTF-8. They encode to the same bytes again.
   *
   * @default false
   */
  readonly strings?: boolean;
  /**
   * Whether to copy binaries out of the input, so that its buffer can be used again. Otherwise they are views of it.
   *
   * @default false
   */
  readonly copy?: boolean;
}
