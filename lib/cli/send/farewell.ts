/**
 * The last frame of a stream, by which a server says why it closes.
 *
 * @module
 */
import { bert } from "../../formats/bert.ts";
import { parseTerm } from "../../term_parse.ts";
import { isTuple, type Term } from "../../term_shapes.ts";
import { text } from "../../term_text.ts";
import type { Frame } from "./channel.ts";
import type { End } from "./dialogue.ts";

/** No farewell is longer, in UTF-16 units or bytes. */
const LONGEST = 1024;

/** What `{close, Code, Reason}` says, in BERT or in Erlang's syntax, or `close CODE REASON`; `undefined` for any other frame. */
export function farewellIn(frame: Frame): End | undefined {
  if (frame.length > LONGEST) return undefined;
  if (typeof frame !== "string") return endOf(() => bert.decode(frame));
  const [, code, reason] = /^close (\d{4}) ?(.*)$/s.exec(frame) ?? [];
  if (code !== undefined) return { code: Number(code), reason };
  return frame.startsWith("{close,") ? endOf(() => parseTerm(frame)) : undefined;
}

function endOf(read: () => Term): End | undefined {
  let term: Term;
  try {
    term = read();
  } catch {
    return undefined;
  }
  if (!isTuple(term, "close", 3) || typeof term[1] !== "number") return undefined;
  const reason = text(term[2]);
  return reason === undefined ? undefined : { code: term[1], reason };
}
