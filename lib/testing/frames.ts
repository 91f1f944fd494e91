/**
 * A WebSocket as tests use it: frames come to one listener, and what is waited for ends in time.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import { inTime } from "../within.ts";

/** A frame: text, or bytes. */
export type Frame = string | Uint8Array;

/** What is not there after so long does not come, in milliseconds. */
export const PATIENCE_MS = 5_000;

/** A connection that hands over its frames. */
export class Frames {
  readonly #socket: WebSocket;
  readonly #closed = Promise.withResolvers<void>();

  private constructor(socket: WebSocket, take: (frame: Frame) => void) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => take(typeof data === "string" ? data : new Uint8Array(data));
    socket.onclose = () => this.#closed.resolve();
  }

  /** Connects. Throws an {@linkcode N2OError} `not_connected` where nobody answers. */
  static async open(url: string, take: (frame: Frame) => void): Promise<Frames> {
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    const frames = new Frames(socket, take);
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onerror = () => reject(new N2OError("not_connected", `${url} does not answer`, url));
    });
    return frames;
  }

  /** Sends a frame. */
  send(frame: Frame): void {
    this.#socket.send(frame as string | Uint8Array<ArrayBuffer>);
  }

  /** Closes, and waits for the other end. */
  async close(): Promise<void> {
    this.#socket.close();
    await this.#closed.promise;
  }
}

/** What a promise gives, unless that takes too long: then an {@linkcode N2OError} `timeout` that says what there was instead. */
export function answered<T>(waiting: Promise<T>, instead: () => string): Promise<T> {
  return inTime(PATIENCE_MS, waiting, () => new N2OError("timeout", instead(), PATIENCE_MS));
}
