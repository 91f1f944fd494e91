/**
 * One way to an endpoint, whatever carries it: what `n2o send` asks of WebSockets, posts, streams and datagrams.
 *
 * @module
 */

/** A frame: a text, or the payload of a binary one. */
export type Frame = string | Uint8Array;

/** What a channel tells its owner. */
export interface ChannelEvents {
  /** A frame came. */
  frame(frame: Frame): void;
  /** The other end has ended it, with a close code; 1005 where it gives none. Nothing else is told afterwards. */
  closed(code: number, reason: string): void;
  /** Something other than the other end's close has ended it. */
  failed(error: unknown): void;
}

/** A connection that is open. */
export interface Channel {
  /** Bytes that were written and have not left yet. */
  readonly buffered: number;
  /** Whether what is sent may be lost on its way. */
  readonly lossy: boolean;
  /** Whether the other end can say something unasked. */
  readonly live: boolean;
  /** Writes a frame. */
  write(frame: Frame): void;
  /** Takes what answers the handshake, where each frame has to bring the token that is in it. */
  greeted?(answer: Frame): void;
  /** Lets what was written leave, and closes; the owner is told nothing more. */
  end(): Promise<void>;
}

/** What opens a channel. */
export interface ChannelOptions {
  /** Headers of the request. */
  readonly headers: readonly (readonly [string, string])[];
  /** The token that posts carry from the first on. */
  readonly token: string;
  /** How long a post may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Gives up the opening when it aborts. */
  readonly signal: AbortSignal;
}
