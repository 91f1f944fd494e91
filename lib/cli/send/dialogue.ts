/**
 * What is said over a channel: a handshake, messages as fast as they are answered, and what comes back.
 *
 * @module
 */
import type { Channel, ChannelEvents, Frame } from "./channel.ts";

/** So many messages may be without an answer before the next one is sent. */
const FIRST_WINDOW = 64;
const LAST_WINDOW = 4096;
/** A server that leaves so many unanswered for so long, in milliseconds, gives no answers: then more are sent at once. */
const PATIENCE_MS = 250;
/** Bytes that may wait in the socket before the next message is written. */
const HIGH_WATER = 1_048_576;
const DRAIN_MS = 5;
/** So many messages go out in so many milliseconds at most: half of what a server takes by default before it closes with 1008. */
const PACE = 100;
const PACE_MS = 10;
/** Time between two attempts of a handshake that may have been lost, in milliseconds. */
const AGAIN_MS = 1000;
/** Bounds of the time in which more may follow the last answer, in milliseconds. */
const LEAST_GRACE_MS = 100;
const MOST_GRACE_MS = 1000;
/** What a datagram server answers to an address that is to prove itself. */
const PROOF = /^N2O\?([0-9a-f]{16})$/;

/** How the other end closed. */
export interface End {
  readonly code: number;
  readonly reason: string;
}

/** A dialogue over one channel; give it to the channel as its events. */
export class Dialogue implements ChannelEvents {
  /** How many messages were sent. */
  sent = 0;
  /** How many frames came after the handshake. */
  came = 0;
  /** How the other end closed; `undefined` while it has not. */
  end: End | undefined;
  /** What has ended it otherwise. */
  failure: unknown;
  readonly #show: (frame: Frame) => void;
  readonly #isExtra: (frame: Frame) => boolean;
  /** When the last frame came. */
  #heard = 0;
  /** How long after the last answer others may follow, in milliseconds. */
  #graceMs = LEAST_GRACE_MS;
  #channel: Channel | undefined;
  #greeted = true;
  #greeting: Frame | undefined;
  /** Messages that nobody waits for any more. */
  #forgiven = 0;
  #window = FIRST_WINDOW;
  /** When the next messages may go out. */
  #due = 0;
  #stopped = false;
  #interrupt: (() => void) | undefined;
  #changed: PromiseWithResolvers<void> = Promise.withResolvers();

  /** Takes what shows a frame, and what tells the frames that answer no message. */
  constructor(show: (frame: Frame) => void, isExtra: (frame: Frame) => boolean = () => false) {
    this.#show = show;
    this.#isExtra = isExtra;
  }

  /** Begins. */
  open(channel: Channel): void {
    this.#channel = channel;
  }

  /** Whether nothing is to be sent or waited for any more: the other end has closed, or somebody wants to stop. */
  get over(): boolean {
    return this.end !== undefined || this.failure !== undefined || this.#stopped;
  }

  /** How many messages have no answer. */
  get unanswered(): number {
    return Math.max(0, this.sent - this.came);
  }

  /** Takes a frame. */
  frame(frame: Frame): void {
    if (!this.#greeted) this.#greeting = frame;
    else {
      this.#heard = performance.now();
      if (!this.#isExtra(frame)) this.came++;
      this.#show(frame);
    }
    this.#wake();
  }

  /** Takes the end. */
  closed(code: number, reason: string): void {
    this.end = { code, reason };
    this.#wake();
  }

  /** Takes what has ended it otherwise. */
  failed(error: unknown): void {
    this.failure ??= error;
    this.#wake();
  }

  /** Ends all waiting. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  /**
   * Says `N2O,` and the token, and proves itself where that is asked for. Gives the frame that answers; `undefined` when none came in
   * time, or the dialogue is over.
   */
  async greet(token: string, timeoutMs: number): Promise<Frame | undefined> {
    const began = performance.now();
    const until = began + timeoutMs;
    this.#greeted = false;
    const { lossy } = this.#channel!;
    let words = `N2O,${token}`;
    let said = "";
    while (!this.over) {
      const left = until - performance.now();
      if (left <= 0) break;
      if (lossy || words !== said) this.#channel!.write(words);
      said = words;
      await this.until(() => this.#greeting !== undefined, lossy ? Math.min(AGAIN_MS, left) : left);
      const answer = this.#greeting;
      this.#greeting = undefined;
      const proof = typeof answer === "string" ? PROOF.exec(answer)?.[1] : undefined;
      if (proof !== undefined) words = `N2O,${token},${proof}`;
      else if (answer !== undefined) {
        this.#greeted = true;
        this.#graceMs = Math.min(MOST_GRACE_MS, Math.max(LEAST_GRACE_MS, 2 * (performance.now() - began)));
        return answer;
      }
    }
    this.#greeted = true;
    return undefined;
  }

  /** Sends a message, when there is room for it. */
  async send(frame: Frame): Promise<void> {
    const channel = this.#channel!;
    while (channel.buffered > HIGH_WATER && !this.over) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_MS));
    }
    const isRoom = () => this.sent - this.came - this.#forgiven < this.#window;
    if (!isRoom() && !await this.until(isRoom, PATIENCE_MS)) {
      this.#forgiven = this.sent - this.came;
      this.#window = Math.min(LAST_WINDOW, 2 * this.#window);
    }
    if (this.sent % PACE === 0) await this.#pace();
    if (this.over) return;
    this.sent++;
    channel.write(frame);
  }

  /** Waits for a promise, unless the dialogue is over first: then it gives `undefined`. */
  race<T>(promise: Promise<T>): Promise<T | undefined> {
    if (this.over) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#interrupt = () => resolve(undefined);
      promise.then(resolve, reject);
    });
  }

  /** Waits until this holds, the time has passed, or the dialogue is over; tells whether it holds. */
  async until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    if (condition()) return true;
    let timedOut = false;
    const timer = Number.isFinite(timeoutMs)
      ? setTimeout(() => {
        timedOut = true;
        this.#wake();
      }, timeoutMs)
      : undefined;
    while (!this.over && !timedOut && !condition()) await this.#changed.promise;
    clearTimeout(timer);
    return condition();
  }

  /**
   * Waits for as many answers as messages. What the server says unasked looks like an answer, so that where it can it is listened to
   * for a little longer.
   */
  async answered(timeoutMs: number): Promise<void> {
    const isComplete = await this.until(() => this.unanswered === 0, timeoutMs);
    if (!isComplete || !this.#channel!.live || this.sent === 0 || timeoutMs === 0) return;
    const until = performance.now() + MOST_GRACE_MS;
    for (let left = this.#graceMs; left > 0 && !this.over;) {
      await this.until(() => false, left);
      left = Math.min(this.#heard + this.#graceMs, until) - performance.now();
    }
  }

  async #pace(): Promise<void> {
    const now = performance.now();
    const early = this.#due - now;
    this.#due = Math.max(now, this.#due) + PACE_MS;
    if (early > 0) await this.until(() => false, early);
  }

  #wake(): void {
    if (this.over) this.#interrupt?.();
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
