/**
 * What the page's module `/n2o/n2o.js` offers: the client, and the terms that pages speak in.
 *
 * Less than `@n2o/n2o/client`, because every page loads it.
 *
 * @module
 */
import { decode } from "../formats/bert_decode.ts";
import { encode } from "../formats/bert_encode.ts";
import type { Bert } from "../formats/bert.ts";

export type { Bert, BertLimits, Inflate } from "../formats/bert.ts";
export type { OpaqueKind, Term } from "../term_shapes.ts";

export { createClient } from "./client.ts";
export { ClientError } from "./error.ts";
export { newId } from "./new_id.ts";
export { Atom, atom } from "../term_atoms.ts";
export { float, isTuple, Tuple, tuple } from "../term_shapes.ts";
export { list, text } from "../term_text.ts";

/** BERT, for pages that speak it on their own. */
export const bert: Pick<Bert, "encode" | "decode"> = { encode, decode };
