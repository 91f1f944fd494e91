/**
 * `lib/formats/bert_error.ts` as the page's bundle has it: with a short message.
 *
 * @module
 */
import { N2OError } from "../../error.ts";
import type * as full from "../../formats/bert_error.ts";

/** A term that cannot be encoded, or bytes that cannot be decoded; the latter say where. */
export class BertError extends N2OError implements full.BertError {
  /** The byte at which the bad part starts; `-1` for a term that cannot be encoded. */
  readonly offset: number;

  /** Makes an error. */
  constructor(code: string, offset: number, detail?: unknown) {
    super(code, offset < 0 ? code : `${code} at byte ${offset}`, detail);
    this.offset = offset;
  }
}
