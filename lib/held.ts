/**
 * What a connection sent and may not go out before the store has committed what it depends on.
 *
 * @module
 */
import { type Frame, sizeOf } from "./frame.ts";
import type { Commit } from "./store/mod.ts";
import type { Term } from "./term.ts";

/** What follows once a message's writes are stored: a message for a topic, or anything else. */
export type Effect = { readonly topic: string; readonly term: Term } | (() => void);

/** What one message sent, or a part of it. */
interface Group {
  /** Nothing goes out before this sequence number is decided. */
  readonly barrier: number;
  /** The newest write that the message itself depends on; 0 when it only waits for its turn. */
  readonly own: number;
  /** The message's number: what an asynchronous one sends comes in several groups. */
  readonly message: number;
  readonly frames: readonly Frame[];
  readonly effects: readonly Effect[];
  /** What it keeps in memory besides its frames, in bytes. */
  readonly weight: number;
}

/** Takes what is let go. */
export interface HeldSink {
  /** The frames and effects of a message may go out. */
  release(frames: readonly Frame[], effects: readonly Effect[]): void;
  /** What the message depends on could not be stored: nothing of it goes out. */
  refuse(message: number): void;
}

/** Groups from here on are moved to the front of the array when so many were let go. */
const COMPACT = 256;

/** What a connection sent and may not go out yet, in order. */
export class Held {
  /** How many frames, and messages without one, wait. */
  length = 0;
  /** Bytes that wait. */
  bytes = 0;
  #groups: Group[] = [];
  #head = 0;

  /** Whether nothing waits. */
  get empty(): boolean {
    return this.#head === this.#groups.length;
  }

  /** Holds what a message sent until its barrier is decided, and after everything that was held before. */
  add(
    own: number,
    message: number,
    frames: readonly Frame[],
    effects: readonly Effect[],
    weight: number,
  ): void {
    const before = this.empty ? 0 : this.#groups[this.#groups.length - 1].barrier;
    const group = { barrier: Math.max(own, before), own, message, frames, effects, weight };
    this.#groups.push(group);
    this.#count(group, 1);
  }

  /** Lets go, in order, what the commit decided. */
  settle(commit: Commit, sink: HeldSink): void {
    const { sequence, failedFrom } = commit;
    while (!this.empty && this.#groups[this.#head].barrier <= sequence) {
      const group = this.#groups[this.#head++];
      const { own, message, frames, effects } = group;
      this.#count(group, -1);
      if (failedFrom === undefined || own < failedFrom) sink.release(frames, effects);
      else sink.refuse(message);
    }
    if (this.#head < COMPACT) return;
    this.#groups.splice(0, this.#head);
    this.#head = 0;
  }

  #count({ frames, weight }: Group, sign: 1 | -1): void {
    this.length += sign * Math.max(1, frames.length);
    this.bytes += sign * weight;
    for (const frame of frames) this.bytes += sign * sizeOf(frame);
  }
}
