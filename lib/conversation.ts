/**
 * A connection and its protocols: the messages that go through the chain, and what the protocols do by the context.
 *
 * @module
 */
import type { Application } from "./application.ts";
import type { SharedMessage } from "./bus/message.ts";
import { begin, type Chain, type ChainPort, goOver } from "./chain.ts";
import type { Context, ContextPort, Source } from "./context.ts";
import { farewell, FAREWELL_MS } from "./farewell.ts";
import type { Effect } from "./held.ts";
import { isPromise, nobody, type Outcome, push } from "./loop.ts";
import type { Outgoing } from "./outgoing.ts";
import { Receiver, type ReceiverHost } from "./receiver.ts";
import { Reply } from "./reply.ts";
import type { Session } from "./session.ts";
import { systemMessage } from "./system_message.ts";
import { atom, type Term, tuple } from "./term.ts";
import { checkTopic } from "./topic.ts";
import type { Visitor, VisitorPort } from "./visitor.ts";
import { atLatest } from "./within.ts";

const USER = atom("user");

/** The part of a connection that deals with its protocols. */
export abstract class Conversation extends Receiver implements ContextPort, VisitorPort, ChainPort {
  /** Where the message that is being handled comes from. */
  source: Source = "client";
  /** The chain that the protocols' state is of. */
  #chain: Chain;
  /** Protocols begin, or go over to another chain. */
  #changing = false;
  #topics: Set<string> | undefined;
  /** Has the protocols hear of the end, which waits for a handler that is still at work. */
  #afterwards: (() => void) | undefined;

  /** Is to go through a chain. */
  constructor(host: ReceiverHost, chain: Chain) {
    super(host);
    this.#chain = chain;
  }

  /** What the protocols see. */
  abstract readonly cx: Context;
  /** Who is at the other end. */
  protected abstract readonly visitor: Visitor;
  protected abstract override readonly outgoing: Outgoing;

  /** The application. */
  get application(): Application {
    return this.host.application;
  }

  /** Whether the connection has ended. */
  get ended(): boolean {
    return this.state === "ended";
  }

  /** The client's session. */
  session(): Session {
    return this.visitor.session;
  }

  /** Goes on with another session. */
  adopt(session: Session): void {
    this.visitor.adopt(session);
  }

  /** Goes on as that user. */
  login(user: string): void {
    this.visitor.login(user);
  }

  /** Ends the session. */
  logout(): void {
    this.visitor.logout();
  }

  /** Tells the protocols, with a message of its own, that the user has changed. */
  userChanged(old: string, user: string): void {
    const message = systemMessage(tuple(USER, old, user));
    this.effect(() => this.deliver(message));
  }

  /** Hears a topic. */
  reg(topic: string): void {
    if (this.ended) return;
    const { bus, limits } = this.application;
    checkTopic(topic, this.#topics, limits.maxTopics);
    (this.#topics ??= new Set()).add(topic);
    bus.reg(topic, this);
  }

  /** Hears a topic no more. */
  unreg(topic: string): void {
    if (this.#topics?.delete(topic)) this.application.bus.unreg(topic, this);
  }

  /** Sends to a topic, once what the message changed is stored. */
  send(topic: string, term: Term): void {
    this.effect({ topic, term });
  }

  /** Has something follow, once what the message changed is stored. */
  effect(effect: Effect): void {
    this.outgoing.effect(effect);
  }

  /** Sends to this client, once what the message changed is stored. */
  push(reply: Reply): void {
    if (this.state !== "open") return;
    this.outgoing.send(reply);
    if (!this.outgoing.collecting) this.markDirty();
  }

  /** Runs what is no message of anybody: what it sends waits for what it touches, and for nothing else. */
  aside<T>(work: () => T): T {
    this.outgoing.begin(0, false);
    try {
      return work();
    } finally {
      this.outgoing.finish(undefined);
      this.outgoing.over();
      this.markDirty();
    }
  }

  /** Goes over to the chain in force, unless a message is being handled: then that is the last one of the old chain. */
  catchUp(): void {
    if (this.state === "open" && !this.busy && this.#isOutdated) this.#after(this.#goOver());
  }

  /** The visitor comes, and the protocols begin. */
  protected begin(session: Session | undefined | Promise<Session | undefined>): void {
    if (!(session instanceof Promise)) return this.#after(this.#arrive(session));
    const found = session.catch((error) => {
      this.application.log.error("session_not_read", { error });
      return undefined;
    });
    this.#after(found.then((session) => this.#arrive(session)));
  }

  #arrive(session: Session | undefined): void | Promise<void> {
    if (session !== undefined) this.visitor.arrive(session);
    return begin(this.#chain.protocols, this);
  }

  /** Has a message handled by the chain in force. */
  protected dispatch(message: Term, source: Source, shared: SharedMessage | undefined, size: number): void {
    if (this.#isOutdated) {
      const work = this.#goOver();
      if (work !== undefined) {
        this.busy = this.#changing = true;
        work.then(() => {
          this.busy = this.#changing = false;
          if (this.state === "open") this.dispatch(message, source, shared, size);
          if (!this.busy) this.#free();
        });
        return;
      }
    }
    const { application, outgoing } = this;
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
    this.busy = true;
    outgoing.finish(undefined);
    Promise.resolve(outcome).then((result) => {
      const answer = answerOf(result, source);
      if (answer !== undefined && !this.ended) outgoing.send(answer);
    }).catch((error) => application.log.error("connection_failed", { error }))
      .finally(() => this.#free());
  }

  /** Answers an empty frame. */
  protected answerNothing(): void {
    this.outgoing.begin(0);
    this.outgoing.finish(nobody);
    this.outgoing.over();
  }

  /** Nothing is heard any more, and the protocols are told so, once none of them is at work or has been for too long. */
  protected leave(why: Term): Promise<void> {
    for (const topic of this.#topics ?? []) this.application.bus.unreg(topic, this);
    this.#topics = undefined;
    if (!this.busy && !this.outgoing.collecting) return this.#farewell(why);
    // What begins is bounded by a limit of its own, and is not told of the end before.
    const patience = this.#changing ? this.application.limits.initTimeoutMs : 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#afterwards = atLatest(FAREWELL_MS + patience, resolve);
    return promise.then(() => this.#farewell(why));
  }

  async #farewell(why: Term): Promise<void> {
    // Not within another connection's message, whose sending is being watched.
    await null;
    this.source = "system";
    this.outgoing.shared = undefined;
    this.visitor.leave();
    await farewell(this.#chain.protocols, why, this.cx, this.application, (work) => this.aside(work));
  }

  /** Lets messages wait for work of the chain, if there is any that takes longer. */
  #after(work: void | Promise<void>): void {
    if (work === undefined) return;
    this.busy = this.#changing = true;
    work.then(() => this.#free());
  }

  get #isOutdated(): boolean {
    return this.#chain.next !== undefined;
  }

  #goOver(): void | Promise<void> {
    this.source = "system";
    this.outgoing.shared = undefined;
    while (this.#chain.next !== undefined && !this.ended) {
      const before = this.#chain;
      this.#chain = this.#chain.next;
      const work = goOver(before.protocols, this.#chain.protocols, this);
      if (work !== undefined) return work.then(() => this.#goOver());
    }
  }

  /** An asynchronous handler is done: the next message may come. */
  #free(): void {
    this.busy = this.#changing = false;
    this.outgoing.over();
    if (this.#afterwards !== undefined) return this.#afterwards();
    if (!this.goOn() && this.#isOutdated) this.catchUp();
    this.markDirty();
  }
}

/** What a client is sent: it did not ask for what the application tells the protocols. */
function answerOf(outcome: Outcome, source: Source): Reply | undefined {
  if (!(outcome instanceof Reply) || (outcome === nobody && source === "system")) return undefined;
  return outcome;
}
