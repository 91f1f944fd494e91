/**
 * A connection: one client, whatever its transport. Its messages go through the chain one after another, in order.
 *
 * @module
 */
import type { Application } from "./application.ts";
import { SharedMessage } from "./bus/message.ts";
import type { Subscriber } from "./bus/mod.ts";
import { begin, type Chain, type ChainPort, goOver } from "./chain.ts";
import { Context, type ContextPort, type Peer, type Source } from "./context.ts";
import { N2OError } from "./error.ts";
import type { Effect } from "./held.ts";
import { farewell, FAREWELL_MS } from "./farewell.ts";
import { isPromise, nobody, type Outcome, push } from "./loop.ts";
import { Mailbox } from "./mailbox.ts";
import { Outgoing, type OutgoingHost, type OutgoingOwner } from "./outgoing.ts";
import { Reply } from "./reply.ts";
import type { Runnable, Scheduler } from "./scheduler.ts";
import type { Session } from "./session.ts";
import type { Commit } from "./store/mod.ts";
import { atom, type Term, tuple } from "./term.ts";
import type { Transport } from "./transport.ts";
import { Visitor, type VisitorPort } from "./visitor.ts";

/** What a connection needs of its application. */
export interface ConnectionHost extends OutgoingHost {
  /** The chain for connections of a route. */
  chainOf(route: string): Chain;
  /** Runs connections that have messages waiting. */
  readonly scheduler: Scheduler;
  /** The connections that are open. */
  readonly connections: Set<Connection>;
  /** Those that wait for the store. */
  readonly holding: Set<Connection>;
  /** Whether the application is closing: nobody comes in any more. */
  readonly closing: boolean;
  /** A clock that moves with each tick, in milliseconds since 1970: cheap enough to be read for every message. */
  readonly now: number;
  /** The number of the present second, by the clock itself. */
  readonly second: number;
  /** Waits for the work of an ended connection before the application closes. */
  track(work: Promise<void>): void;
}

/** What opens a connection. */
export interface ConnectionOptions {
  /** The page's path: `app/index.htm`. */
  readonly route: string;
  /** The query, without the question mark. */
  readonly query: string;
  /** Who is at the other end. */
  readonly peer: Peer;
  /** The session that the client's cookie names, if it is valid. */
  readonly session?: Session | undefined | Promise<Session | undefined>;
}

type Letter = string | Uint8Array | SharedMessage;
type State = "open" | "closing" | "ended";

const TEXT = atom("text");
const DIRECT = atom("direct");
const USER = atom("user");
/** The topic of messages from the application itself; nobody can register for it. */
const SYSTEM = "";
const MAX_TOPIC = 1024;
/** So many seconds' messages may come at once after silence: what piles up while a network or this process stands still. */
const SAVED_SECONDS = 4;
const encoder = new TextEncoder();

/** One client, whatever its transport. Endpoints make it, feed it with {@linkcode receive} and {@linkcode flush}, and end it with {@linkcode end}. */
export class Connection implements Subscriber, Runnable, ContextPort, OutgoingOwner, VisitorPort, ChainPort {
  /** What the protocols see of it. */
  readonly cx: Context;
  /** Where the message that is being handled comes from. */
  source: Source = "client";
  #host: ConnectionHost;
  /** The chain that this connection's state is of. */
  #chain: Chain;
  #transport: Transport;
  #outgoing: Outgoing;
  #visitor: Visitor;
  #mailbox: Mailbox<Letter> | undefined;
  #topics: Set<string> | undefined;
  #state: State = "open";
  #busy = false;
  /** Protocols begin, or go over to another chain. */
  #changing = false;
  #queued = false;
  /** Messages of the bus that have been sent here and not been handled. */
  #awaited = 0;
  #dirty = false;
  /** The transport does not take what it is given as fast as it comes. */
  #behind = false;
  #second = 0;
  #rate = 0;
  #seen: number;
  #close: { code: number; reason: string; since: number } | undefined;
  #afterwards: (() => void) | undefined;
  #idle: PromiseWithResolvers<void> | undefined;

  /** Opens a connection: the protocols' `init` runs, then messages are taken. */
  constructor(host: ConnectionHost, transport: Transport, options: ConnectionOptions) {
    const { counters, sessions } = host.application;
    this.#host = host;
    this.#chain = host.chainOf(options.route);
    this.#transport = transport;
    this.#outgoing = new Outgoing(transport, host, this);
    this.#visitor = new Visitor(sessions, this);
    this.#seen = host.now;
    this.#second = host.second;
    this.cx = new Context(this, options.route, options.query, options.peer);
    host.connections.add(this);
    counters.connections++;
    counters.connectionsTotal++;
    this.#begin(options.session);
  }

  /** The application. */
  get application(): Application {
    return this.#host.application;
  }

  /** Whether it has ended. */
  get ended(): boolean {
    return this.#state === "ended";
  }

  /** Takes one frame from the client: a text, or the bytes of a binary frame, which become the connection's. */
  receive(data: string | Uint8Array): void {
    if (!this.#admit(data.length)) return;
    if (isOver(data, this.#host.application.limits.maxFrameBytes)) return this.close(1009, "message too big");
    if (this.#mustWait()) this.#put(data, data.length);
    else this.#take(data);
  }

  /** Takes a binary frame that stands in a buffer from `start` up to `end`, of which nothing is kept. */
  receiveFrom(buffer: Uint8Array, start: number, end: number): void {
    const size = end - start;
    if (!this.#admit(size)) return;
    const { application } = this.#host;
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
    this.#dispatch(term, "client", undefined, size);
  }

  /** Whether a frame has to wait for its turn: for what came before, or for its client to read some answers. */
  #mustWait(): boolean {
    if (this.#busy || this.#queued) return true;
    return (this.#mailbox !== undefined && this.#mailbox.length > 0) || this.#isJammed();
  }

  /** Whether answers wait that the client should read before it gets more; of a transport only that can make its client wait. */
  #isJammed(): boolean {
    if (this.#transport.waits !== true || !this.#outgoing.crowded) return false;
    this.flush();
    return this.#outgoing.crowded;
  }

  /** A sign of life that is no message; it counts like one. Tells whether the connection is still open. */
  heard(): boolean {
    return this.#admit(0);
  }

  /** Counts what came; tells whether it may be handled. */
  #admit(size: number): boolean {
    if (this.#state !== "open") return false;
    const host = this.#host;
    const { limits, counters } = host.application;
    counters.messagesIn++;
    counters.bytesIn += size;
    this.#seen = host.now;
    if (++this.#rate <= limits.maxMessagesPerSecond || !this.#isFlood()) return true;
    counters.rateExceeded++;
    this.close(1008, "too many messages");
    return false;
  }

  /** Whether so much waits, to be handled or to be sent, that a transport that can wait should not add to it. */
  get crowded(): boolean {
    const mailbox = this.#mailbox;
    if (mailbox !== undefined && mailbox.length > 0) {
      const { maxMailboxMessages, maxMailboxBytes } = this.#host.application.limits;
      if (2 * mailbox.length > maxMailboxMessages || 2 * mailbox.bytes > maxMailboxBytes) return true;
    }
    return this.#behind && this.#outgoing.crowded;
  }

  /** How many messages wait to be handled. */
  get waiting(): number {
    return this.#mailbox?.length ?? 0;
  }

  /** Whether it waits for its transport to take more. */
  get behind(): boolean {
    return this.#behind;
  }

  /** Takes a message of the bus. */
  deliver(message: SharedMessage): void {
    if (this.#state !== "open") return;
    if (this.#awaited >= this.#host.application.limits.maxMailboxMessages) return this.#overflow();
    this.#awaited++;
    this.#host.scheduler.post(this, message);
  }

  /** Handles a message of the bus when its turn has come, or puts it behind what waits already. */
  accept(message: SharedMessage): void {
    this.#awaited--;
    if (this.#state !== "open") return;
    if (this.#busy || this.#queued) this.#put(message, 0);
    else this.#take(message);
    this.#markDirty();
  }

  /** Handles waiting messages in its turn. */
  run(budget: number): number {
    this.#queued = false;
    const mailbox = this.#mailbox;
    if (mailbox === undefined) return 0;
    let done = 0;
    let jammed = false;
    while (done < budget && !this.#busy && this.#state === "open" && mailbox.length > 0) {
      jammed = this.#isJammed();
      if (jammed) break;
      this.#take(mailbox.shift());
      done++;
    }
    if (mailbox.length > 0 && !jammed) this.#ready();
    if (!this.crowded) this.#transport.resume?.();
    this.#markDirty();
    return done;
  }

  /** Hands what was sent to the transport; endpoints call it after the frames of one read. */
  flush(): void {
    this.#dirty = false;
    if (this.#state === "ended") return;
    if (!this.#outgoing.flush()) {
      this.#behind = true;
      this.#host.scheduler.backlog(this);
      return;
    }
    if (this.#behind) {
      this.#behind = false;
      this.#host.scheduler.settled(this);
      if (this.waiting > 0) this.#ready();
      if (!this.crowded) this.#transport.resume?.();
    }
    if (this.#close !== undefined && !this.#busy && !this.#outgoing.holds) {
      this.drop(this.#close.code, this.#close.reason);
    }
    if (this.#idle !== undefined && this.#rests) this.#rested();
  }

  /** Whether nothing waits to be handled or stored. */
  get #rests(): boolean {
    return !this.#busy && !this.#queued && this.#awaited === 0 && this.waiting === 0 && !this.#outgoing.holds;
  }

  /** Resolves when everything received so far has been answered, and what it waits for is stored. */
  idle(): Promise<void> {
    if (this.#state === "ended") return Promise.resolve();
    const { promise } = this.#idle ??= Promise.withResolvers<void>();
    this.flush();
    return promise;
  }

  #rested(): void {
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  /** Looks whether the client has been silent for too long. Called with each tick. */
  tick(): void {
    const { now, application } = this.#host;
    if (this.#close !== undefined) {
      if (now - this.#close.since > FAREWELL_MS) this.drop(this.#close.code, this.#close.reason);
    } else if (now - this.#seen > application.limits.idleTimeoutMs && !this.#busy) {
      application.counters.idleClosed++;
      this.close(1000, "idle");
    }
  }

  /** The store has decided on writes: what waited for them goes out, or an error in its place. */
  settle(commit: Commit): void {
    this.#outgoing.settle(commit);
    this.flush();
  }

  /** Writes failed: a message that is still being handled may rest on them. */
  spoil(): void {
    if (this.#busy) this.#outgoing.spoil();
  }

  /** Something waits for the store from now on, or nothing any more. */
  holding(held: boolean): void {
    if (held) this.#host.holding.add(this);
    else this.#host.holding.delete(this);
  }

  /** The client's session. */
  session(): Session {
    return this.#visitor.session;
  }

  /** Goes on with another session. */
  adopt(session: Session): void {
    this.#visitor.adopt(session);
  }

  /** Goes on as that user. */
  login(user: string): void {
    this.#visitor.login(user);
  }

  /** Ends the session. */
  logout(): void {
    this.#visitor.logout();
  }

  /** Tells the protocols, with a message of its own, that the user has changed. */
  userChanged(old: string, user: string): void {
    const message = systemMessage(tuple(USER, old, user));
    this.effect(() => this.deliver(message));
  }

  /** Hears a topic. */
  reg(topic: string): void {
    if (this.#state === "ended") return;
    if (topic === "" || topic.length > MAX_TOPIC) {
      throw new N2OError("bad_topic", `a topic has 1 to ${MAX_TOPIC} characters`, topic);
    }
    const topics = this.#topics ??= new Set();
    const { bus, limits } = this.#host.application;
    if (topics.size >= limits.maxTopics && !topics.has(topic)) {
      throw new N2OError("too_many_topics", `a connection hears ${limits.maxTopics} topics at most`, topic);
    }
    topics.add(topic);
    bus.reg(topic, this);
  }

  /** Hears a topic no more. */
  unreg(topic: string): void {
    if (this.#topics?.delete(topic)) this.#host.application.bus.unreg(topic, this);
  }

  /** Sends to a topic, once what the message changed is stored. */
  send(topic: string, term: Term): void {
    this.effect({ topic, term });
  }

  /** Has something follow, once what the message changed is stored. */
  effect(effect: Effect): void {
    this.#outgoing.effect(effect);
  }

  /** Sends to this client, once what the message changed is stored. */
  push(reply: Reply): void {
    if (this.#state !== "open") return;
    this.#outgoing.send(reply);
    if (!this.#outgoing.collecting) this.#markDirty();
  }

  /** Closes once what was sent is out. */
  close(code: number, reason: string): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#mailbox?.clear();
    this.#close = { code, reason, since: this.#host.now };
    this.#markDirty();
  }

  /** Closes at once, whether or not the other end answers. */
  drop(code: number, reason: string): void {
    if (this.#state === "ended") return;
    this.#transport.close(code, reason);
    this.end(code, reason);
  }

  /** The transport has ended: the chain gets `{direct, {exit, Reason}}`, then each protocol its `terminate`. */
  end(code: number, reason: string): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    const { application, connections, scheduler } = this.#host;
    connections.delete(this);
    scheduler.settled(this);
    application.counters.connections--;
    this.#outgoing.clear();
    this.#mailbox?.clear();
    for (const topic of this.#topics ?? []) application.bus.unreg(topic, this);
    this.#topics = undefined;
    this.#rested();
    const why = tuple(atom("close"), code, reason);
    if (!this.#busy && !this.#outgoing.collecting) return this.#host.track(this.#farewell(why));
    this.#host.track(
      new Promise<void>((resolve) => {
        // What begins is bounded by a limit of its own, and is not told of the end before.
        const patience = this.#changing ? application.limits.initTimeoutMs : 0;
        const timer = setTimeout(() => this.#afterwards?.(), FAREWELL_MS + patience);
        Deno.unrefTimer(timer as unknown as number);
        this.#afterwards = () => {
          clearTimeout(timer);
          this.#afterwards = undefined;
          this.#farewell(why).then(resolve);
        };
      }),
    );
  }

  async #farewell(why: Term): Promise<void> {
    // Not within another connection's message, whose sending is being watched.
    await null;
    this.source = "system";
    this.#outgoing.shared = undefined;
    this.#visitor.leave();
    await farewell(this.#chain.protocols, why, this.cx, this.#host.application, (work) => this.aside(work));
  }

  #begin(session: ConnectionOptions["session"]): void {
    if (session instanceof Promise) {
      this.#busy = true;
      session.catch((error) => {
        this.#host.application.log.error("session_not_read", { error });
        return undefined;
      }).then((found) => {
        if (found !== undefined) this.#visitor.arrive(found);
        return begin(this.#chain.protocols, this);
      }).then(() => this.#free());
      return;
    }
    if (session !== undefined) this.#visitor.arrive(session);
    this.#after(begin(this.#chain.protocols, this));
  }

  /** Lets messages wait for work of the chain, if there is any that takes longer. */
  #after(work: void | Promise<void>): void {
    if (work === undefined) return;
    this.#busy = this.#changing = true;
    work.then(() => this.#free());
  }

  /** Goes over to the chain in force, unless a message is being handled: then that is the last one of the old chain. */
  catchUp(): void {
    if (this.#state === "open" && !this.#busy && this.#isOutdated) this.#after(this.#goOver());
  }

  get #isOutdated(): boolean {
    return this.#chain.next !== undefined;
  }

  #goOver(): void | Promise<void> {
    this.source = "system";
    this.#outgoing.shared = undefined;
    while (this.#chain.next !== undefined && !this.ended) {
      const before = this.#chain;
      this.#chain = this.#chain.next;
      const work = goOver(before.protocols, this.#chain.protocols, this);
      if (work !== undefined) return work.then(() => this.#goOver());
    }
  }

  /** Runs what is no message of anybody: what it sends waits for what it touches, and for nothing else. */
  aside<T>(work: () => T): T {
    this.#outgoing.begin(0, false);
    try {
      return work();
    } finally {
      this.#outgoing.finish(undefined);
      this.#outgoing.over();
      this.#markDirty();
    }
  }

  #put(letter: Letter, size: number): void {
    const { limits } = this.#host.application;
    const mailbox = this.#mailbox ??= new Mailbox(limits.maxMailboxMessages, limits.maxMailboxBytes);
    if (!mailbox.push(letter, size)) {
      // What such a transport has read before it waits has a bound of its own.
      if (this.#transport.waits !== true || letter instanceof SharedMessage) return this.#overflow();
      mailbox.add(letter, size);
    }
    if (!this.#busy && !this.#isJammed()) this.#ready();
  }

  #overflow(): void {
    this.#host.application.counters.mailboxesFull++;
    this.close(1013, "too many messages wait");
  }

  #ready(): void {
    if (this.#queued || this.#busy) return;
    this.#queued = true;
    this.#host.scheduler.ready(this);
  }

  /** Whether the messages counted came within a second: ticks may have been late. */
  #isFlood(): boolean {
    const { second, application } = this.#host;
    const seconds = second - this.#second;
    if (seconds !== 0) {
      const { maxMessagesPerSecond } = application.limits;
      // A clock that was set back tells nothing: the count begins anew.
      const allowed = seconds > 0 ? seconds * maxMessagesPerSecond : this.#rate - 1;
      this.#rate = Math.max(1 - SAVED_SECONDS * maxMessagesPerSecond, this.#rate - allowed);
      this.#second = second;
    }
    return this.#rate > application.limits.maxMessagesPerSecond;
  }

  #take(letter: Letter): void {
    const size = letter instanceof SharedMessage ? 0 : letter.length;
    if (typeof letter === "string") return this.#dispatch(tuple(TEXT, letter), "client", undefined, size);
    if (letter instanceof SharedMessage) {
      if (letter.topic === SYSTEM) return this.#dispatch(letter.term, "system", letter, size);
      this.#host.application.counters.deliveries++;
      return this.#dispatch(letter.term, "bus", letter, size);
    }
    if (letter.length === 0) {
      this.#outgoing.begin(0);
      this.#outgoing.finish(nobody);
      return this.#outgoing.over();
    }
    let term: Term;
    try {
      term = this.#host.application.formatters.default.decode(letter);
    } catch (error) {
      return this.#malformed(error);
    }
    this.#dispatch(term, "client", undefined, size);
  }

  #malformed(error: unknown): void {
    this.#host.application.counters.malformed++;
    if (this.#transport.lossy !== true) this.close(1007, malformed(error));
  }

  #dispatch(message: Term, source: Source, shared: SharedMessage | undefined, size: number): void {
    if (this.#isOutdated) {
      const work = this.#goOver();
      if (work !== undefined) {
        this.#busy = this.#changing = true;
        work.then(() => {
          this.#busy = this.#changing = false;
          if (this.#state === "open") this.#dispatch(message, source, shared, size);
          if (!this.#busy) this.#free();
        });
        return;
      }
    }
    const { application } = this.#host;
    const outgoing = this.#outgoing;
    this.source = source;
    outgoing.shared = shared;
    outgoing.begin(size);
    const outcome = push(this.#chain.protocols, message, this.cx, application);
    if (!isPromise(outcome)) {
      outgoing.finish(answerOf(outcome, source));
      outgoing.over();
      this.#afterwards?.();
      return;
    }
    this.#busy = true;
    outgoing.finish(undefined);
    Promise.resolve(outcome).then((result) => {
      const answer = answerOf(result, source);
      if (answer !== undefined && this.#state !== "ended") outgoing.send(answer);
    }).catch((error) => application.log.error("connection_failed", { error }))
      .finally(() => this.#free());
  }

  /** An asynchronous handler is done: the next message may come. */
  #free(): void {
    this.#busy = this.#changing = false;
    this.#outgoing.over();
    if (this.#afterwards !== undefined) return this.#afterwards();
    if (this.#mailbox !== undefined && this.#mailbox.length > 0) this.#ready();
    else if (this.#isOutdated) this.catchUp();
    this.#markDirty();
  }

  #markDirty(): void {
    if (this.#dirty || this.#state === "ended") return;
    this.#dirty = true;
    this.#host.scheduler.dirty(this);
  }
}

/** What the application itself tells the protocols of connections: `{direct, Message}`. */
export function systemMessage(message: Term): SharedMessage {
  return new SharedMessage(SYSTEM, tuple(DIRECT, message));
}

/** What a client is sent: it did not ask for what the application tells the protocols. */
function answerOf(outcome: Outcome, source: Source): Reply | undefined {
  if (!(outcome instanceof Reply) || (outcome === nobody && source === "system")) return undefined;
  return outcome;
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
