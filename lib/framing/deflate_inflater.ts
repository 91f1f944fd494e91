/**
 * Inflates the messages of one WebSocket, within bounds.
 *
 * @module
 */
import { inflateRawSync } from "node:zlib";
import { putStored } from "./deflate_encoder.ts";
import { DeflateWindow } from "./deflate_window.ts";

/** What RFC 7692 leaves away from every message, and a last block, so that zlib can tell a whole message from one that was cut. */
const TAIL = Uint8Array.of(0, 0, 255, 255, 1, 0, 0, 255, 255);
/** What {@linkcode putStored} adds. */
const STORED_HEAD = 5;
/** How many streams a message may be made of: each final block begins another, and each costs a call. */
const MAX_STREAMS = 16;
const SMALLEST_CHUNK = 1024, LARGEST_CHUNK = 65_536;
const NOTHING = new Uint8Array(0);

/** A call of zlib that was asked for its `info`. */
interface Inflated {
  readonly buffer: Uint8Array<ArrayBuffer>;
  /** Counts what was read of the input. */
  readonly engine: { readonly bytesWritten: number };
}

/** Inflates messages. */
export class Inflater {
  #window: DeflateWindow | undefined;

  /** Messages refer to those before up to 2 to the power of `windowBits` bytes back; 0 if each stands by itself. */
  constructor(windowBits: number) {
    if (windowBits > 0) this.#window = new DeflateWindow(windowBits);
  }

  /** Gives what was compressed if it has no more than `maxBytes`. */
  inflate(compressed: Uint8Array, maxBytes: number): Uint8Array | "too_big" | "bad" {
    // What zlib makes of a second flush without a byte between.
    if (compressed.length === 0) return NOTHING;
    const past = this.#window?.last() ?? NOTHING;
    const payload = inflateAll(withPast(past, compressed), past.length, maxBytes);
    if (typeof payload !== "string") {
      this.#window?.add(payload.subarray(Math.max(0, payload.length - this.#window.size)));
    }
    return payload;
  }
}

/** The whole stream of a message. What it may refer to stands before it as a block without compression. */
function withPast(past: Uint8Array, compressed: Uint8Array): Uint8Array {
  const start = past.length === 0 ? 0 : STORED_HEAD + past.length;
  const input = new Uint8Array(start + compressed.length + TAIL.length);
  if (start > 0) putStored(past, input, 0);
  input.set(compressed, start);
  input.set(TAIL, start + compressed.length);
  return input;
}

function inflateAll(input: Uint8Array, past: number, maxBytes: number): Uint8Array | "too_big" | "bad" {
  const end = input.length - TAIL.length;
  let payload: Uint8Array = NOTHING;
  let at = 0;
  for (let streams = 0; streams < MAX_STREAMS; streams++) {
    const skipped = streams === 0 ? past : 0;
    const inflated = inflateOne(at === 0 ? input : input.subarray(at), skipped + maxBytes - payload.length);
    if (typeof inflated === "string") return inflated;
    const { buffer, byteOffset, length } = inflated.buffer;
    // Not the Buffer itself: that is another kind of array, whose slice() copies nothing.
    const piece = new Uint8Array(buffer, byteOffset + skipped, length - skipped);
    payload = payload.length === 0 ? piece : joined(payload, piece);
    if (payload.length > maxBytes) return "too_big";
    at += inflated.engine.bytesWritten;
    // The last block was ours, or one of its own that ends where it may.
    if (at === input.length || at === end || at === end + 4) return payload;
    if (at > end) return "bad";
  }
  return "bad";
}

function inflateOne(input: Uint8Array, maxBytes: number): Inflated | "too_big" | "bad" {
  try {
    return inflateRawSync(input, {
      info: true,
      maxOutputLength: Math.max(1, maxBytes),
      chunkSize: Math.min(LARGEST_CHUNK, Math.max(SMALLEST_CHUNK, 4 * input.length)),
    }) as unknown as Inflated;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "ERR_BUFFER_TOO_LARGE") return "too_big";
    if (code === "Z_DATA_ERROR" || code === "Z_BUF_ERROR") return "bad";
    throw error;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
