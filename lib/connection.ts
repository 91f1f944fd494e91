/**
 * A connection: one client, whatever its transport. Its messages go through the chain one after another, in order.
 *
 * @module
 */
import type { Application } from "./application.ts";
import { SharedMessage } from "./bus/message.ts";
import type { Subscriber } from "./bus/mod.ts";
import type { Commits } from "./commits.ts";
import { Context, type ContextPort, type Peer, type Source } from "./context.ts";
import { N2OError } from "./error.ts";
import type { Frame } from "./frame.ts";
import { type Effect, Held, type HeldSink } from "./held.ts";
import { failure, nobody, type Outcome, push } from "./loop.ts";
import { Mailbox } from "./mailbox.ts";
import { Outbound } from "./outbound.ts";
import type { Protocol } from "./protocol.ts";
import { Reply } from "./reply.ts";
import type { Runnable, Scheduler } from "./scheduler.ts";
import type { Session, SessionListener } from "./session.ts";
import type { Commit } from "./store/mod.ts";
import { atom, type Term, text, tuple } from "./term.ts";
import type { Transport } from "./transport.ts";

/** What a connection needs of its application. */
export interface ConnectionHost {
  /** What the protocols see of the application. */
  readonly application: Application;
  /** The chain in force. */
  readonly protocols: readonly Protocol[];
  /** Runs connections that have messages waiting. */
  readonly scheduler: Scheduler;
  /** Notes what a message changed or read. */
  readonly commits: Commits;
  /** The connections that are open. */
  readonly connections: Set<Connection>;
  /** Those that wait for the store. */
  readonly holding: Set<Connection>;
  /** A clock that moves with each tick, in milliseconds since 1970: cheap enough to be read for every message. */
  readonly now: number;
  /** The number of the current second, for rates. */
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
const EXIT = atom("exit");
const USER = atom("user");
/** The topic of messages from the application itself; nobody can register for it. */
const SYSTEM = "";
const LOGOUT = atom("logout");
const EMPTY = new Uint8Array(0);
const STORE_UNAVAILABLE = tuple(atom("error"), atom("store_unavailable"), EMPTY);
const LOGGED_OUT = 4001;
/** Another of the visitor's tabs logged in: connect again with the token that it has brought. */
const SESSION_MOVED = 4003;
const encoder = new TextEncoder();
/** How long a closing connection may take to send what it has, and an ended one to finish its running handler. */
const FAREWELL_MS = 5_000;

/** One client, whatever its transport. Endpoints make it, feed it with {@linkcode receive} and {@linkcode flush}, and end it with {@linkcode end}. */
export class Connection implements Subscriber, Runnable, ContextPort, SessionListener, HeldSink {
  /** What the protocols see of it. */
  readonly cx: Context;
  /** Where the message that is being handled comes from. */
  source: Source = "client";
  #host: ConnectionHost;
  #transport: Transport;
  #outbound: Outbound;
  #mailbox: Mailbox<Letter> | undefined;
  #held: Held | undefined;
  #topics: Set<string> | undefined;
  #effects: Effect[] | undefined;
  #session: Session | undefined;
  /** The user whom the protocols know of. */
  #user = "";
  #shared: SharedMessage | undefined;
  #state: State = "open";
  #busy = false;
  #queued = false;
  /** Messages of the bus that have been sent here and not been handled. */
  #awaited = 0;
  #dirty = false;
  /** The transport does not take what it is given as fast as it comes. */
  #behind = false;
  /** The synchronous part of a message is running: what it sends is looked at when it is over. */
  #collecting = false;
  /** Where in the outbound queue the frames of the message that is being handled begin. */
  #mark = 0;
  #second = 0;
  #rate = 0;
  #seen: number;
  #close: { code: number; reason: string; since: number } | undefined;
  #afterwards: (() => void) | undefined;
  #idle: PromiseWithResolvers<void> | undefined;
  /** Numbers the messages, so that one that cannot be stored is refused once. */
  #message = 0;

  /** Opens a connection: the protocols' `init` runs, then messages are taken. */
  constructor(host: ConnectionHost, transport: Transport, options: ConnectionOptions) {
    const { limits, counters } = host.application;
    this.#host = host;
    this.#transport = transport;
    this.#outbound = new Outbound(transport, limits, counters);
    this.#seen = host.now;
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
    if (this.#state !== "open") return;
    const host = this.#host;
    const { limits, counters } = host.application;
    counters.messagesIn++;
    counters.bytesIn += data.length;
    this.#seen = host.now;
    if (isOver(data, limits.maxFrameBytes)) return this.close(1009, "message too big");
    if (this.#second !== host.second) {
      this.#second = host.second;
      this.#rate = 0;
    }
    if (++this.#rate > limits.maxMessagesPerSecond) {
      counters.rateExceeded++;
      return this.close(1008, "too many messages");
    }
    if (this.#busy || this.#queued) this.#put(data, data.length);
    else this.#take(data);
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
  }

  /** Handles waiting messages in its turn. */
  run(budget: number): number {
    this.#queued = false;
    const mailbox = this.#mailbox;
    if (mailbox === undefined) return 0;
    let done = 0;
    while (done < budget && !this.#busy && this.#state === "open" && mailbox.length > 0) {
      this.#take(mailbox.shift());
      done++;
    }
    if (mailbox.length > 0) this.#ready();
    return done;
  }

  /** Hands what was sent to the transport; endpoints call it after the frames of one read. */
  flush(): void {
    this.#dirty = false;
    if (this.#state === "ended") return;
    if (!this.#outbound.flush()) {
      this.#behind = true;
      this.#host.scheduler.backlog(this);
      return;
    }
    if (this.#behind) {
      this.#behind = false;
      this.#host.scheduler.settled(this);
    }
    if (this.#close !== undefined && this.#held === undefined) {
      this.#hangUp(this.#close.code, this.#close.reason);
    }
    if (this.#idle !== undefined && this.#rests) this.#rested();
  }

  /** Whether nothing waits to be handled or stored. */
  get #rests(): boolean {
    return !this.#busy && !this.#queued && this.#awaited === 0 && this.#held === undefined;
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
      if (now - this.#close.since > FAREWELL_MS) this.#hangUp(this.#close.code, this.#close.reason);
    } else if (now - this.#seen > application.limits.idleTimeoutMs && !this.#busy) {
      application.counters.idleClosed++;
      this.close(1000, "idle");
    }
  }

  /** The store has decided on writes: what waited for them goes out, or an error in its place. */
  settle(commit: Commit): void {
    this.#held?.settle(commit, this);
    if (this.#held?.length === 0) {
      this.#held = undefined;
      this.#host.holding.delete(this);
    }
    this.flush();
  }

  /** Lets go what a message sent. */
  release(frames: readonly Frame[], effects: readonly Effect[]): void {
    for (const frame of frames) this.#enqueue(frame);
    this.#perform(effects);
  }

  /** Tells the client that what a message changed could not be stored. */
  refuse(): void {
    this.#host.application.counters.commitFailures++;
    this.#emit(new Reply("default", STORE_UNAVAILABLE));
  }

  /** The client's session. */
  session(): Session {
    const session = this.#session;
    if (session !== undefined && !session.ended) return session;
    const fresh = this.#fresh();
    this.adopt(fresh);
    return fresh;
  }

  /** A new session in place of the one that was, if any. */
  #fresh(): Session {
    const fresh = this.#host.application.sessions.create();
    fresh.owed = this.#session?.issued ?? false;
    return fresh;
  }

  /** Goes on with another session; the protocols are told when that makes it another user. */
  adopt(session: Session): void {
    if (session === this.#session) return;
    const old = this.#user;
    this.#attach(session);
    if (old === this.#user) return;
    const message = new SharedMessage(SYSTEM, tuple(DIRECT, tuple(USER, old, this.#user)));
    this.#effect(() => this.deliver(message));
  }

  #attach(session: Session): void {
    const { sessions } = this.#host.application;
    if (this.#session !== undefined) sessions.detach(this.#session, this);
    this.#session = session;
    this.#user = text(session.peek("user") ?? "") ?? "";
    if (this.#state !== "ended") sessions.attach(session, this);
  }

  /** Goes on as that user. */
  login(user: string): void {
    // deno-lint-ignore no-control-regex -- control characters in a name are what this refuses
    if (user === "" || encoder.encode(user).length > 255 || /[\0-\x1f\x7f]/.test(user)) {
      throw new N2OError("bad_user", "a user's name has 1 to 255 bytes and no control characters", user);
    }
    const { sessions } = this.#host.application;
    const before = this.session();
    const told = others(before, this);
    const next: Session = sessions.rotate(before, user, () => {
      if (this.#session === next) this.adopt(before);
    });
    this.adopt(next);
    this.#effect(() => told.forEach((listener) => listener.sessionEnded()));
    this.sessionProlonged(sessions.token(next));
  }

  /** Ends the session; its other connections are told once that is stored. */
  logout(): void {
    const session = this.session();
    const told = others(session, this);
    const { sessions } = this.#host.application;
    const next: Session = this.#fresh();
    sessions.end(session, () => {
      if (this.#session === next) this.adopt(session);
    });
    this.#effect(() => told.forEach((listener) => listener.sessionEnded()));
    this.adopt(next);
  }

  /** Sends the client its new token. */
  sessionProlonged(token: string): void {
    this.push(new Reply("default", tuple(atom("io"), EMPTY, tuple(atom("Token"), token))));
  }

  /** Tells the client that it was logged out elsewhere, or has it come back with the session's new token, and closes. */
  sessionEnded(): void {
    if (this.#user === "") return this.close(SESSION_MOVED, "session moved");
    this.push(new Reply("default", tuple(LOGOUT)));
    this.close(LOGGED_OUT, "logged out");
  }

  /** Hears a topic. */
  reg(topic: string): void {
    if (this.#state === "ended") return;
    if (topic === "" || topic.length > 1024) {
      throw new N2OError("bad_topic", "a topic has 1 to 1024 characters", topic);
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
    this.#effect({ topic, term });
  }

  /** Sends to this client, once what the message changed is stored. */
  push(reply: Reply): void {
    if (this.#state !== "open") return;
    if (this.#collecting) return this.#emit(reply);
    this.#mark = this.#outbound.length;
    this.#emit(reply);
    this.#hold(this.#host.commits.newest);
    this.#markDirty();
  }

  /** Closes once what was sent is out. */
  close(code: number, reason: string): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#mailbox?.clear();
    this.#close = { code, reason, since: this.#host.now };
    this.#markDirty();
  }

  /** The transport has ended: the chain gets `{direct, {exit, Reason}}`, then each protocol its `terminate`. */
  end(code: number, reason: string): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    const { application, connections, scheduler } = this.#host;
    connections.delete(this);
    scheduler.settled(this);
    application.counters.connections--;
    this.#outbound.clear();
    this.#mailbox?.clear();
    for (const topic of this.#topics ?? []) application.bus.unreg(topic, this);
    this.#topics = undefined;
    this.#rested();
    const why = tuple(atom("close"), code, reason);
    if (!this.#busy && !this.#collecting) return this.#host.track(this.#farewell(why));
    this.#host.track(
      new Promise<void>((resolve) => {
        const timer = setTimeout(() => this.#afterwards?.(), FAREWELL_MS);
        this.#afterwards = () => {
          clearTimeout(timer);
          this.#afterwards = undefined;
          this.#farewell(why).then(resolve);
        };
      }),
    );
  }

  async #farewell(why: Term): Promise<void> {
    const { protocols, application } = this.#host;
    this.source = "system";
    this.#shared = undefined;
    await push(protocols, tuple(DIRECT, tuple(EXIT, why)), this.cx, application);
    for (const protocol of protocols) {
      if (protocol.terminate === undefined) continue;
      try {
        await protocol.terminate(this.cx, why);
      } catch (error) {
        application.log.error("terminate_failed", { protocol: protocol.name, error });
      }
    }
    if (this.#session !== undefined) application.sessions.detach(this.#session, this);
  }

  #begin(session: ConnectionOptions["session"]): void {
    if (session instanceof Promise) {
      this.#busy = true;
      session.catch((error) => {
        this.#host.application.log.error("session_not_read", { error });
        return undefined;
      }).then((found) => {
        if (found !== undefined) this.#attach(found);
        this.#init(0);
      });
      return;
    }
    if (session !== undefined) this.#attach(session);
    this.#init(0);
  }

  #init(from: number): void {
    const { protocols, application } = this.#host;
    const failed = (protocol: Protocol, error: unknown) =>
      application.log.error("init_failed", { protocol: protocol.name, error });
    for (let i = from; i < protocols.length; i++) {
      const protocol = protocols[i];
      if (protocol.init === undefined) continue;
      try {
        const pending = protocol.init(this.cx);
        if (pending === undefined) continue;
        this.#busy = true;
        pending.catch((error) => failed(protocol, error)).then(() => this.#init(i + 1));
        return;
      } catch (error) {
        failed(protocol, error);
      }
    }
    if (this.#busy) this.#free();
  }

  #put(letter: Letter, size: number): void {
    const { limits } = this.#host.application;
    const mailbox = this.#mailbox ??= new Mailbox(limits.maxMailboxMessages, limits.maxMailboxBytes);
    if (!mailbox.push(letter, size)) return this.#overflow();
    if (!this.#busy) this.#ready();
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

  #take(letter: Letter): void {
    if (typeof letter === "string") return this.#dispatch(tuple(TEXT, letter), "client", undefined);
    if (letter instanceof SharedMessage) {
      if (letter.topic === SYSTEM) return this.#dispatch(letter.term, "system", letter);
      this.#host.application.counters.deliveries++;
      return this.#dispatch(letter.term, "bus", letter);
    }
    if (letter.length === 0) return this.#emit(nobody);
    let term: Term;
    try {
      term = this.#host.application.formatters.get("default").decode(letter);
    } catch (error) {
      this.#host.application.counters.malformed++;
      return this.close(1007, malformed(error));
    }
    this.#dispatch(term, "client", undefined);
  }

  #dispatch(message: Term, source: Source, shared: SharedMessage | undefined): void {
    const host = this.#host;
    this.source = source;
    this.#shared = shared;
    this.#mark = this.#outbound.length;
    host.commits.begin();
    this.#message++;
    this.#collecting = true;
    const outcome = push(host.protocols, message, this.cx, host.application);
    const later = outcome instanceof Promise;
    if (!later) this.#answer(outcome, source);
    this.#collecting = false;
    this.#hold(host.commits.barrier);
    if (!later) {
      this.#afterwards?.();
      return;
    }
    this.#busy = true;
    outcome.then((result) => {
      this.#mark = this.#outbound.length;
      this.#answer(result, source);
      this.#hold(host.commits.newest);
      this.#free();
    });
  }

  /** An asynchronous handler is done: the next message may come. */
  #free(): void {
    this.#busy = false;
    if (this.#afterwards !== undefined) return this.#afterwards();
    if (this.#mailbox !== undefined && this.#mailbox.length > 0) this.#ready();
    this.#markDirty();
  }

  #answer(outcome: Outcome, source: Source): void {
    // The client did not ask for what the application tells the protocols.
    if (outcome === nobody && source === "system") return;
    if (outcome instanceof Reply) this.#emit(outcome);
  }

  #emit(reply: Reply): void {
    if (this.#state === "ended") return;
    const frame = this.#encode(reply);
    if (frame !== undefined) this.#enqueue(frame);
  }

  #encode(reply: Reply): Frame | undefined {
    const { formatters, counters, log } = this.#host.application;
    try {
      const formatter = formatters.get(reply.formatter);
      const shared = this.#shared;
      if (shared === undefined) {
        counters.encodings++;
        return formatter.encode(reply.term);
      }
      const known = shared.encoded(formatter, reply.term);
      if (known !== undefined) return known;
      counters.encodings++;
      return shared.remember(formatter, reply.term, formatter.encode(reply.term));
    } catch (error) {
      counters.protocolErrors++;
      log.error("reply_not_encoded", { formatter: reply.formatter, error });
      return failure.term as Uint8Array;
    }
  }

  #enqueue(frame: Frame): void {
    if (this.#state === "ended") return;
    const outbound = this.#outbound;
    if (outbound.isFull(frame)) {
      const { limits, counters } = this.#host.application;
      // What was sent before this message may go; what this message sends must wait for its commit.
      if (!this.#collecting) this.flush();
      if (outbound.isFull(frame)) {
        if (limits.queuePolicy === "close") {
          counters.slowReaders++;
          return this.#hangUp(1013, "too slow");
        }
        if (limits.queuePolicy === "drop-newest") {
          counters.framesDropped++;
          return;
        }
        this.#mark = Math.max(0, this.#mark - outbound.makeRoom(frame));
      }
    }
    outbound.push(frame);
  }

  /** Holds back what was sent since the mark while it depends on a write that is not decided, or others are held. */
  #hold(barrier: number): void {
    const effects = this.#effects;
    if (barrier === 0 && this.#held === undefined) {
      if (effects === undefined) return;
      this.#effects = undefined;
      return this.#perform(effects);
    }
    this.#effects = undefined;
    const frames = this.#outbound.takeFrom(this.#mark);
    if (frames.length === 0 && effects === undefined && barrier === 0) return;
    (this.#held ??= new Held()).add(barrier, this.#message, frames, effects ?? []);
    this.#host.holding.add(this);
  }

  #effect(effect: Effect): void {
    if (this.#collecting) {
      (this.#effects ??= []).push(effect);
      return;
    }
    const { newest } = this.#host.commits;
    if (newest > 0 || this.#held !== undefined) {
      (this.#held ??= new Held()).add(newest, this.#message, [], [effect]);
      this.#host.holding.add(this);
    } else {
      this.#perform([effect]);
    }
  }

  #perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (typeof effect === "function") effect();
      else this.#host.application.bus.send(effect.topic, effect.term);
    }
  }

  #markDirty(): void {
    if (this.#dirty || this.#state === "ended") return;
    this.#dirty = true;
    this.#host.scheduler.dirty(this);
  }

  /** Ends at once, whether or not the other end answers. */
  #hangUp(code: number, reason: string): void {
    if (this.#state === "ended") return;
    this.#transport.close(code, reason);
    this.end(code, reason);
  }
}

/** A text counts in bytes of UTF-8: at most three a unit, so that most need no counting. */
function isOver(data: string | Uint8Array, maxBytes: number): boolean {
  if (data.length * 3 <= maxBytes) return false;
  return (typeof data === "string" ? encoder.encode(data).length : data.length) > maxBytes;
}

function others(session: Session, listener: SessionListener): SessionListener[] {
  return session.listeners.filter((other) => other !== listener);
}

/** The close reason for a frame that cannot be decoded: a code and an offset, nothing of the frame itself. */
function malformed(error: unknown): string {
  if (!(error instanceof N2OError)) return "malformed";
  const { offset } = error as { offset?: unknown };
  return typeof offset === "number" ? `${error.code} at byte ${offset}` : error.code;
}
