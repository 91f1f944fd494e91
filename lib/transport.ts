/**
 * The transport: what a connection needs of a socket, whatever its kind.
 *
 * @module
 */
import type { Formatter } from "./formats/mod.ts";
import type { Frame } from "./frame.ts";
import type { Term } from "./term_shapes.ts";

/** One socket, as a connection sees it. */
export interface Transport {
  /** Bytes that it has taken and not sent yet. */
  readonly buffered: number;
  /** Whether it reads no more of its client while the connection's mailbox is crowded; else a full mailbox closes. */
  readonly waits?: boolean;
  /** Whether frames may be lost or forged one by one: then a malformed one is dropped; else it closes. */
  readonly lossy?: boolean;
  /** Takes the first `count` frames, in order. The array is the connection's, and only for the time of the call. */
  write(frames: readonly Frame[], count: number): void;
  /**
   * Takes a term that the formatter encodes where it will be sent, behind all that was written. Gives the payload's size in bytes, or
   * -1 when that is not possible now, and nothing was taken. Throws what the formatter throws.
   */
  place?(formatter: Formatter, term: Term): number;
  /** Sends what was written or placed, if it does not by itself. Called at the end of a turn. */
  flush?(): void;
  /** The mailbox is not crowded any more. */
  resume?(): void;
  /** Closes after what it has taken, with a WebSocket close code where the transport has such. Must not throw. */
  close(code: number, reason: string): void;
}
