/**
 * What goes wrong with BERT.
 *
 * @module
 */
import { N2OError } from "../error.ts";

/**
 * A term that cannot be encoded, or bytes that cannot be decoded; the latter say where.
 *
 * @example
 * ```ts
 * import { bert, BertError } from "@n2o/n2o";
 *
 * try {
 *   bert.decode(Uint8Array.of(131, 109, 0, 0, 0, 9));
 * } catch (error) {
 *   if (!(error instanceof BertError) || error.code !== "truncated" || error.offset !== 1) throw error;
 * }
 * ```
 */
export class BertError extends N2OError {
  /** The byte at which the bad part starts; `-1` for a term that cannot be encoded. */
  readonly offset: number;

  /** Makes an error, whose message says what its code says, the detail and the offset. */
  constructor(code: string, offset = -1, detail?: unknown, options?: ErrorOptions) {
    const about = detail === undefined ? "" : ` (${detail})`;
    super(
      code,
      code.replaceAll("_", " ") + about + (offset < 0 ? "" : ` at byte ${offset}`),
      detail,
      options,
    );
    this.offset = offset;
  }
}
