/**
 * Framings: how frames stand in a stream of bytes. Each is a state machine from bytes to frames and back, without sockets.
 *
 * @module
 */
import type { Output } from "./output.ts";

/** Takes what a framing reads. */
export interface FrameSink {
  /** A text frame. */
  text(text: string): void;
  /** A binary frame: the bytes of `buffer` from `start` up to `end`, which are the sink's for the time of the call only. */
  binary(buffer: Uint8Array, start: number, end: number): void;
  /** A binary frame that came in pieces: its bytes become the sink's. A sink without this is given it as {@linkcode binary}. */
  whole?(bytes: Uint8Array): void;
  /** A frame that asks for an answer of its kind with the same bytes, which are the sink's for the time of the call only. */
  ping(buffer: Uint8Array, start: number, end: number): void;
  /** An answer to a ping. */
  pong(): void;
  /** The other end says good-bye; code 1005 where it gives none. Nothing is read after it. */
  closed(code: number, reason: string): void;
  /** The bytes break the rules: the connection must end with this close code. Nothing is read after it. */
  violated(code: number, reason: string): void;
}

/** One direction each of one connection: frames out of bytes, and bytes out of frames. */
export interface Framing {
  /** What its frames look like: those of one form may be sent to every connection whose framing has the same. */
  readonly form: string;
  /** Bytes to leave free before a payload that is encoded where it will be sent; -1 where that is not possible. */
  readonly gap: number;
  /**
   * Reads the frames in `buffer` from `start` up to `end`, and may change these bytes. Gives the offset of the first byte that it
   * wants to see again, with more behind it; all before it are done with. It wants at most {@linkcode MAX_WANTED} bytes
   * before it goes on: payloads of long frames it keeps itself.
   */
  read(buffer: Uint8Array, start: number, end: number, sink: FrameSink): number;
  /**
   * Whether the last {@linkcode read} stopped although there was more to read, since it has had much to do: others should get their turn
   * before it is called again, with no more bytes than it wants to see again.
   */
  readonly paused?: boolean;
  /** The stream has ended; `rest` is what {@linkcode read} wanted to see again. */
  end(rest: Uint8Array, sink: FrameSink): void;
  /** Writes a frame: a text, or a binary frame's bytes. */
  write(payload: string | Uint8Array, output: Output): void;
  /**
   * Puts a head before the binary payload that stands in `buffer` from `start + gap` up to `end`, moving it if needed by up to 10
   * bytes, which must be free behind it. Gives the end of the frame, which stands from `start`.
   */
  seal(buffer: Uint8Array, start: number, end: number): number;
  /** Writes a ping, where the framing has such. */
  ping(output: Output): void;
  /** Writes the answer to a ping, where the framing has such. */
  pong(payload: Uint8Array, output: Output): void;
  /** Writes a good-bye, where the framing has such. Nothing may be written after it. */
  close(code: number, reason: string, output: Output): void;
}

/** The most bytes of an unfinished frame that a framing leaves in the reader's buffer. */
export const MAX_WANTED = 16_384;
