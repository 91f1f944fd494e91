/**
 * The outbound queue of a connection: what its transport has not taken yet, bounded, with a policy.
 *
 * @module
 */
import type { Counters } from "./counters.ts";
import type { Formatter } from "./formats/mod.ts";
import { type Frame, sizeOf } from "./frame.ts";
import type { Limits } from "./limits.ts";
import type { Term } from "./term.ts";
import type { Transport } from "./transport.ts";

/** What a transport may hold before frames wait in the queue, in bytes. */
const HIGH_WATER = 262_144;
/** What framing may add to a frame, in bytes. */
const FRAMING = 14;
/** Arrays of idle queues that are kept for the next one, and how long such an array may be. */
const SPARES = 64;
const SPARE_LENGTH = 64;

/** An idle connection has no array: most of the time most of them send nothing. */
const NOTHING: Frame[] = [];

/** The outbound queue of one connection. */
export class Outbound {
  /** How many frames wait. */
  length = 0;
  /** Bytes that wait. */
  bytes = 0;
  #frames: Frame[] = NOTHING;
  /** So many of the oldest frames have a buffer of their own. */
  #owned = 0;
  /** Bytes that the transport may still hold, at most. */
  #given = 0;
  #transport: Transport;
  #limits: Limits;
  #counters: Counters;
  #spares: Frame[][];

  /** Makes the queue before a transport. */
  constructor(transport: Transport, limits: Limits, counters: Counters, spares: Frame[][]) {
    this.#transport = transport;
    this.#limits = limits;
    this.#counters = counters;
    this.#spares = spares;
  }

  /** Whether one more frame would be too many. */
  isFull(frame: Frame): boolean {
    const { maxQueueMessages, maxQueueBytes } = this.#limits;
    return this.length >= maxQueueMessages || (this.length > 0 && this.bytes + sizeOf(frame) > maxQueueBytes);
  }

  /** Whether it is half full. */
  get crowded(): boolean {
    const { maxQueueMessages, maxQueueBytes } = this.#limits;
    return 2 * this.length > maxQueueMessages || 2 * this.bytes > maxQueueBytes;
  }

  /** Appends a frame. */
  push(frame: Frame): void {
    if (this.#frames === NOTHING) this.#frames = this.#spares.pop() ?? [];
    this.#frames[this.length++] = frame;
    this.bytes += sizeOf(frame);
  }

  /** Has a term encoded where it will be sent, if nothing waits here and the transport can; tells whether it did. */
  place(formatter: Formatter, term: Term): boolean {
    const transport = this.#transport;
    if (this.length > 0 || transport.place === undefined) return false;
    const size = transport.place(formatter, term);
    if (size < 0) return false;
    this.#given += size + FRAMING;
    this.#counters.messagesOut++;
    this.#counters.bytesOut += size;
    return true;
  }

  /** Drops oldest frames until there is room for one more. */
  makeRoom(frame: Frame): void {
    const { maxQueueMessages, maxQueueBytes } = this.#limits;
    const size = sizeOf(frame);
    let drop = 0;
    while (drop < this.length) {
      if (this.length - drop < maxQueueMessages && this.bytes + size <= maxQueueBytes) break;
      this.bytes -= sizeOf(this.#frames[drop++]);
    }
    this.#frames = this.#frames.slice(drop, this.length);
    this.length -= drop;
    this.#owned = Math.max(0, this.#owned - drop);
    this.#counters.framesDropped += drop;
  }

  /** Hands everything to the transport, if it is not behind; tells whether it did. */
  flush(): boolean {
    const { length } = this;
    if (length === 0) {
      this.#transport.flush?.();
      return true;
    }
    // The transport is asked only when what it was given since may be too much: asking costs more than a short frame.
    if (this.#given > HIGH_WATER) {
      this.#given = this.#transport.buffered;
      if (this.#given > HIGH_WATER) {
        this.#own();
        return false;
      }
    }
    this.#given += this.bytes + length * FRAMING;
    this.#counters.messagesOut += length;
    this.#counters.bytesOut += this.bytes;
    this.#transport.write(this.#frames, length);
    this.#transport.flush?.();
    this.clear();
    return true;
  }

  /** Encoded messages share buffers; one that waits must not keep a whole buffer for its few bytes. */
  #own(): void {
    for (; this.#owned < this.length; this.#owned++) {
      const frame = this.#frames[this.#owned];
      if (frame instanceof Uint8Array && frame.length < frame.buffer.byteLength) {
        this.#frames[this.#owned] = frame.slice();
      }
    }
  }

  /** Drops everything. */
  clear(): void {
    const frames = this.#frames;
    if (frames === NOTHING) return;
    this.#frames = NOTHING;
    this.#owned = 0;
    if (frames.length <= SPARE_LENGTH && this.#spares.length < SPARES) {
      // Emptied in place: an array that is cut to length 0 would lose its room.
      for (let i = 0; i < this.length; i++) frames[i] = "";
      this.#spares.push(frames);
    }
    this.length = 0;
    this.bytes = 0;
  }
}
