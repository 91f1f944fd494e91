/**
 * The outbound queue of a connection: what its transport has not taken yet, bounded, with a policy.
 *
 * @module
 */
import type { Counters } from "./counters.ts";
import { type Frame, sizeOf } from "./frame.ts";
import type { Limits } from "./limits.ts";
import type { Transport } from "./transport.ts";

/** What a transport may hold before frames wait in the queue, in bytes. */
const HIGH_WATER = 262_144;

/** The outbound queue of one connection. */
export class Outbound {
  /** Bytes that wait. */
  bytes = 0;
  /** The frames that wait, oldest first. */
  readonly frames: Frame[] = [];
  #transport: Transport;
  #limits: Limits;
  #counters: Counters;

  /** Makes the queue before a transport. */
  constructor(transport: Transport, limits: Limits, counters: Counters) {
    this.#transport = transport;
    this.#limits = limits;
    this.#counters = counters;
  }

  /** Whether one more frame would be too many. */
  isFull(frame: Frame): boolean {
    const { maxQueueMessages, maxQueueBytes } = this.#limits;
    const { length } = this.frames;
    return length >= maxQueueMessages || (length > 0 && this.bytes + sizeOf(frame) > maxQueueBytes);
  }

  /** Appends a frame. */
  push(frame: Frame): void {
    this.frames.push(frame);
    this.bytes += sizeOf(frame);
  }

  /** Drops oldest frames until there is room for one more; tells how many. */
  makeRoom(frame: Frame): number {
    let drop = 0;
    const { maxQueueMessages, maxQueueBytes } = this.#limits;
    const size = sizeOf(frame);
    while (drop < this.frames.length) {
      if (this.frames.length - drop < maxQueueMessages && this.bytes + size <= maxQueueBytes) break;
      this.bytes -= sizeOf(this.frames[drop++]);
    }
    this.frames.splice(0, drop);
    this.#counters.framesDropped += drop;
    return drop;
  }

  /** Takes back all frames from that index on. */
  takeFrom(index: number): Frame[] {
    const taken = this.frames.splice(index);
    for (const frame of taken) this.bytes -= sizeOf(frame);
    return taken;
  }

  /** Hands everything to the transport, if it is not behind; tells whether it did. */
  flush(): boolean {
    const { frames } = this;
    if (frames.length === 0) return true;
    if (this.#transport.buffered > HIGH_WATER) return false;
    this.#counters.messagesOut += frames.length;
    this.#counters.bytesOut += this.bytes;
    this.#transport.write(frames);
    frames.length = 0;
    this.bytes = 0;
    return true;
  }

  /** Drops everything. */
  clear(): void {
    this.frames.length = 0;
    this.bytes = 0;
  }
}
