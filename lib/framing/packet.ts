/**
 * Frames behind their length, as Erlang's `{packet, 4}` and `{packet, 2}` have them.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import { readText, writeText } from "../utf8.ts";
import { farewell } from "./farewell.ts";
import { Gathered } from "./gathered.ts";
import { type FrameSink, type Framing, MAX_WANTED } from "./mod.ts";
import type { Output } from "./output.ts";
import { isText } from "./payload.ts";

/** Options of {@linkcode PacketFraming}. */
export interface PacketFramingOptions {
  /** How many bytes the length has, the high one first. @default 4 */
  readonly head?: 2 | 4;
  /** The longest payload, in bytes; a longer one is violation 1009. */
  readonly maxBytes: number;
  /** Whether BERT is the format of binary frames: what does not begin with its 131 is a text then. @default true */
  readonly bert?: boolean;
}

const MAX_SHORT = 65_535;
const BERT = 131;
const BAD_DATA = 1007, TOO_BIG = 1009;

/** One connection whose frames are a length and a payload. It says why it ends with a last frame, `{close, Code, Reason}`. */
export class PacketFraming implements Framing {
  readonly form: string;
  readonly gap: 2 | 4;
  #maxBytes: number;
  #bert: boolean;
  #over = false;
  /** The payload that is too long for the reader's buffer, and how much of it is to come. */
  #gathered: Gathered | undefined;
  #rest = 0;

  /** Begins at the first byte of a stream. */
  constructor({ head = 4, maxBytes, bert = true }: PacketFramingOptions) {
    this.form = head === 4 ? "packet4" : "packet2";
    this.gap = head;
    this.#maxBytes = maxBytes;
    this.#bert = bert;
  }

  /** Whether it keeps a part of a long frame that is not whole yet. */
  get begun(): boolean {
    return this.#gathered !== undefined;
  }

  /** Reads frames. */
  read(buffer: Uint8Array, start: number, end: number, sink: FrameSink): number {
    let at = this.#gathered === undefined ? start : this.#gather(buffer, start, end, sink);
    const head = this.gap;
    const bert = this.#bert;
    while (end - at >= head && !this.#over) {
      const from = at + head;
      const low = buffer[from - 2] << 8 | buffer[from - 1];
      const length = head === 2 ? low : (buffer[at] << 24 | buffer[at + 1] << 16 | low) >>> 0;
      if (length > this.#maxBytes) {
        this.#violate(sink, TOO_BIG, "message too big");
        break;
      }
      const to = from + length;
      if (to > end) {
        if (to - at <= MAX_WANTED) return at;
        this.#gathered = new Gathered();
        this.#gathered.add(buffer, from, end);
        this.#rest = to - end;
        return end;
      }
      if (bert && length > 0 && buffer[from] === BERT) sink.binary(buffer, from, to);
      else this.#take(buffer, from, to, sink);
      at = to;
    }
    return this.#over ? end : at;
  }

  /** A frame that is not whole is lost: whoever sent it knows that. */
  end(): void {
    this.#over = true;
    this.#gathered = undefined;
  }

  /** Takes what belongs to the long frame; gives where the next one begins. */
  #gather(buffer: Uint8Array, start: number, end: number, sink: FrameSink): number {
    const gathered = this.#gathered!;
    const to = Math.min(end, start + this.#rest);
    gathered.add(buffer, start, to);
    this.#rest -= to - start;
    if (this.#rest > 0) return end;
    this.#gathered = undefined;
    this.#take(gathered.buffer, 0, gathered.length, sink);
    return to;
  }

  #take(buffer: Uint8Array, from: number, to: number, sink: FrameSink): void {
    if (!isText(buffer, from, to, this.#bert)) return sink.binary(buffer, from, to);
    const text = readText(buffer, from, to);
    if (text === undefined) this.#violate(sink, BAD_DATA, "bad_utf8");
    else sink.text(text);
  }

  #violate(sink: FrameSink, code: number, reason: string): void {
    this.#over = true;
    sink.violated(code, reason);
  }

  /**
   * Writes a frame.
   *
   * @throws {N2OError} `frame_too_long` for one over 65535 bytes where the length has two; then nothing is written.
   */
  write(payload: string | Uint8Array, output: Output): void {
    const { gap } = this;
    const start = output.used;
    if (typeof payload === "string") {
      const buffer = output.reserve(gap + 3 * payload.length);
      output.used = this.seal(buffer, start, writeText(payload, buffer, start + gap));
    } else {
      const buffer = output.reserve(gap + payload.length);
      const end = start + gap + payload.length;
      this.#head(buffer, start, payload.length);
      buffer.set(payload, start + gap);
      output.used = end;
    }
  }

  /**
   * Puts the length before a payload.
   *
   * @throws {N2OError} `frame_too_long` for one over 65535 bytes where the length has two.
   */
  seal(buffer: Uint8Array, start: number, end: number): number {
    this.#head(buffer, start, end - start - this.gap);
    return end;
  }

  #head(buffer: Uint8Array, at: number, length: number): void {
    if (this.gap === 2) {
      if (length > MAX_SHORT) {
        throw new N2OError(
          "frame_too_long",
          `a frame of ${length} bytes does not fit a length of two`,
          length,
        );
      }
    } else {
      buffer[at++] = length >>> 24;
      buffer[at++] = length >>> 16;
    }
    buffer[at] = length >>> 8;
    buffer[at + 1] = length;
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
