/** An end of a stream that gives what a test tells it to, and keeps what it is sent. */
import type { ByteStream } from "../lib/endpoints/byte_stream.ts";

/** The end; `null` is the end of what it gives. */
export class ToldStream implements ByteStream {
  /** What it was sent. */
  sent = "";
  /** Whether it takes what it is sent. */
  willing = true;
  /** Whether it was closed. */
  closed = false;
  #texts: (string | null)[] = [];
  #wake: (() => void) | undefined;

  /** Gives these texts, one a read. */
  say(...texts: (string | null)[]): void {
    this.#texts.push(...texts);
    this.#wake?.();
  }

  async read(into: Uint8Array): Promise<number | null> {
    while (this.#texts.length === 0) await new Promise<void>((resolve) => this.#wake = resolve);
    const text = this.#texts.shift()!;
    return text === null ? null : new TextEncoder().encodeInto(text, into).written;
  }

  write(bytes: Uint8Array): Promise<number> {
    if (!this.willing) return new Promise(() => {});
    this.sent += new TextDecoder().decode(bytes);
    return Promise.resolve(bytes.length);
  }

  close(): void {
    this.closed = true;
  }
}
