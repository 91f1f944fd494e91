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
export interface Heartbeat {
  /** A frame came; true when a PING was waiting for one. */
  alive(): boolean;
  /** Asks for a sign of life now: the network or the page came back. */
  probe(): void;
  /** Ends it; nothing is called afterwards. */
  stop(): void;
}

/** Starts beating: the first PING goes out after `everyMs`. */
export function startHeartbeat({ everyMs, silenceMs, ping, dead }: HeartbeatOptions): Heartbeat {
  let timer: ReturnType<typeof setTimeout>;
  let cancelSilence: (() => void) | undefined;

  function later(): void {
    timer = setTimeout(beat, everyMs);
  }

  function beat(): void {
    clearTimeout(timer);
    cancelSilence = timeout(silenceMs, dead);
    ping();
  }

  later();
  return {
    alive() {
      if (!cancelSilence) return false;
      cancelSilence();
      cancelSilence = undefined;
      later();
      return true;
    },
    probe() {
      if (!cancelSilence) beat();
    },
    stop() {
      clearTimeout(timer);
      cancelSilence?.();
    },
  };
}
