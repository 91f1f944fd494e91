/**
 * What goes out of a connection: frames to the client and messages to topics, in order, and not before what they depend on
 * is stored.
 *
 * @module
 */
import type { Application } from "./application.ts";
import type { SharedMessage } from "./bus/message.ts";
import type { Commits } from "./commits.ts";
import { type Frame, sizeOf } from "./frame.ts";
import { type Effect, Held, type HeldSink } from "./held.ts";
import { failure } from "./loop.ts";
import { Outbound } from "./outbound.ts";
import { Reply } from "./reply.ts";
import type { Commit } from "./store/mod.ts";
import { atom, tuple } from "./term.ts";
import type { Transport } from "./transport.ts";

/** What it needs of the application. */
export interface OutgoingHost {
  /** Formatters, bus, limits, counters. */
  readonly application: Application;
  /** What the message being handled changed or read. */
  readonly commits: Commits;
  /** Arrays of queues that are empty, for the next one that is not. */
  readonly spares: Frame[][];
}

/** What it needs of its connection. */
export interface OutgoingOwner {
  /** Whether the client is gone. */
  readonly ended: boolean;
  /** Ends at once. */
  drop(code: number, reason: string): void;
  /** Something is held from now on, or nothing any more. */
  holding(held: boolean): void;
}

const STORE_UNAVAILABLE = new Reply(
  "default",
  tuple(atom("error"), atom("store_unavailable"), new Uint8Array(0)),
);

/** What goes out of one connection. */
export class Outgoing implements HeldSink {
  /** The message of the bus that is being handled: a reply to it may have been encoded for others already. */
  shared: SharedMessage | undefined;
  /** The synchronous part of a message is running: what it sends is looked at when it is over. */
  collecting = false;
  #host: OutgoingHost;
  #owner: OutgoingOwner;
  #outbound: Outbound;
  #collected: Frame[] | undefined;
  #collectedBytes = 0;
  #effects: Effect[] | undefined;
  #held: Held | undefined;
  #messages = 0;
  /** The number of the message that is being handled; 0 between messages. One that cannot be stored is refused once. */
  #message = 0;
  /** The bytes that the message came in: what follows from it may keep them in memory. */
  #weight = 0;
  #refused = -1;
  #spoiled = false;

  /** Stands between a connection and its transport. */
  constructor(transport: Transport, host: OutgoingHost, owner: OutgoingOwner) {
    const { limits, counters } = host.application;
    this.#host = host;
    this.#owner = owner;
    this.#outbound = new Outbound(transport, limits, counters, host.spares);
  }

  /** Whether something waits for the store. */
  get holds(): boolean {
    return this.#held !== undefined;
  }

  /** Whether the queue is half full. */
  get crowded(): boolean {
    return this.#outbound.crowded;
  }

  /** A message begins, of so many bytes; or what nobody asked for. */
  begin(weight: number, asked = true): void {
    this.#message = asked ? ++this.#messages : 0;
    this.#weight = weight;
    this.#host.commits.begin();
    this.collecting = true;
  }

  /** The synchronous part of the message is over; with its answer, if it has one yet. */
  finish(answer: Reply | undefined): void {
    const frames = this.#collected;
    const effects = this.#effects;
    let last: Frame | undefined;
    if (answer !== undefined) {
      if (frames === undefined && effects === undefined && this.#place(answer)) {
        this.collecting = false;
        return;
      }
      last = this.#encode(answer);
    }
    this.collecting = false;
    const { barrier } = this.#host.commits;
    this.#collected = undefined;
    this.#collectedBytes = 0;
    this.#effects = undefined;
    if (barrier !== 0 || this.#held !== undefined) {
      const all = frames ?? [];
      if (last !== undefined) all.push(last);
      return this.#hold(barrier, all, effects ?? []);
    }
    if (frames !== undefined) { for (const frame of frames) this.#enqueue(frame); }
    if (last !== undefined) this.#enqueue(last);
    if (effects !== undefined) this.#perform(effects);
  }

  /** Sends to the client: within a message with what else it sends, else by itself. */
  send(reply: Reply): void {
    const frame = this.#encode(reply);
    if (this.collecting) return this.#collect(frame);
    if (this.#spoiled) return this.refuse(this.#message);
    const { newest } = this.#host.commits;
    if (newest === 0 && this.#held === undefined) this.#enqueue(frame);
    else this.#hold(newest, [frame], []);
  }

  /** Has something follow, once what the message changed is stored. */
  effect(effect: Effect): void {
    if (this.collecting) {
      (this.#effects ??= []).push(effect);
      return;
    }
    if (this.#spoiled) return this.refuse(this.#message);
    const { newest } = this.#host.commits;
    if (newest === 0 && this.#held === undefined) this.#perform([effect]);
    else this.#hold(newest, [], [effect]);
  }

  /** Nothing more comes of the message: what is sent from now on belongs to none. */
  over(): void {
    this.shared = undefined;
    this.#message = 0;
    this.#spoiled = false;
  }

  /**
   * Writes failed while an asynchronous message is being handled. Which of them are its own is not known, so nothing that it
   * sends from now on goes out, until it is {@linkcode over}.
   */
  spoil(): void {
    this.#spoiled = true;
  }

  /** The store has decided on writes: what waited for them goes out, or an error in its place. */
  settle(commit: Commit): void {
    this.#held?.settle(commit, this);
    if (this.#held?.empty !== true) return;
    this.#held = undefined;
    this.#owner.holding(false);
  }

  /** Lets go what a message sent. */
  release(frames: readonly Frame[], effects: readonly Effect[]): void {
    for (const frame of frames) this.#enqueue(frame);
    this.#perform(effects);
  }

  /** Tells the client, once a message, that what it changed could not be stored. Of what it did not ask for it hears nothing. */
  refuse(message: number): void {
    if (message === this.#refused) return;
    this.#host.application.counters.commitFailures++;
    if (message === 0) return;
    this.#refused = message;
    this.#enqueue(this.#encode(STORE_UNAVAILABLE));
  }

  /** Hands what may go out to the transport, if it is not behind; tells whether it did. */
  flush(): boolean {
    return this.#outbound.flush();
  }

  /** The client is gone: its frames are dropped; effects that wait for the store still follow. */
  clear(): void {
    this.#outbound.clear();
  }

  /** Has an answer that waits for nothing encoded where it will be sent; tells whether it was. */
  #place(answer: Reply): boolean {
    const { application, commits } = this.#host;
    if (this.shared !== undefined || this.#held !== undefined || commits.barrier !== 0) return false;
    if (this.#owner.ended) return false;
    try {
      const placed = this.#outbound.place(application.formatters.get(answer.formatter), answer.term);
      if (placed) application.counters.encodings++;
      return placed;
    } catch {
      // What cannot be encoded is reported where it is encoded the usual way.
      return false;
    }
  }

  #encode(reply: Reply): Frame {
    const { formatters, counters, log } = this.#host.application;
    try {
      const formatter = formatters.get(reply.formatter);
      const { shared } = this;
      const known = shared?.encoded(formatter, reply.term);
      if (known !== undefined) return known;
      counters.encodings++;
      const payload = formatter.encode(reply.term);
      return shared === undefined ? payload : shared.remember(formatter, reply.term, payload);
    } catch (error) {
      counters.protocolErrors++;
      log.error("reply_not_encoded", { formatter: reply.formatter, error });
      return failure.term as Uint8Array;
    }
  }

  /** A message's own frames are bounded as the queue is, before it is known whether they may go there. */
  #collect(frame: Frame): void {
    const frames = this.#collected ??= [];
    const { maxQueueMessages, maxQueueBytes, queuePolicy } = this.#host.application.limits;
    const size = sizeOf(frame);
    const isFull = () =>
      frames.length > 0 &&
      (frames.length >= maxQueueMessages || this.#collectedBytes + size > maxQueueBytes);
    if (isFull()) {
      if (queuePolicy === "close") return this.#tooSlow();
      const { counters } = this.#host.application;
      if (queuePolicy === "drop-newest") {
        counters.framesDropped++;
        return;
      }
      for (; isFull(); counters.framesDropped++) this.#collectedBytes -= sizeOf(frames.shift()!);
    }
    frames.push(frame);
    this.#collectedBytes += size;
  }

  #enqueue(frame: Frame): void {
    if (this.#owner.ended) return;
    const outbound = this.#outbound;
    if (outbound.isFull(frame)) outbound.flush();
    if (outbound.isFull(frame)) {
      const { limits, counters } = this.#host.application;
      if (limits.queuePolicy === "close") return this.#tooSlow();
      if (limits.queuePolicy === "drop-newest") {
        counters.framesDropped++;
        return;
      }
      outbound.makeRoom(frame);
    }
    outbound.push(frame);
  }

  #hold(barrier: number, frames: readonly Frame[], effects: readonly Effect[]): void {
    if (barrier === 0 && frames.length === 0 && effects.length === 0) return;
    if (this.#held === undefined) {
      this.#held = new Held();
      this.#owner.holding(true);
    }
    const held = this.#held;
    held.add(barrier, this.#message, frames, effects, effects.length > 0 ? this.#weight : 0);
    const { maxQueueMessages, maxQueueBytes } = this.#host.application.limits;
    // Acknowledgements cannot be dropped: whoever asks faster than the disk answers has to go.
    if (held.length > maxQueueMessages || (held.length > 1 && held.bytes > maxQueueBytes)) this.#tooSlow();
  }

  #tooSlow(): void {
    if (this.#owner.ended) return;
    this.#host.application.counters.slowReaders++;
    this.#owner.drop(1013, "too slow");
  }

  #perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (typeof effect === "function") effect();
      else this.#host.application.bus.send(effect.topic, effect.term);
    }
  }
}
