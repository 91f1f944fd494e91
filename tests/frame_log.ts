/**
 * Writes down what a framing reads, so that two ways of cutting the same bytes can be compared.
 *
 * @module
 */
import type { FrameSink, Framing } from "../lib/framing/mod.ts";

/** What was read, one line each. */
export class FrameLog implements FrameSink {
  readonly lines: string[] = [];

  text(text: string): void {
    this.lines.push(`text ${text}`);
  }
  binary(buffer: Uint8Array, start: number, end: number): void {
    this.lines.push(`binary ${buffer.slice(start, end).toHex()}`);
  }
  ping(buffer: Uint8Array, start: number, end: number): void {
    this.lines.push(`ping ${buffer.slice(start, end).toHex()}`);
  }
  pong(): void {
    this.lines.push("pong");
  }
  closed(code: number, reason: string): void {
    this.lines.push(`closed ${code} ${reason}`);
  }
  violated(code: number, reason: string): void {
    this.lines.push(`violated ${code} ${reason}`);
  }
}

/** Feeds a framing with pieces, as a reader does that keeps what the framing wants to see again. */
export function feed(framing: Framing, pieces: Iterable<Uint8Array>): FrameLog {
  const log = new FrameLog();
  let kept = new Uint8Array(0);
  for (const piece of pieces) {
    const buffer = new Uint8Array(kept.length + piece.length);
    buffer.set(kept);
    buffer.set(piece, kept.length);
    let at = framing.read(buffer, 0, buffer.length, log);
    while (framing.paused) at += framing.read(buffer.subarray(at), 0, buffer.length - at, log);
    kept = buffer.slice(at);
    // What was given is the reader's again.
    buffer.fill(0xee);
  }
  framing.end(kept, log);
  return log;
}

/** The bytes in one piece, in two for each place to cut, and in pieces of a few sizes. */
export function* cuts(bytes: Uint8Array): Generator<Uint8Array[]> {
  yield [bytes];
  for (let at = 1; at < bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)];
  for (const size of [1, 2, 3, 7, 64]) {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
    yield pieces;
  }
}
