/**
 * Rooms: messages with history, recovery after a break, and who is there.
 *
 * @module
 */
import type { Term } from "../term_shapes.ts";

/** A message of a room. */
export interface RoomMessage {
  /** Its place in the room: the first message has 1. */
  readonly offset: number;
  /** The id that its poster gave it. */
  readonly id: string;
  /** The name of the user who posted it. */
  readonly from: string;
  /** When it was posted, in milliseconds since 1970. */
  readonly time: number;
  /** What it says. */
  readonly body: string;
}

/** A message that this client posted and that the server has not confirmed yet. */
export interface PendingPost {
  /** Its id. */
  readonly id: string;
  /** What it says. */
  readonly body: string;
  /** When it was posted here, in milliseconds since 1970. */
  readonly time: number;
}

/** Where a confirmed post stands. */
export interface Posted {
  /** Its id. */
  readonly id: string;
  /** Its place in the room. */
  readonly offset: number;
}

/** What a room tells. */
export interface RoomEvents {
  /** A message: each one once, in order, one's own too. */
  message: RoomMessage;
  /** Users came or went. */
  presence: { readonly joined: readonly string[]; readonly left: readonly string[] };
  /** What was missed is more than the server kept, or the room began anew: drop what was shown, the messages that follow are all there is. */
  reset: undefined;
  /** The room is joined, for the first time or again, and what was missed, so many messages, has been told. */
  joined: { readonly offset: number; readonly recovered: number };
  /** The posts that wait for their confirmation have changed. */
  pending: readonly PendingPost[];
  /** The server refused to let this client in or to take a post. What is refused for a while only is tried again. */
  error: { readonly code: string; readonly about: Term };
}

/**
 * A room, as {@linkcode Client.join} gives it. It is joined again on every new connection, from where it was.
 *
 * @example
 * ```ts
 * import { createClient } from "@n2o/n2o/client";
 *
 * const client = createClient({ url: "ws://127.0.0.1:8001/ws/app/index.htm?room=lobby" });
 * const room = client.join("lobby");
 * room.on("message", ({ from, body }) => console.log(`${from}: ${body}`));
 * room.on("presence", () => console.log([...room.members].join(", ")));
 * if (room.joined || room.members.size !== 0) throw new Error("not connected yet");
 * ```
 */
export interface Room {
  /** Its name. */
  readonly name: string;
  /** The users who are there, as far as known: it is told by the server, so not while the client has no WebSocket. */
  readonly members: ReadonlySet<string>;
  /** Whether the connection of now has joined it. */
  readonly joined: boolean;
  /** The posts that wait for their confirmation, in order. */
  readonly pending: readonly PendingPost[];
  /**
   * Posts a message. It is written again on each new connection until the server has confirmed it, and stored once.
   *
   * Rejects with a `ClientError` when the server refuses it, when there is no room in the outbox, or when the client is closed or
   * the user logged out before the confirmation. A rejection that nobody handles does no harm.
   */
  post(body: string): Promise<Posted>;
  /** Leaves it: nothing more is told. Posts that wait are still delivered. */
  leave(): void;
  /** Calls the listener with each event of that type until the returned function is called. */
  on<K extends keyof RoomEvents>(type: K, listener: (event: RoomEvents[K]) => void): () => void;
}
