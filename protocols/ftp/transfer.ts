/**
 * One transfer: a file that is on its way.
 *
 * @module
 */
import type { Context } from "../../lib/context.ts";
import type { Head } from "./message.ts";

/** A file that is on its way. What of it has come lies on the disk; this may be forgotten and made anew. */
export class Transfer {
  /** The visitor's digest. */
  visitor: string;
  /** The digest of visitor, id, name and size. */
  key: string;
  /** What the client said of it; `undefined` when it is only known from the disk. */
  head: Head | undefined;
  /** Where the file is to stand, relative to the folder. */
  path = "";
  /** How many of its bytes are there. */
  offset = 0;
  /** Whether there is a file that holds them. */
  begun = false;
  /** What it counts for against the visitor's quota, in bytes. */
  claim = 0;
  /** The connection that sends it: the newest one that asked for it. */
  owner: Context | undefined;
  /** How many are asking for it right now: then it does not make room for others. */
  asking = 0;
  /** How often it was asked for. */
  lease = 0;
  /** When it last went on, in milliseconds since 1970. */
  touched: number;
  /** Whether it is finished, cancelled or swept. */
  over = false;
  #busy: Promise<void> | undefined;

  /** Makes a transfer of which nothing has come. */
  constructor(visitor: string, key: string, touched: number) {
    this.visitor = visitor;
    this.key = key;
    this.touched = touched;
  }

  /** Runs work that nothing else of this transfer runs beside. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.#busy !== undefined) await this.#busy;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#busy = promise;
    try {
      return await work();
    } finally {
      this.#busy = undefined;
      resolve();
    }
  }
}
