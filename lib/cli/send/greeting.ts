/**
 * What answers the handshake: `{io, Eval, {'Token', Token}}`, in BERT, in Erlang's syntax or in JSON.
 *
 * @module
 */
import { tokenOf } from "../../client/answers.ts";
import { bert } from "../../formats/bert.ts";
import { isTuple, type Term } from "../../term_shapes.ts";
import { text } from "../../term_text.ts";
import type { Frame } from "./channel.ts";

const BERT = 131;

/** Whether a frame answers the handshake, or is what comes from servers without one: nothing, or the words again. */
export function isGreeting(frame: Frame, words: string): boolean {
  if (frame.length === 0 || frame === words) return true;
  if (frame[0] === BERT) return isTuple(termOf(frame), "io", 3);
  return /^(\{io,|\{"t":104,"v":\[\{"t":100,"v":"io"\})/.test(textOf(frame));
}

/** The token in an answer to the handshake. */
export function tokenIn(frame: Frame): string | undefined {
  if (frame[0] !== BERT) return /'Token',<<\\?"([^"\\]+)/.exec(textOf(frame))?.[1];
  const term = termOf(frame);
  return term === undefined ? undefined : tokenOf(term);
}

/** Whether a frame brings a token, and does nothing else. */
export function isToken(frame: Frame): boolean {
  if (frame[0] !== BERT) return TOKEN_ALONE.test(textOf(frame));
  const io = termOf(frame);
  return isTuple(io, "io", 3) && tokenOf(io) !== undefined && text(io[1]) === "";
}

/** In Erlang's syntax, and in JSON. */
const TOKEN_ALONE =
  /^(\{io,<<>>,|\{"t":104,"v":\[\{"t":100,"v":"io"\},\{"t":109,"v":""\},\{"t":109,"v":")\{'Token',<<\\?"[^"]+">>\}/;

function textOf(frame: Frame): string {
  return typeof frame === "string" ? frame : new TextDecoder().decode(frame);
}

function termOf(frame: Frame): Term | undefined {
  try {
    return bert.decode(frame as Uint8Array);
  } catch {
    return undefined;
  }
}
