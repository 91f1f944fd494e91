/**
 * How frames get to the server and back.
 *
 * @module
 */

/** A frame: a text frame, or the payload of a binary one. */
export type Frame = string | Uint8Array;

/** What a transport tells its owner. */
export interface TransportEvents {
  /** Frames can be written now. */
  open(): void;
  /** A frame came. */
  frame(frame: Frame): void;
  /** It can take more again; only from a transport that is not always ready. */
  drain(): void;
  /** It ended by itself, with a close code; nothing else is told afterwards. */
  close(code: number, reason: string): void;
}

/** One way to the server, used once. */
export interface Transport {
  /** Whether a message written now goes out now. */
  readonly ready: boolean;
  /** Bytes that were written and have not left yet. */
  readonly buffered: number;
  /** Writes a frame; it is dropped when the transport has ended. */
  write(frame: Frame): void;
  /** Ends it with a code that a page may send (1000 or 4000 and up); its owner is told nothing more. */
  close(code: number, reason: string): void;
}
