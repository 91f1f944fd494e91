/**
 * A socket of `node:http`, `node:net` or `node:tls` as a stream of bytes.
 *
 * @module
 */
import type { Duplex } from "node:stream";
import type { ByteStream } from "./byte_stream.ts";

/** A socket of Node as a stream of bytes. */
export class NodeStream implements ByteStream {
  #socket: Duplex;
  /** What came and has not been read. */
  #chunk: Uint8Array = new Uint8Array(0);
  #ended = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  /** Takes a socket over; nobody else may read from it. */
  constructor(socket: Duplex) {
    this.#socket = socket;
    const wake = () => {
      this.#wake?.();
      this.#wake = undefined;
    };
    socket.on("readable", wake);
    socket.on("end", () => {
      this.#ended = true;
      wake();
    });
    socket.on("error", (error) => {
      this.#error = error;
      wake();
    });
    socket.on("close", () => {
      if (!this.#ended) this.#error ??= new Error("closed");
      wake();
    });
  }

  /** Reads what there is. */
  async read(into: Uint8Array): Promise<number | null> {
    while (this.#chunk.length === 0) {
      const chunk: Uint8Array | null = this.#socket.read();
      if (chunk !== null) {
        this.#chunk = chunk;
        break;
      }
      if (this.#ended) return null;
      if (this.#error !== undefined) throw this.#error;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    const piece = this.#chunk.subarray(0, into.length);
    into.set(piece);
    this.#chunk = this.#chunk.subarray(piece.length);
    return piece.length;
  }

  /** Writes all of it. */
  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
    });
  }

  /** Ends the sending direction. */
  closeWrite(): Promise<void> {
    return new Promise((resolve) => this.#socket.end(() => resolve()));
  }

  /** Closes it. */
  close(): void {
    this.#socket.destroy();
  }
}
