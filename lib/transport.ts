/**
 * The transport: what a connection needs of a socket, whatever its kind.
 *
 * @module
 */
import type { Frame } from "./frame.ts";

/** One socket, as a connection sees it. */
export interface Transport {
  /** Bytes that it has taken and not sent yet. */
  readonly buffered: number;
  /** Takes the first `count` frames, all of a turn, in order. The array is the connection's, and only for the time of the call. */
  write(frames: readonly Frame[], count: number): void;
  /** Closes after what it has taken, with a WebSocket close code where the transport has such. Must not throw. */
  close(code: number, reason: string): void;
}
