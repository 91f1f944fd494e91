/**
 * A connection of Deno's as a stream of Node's, for `node:tls` to speak TLS over.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import { hangUp } from "./accept.ts";

const SIZE = 16_384;

/** A connection of Deno's as a stream of Node's. */
export class ConnDuplex extends Duplex {
  #conn: Deno.Conn;
  #buffer = new Uint8Array(SIZE);

  /** Takes a connection over. */
  constructor(conn: Deno.Conn) {
    super({ allowHalfOpen: true });
    this.#conn = conn;
  }

  /** Reads once. */
  override _read(): void {
    this.#conn.read(this.#buffer).then(
      (count) => this.push(count === null ? null : Buffer.from(this.#buffer.slice(0, count))),
      (error) => this.destroy(error),
    );
  }

  /** Writes all. */
  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    this.#conn.write(chunk).then(
      (count) => count < chunk.length ? this._write(chunk.subarray(count), _encoding, done) : done(),
      done,
    );
  }

  /** Ends the sending direction. */
  override _final(done: (error?: Error) => void): void {
    this.#conn.closeWrite().then(() => done(), done);
  }

  /** Closes the connection. */
  override _destroy(_error: Error | null, done: (error?: Error | null) => void): void {
    hangUp(this.#conn);
    done(null);
  }
}
