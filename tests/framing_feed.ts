/**
 * Feeds a framing with bytes as a reader of a socket does, and keeps what it tells.
 *
 * @module
 */
import { ok } from "node:assert/strict";
import { type FrameSink, type Framing, MAX_WANTED } from "../lib/framing/mod.ts";
import { joined as inRow } from "../lib/joined.ts";
import { Output } from "../lib/framing/output.ts";

/** What a framing has told: `text …`, `binary HEX`, `violated CODE REASON`, `closed CODE REASON`. */
export type Told = string;

/** Feeds one framing. Nothing that it was given stays as it was, so that whoever keeps a view is found out. */
export class Feed implements FrameSink {
  readonly told: Told[] = [];
  readonly #framing: Framing;
  #rest = new Uint8Array(0);
  #over = false;

  constructor(framing: Framing) {
    this.#framing = framing;
  }

  /** Gives it the next bytes; before and behind them stands something else. */
  give(bytes: Uint8Array): this {
    const start = 3;
    const buffer = new Uint8Array(start + this.#rest.length + bytes.length + 5).fill(0x0a);
    buffer.set(this.#rest, start);
    buffer.set(bytes, start + this.#rest.length);
    const end = start + this.#rest.length + bytes.length;
    const at = this.#framing.read(buffer, start, end, this);
    ok(at >= start && at <= end, `offset ${at} outside ${start}..${end}`);
    ok(end - at <= MAX_WANTED, `wants to see ${end - at} bytes again`);
    this.#rest = buffer.slice(at, end);
    buffer.fill(0xee);
    return this;
  }

  /** Gives it all bytes in pieces of the given sizes, the last one for all that is left. */
  pieces(bytes: Uint8Array, sizes: Iterable<number>): this {
    let at = 0;
    for (const size of sizes) {
      if (at >= bytes.length) break;
      this.give(bytes.subarray(at, at + size));
      at += size;
    }
    if (at < bytes.length) this.give(bytes.subarray(at));
    return this;
  }

  /** The stream ends. */
  end(): this {
    this.#framing.end(this.#rest, this);
    return this;
  }

  text(text: string): void {
    this.#tell(`text ${text}`);
  }

  binary(buffer: Uint8Array, start: number, end: number): void {
    this.#tell(`binary ${buffer.slice(start, end).toHex()}`);
  }

  ping(): void {
    this.#tell("ping");
  }

  pong(): void {
    this.#tell("pong");
  }

  closed(code: number, reason: string): void {
    this.#tell(`closed ${code} ${reason}`);
    this.#over = true;
  }

  violated(code: number, reason: string): void {
    this.#tell(`violated ${code} ${reason}`);
    this.#over = true;
  }

  #tell(what: Told): void {
    ok(!this.#over, `told after the end: ${what}`);
    this.told.push(what);
  }
}

/** What a framing writes, in hex. */
export function written(write: (output: Output) => void): string {
  const output = new Output();
  write(output);
  return output.bytes().toHex();
}

/** The same numbers in every run, each from 0 up to `below`. */
export function numbers(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = state + 0x6d2b79f5 | 0;
    let n = Math.imul(state ^ state >>> 15, 1 | state);
    n = n + Math.imul(n ^ n >>> 7, 61 | n) ^ n;
    return ((n ^ n >>> 14) >>> 0) % below;
  };
}

/** Bytes one after another. */
export function joined(...parts: (Uint8Array | string)[]): Uint8Array<ArrayBuffer> {
  return inRow(parts.map((part) => typeof part === "string" ? new TextEncoder().encode(part) : part));
}
