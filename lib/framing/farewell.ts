/**
 * The good-bye of framings that have none of their own.
 *
 * @module
 */
import { encode } from "../formats/bert_encode.ts";
import { atom } from "../term_atoms.ts";
import { tuple } from "../term_shapes.ts";
import { cutReason } from "./websocket_close.ts";

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
