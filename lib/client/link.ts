/**
 * One connection from its handshake to its end, whatever carries it.
 *
 * @module
 */
import { decode } from "../formats/bert_decode.ts";
import type { N2OError } from "../error.ts";
import { isTuple, type Term } from "../term_shapes.ts";
import { tokenOf } from "./answers.ts";
import { Heartbeat } from "./heartbeat.ts";
import { timeout } from "./timeout.ts";
import type { Frame, Transport, TransportEvents } from "./transport.ts";

/** The close code for a server that sends what is no term; pages may not send 1002. */
const MALFORMED = 4002;

/** What a link needs to know. */
export interface LinkOptions<T extends Transport> {
  transport(events: TransportEvents): T;
  /** The token to shake hands with, and behind a comma what is asked of the page. */
  token(): string;
  /** The time between PINGs, in milliseconds; 0 for none. */
  heartbeatMs: number;
  /** How long the handshake and a PING may stay without an answer, in milliseconds. */
  silenceMs: number;
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
export class Link<T extends Transport = Transport> {
  readonly transport: T;
  readonly #options: LinkOptions<T>;
  readonly #events: LinkEvents;
  #heartbeat: Heartbeat | undefined;
  #cancelHandshake: () => void;
  #open = false;
  #ended = false;

  constructor(options: LinkOptions<T>, events: LinkEvents) {
    this.#options = options;
    this.#events = events;
    this.#cancelHandshake = timeout(options.silenceMs, () => this.#fail(4000, "no handshake"));
    this.transport = options.transport({
      open: () => this.transport.write(`N2O,${options.token()}`),
      frame: (frame) => this.#frame(frame),
      drain: () => this.#events.drain(),
      close: (code, reason) => this.#end(code, reason),
    });
  }

  /** Whether a message written now goes out now. */
  get ready(): boolean {
    return this.transport.ready;
  }

  /** Writes a frame. */
  write(frame: Frame): void {
    this.transport.write(frame);
  }

  /** Asks for a sign of life now. */
  probe(): void {
    this.#heartbeat?.probe();
  }

  /** Ends it without a word to its owner. */
  close(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancelHandshake();
    this.#heartbeat?.stop();
    this.transport.close(code, reason);
  }

  #frame(frame: Frame): void {
    if (this.#heartbeat?.alive()) this.#events.steady();
    if (typeof frame === "string") {
      if (frame !== "" && frame !== "PONG") this.#events.text(frame);
      return;
    }
    if (frame.length === 0) {
      // Nobody took it. For the handshake that means a server without sessions, which serves all the same.
      if (!this.#open) this.#opened();
      return;
    }
    let term: Term;
    try {
      term = decode(frame);
    } catch (error) {
      this.#events.fault((error as N2OError).code);
      this.#fail(MALFORMED, "malformed frame");
      return;
    }
    const token = tokenOf(term);
    if (token !== undefined) this.#events.token(token);
    if (!this.#open && isTuple(term, "io", 3)) {
      if (token === undefined) this.#events.fault("page_failed", term[2]);
      this.#opened();
    }
    // A listener may have closed it.
    if (!this.#ended) this.#events.term(term);
  }

  #opened(): void {
    if (this.#ended) return;
    this.#open = true;
    this.#cancelHandshake();
    const { heartbeatMs, silenceMs } = this.#options;
    if (heartbeatMs > 0) {
      this.#heartbeat = new Heartbeat({
        everyMs: heartbeatMs,
        silenceMs,
        ping: () => this.transport.write("PING"),
        dead: () => this.#fail(4000, "no answer"),
      });
    }
    this.#events.open();
  }

  #fail(code: number, reason: string): void {
    this.transport.close(code, reason);
    this.#end(code, reason);
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancelHandshake();
    this.#heartbeat?.stop();
    this.#events.close(code, reason);
  }
}
