/**
 * Lines of text as frames, for people with a terminal and for programs that have nothing but lines.
 *
 * @module
 */
import { decode } from "../formats/bert_decode.ts";
import { format } from "../term_format.ts";
import { readText, writeText } from "../utf8.ts";
import { farewell } from "./farewell.ts";
import { Gathered } from "./gathered.ts";
import { type FrameSink, type Framing, MAX_WANTED } from "./mod.ts";
import type { Output } from "./output.ts";

/** Options of {@linkcode LineFraming}. */
export interface LineFramingOptions {
  /** The longest line, without its end, in bytes; a longer one is violation 1009. */
  readonly maxBytes: number;
  /** Whether BERT is the format of binary frames. @default true */
  readonly bert?: boolean;
}

const LF = 10, CR = 13, BERT = 131;
const BAD_DATA = 1007, TOO_BIG = 1009;
/** What this program has encoded itself is within every limit that it needs. */
const OWN = { maxBytes: Infinity, maxDepth: Infinity, maxAtoms: Infinity };
const decoder = new TextDecoder();

/**
 * One connection whose frames are lines. Each line that comes is a text frame, an empty one too, without its end: LF, or CR and LF.
 *
 * What goes out: a text as it is, so that one with LF in it is several lines; a binary frame of BERT as one line of Erlang's syntax;
 * other bytes as text.
 */
export class LineFraming implements Framing {
  readonly form: string = "line";
  readonly gap: number = -1;
  #maxBytes: number;
  #bert: boolean;
  #over = false;
  /** How many bytes of the unfinished line hold no end; they are not looked at again. */
  #seen = 0;
  /** A line that is too long for the reader's buffer. */
  #gathered: Gathered | undefined;

  /** Begins at the first byte of a stream. */
  constructor({ maxBytes, bert = true }: LineFramingOptions) {
    this.#maxBytes = maxBytes;
    this.#bert = bert;
  }

  /** Reads lines. */
  read(buffer: Uint8Array, start: number, end: number, sink: FrameSink): number {
    let at = start;
    let look = start + this.#seen;
    this.#seen = 0;
    while (!this.#over) {
      // No view a line: what stands behind the end is looked at once a read at most.
      const to = buffer.indexOf(LF, look);
      if (to < 0 || to >= end) return this.#unfinished(buffer, at, end, sink);
      this.#line(buffer, at, to, sink);
      at = look = to + 1;
    }
    return end;
  }

  /** What comes last counts as a line although nothing ends it. */
  end(rest: Uint8Array, sink: FrameSink): void {
    if (this.#over) return;
    if (rest.length > 0 || this.#gathered !== undefined) this.#line(rest, 0, rest.length, sink);
    this.#over = true;
  }

  #unfinished(buffer: Uint8Array, start: number, end: number, sink: FrameSink): number {
    const length = end - start;
    if (length === 0) return end;
    // A CR may be half of the line's end.
    const least = (this.#gathered?.length ?? 0) + length - (buffer[end - 1] === CR ? 1 : 0);
    if (least > this.#maxBytes) this.#violate(sink, TOO_BIG, "message too big");
    else if (this.#gathered !== undefined || length > MAX_WANTED) {
      (this.#gathered ??= new Gathered()).add(buffer, start, end);
    } else {
      this.#seen = length;
      return start;
    }
    return end;
  }

  #line(buffer: Uint8Array, start: number, end: number, sink: FrameSink): void {
    const gathered = this.#gathered;
    if (gathered !== undefined) {
      this.#gathered = undefined;
      gathered.add(buffer, start, end);
      return this.#take(gathered.buffer, 0, gathered.length, sink);
    }
    this.#take(buffer, start, end, sink);
  }

  #take(buffer: Uint8Array, start: number, end: number, sink: FrameSink): void {
    if (end > start && buffer[end - 1] === CR) end--;
    if (end - start > this.#maxBytes) return this.#violate(sink, TOO_BIG, "message too big");
    const text = readText(buffer, start, end);
    if (text === undefined) this.#violate(sink, BAD_DATA, "bad_utf8");
    else sink.text(text);
  }

  #violate(sink: FrameSink, code: number, reason: string): void {
    this.#over = true;
    this.#gathered = undefined;
    sink.violated(code, reason);
  }

  /** Writes a frame as a line. */
  write(payload: string | Uint8Array, output: Output): void {
    const text = typeof payload === "string" ? payload : textOf(payload);
    const buffer = output.reserve(3 * text.length + 1);
    const end = writeText(text, buffer, output.used);
    buffer[end] = LF;
    output.used = end + 1;
  }

  /** Nothing is encoded in place. */
  seal(_buffer: Uint8Array, _start: number, end: number): number {
    return end;
  }

  /** There are no pings. */
  ping(): void {}

  /** There are no pings. */
  pong(): void {}

  /** Writes why it ends, unless with 1000. */
  close(code: number, reason: string, output: Output): void {
    const last = farewell(code, reason, this.#bert);
    if (last !== undefined) this.write(last, output);
  }
}

function textOf(bytes: Uint8Array): string {
  if (bytes[0] === BERT) {
    try {
      return format(decode(bytes, OWN), { utf8: true });
    } catch {
      // Bytes of another format may begin so too.
    }
  }
  return decoder.decode(bytes);
}
