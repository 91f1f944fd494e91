/**
 * What comes to a connection: frames of its client and messages of the bus, counted, bounded, and handled one at a time.
 *
 * @module
 */
import type { Application } from "./application.ts";
import { SharedMessage } from "./bus/message.ts";
import type { Subscriber } from "./bus/mod.ts";
import type { Source } from "./context.ts";
import { N2OError } from "./error.ts";
import { Mailbox } from "./mailbox.ts";
import { countLeft } from "./rate.ts";
import type { Runnable, Scheduler } from "./scheduler.ts";
import { isSystemMessage } from "./system_message.ts";
import { atom, type Term, tuple } from "./term.ts";
import type { Transport } from "./transport.ts";

/** What a receiver needs of the application. */
export interface ReceiverHost {
  /** Formatters, limits, counters. */
  readonly application: Application;
  /** Runs receivers that have messages waiting. */
  readonly scheduler: Scheduler;
  /** A clock that moves with each tick, in milliseconds since 1970: cheap enough to be read for every message. */
  readonly now: number;
  /** The number of the present second, by the clock itself. */
  readonly second: number;
}

/** Open, going to close once what was sent is out, or gone. */
export type State = "open" | "closing" | "ended";

type Letter = string | Uint8Array | SharedMessage;

const TEXT = atom("text");
const encoder = new TextEncoder();

/** The part of a connection that takes what comes. */
export abstract class Receiver implements Subscriber, Runnable {
  /** Whether anything is taken. */
  protected state: State = "open";
  /** A message is being handled, or protocols begin or end: what comes has to wait. */
  protected busy = false;
  /** When the client was last heard of, in milliseconds since 1970. */
  protected heardAt: number;
  #mailbox: Mailbox<Letter> | undefined;
  #queued = false;
  /** Messages of the bus that have been sent here and not been handled. */
  #awaited = 0;
  #second: number;
  #rate = 0;

  /** Takes what comes from now on. */
  constructor({ now, second }: ReceiverHost) {
    this.heardAt = now;
    this.#second = second;
  }

  /** What it needs of the application. */
  protected abstract readonly host: ReceiverHost;
  /** Where the client's frames come from. */
  protected abstract readonly transport: Transport;
  /** Whether so much waits to be sent that its client should read some of it before it gets more. */
  protected abstract readonly outgoing: { readonly crowded: boolean };
  /** Handles a message. */
  protected abstract dispatch(
    message: Term,
    source: Source,
    shared: SharedMessage | undefined,
    size: number,
  ): void;
  /** Answers an empty frame. */
  protected abstract answerNothing(): void;
  /** Has itself flushed at the end of this turn. */
  protected abstract markDirty(): void;
  /** Hands what was sent to the transport. */
  abstract flush(): void;
  /** Closes once what was sent is out. */
  abstract close(code: number, reason: string): void;
  /** Whether so much waits, to be handled or to be sent, that a transport that can wait should not add to it. */
  abstract get crowded(): boolean;

  /** Takes one frame from the client: a text, or the bytes of a binary frame, which become the connection's. */
  receive(data: string | Uint8Array): void {
    if (!this.#admit(data.length)) return;
    if (isOver(data, this.host.application.limits.maxFrameBytes)) return this.close(1009, "message too big");
    if (this.#mustWait()) this.#put(data, data.length);
    else this.#take(data);
  }

  /** Takes a binary frame that stands in a buffer from `start` up to `end`, of which nothing is kept. */
  receiveFrom(buffer: Uint8Array, start: number, end: number): void {
    const size = end - start;
    if (!this.#admit(size)) return;
    const { application } = this.host;
    if (size > application.limits.maxFrameBytes) return this.close(1009, "message too big");
    const formatter = application.formatters.default;
    if (this.#mustWait()) return this.#put(buffer.slice(start, end), size);
    if (size === 0 || formatter.decodeFrom === undefined) return this.#take(buffer.slice(start, end));
    let term: Term;
    try {
      term = formatter.decodeFrom(buffer, start, end);
    } catch (error) {
      return this.#malformed(error);
    }
    this.dispatch(term, "client", undefined, size);
  }

  /** A sign of life that is no message; it counts like one. Tells whether the connection is still open. */
  heard(): boolean {
    return this.#admit(0);
  }

  /** Takes a message of the bus. */
  deliver(message: SharedMessage): void {
    if (this.state !== "open") return;
    if (this.#awaited >= this.host.application.limits.maxMailboxMessages) return this.#overflow();
    this.#awaited++;
    this.host.scheduler.post(this, message);
  }

  /** Handles a message of the bus when its turn has come, or puts it behind what waits already. */
  accept(message: SharedMessage): void {
    this.#awaited--;
    if (this.state !== "open") return;
    if (this.busy || this.#queued) this.#put(message, 0);
    else this.#take(message);
    this.markDirty();
  }

  /** Handles waiting messages in its turn. */
  run(budget: number): number {
    this.#queued = false;
    const mailbox = this.#mailbox;
    if (mailbox === undefined) return 0;
    let done = 0;
    let jammed = false;
    while (done < budget && !this.busy && this.state === "open" && mailbox.length > 0) {
      jammed = this.#isJammed();
      if (jammed) break;
      this.#take(mailbox.shift());
      done++;
    }
    if (mailbox.length > 0 && !jammed) this.#ready();
    if (!this.crowded) this.transport.resume?.();
    this.markDirty();
    return done;
  }

  /** How many messages wait to be handled. */
  get waiting(): number {
    return this.#mailbox?.length ?? 0;
  }

  /** Whether the mailbox is half full. */
  protected get isMailboxCrowded(): boolean {
    const mailbox = this.#mailbox;
    if (mailbox === undefined || mailbox.length === 0) return false;
    const { maxMailboxMessages, maxMailboxBytes } = this.host.application.limits;
    return 2 * mailbox.length > maxMailboxMessages || 2 * mailbox.bytes > maxMailboxBytes;
  }

  /** Whether nothing is being handled, and nothing waits for it. */
  protected get hasHandledAll(): boolean {
    return !this.busy && !this.#queued && this.#awaited === 0 && this.waiting === 0;
  }

  /** Has what waits handled in its turn; tells whether anything does. */
  protected goOn(): boolean {
    if (this.waiting === 0) return false;
    this.#ready();
    return true;
  }

  /** Drops what waits. */
  protected forget(): void {
    this.#mailbox?.clear();
  }

  /** Counts what came; tells whether it may be handled. */
  #admit(size: number): boolean {
    if (this.state !== "open") return false;
    const { host } = this;
    const { limits, counters } = host.application;
    counters.messagesIn++;
    counters.bytesIn += size;
    this.heardAt = host.now;
    if (++this.#rate <= limits.maxMessagesPerSecond || !this.#isFlood()) return true;
    counters.rateExceeded++;
    this.close(1008, "too many messages");
    return false;
  }

  /** Whether the messages counted came within a second: ticks may have been late. */
  #isFlood(): boolean {
    const { second, application } = this.host;
    const { maxMessagesPerSecond } = application.limits;
    if (second !== this.#second) {
      this.#rate = countLeft(this.#rate, second - this.#second, maxMessagesPerSecond);
      this.#second = second;
    }
    return this.#rate > maxMessagesPerSecond;
  }

  /** Whether a frame has to wait for its turn: for what came before, or for its client to read some answers. */
  #mustWait(): boolean {
    if (this.busy || this.#queued) return true;
    return (this.#mailbox !== undefined && this.#mailbox.length > 0) || this.#isJammed();
  }

  /** Whether answers wait that the client should read before it gets more; of a transport only that can make its client wait. */
  #isJammed(): boolean {
    if (this.transport.waits !== true || !this.outgoing.crowded) return false;
    this.flush();
    return this.outgoing.crowded;
  }

  #put(letter: Letter, size: number): void {
    const { limits } = this.host.application;
    const mailbox = this.#mailbox ??= new Mailbox(limits.maxMailboxMessages, limits.maxMailboxBytes);
    if (!mailbox.push(letter, size)) {
      // What such a transport has read before it waits has a bound of its own.
      if (this.transport.waits !== true || letter instanceof SharedMessage) return this.#overflow();
      mailbox.add(letter, size);
    }
    if (!this.busy && !this.#isJammed()) this.#ready();
  }

  #overflow(): void {
    this.host.application.counters.mailboxesFull++;
    this.close(1013, "too many messages wait");
  }

  #ready(): void {
    if (this.#queued || this.busy) return;
    this.#queued = true;
    this.host.scheduler.ready(this);
  }

  #take(letter: Letter): void {
    const size = letter instanceof SharedMessage ? 0 : letter.length;
    if (typeof letter === "string") return this.dispatch(tuple(TEXT, letter), "client", undefined, size);
    if (letter instanceof SharedMessage) {
      if (isSystemMessage(letter)) return this.dispatch(letter.term, "system", letter, size);
      this.host.application.counters.deliveries++;
      return this.dispatch(letter.term, "bus", letter, size);
    }
    if (letter.length === 0) return this.answerNothing();
    let term: Term;
    try {
      term = this.host.application.formatters.default.decode(letter);
    } catch (error) {
      return this.#malformed(error);
    }
    this.dispatch(term, "client", undefined, size);
  }

  #malformed(error: unknown): void {
    this.host.application.counters.malformed++;
    if (this.transport.lossy !== true) this.close(1007, malformed(error));
  }
}

/** A text counts in bytes of UTF-8: at most three a unit, so that most need no counting. */
function isOver(data: string | Uint8Array, maxBytes: number): boolean {
  if (data.length * 3 <= maxBytes) return false;
  return (typeof data === "string" ? encoder.encode(data).length : data.length) > maxBytes;
}

/** The close reason for a frame that cannot be decoded: a code and an offset, nothing of the frame itself. */
function malformed(error: unknown): string {
  if (!(error instanceof N2OError)) return "malformed";
  const { offset } = error as { offset?: unknown };
  return typeof offset === "number" ? `${error.code} at byte ${offset}` : error.code;
}
