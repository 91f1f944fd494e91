/**
 * The `bert` formatter.
 *
 * @module
 */
import { atom } from "../term_atoms.ts";
import { isTuple, type Term, tuple } from "../term_shapes.ts";
import { bert } from "./bert.ts";
import { decodeFrom } from "./bert_decode.ts";
import type { BertLimits } from "./bert_limits.ts";
import { inflate } from "./inflate.ts";
import type { Formatter } from "./mod.ts";

/**
 * Makes the `bert` formatter with limits of your own. It takes compressed terms, unless `inflate` is given as `undefined`.
 *
 * What it encodes is for sending: see `encodeShared` of {@linkcode bert}. A record `ftp` of eleven elements goes out as `ftpack`,
 * its acknowledgement.
 *
 * @example
 * ```ts
 * import { createBertFormatter } from "@n2o/n2o";
 *
 * const formatter = createBertFormatter({ maxBytes: 1024 });
 * if (formatter.name !== "bert" || formatter.decode(Uint8Array.of(131, 97, 1)) !== 1) throw new Error("the integer 1");
 * ```
 */
export function createBertFormatter(limits: BertLimits = {}): Formatter {
  const all = { inflate, ...limits };
  const copying = { ...all, copy: true };
  return {
    name: "bert",
    encode: (term) => bert.encodeShared(isTuple(term, "ftp", 11) ? acknowledged(term) : term),
    decode: (payload) => bert.decode(payload, all),
    encodeInto: (term, buffer, offset) =>
      bert.encodeInto(isTuple(term, "ftp", 11) ? acknowledged(term) : term, buffer, offset),
    decodeFrom: (buffer, start, end) => decodeFrom(buffer, start, end, copying),
  };
}

const FTPACK = atom("ftpack");

function acknowledged(record: Iterable<Term>): Term {
  const [_, ...fields] = record;
  return tuple(FTPACK, ...fields);
}

/**
 * The formatter `bert` with the default limits.
 *
 * @example
 * ```ts
 * import { atom, bertFormatter, equal, tuple } from "@n2o/n2o";
 *
 * const term = tuple(atom("pong"), 1);
 * if (!equal(bertFormatter.decode(bertFormatter.encode(term) as Uint8Array), term)) throw new Error("changed");
 * ```
 */
export const bertFormatter: Formatter = createBertFormatter();
