/**
 * PING and PONG: whether the other side of a connection is still there.
 *
 * @module
 */
import { timeout } from "./timeout.ts";

/** What a heartbeat needs to know and whom it tells. */
export interface HeartbeatOptions {
  /** The time between an answer and the next PING, in milliseconds. */
  everyMs: number;
  /** How long after a PING nothing at all may come, in milliseconds. */
  silenceMs: number;
  /** Writes a PING. */
  ping(): void;
  /** Called once, when nothing came after a PING. */
  dead(): void;
}

/**
 * The heartbeat of one connection; a new connection gets a new one, so that no old PING is held against it.
 *
 * No interval: the timer of the next PING is set where an answer is received. Chromium wakes a tab that was hidden for minutes once a
 * minute only, but exempts timers that were not set by a chain of timers; a network event begins no chain. So PINGs go on there
 * without a worker (which a page's content security policy would have to allow).
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #cancelSilence: (() => void) | undefined;

  /** Starts beating: the first PING goes out after `everyMs`. */
  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#later();
  }

  /** A frame came; true when a PING was waiting for one. */
  alive(): boolean {
    if (!this.#cancelSilence) return false;
    this.#cancelSilence();
    this.#cancelSilence = undefined;
    this.#later();
    return true;
  }

  /** Asks for a sign of life now: the network or the page came back. */
  probe(): void {
    if (!this.#cancelSilence) this.#ping();
  }

  /** Ends it; nothing is called afterwards. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#cancelSilence?.();
  }

  #later(): void {
    this.#timer = setTimeout(() => this.#ping(), this.#options.everyMs);
  }

  #ping(): void {
    clearTimeout(this.#timer);
    this.#cancelSilence = timeout(this.#options.silenceMs, this.#options.dead);
    this.#options.ping();
  }
}
