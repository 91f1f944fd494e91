/**
 * The good-bye of framings that have none of their own.
 *
 * @module
 */
import { decode } from "../formats/bert_decode.ts";
import { encode } from "../formats/bert_encode.ts";
import { atom } from "../term_atoms.ts";
import { isTuple, tuple } from "../term_shapes.ts";
import { text } from "../term_text.ts";
import { cutReason } from "./websocket_close.ts";

/** No good-bye is longer, in bytes. */
const LONGEST = 1024;
/** The end as it should be: there is nothing to explain. */
const NORMAL = 1000;

/**
 * The last frame of a connection: `{close, Code, Reason}` in BERT, or the text `close CODE REASON` where binary frames have another
 * format. `undefined` for 1000: the end of the stream says that by itself.
 */
export function farewell(code: number, reason: string, bert: boolean): string | Uint8Array | undefined {
  if (code === NORMAL) return undefined;
  const why = cutReason(reason);
  if (bert) return encode(tuple(atom("close"), code, why));
  // deno-lint-ignore no-control-regex
  return `close ${code} ${why.replace(/[\x00-\x1f\x7f]/g, " ")}`.trimEnd();
}

/**
 * What `{close, Code, Reason}` in BERT says; `undefined` for any other payload. A protocol may answer with such a term, too: it is a
 * good-bye only when the stream ends behind it.
 */
export function readFarewell(payload: Uint8Array): { code: number; reason: string } | undefined {
  // A tuple of three, without a look at longer ones.
  if (payload.length > LONGEST || payload[1] !== 104 || payload[2] !== 3) return undefined;
  try {
    const term = decode(payload);
    if (!isTuple(term, "close", 3)) return undefined;
    const [, code, why] = term;
    const reason = text(why);
    if (typeof code !== "number" || code < NORMAL || code > 4999 || reason === undefined) return undefined;
    return { code, reason };
  } catch {
    return undefined;
  }
}
