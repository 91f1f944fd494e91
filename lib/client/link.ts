/**
 * One connection from its handshake to its end, whatever carries it.
 *
 * @module
 */
import { decode } from "../formats/bert_decode.ts";
import type { N2OError } from "../error.ts";
import { isTuple, type Term } from "../term_shapes.ts";
import { tokenOf } from "./answers.ts";
import { type Heartbeat, startHeartbeat } from "./heartbeat.ts";
import { timeout } from "./timeout.ts";
import type { Frame, Transport, TransportEvents } from "./transport.ts";

/** The close code for a server that sends what is no term; pages may not send 1002. */
const MALFORMED = 4002;
/** The close code for a server that does not answer in time. */
export const NO_ANSWER = 4000;

/** What a link needs to know. */
export interface LinkOptions<T extends Transport> {
  transport(events: TransportEvents): T;
  /** The token to shake hands with, and behind a comma what is asked of the page. */
  token(): string;
  /** The time between PINGs, in milliseconds; 0 for none. */
  heartbeatMs: number;
  /** How long the handshake and a PING may stay without an answer, in milliseconds. */
  silenceMs: number;
  /** How many times as long the handshake's answer may take: on a slow line the first page is long under way. @default 1 */
  patience?: number;
}

/** What a link tells its owner. */
export interface LinkEvents {
  /** The server gave a token; the first one comes before `open`. */
  token(token: string): void;
  /** The handshake was answered. */
  open(): void;
  /** A term came. */
  term(term: Term): void;
  /** A text came that is no heartbeat. */
  text(text: string): void;
  /** The transport can take more. */
  drain(): void;
  /** A PING was answered. */
  steady(): void;
  /** Something is wrong with what the server sent. */
  fault(code: string, about?: Term): void;
  /** It ended, and not by {@linkcode Link.close}. */
  close(code: number, reason: string): void;
}

/** A connection: `N2O,`, then frames both ways and a heartbeat. */
export interface Link<T extends Transport = Transport> {
  readonly transport: T;
  /** Whether a message written now goes out now. */
  readonly ready: boolean;
  /** Writes a frame. */
  write(frame: Frame): void;
  /** Asks for a sign of life now. */
  probe(): void;
  /** Ends it without a word to its owner. */
  close(code: number, reason: string): void;
}

/** Makes a connection. */
export function createLink<T extends Transport>(options: LinkOptions<T>, events: LinkEvents): Link<T> {
  const { heartbeatMs, silenceMs, patience = 1 } = options;
  let heartbeat: Heartbeat | undefined;
  let isOpen = false;
  let isEnded = false;
  const cancelHandshake = timeout(silenceMs * patience, () => fail(NO_ANSWER, "no handshake"));
  const transport = options.transport({
    open: () => transport.write(`N2O,${options.token()}`),
    frame: read,
    drain: () => events.drain(),
    close: end,
  });

  function read(frame: Frame): void {
    if (heartbeat?.alive()) events.steady();
    if (typeof frame === "string") {
      if (frame !== "" && frame !== "PONG") events.text(frame);
      return;
    }
    if (frame.length === 0) {
      // Nobody took it. For the handshake that means a server without sessions, which serves all the same.
      if (!isOpen) opened();
      return;
    }
    let term: Term;
    try {
      term = decode(frame);
    } catch (error) {
      events.fault((error as N2OError).code);
      fail(MALFORMED, "malformed frame");
      return;
    }
    const token = tokenOf(term);
    if (token !== undefined) events.token(token);
    if (!isOpen && isTuple(term, "io", 3)) {
      if (token === undefined) events.fault("page_failed", term[2]);
      opened();
    }
    // A listener may have closed it.
    if (!isEnded) events.term(term);
  }

  function opened(): void {
    if (isEnded) return;
    isOpen = true;
    cancelHandshake();
    if (heartbeatMs > 0) {
      heartbeat = startHeartbeat({
        everyMs: heartbeatMs,
        silenceMs,
        ping: () => transport.write("PING"),
        dead: () => fail(NO_ANSWER, "no answer"),
      });
    }
    events.open();
  }

  function fail(code: number, reason: string): void {
    transport.close(code, reason);
    end(code, reason);
  }

  function end(code: number, reason: string): void {
    if (stop()) events.close(code, reason);
  }

  /** Nothing more is heard or told; false when it was so already. */
  function stop(): boolean {
    if (isEnded) return false;
    isEnded = true;
    cancelHandshake();
    heartbeat?.stop();
    return true;
  }

  return {
    transport,
    get ready() {
      return transport.ready;
    },
    write: (frame) => transport.write(frame),
    probe: () => heartbeat?.probe(),
    close(code, reason) {
      if (stop()) transport.close(code, reason);
    },
  };
}
