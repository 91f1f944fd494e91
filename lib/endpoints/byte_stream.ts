/**
 * A stream of bytes in both directions: what the stream endpoint needs of a socket.
 *
 * @module
 */

/** A stream of bytes in both directions; every `Deno.Conn` is one. */
export interface ByteStream {
  /** Reads into the buffer; gives how many bytes came, or `null` at the end. Rejects when the connection is broken, or closed here. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes some of the bytes, or all; gives how many. The bytes must not change before. */
  write(bytes: Uint8Array): Promise<number>;
  /** Ends the sending direction, where the socket can. */
  closeWrite?(): Promise<void>;
  /** Closes it; may throw when it is closed already. */
  close(): void;
}
