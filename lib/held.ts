/**
 * What a connection sent and may not go out before the store has committed what it depends on.
 *
 * @module
 */
import type { Frame } from "./frame.ts";
import type { Commit } from "./store/mod.ts";
import type { Term } from "./term.ts";

/** What follows once a message's writes are stored: a message for a topic, or anything else. */
export type Effect = { readonly topic: string; readonly term: Term } | (() => void);

/** What one message sent. */
interface Group {
  /** Nothing goes out before this sequence number is decided. */
  readonly barrier: number;
  /** The newest write that the message itself depends on; 0 when it only waits for its turn. */
  readonly own: number;
  /** The message's number: what an asynchronous one sends comes in several groups. */
  readonly message: number;
  readonly frames: readonly Frame[];
  readonly effects: readonly Effect[];
}

/** Takes what is let go. */
export interface HeldSink {
  /** The frames and effects of a message may go out. */
  release(frames: readonly Frame[], effects: readonly Effect[]): void;
  /** What the message depends on could not be stored: nothing of it goes out. */
  refuse(): void;
}

/** What a connection sent and may not go out yet, in order. */
export class Held {
  #groups: Group[] = [];
  #refused = -1;

  /** How many messages wait. */
  get length(): number {
    return this.#groups.length;
  }

  /** Holds what a message sent until its barrier is decided, and after everything that was held before. */
  add(own: number, message: number, frames: readonly Frame[], effects: readonly Effect[]): void {
    const before = this.#groups.at(-1)?.barrier ?? 0;
    this.#groups.push({ barrier: Math.max(own, before), own, message, frames, effects });
  }

  /** Lets go, in order, what the commit decided. */
  settle(commit: Commit, sink: HeldSink): void {
    const { sequence, failedFrom } = commit;
    while (this.#groups.length > 0 && this.#groups[0].barrier <= sequence) {
      const group = this.#groups.shift()!;
      if (failedFrom === undefined || group.own < failedFrom) {
        sink.release(group.frames, group.effects);
      } else if (group.message !== this.#refused) {
        this.#refused = group.message;
        sink.refuse();
      }
    }
  }
}
