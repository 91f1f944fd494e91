/**
 * BERT, Erlang's external term format.
 *
 * @module
 */
import type { Term } from "../term_shapes.ts";
import { decode } from "./bert_decode.ts";
import { encode, encodeInto, encodeShared } from "./bert_encode.ts";
import type { BertLimits } from "./bert_limits.ts";

export { BertError } from "./bert_error.ts";
export type { BertLimits, Inflate } from "./bert_limits.ts";

/** What {@linkcode bert} can do. */
export interface Bert {
  /** Encodes a term; the bytes are the caller's. Throws a {@linkcode BertError} for what is no term. */
  encode(term: Term): Uint8Array;
  /**
   * Encodes a term for sending at once: a short one comes in a buffer that it shares with other messages, which is much
   * faster. Whoever keeps such bytes keeps 8 KiB, and must not transfer their buffer.
   */
  encodeShared(term: Term): Uint8Array;
  /**
   * Encodes a term into the caller's buffer, from an offset on. Gives the offset behind it; or, when it does not fit, minus
   * the offset at which it would end: then the buffer's bytes from the offset on are of no use.
   */
  encodeInto(term: Term, buffer: Uint8Array, offset: number): number;
  /** Decodes a term; throws a {@linkcode BertError} that says what is wrong, and at which byte. */
  decode(bytes: Uint8Array, limits?: BertLimits): Term;
}

/**
 * BERT: bytes of Erlang's external term format, as `term_to_binary` of OTP 25 makes them.
 *
 * @example
 * ```ts
 * import { atom, bert, isTuple, tuple } from "@n2o/n2o";
 *
 * const bytes = bert.encode(tuple(atom("ok"), "hi"));
 * const term = bert.decode(bytes, { strings: true });
 * if (!isTuple(term, "ok", 2) || term[1] !== "hi") throw new Error("there and back");
 * ```
 */
export const bert: Bert = { encode, encodeShared, encodeInto, decode };
