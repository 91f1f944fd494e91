/**
 * What the client has to say and could not yet, or waits to have answered.
 *
 * @module
 */
import { encode } from "../formats/bert_encode.ts";
import type { Term } from "../term_shapes.ts";
import { isAbout, isPassing, isVague, refusalOf } from "./answers.ts";
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
export interface Outbox {
  /** Whether a message with that id is on its way. */
  has(id: string | undefined): boolean;
  /** Takes a message, and writes it if it can; false when there is no room for it. Throws for what is no term. */
  add(message: Message): boolean;
  /** Writes what waits, while the connection is ready for more. */
  flush(): void;
  /** Ends a message: it was answered, or failed, or nobody waits any more. */
  end(message: Message, answer?: Term, error?: unknown): void;
  /** Ends the oldest message that a term answers; true when the server wants to have something again later. */
  answer(term: Term): boolean;
  /** The connection ended: what it may have lost is written again on the next one if it has an id, else it came to nothing. */
  lost(closeCode: number): void;
  /** Writes again what was to be tried again later. */
  again(): void;
  /** Gives up every message. */
  clear(code: string): void;
}

/** An outbox that writes to the link that is open, if there is one. */
export function createOutbox(options: OutboxOptions, linkOf: () => Link | undefined): Outbox {
  const { maxMessages = 1000, maxBytes = 4_194_304 } = options;
  const entries = new Map<Message, Entry>();
  let size = 0;
  /** While there are suspects only one message is on its way, so that none takes the blame for another. */
  let isCareful = false;

  function flush(): void {
    const link = linkOf();
    for (const [message, entry] of entries) {
      if (!link?.ready) return;
      if (entry.held) continue;
      if (entry.written) {
        if (isCareful) return;
        continue;
      }
      entry.written = true;
      link.write(entry.frame);
      if (!message.match) end(message);
      else if (isCareful) return;
    }
  }

  function end(message: Message, answer?: Term, error?: unknown): void {
    const entry = entries.get(message);
    if (!entry) return;
    entries.delete(message);
    size -= entry.frame.length;
    message.done?.(answer, error);
    if (!isCareful) return;
    isCareful = [...entries.values()].some(({ suspect }) => suspect);
    flush();
  }

  function fail(message: Message, code: string, about?: unknown): void {
    end(message, undefined, new ClientError(code, about));
  }

  return {
    flush,
    end,
    has(id) {
      return !!id && [...entries.keys()].some((message) => message.id === id);
    },
    add(message) {
      const frame = encode(message.term);
      const bytes = size + frame.length + (linkOf()?.transport.buffered ?? 0);
      if (entries.size >= maxMessages || bytes > maxBytes) return false;
      entries.set(message, { frame, written: false, held: false, suspect: false, strikes: 0 });
      size += frame.length;
      flush();
      return true;
    },
    answer(term) {
      const refusal = refusalOf(term);
      // What the store did not take is lost with all that came after it, and nothing says what that was.
      const vague = isVague(refusal);
      let again = false;
      for (const [message, entry] of entries) {
        if (!entry.written) continue;
        try {
          if (!vague && !message.match!(term) && !(refusal && isAbout(refusal.about, message.term))) continue;
        } catch (error) {
          end(message, undefined, error);
          continue;
        }
        if (!refusal) end(message, term);
        else if (isPassing(refusal.code) && message.id !== undefined) again = entry.held = true;
        else fail(message, refusal.code, refusal.about);
        if (!vague) break;
      }
      return again;
    },
    lost(closeCode) {
      for (const [message, entry] of entries) {
        if (!entry.written) continue;
        entry.written = entry.held = false;
        if (message.id === undefined) fail(message, "lost");
        else if (BLAMING.includes(closeCode)) {
          entry.suspect = isCareful = true;
          if (closeCode !== TOO_MUCH && ++entry.strikes === MAX_STRIKES) fail(message, "refused", closeCode);
        }
      }
    },
    again() {
      for (const entry of entries.values()) if (entry.held) entry.held = entry.written = false;
      flush();
    },
    clear(code) {
      for (const message of entries.keys()) fail(message, code);
    },
  };
}
