/**
 * BERT, Erlang's external term format.
 *
 * @module
 */
import type { Term } from "../term_shapes.ts";
import { type BertLimits, decode } from "./bert_decode.ts";
import { encode, encodeInto } from "./bert_encode.ts";

export { BertError } from "./bert_error.ts";
export type { BertLimits } from "./bert_decode.ts";

/**
 * BERT: bytes of Erlang's external term format, as `term_to_binary` of OTP 25 makes them.
 *
 * @example
 * ```ts
 * import { atom, bert, tuple } from "@n2o/n2o";
 *
 * const bytes = bert.encode(tuple(atom("ok"), "hi"));
 * const term = bert.decode(bytes, { strings: true });
 * if (bytes[0] !== 131 || term[1] !== "hi") throw new Error("there and back");
 * ```
 */
export const bert: {
  /** Encodes a term; the bytes are the caller's. Throws a `BertError` for what is no term. */
  encode(term: Term): Uint8Array;
  /** Encodes a term into a buffer; see {@linkcode encodeInto}. */
  encodeInto(term: Term, buffer: Uint8Array, offset: number): number;
  /** Decodes a term; throws a `BertError` that says what is wrong and at which byte. */
  decode(bytes: Uint8Array, limits?: BertLimits): Term;
} = { encode, encodeInto, decode };
