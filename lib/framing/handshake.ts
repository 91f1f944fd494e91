/**
 * What a server says to accept a WebSocket, RFC 6455, section 4.2.2.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** What makes an accepting server's answer its own. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** The value of `Sec-WebSocket-Accept` for a client's key. */
export function acceptValue(key: string): string {
  return createHash("sha1").update(key + GUID).digest("base64");
}

/**
 * The bytes of the answer that accepts a WebSocket.
 *
 * @param key The client's `Sec-WebSocket-Key`.
 * @param extensions What was agreed on, as `Sec-WebSocket-Extensions` says it; nothing for none.
 *
 * @example
 * ```ts
 * import { acceptResponse } from "./handshake.ts";
 *
 * const text = new TextDecoder().decode(acceptResponse("dGhlIHNhbXBsZSBub25jZQ=="));
 * if (!text.includes("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) throw new Error("another value than in the RFC");
 * ```
 */
export function acceptResponse(key: string, extensions?: string): Uint8Array {
  let head = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n" +
    `sec-websocket-accept: ${acceptValue(key)}\r\n`;
  if (extensions !== undefined && extensions !== "") head += `sec-websocket-extensions: ${extensions}\r\n`;
  return new TextEncoder().encode(head + "\r\n");
}
