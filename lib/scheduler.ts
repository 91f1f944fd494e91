/**
 * The scheduler: runs connections that have messages waiting, in turns, and lets timers and sockets in between.
 *
 * @module
 */
import type { SharedMessage } from "./bus/message.ts";

/** What the scheduler runs. */
export interface Runnable {
  /** Handles up to `budget` messages of its mailbox; tells how many it did. Queues itself again when some are left, and has itself flushed. */
  run(budget: number): number;
  /** Takes a message of the bus: handles it, or puts it into its mailbox when it is busy. Has itself flushed. */
  accept(message: SharedMessage): void;
  /** Hands what was sent to the transport. */
  flush(): void;
}

/** Messages that one connection handles in its turn. */
const TURN = 64;
/** Messages between two looks at the clock. */
const LOOK = 128;
/** How long a burst may hold the thread before timers and sockets get their turn, in milliseconds. */
const BURST_MS = 8;
/** How often the queue of a slow reader is looked at, in milliseconds. */
const BACKLOG_MS = 5;

/** Runs connections that have messages waiting. */
export class Scheduler {
  /** Whose turn it is, and with which message of the bus; `undefined` means with what is in the mailbox. */
  #ready: Runnable[] = [];
  #messages: (SharedMessage | undefined)[] = [];
  #dirty: Runnable[] = [];
  #backlog = new Set<Runnable>();
  #scheduled = false;
  #report: (error: unknown) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Makes a scheduler that reports what connections throw, which they should not. */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** Queues a connection that has a message waiting. Each connection sees to it that it is queued once. */
  ready(runnable: Runnable): void {
    this.#ready.push(runnable);
    this.#messages.push(undefined);
    this.#schedule();
  }

  /** Queues a message of the bus. A fan-out stands here once, not in a thousand mailboxes: this is what makes it fast. */
  post(runnable: Runnable, message: SharedMessage): void {
    this.#ready.push(runnable);
    this.#messages.push(message);
    this.#schedule();
  }

  /** Has a connection flushed at the end of this turn. */
  dirty(runnable: Runnable): void {
    this.#dirty.push(runnable);
    this.#schedule();
  }

  /** Has a connection flushed again and again until its transport takes what it has; end with {@linkcode settled}. */
  backlog(runnable: Runnable): void {
    this.#backlog.add(runnable);
    if (this.#timer === undefined) this.#timer = setTimeout(this.#retry, BACKLOG_MS);
  }

  /** The transport of a connection has taken all, or is gone. */
  settled(runnable: Runnable): void {
    this.#backlog.delete(runnable);
  }

  /** Stops looking at slow readers. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#backlog.clear();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(this.#run);
  }

  #run = (): void => {
    const ready = this.#ready;
    const messages = this.#messages;
    const end = performance.now() + BURST_MS;
    let done = 0;
    let look = LOOK;
    let at = 0;
    while (at < ready.length) {
      const runnable = ready[at];
      const message = messages[at++];
      try {
        if (message === undefined) {
          done += runnable.run(TURN);
        } else {
          runnable.accept(message);
          done++;
        }
      } catch (error) {
        this.#report(error);
      }
      if (done < look) continue;
      if (performance.now() > end) break;
      look = done + LOOK;
    }
    if (at === ready.length) {
      ready.length = messages.length = 0;
    } else {
      ready.splice(0, at);
      messages.splice(0, at);
    }
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const runnable of dirty) this.#flush(runnable);
    // An immediate would come back before the sockets are looked at.
    if (ready.length > 0) setTimeout(this.#run, 0);
    else if (this.#dirty.length > 0) queueMicrotask(this.#run);
    else this.#scheduled = false;
  };

  /** One connection's fault must not keep the others from their turn. */
  #flush(runnable: Runnable): void {
    try {
      runnable.flush();
    } catch (error) {
      this.#report(error);
    }
  }

  #retry = (): void => {
    // While this runs the timer counts as set: whoever is still behind comes back through `backlog`.
    for (const runnable of this.#backlog) this.#flush(runnable);
    this.#timer = this.#backlog.size > 0 ? setTimeout(this.#retry, BACKLOG_MS) : undefined;
  };
}
