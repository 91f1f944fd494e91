/**
 * What the client has to say and could not yet, or cannot know to have been heard.
 *
 * @module
 */
import type { Term } from "../term.ts";
import { ClientError } from "./error.ts";

/** How much may wait in the outbox. */
export interface OutboxOptions {
  /**
   * The most messages.
   * @default 1000
   */
  maxMessages?: number;
  /**
   * The most bytes, and also the most that may wait inside the open socket.
   * @default 4194304
   */
  maxBytes?: number;
}

/** Connections that a message may end, as far as the client can tell, before it is given up. */
const MAX_STRIKES = 3;

/** Close codes that blame what was sent: malformed, against a rule, too big. */
const BLAMING = new Set([1007, 1008, 1009]);

/** One message on its way. */
export interface Entry {
  readonly frame: Uint8Array;
  /** Names the message in the answer; with it the message may be written again. */
  readonly id: string | undefined;
  /** Whether the open connection has it. */
  written: boolean;
  /** Whether the server asked to try again later. */
  held: boolean;
  strikes: number;
  readonly settle: Settle;
}

/** What becomes of a message. */
export interface Settle {
  /** Whether a term that names the message is its answer; any is, without this. */
  match?(answer: Term): boolean;
  /** Called with the answer, when it is no error. */
  answered?(answer: Term): void;
  /** Called when the message comes to nothing. */
  failed?(error: ClientError): void;
}

/** The messages that wait, in order: unwritten ones, and written ones with an id that no answer has named yet. */
export class Outbox {
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  #entries = new Set<Entry>();
  #byId = new Map<string, Entry>();
  #bytes = 0;

  constructor(options: OutboxOptions) {
    this.#maxMessages = options.maxMessages ?? 1000;
    this.#maxBytes = options.maxBytes ?? 4 * 1024 * 1024;
  }

  /** Whether some written message waits for the answer that names it. */
  get unanswered(): boolean {
    return this.#byId.size > 0;
  }

  /** The message with that id. */
  get(id: string): Entry | undefined {
    return this.#byId.get(id);
  }

  /** A term named that id: the message is done, unless the term is not its answer. */
  answer(id: string, answer: Term): void {
    const entry = this.#byId.get(id);
    if (entry === undefined || !entry.written || entry.settle.match?.(answer) === false) return;
    this.remove(entry);
    entry.settle.answered?.(answer);
  }

  /** Takes a message, or not when there is no room; `buffered` bytes already wait elsewhere. */
  add(frame: Uint8Array, id: string | undefined, buffered: number, settle: Settle): Entry | undefined {
    if (this.#entries.size >= this.#maxMessages) return undefined;
    if (this.#bytes + buffered + frame.length > this.#maxBytes) return undefined;
    const entry: Entry = { frame, id, written: false, held: false, strikes: 0, settle };
    this.#entries.add(entry);
    if (id !== undefined) this.#byId.set(id, entry);
    this.#bytes += frame.length;
    return entry;
  }

  /** Forgets a message: it was answered, or nobody waits for it any more. */
  remove(entry: Entry): void {
    if (!this.#entries.delete(entry)) return;
    if (entry.id !== undefined) this.#byId.delete(entry.id);
    this.#bytes -= entry.frame.length;
  }

  /** Writes what waits, in order, while the connection is ready for more. */
  flush(connection: { readonly ready: boolean; write(frame: Uint8Array): void }): void {
    for (const entry of this.#entries) {
      if (!connection.ready) return;
      if (entry.written || entry.held) continue;
      entry.written = true;
      connection.write(entry.frame);
      if (entry.id === undefined) this.remove(entry);
    }
  }

  /** The connection ended: what it may have lost is written again on the next one. */
  lost(code: number): void {
    for (const entry of this.#entries) {
      if (!entry.written) continue;
      entry.written = false;
      if (BLAMING.has(code) && ++entry.strikes === MAX_STRIKES) {
        this.remove(entry);
        entry.settle.failed?.(
          new ClientError("refused", `connections end with ${code} after this message`, entry.id),
        );
      }
    }
  }

  /** Lets go of the messages that were told to try again later. */
  release(): void {
    for (const entry of this.#entries) {
      if (entry.held) entry.held = entry.written = false;
    }
  }

  /** Gives up every message. */
  clear(code: string, message: string): void {
    const entries = this.#entries;
    this.#entries = new Set();
    this.#byId.clear();
    this.#bytes = 0;
    for (const entry of entries) entry.settle.failed?.(new ClientError(code, message, entry.id));
  }
}
