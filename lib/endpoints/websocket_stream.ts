/**
 * WebSockets over streams, with this library's own framing.
 *
 * @module
 */
import type { ConnectionOptions } from "../connection.ts";
import { Deflate } from "../framing/deflate.ts";
import { negotiate } from "../framing/deflate_offer.ts";
import type { DeflateSettings } from "../framing/deflate_settings.ts";
import { acceptResponse } from "../framing/handshake.ts";
import { WebSocketFraming } from "../framing/websocket.ts";
import type { ByteStream } from "./byte_stream.ts";
import { Stream } from "./stream.ts";
import type { Streams } from "./streams.ts";

/** A handshake that was let in. */
export interface WebSocketHandshake {
  /** The client's `Sec-WebSocket-Key`. */
  readonly key: string;
  /** Its `Sec-WebSocket-Extensions`. */
  readonly extensions: string | null;
  /** What opens the connection. */
  readonly options: ConnectionOptions;
  /** What came behind the handshake. */
  readonly rest: Uint8Array;
  /** Called once when the client is gone. */
  leave(): void;
}

/** Accepts a WebSocket, and follows it until its end. */
export function openWebSocket(
  streams: Streams,
  io: ByteStream,
  { key, extensions, options, rest, leave }: WebSocketHandshake,
  deflate: DeflateSettings | undefined,
): void {
  const agreed = deflate === undefined ? undefined : negotiate(extensions, deflate);
  const framing = new WebSocketFraming({
    maxBytes: streams.host.application.limits.maxFrameBytes,
    deflate: agreed === undefined ? undefined : new Deflate(deflate!, agreed.parameters),
  });
  const greeting = acceptResponse(key, agreed?.answer);
  new Stream(streams, io, framing, options, { greeting, rest, courteous: true, leave });
}
