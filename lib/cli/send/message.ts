/**
 * Messages as people write them, and frames as they are shown: terms in Erlang's syntax, texts, or JSON.
 *
 * @module
 */
import { N2OError } from "../../error.ts";
import { bertFormatter } from "../../formats/bert_formatter.ts";
import { bert } from "../../formats/bert.ts";
import { JsonError, jsonFormatter } from "../../formats/json.ts";
import { format } from "../../term_format.ts";
import { parseTerm, TermSyntaxError } from "../../term_parse.ts";
import { text as textOf } from "../../term_text.ts";
import { printable } from "../problem.ts";
import type { Frame } from "./channel.ts";

/** How messages are written and frames shown. */
export interface Notation {
  /** What messages and frames hold. */
  readonly content: "term" | "json" | "text";
  /** Whether messages go out as text frames. */
  readonly asText: boolean;
}

/** A message that is none. */
export class MessageError extends Error {
  /** Where in the message, in UTF-16 units. */
  readonly offset: number;
  /** What to do about it. */
  readonly next: string | undefined;
  /** What to do about it where the message came from a shell. */
  readonly nextInShell: string | undefined;

  /** Takes what is wrong, where, and what to do. */
  constructor(message: string, offset: number, next?: string, nextInShell?: string) {
    super(message);
    this.offset = offset;
    this.next = next;
    this.nextInShell = nextInShell ?? next;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** The frame that a message stands for; throws a {@linkcode MessageError}. */
export function readMessage(message: string, { content, asText }: Notation): Frame {
  switch (content) {
    case "text":
      return message;
    case "json": {
      const bytes = encoder.encode(message);
      try {
        jsonFormatter.decode(bytes);
      } catch (error) {
        if (!(error instanceof JsonError)) throw error;
        throw new MessageError(error.message, error.offset, 'write JSON, such as {"name": "Ada"}');
      }
      return asText ? message : bytes;
    }
    case "term":
      return readTerm(message);
  }
}

/** A term, `text "…"` for a text frame, or `binary <<…>>` for a binary frame of just these bytes. */
function readTerm(message: string): Frame {
  const kind = /^\s*(text|binary)(?=\s*["<])/.exec(message);
  // blanks keep the offsets
  const text = kind === null ? message : " ".repeat(kind[0].length) + message.slice(kind[0].length);
  try {
    const term = parseTerm(text);
    if (kind === null) return bert.encode(term);
    const frame = kind[1] === "text" ? textOf(term) : term;
    if (typeof frame === "string" || frame instanceof Uint8Array) return frame;
    throw new MessageError(
      `no ${kind[1]} behind the word ${kind[1]}`,
      kind[0].length,
      `write text "…" or binary <<…>>`,
    );
  } catch (error) {
    if (error instanceof TermSyntaxError) {
      // most messages are a line long, and that line may be one of many
      const what = error.line === 1 ? error.message.replace(" at line 1,", " at") : error.message;
      throw new MessageError(what, error.offset, NEXT[error.code], NEXT_IN_SHELL[error.code]);
    }
    if (error instanceof N2OError) throw new MessageError(error.message, 0);
    throw error;
  }
}

const NEXT: Readonly<Record<string, string>> = {
  variable: 'a text frame is written text "PING"; with --text every message is one',
  left_over: "write one message a line",
  unexpected_end: "write each message on one line",
  opaque_term: "pids, ports, references and funs can be shown, but not sent",
};

const NEXT_IN_SHELL: Readonly<Record<string, string>> = {
  left_over: "put each message into quotes of its own: '{echo, <<\"hi\">>}' '{bye}'",
  unexpected_end: "put each message into single quotes, so that the shell leaves it as it is",
};

/** A frame as one line; `undefined` when a JSON reader would not understand it: {@linkcode oddity} says what came. */
export function showFrame(frame: Frame, { content }: Notation): string | undefined {
  if (content === "json") return showJson(frame);
  if (typeof frame === "string") return content === "text" ? printable(frame) : `text ${quoted(frame)}`;
  return harmless(showBinary(frame));
}

/** What came in place of JSON, in words. */
export function oddity(frame: Frame): string {
  return frame.length === 0
    ? "an empty frame: no protocol takes the message"
    : `no JSON: ${harmless(showBinary(frame as Uint8Array))}`;
}

function showBinary(frame: Uint8Array): string {
  if (frame[0] === 131) {
    try {
      return format(bertFormatter.decode(frame), { utf8: true });
    } catch (error) {
      if (!(error instanceof N2OError)) throw error;
    }
  }
  return `binary ${format(frame, { utf8: true })}`;
}

function showJson(frame: Frame): string | undefined {
  let text: string;
  try {
    text = typeof frame === "string" ? frame : decoder.decode(frame);
    const value = JSON.parse(text);
    // as it came, since numbers may be longer than JavaScript's
    text = /[\n\r]/.test(text) ? JSON.stringify(value) : text.trim();
  } catch {
    if (typeof frame !== "string") return undefined;
    text = JSON.stringify(frame);
  }
  return printable(text);
}

/** A text as an Erlang string. */
function quoted(text: string): string {
  return `"${harmless(text.replace(/["\\]/g, "\\$&"))}"`;
}

/** The same with escapes for what would steer a terminal; it stands in quotes. */
function harmless(text: string): string {
  return text.replace(
    STEERING,
    (character) => LETTERS[character] ?? `\\x{${character.codePointAt(0)!.toString(16)}}`,
  );
}

// deno-lint-ignore no-control-regex
const STEERING = /[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]/gu;
const LETTERS: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
