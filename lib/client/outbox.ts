/**
 * What the client has to say and could not yet, or waits to have answered.
 *
 * @module
 */
import { encode } from "../formats/bert_encode.ts";
import type { Term } from "../term_shapes.ts";
import { isAbout, isPassing, isVague, type Refusal, refusalOf } from "./answers.ts";
import { ClientError } from "./error.ts";
import type { Link } from "./link.ts";

/** How much may wait in the outbox. */
export interface OutboxOptions {
  /**
   * The most messages: those that are not written, and those that wait for an answer.
   * @default 1000
   */
  maxMessages?: number;
  /**
   * The most bytes of them, counting also what waits inside the open socket.
   * @default 4194304
   */
  maxBytes?: number;
}

/** Connections that a message may end, as far as the client can tell, before it is given up. */
const MAX_STRIKES = 3;

/** The close code for too much at once, which blames no message of its own. */
const TOO_MUCH = 1008;
/** Close codes that blame what was sent: malformed, too much, too big. */
const BLAMING = [1007, TOO_MUCH, 1009];

/** A message to send, and what is waited for. */
export interface Message {
  readonly term: Term;
  /** Names the message; with it the message may be written again. */
  readonly id?: string;
  /** Whether a term is the answer; without, the message is done when it is written. */
  match?(answer: Term): boolean;
  /** Called once at its end, with an answer or with an error. */
  done?(answer: Term | undefined, error?: unknown): void;
}

/** A message on its way. */
interface Entry {
  readonly frame: Uint8Array;
  /** Whether the open connection has it. */
  written: boolean;
  /** Whether the server asked to try again later. */
  held: boolean;
  /** Whether it was on its way when a close blamed what was sent. */
  suspect: boolean;
  strikes: number;
}

/** The messages on their way, in order. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #link: () => Link | undefined;
  #entries = new Map<Message, Entry>();
  #bytes = 0;
  /** While there are suspects only one message is on its way, so that none takes the blame for another. */
  #careful = false;

  /** Writes to the link that is open, if there is one. */
  constructor(options: OutboxOptions, link: () => Link | undefined) {
    this.#options = options;
    this.#link = link;
  }

  /** Whether a message with that id is on its way. */
  has(id: string | undefined): boolean {
    for (const message of this.#entries.keys()) if (id !== undefined && message.id === id) return true;
    return false;
  }

  /** Takes a message, and writes it if it can; false when there is no room for it. Throws for what is no term. */
  add(message: Message): boolean {
    const { maxMessages = 1000, maxBytes = 4_194_304 } = this.#options;
    const frame = encode(message.term);
    const bytes = this.#bytes + frame.length + (this.#link()?.transport.buffered ?? 0);
    if (this.#entries.size >= maxMessages || bytes > maxBytes) return false;
    this.#entries.set(message, { frame, written: false, held: false, suspect: false, strikes: 0 });
    this.#bytes += frame.length;
    this.flush();
    return true;
  }

  /** Writes what waits, while the connection is ready for more. */
  flush(): void {
    const link = this.#link();
    for (const [message, entry] of this.#entries) {
      if (!link?.ready) return;
      if (entry.held) continue;
      if (entry.written) {
        if (this.#careful) return;
        continue;
      }
      entry.written = true;
      link.write(entry.frame);
      if (message.match === undefined) this.end(message);
      else if (this.#careful) return;
    }
  }

  /** Ends a message: it was answered, or failed, or nobody waits any more. */
  end(message: Message, answer?: Term, error?: unknown): void {
    const entry = this.#entries.get(message);
    if (entry === undefined) return;
    this.#entries.delete(message);
    this.#bytes -= entry.frame.length;
    message.done?.(answer, error);
    if (!this.#careful) return;
    this.#careful = [...this.#entries.values()].some(({ suspect }) => suspect);
    this.flush();
  }

  /** Ends the oldest message that a term answers; true when the server wants to have something again later. */
  answer(term: Term): boolean {
    const refusal = refusalOf(term);
    // What the store did not take is lost with all that came after it, and nothing says what that was.
    const vague = isVague(refusal);
    let again = false;
    for (const [message, entry] of this.#entries) {
      if (!entry.written) continue;
      try {
        if (!vague && !message.match!(term) && !(refusal && isAbout(refusal.about, message.term))) continue;
      } catch (error) {
        this.end(message, undefined, error);
        continue;
      }
      if (refusal) again = this.#refused(message, entry, refusal) || again;
      else this.end(message, term);
      if (!vague) break;
    }
    return again;
  }

  #refused(message: Message, entry: Entry, { code, about }: Refusal): boolean {
    if (isPassing(code) && message.id !== undefined) return entry.held = true;
    this.end(message, undefined, new ClientError(code, about));
    return false;
  }

  /** The connection ended: what it may have lost is written again on the next one if it has an id, else it came to nothing. */
  lost(closeCode: number): void {
    for (const [message, entry] of this.#entries) {
      if (!entry.written) continue;
      entry.written = entry.held = false;
      if (message.id === undefined) this.end(message, undefined, new ClientError("lost"));
      else if (BLAMING.includes(closeCode)) {
        entry.suspect = this.#careful = true;
        if (closeCode !== TOO_MUCH && ++entry.strikes === MAX_STRIKES) {
          this.end(message, undefined, new ClientError("refused", closeCode));
        }
      }
    }
  }

  /** Writes again what was to be tried again later. */
  again(): void {
    for (const entry of this.#entries.values()) if (entry.held) entry.held = entry.written = false;
    this.flush();
  }

  /** Gives up every message. */
  clear(code: string): void {
    for (const message of this.#entries.keys()) this.end(message, undefined, new ClientError(code));
  }
}
