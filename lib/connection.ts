/**
 * A connection: one client, whatever its transport, from its opening to its end. What comes to it is the `Receiver`'s, what
 * its protocols make of that the `Conversation`'s: base classes, so that the three are one object.
 *
 * @module
 */
import type { Chain } from "./chain.ts";
import { Context, type Peer } from "./context.ts";
import { Conversation } from "./conversation.ts";
import { FAREWELL_MS } from "./farewell.ts";
import { Outgoing, type OutgoingHost, type OutgoingOwner } from "./outgoing.ts";
import type { ReceiverHost } from "./receiver.ts";
import type { Session } from "./session.ts";
import type { Commit } from "./store/mod.ts";
import { atom, tuple } from "./term.ts";
import type { Transport } from "./transport.ts";
import { Visitor } from "./visitor.ts";

/** What a connection needs of its application. */
export interface ConnectionHost extends OutgoingHost, ReceiverHost {
  /** The chain for connections of a route. */
  chainOf(route: string): Chain;
  /** The connections that are open. */
  readonly connections: Set<Connection>;
  /** Those that wait for the store. */
  readonly holding: Set<Connection>;
  /** Whether the application is closing: nobody comes in any more. */
  readonly closing: boolean;
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

const CLOSE = atom("close");

/** One client, whatever its transport. Endpoints make it, feed it with {@linkcode receive} and {@linkcode flush}, and end it with {@linkcode end}. */
export class Connection extends Conversation implements OutgoingOwner {
  /** What the protocols see of it. */
  readonly cx: Context;
  protected readonly host: ConnectionHost;
  protected readonly transport: Transport;
  protected readonly outgoing: Outgoing;
  protected readonly visitor: Visitor;
  #dirty = false;
  /** The transport does not take what it is given as fast as it comes. */
  #behind = false;
  #close: { code: number; reason: string; since: number } | undefined;
  #idle: PromiseWithResolvers<void> | undefined;

  /** Opens a connection: the protocols' `init` runs, then messages are taken. */
  constructor(host: ConnectionHost, transport: Transport, options: ConnectionOptions) {
    super(host, host.chainOf(options.route));
    const { counters } = host.application;
    this.host = host;
    this.transport = transport;
    this.outgoing = new Outgoing(transport, host, this);
    this.visitor = new Visitor(this);
    this.cx = new Context(this, options.route, options.query, options.peer);
    host.connections.add(this);
    counters.connections++;
    counters.connectionsTotal++;
    this.begin(options.session);
  }

  /** Whether so much waits, to be handled or to be sent, that a transport that can wait should not add to it. */
  get crowded(): boolean {
    return this.isMailboxCrowded || (this.#behind && this.outgoing.crowded);
  }

  /** Whether it waits for its transport to take more. */
  get behind(): boolean {
    return this.#behind;
  }

  /** Hands what was sent to the transport; endpoints call it after the frames of one read. */
  flush(): void {
    this.#dirty = false;
    if (this.state === "ended") return;
    if (!this.outgoing.flush()) {
      this.#behind = true;
      this.host.scheduler.backlog(this);
      return;
    }
    if (this.#behind) {
      this.#behind = false;
      this.host.scheduler.settled(this);
      this.goOn();
      if (!this.crowded) this.transport.resume?.();
    }
    if (this.#close !== undefined && !this.busy && !this.outgoing.holds) {
      this.drop(this.#close.code, this.#close.reason);
    }
    if (this.#idle !== undefined && this.hasHandledAll && !this.outgoing.holds) {
      this.#idle.resolve();
      this.#idle = undefined;
    }
  }

  /** Resolves when everything received so far has been answered, and what it waits for is stored. */
  idle(): Promise<void> {
    if (this.state === "ended") return Promise.resolve();
    const { promise } = this.#idle ??= Promise.withResolvers<void>();
    this.flush();
    return promise;
  }

  /** Looks whether the client has been silent for too long. Called with each tick. */
  tick(): void {
    const { now, application } = this.host;
    if (this.#close !== undefined) {
      if (now - this.#close.since > FAREWELL_MS) this.drop(this.#close.code, this.#close.reason);
    } else if (now - this.heardAt > application.limits.idleTimeoutMs && !this.busy) {
      application.counters.idleClosed++;
      this.close(1000, "idle");
    }
  }

  /** The store has decided on writes: what waited for them goes out, or an error in its place. */
  settle(commit: Commit): void {
    this.outgoing.settle(commit);
    this.flush();
  }

  /** Writes failed: a message that is still being handled may rest on them. */
  spoil(): void {
    if (this.busy) this.outgoing.spoil();
  }

  /** Something waits for the store from now on, or nothing any more. */
  holding(held: boolean): void {
    if (held) this.host.holding.add(this);
    else this.host.holding.delete(this);
  }

  /** Closes once what was sent is out. */
  close(code: number, reason: string): void {
    if (this.state !== "open") return;
    this.state = "closing";
    this.forget();
    this.#close = { code, reason, since: this.host.now };
    this.markDirty();
  }

  /** Closes at once, whether or not the other end answers. */
  drop(code: number, reason: string): void {
    if (this.state === "ended") return;
    this.transport.close(code, reason);
    this.end(code, reason);
  }

  /** The transport has ended: the chain gets `{direct, {exit, Reason}}`, then each protocol its `terminate`. */
  end(code: number, reason: string): void {
    if (this.state === "ended") return;
    this.state = "ended";
    const { application, connections, scheduler } = this.host;
    connections.delete(this);
    scheduler.settled(this);
    application.counters.connections--;
    this.outgoing.clear();
    this.forget();
    this.#idle?.resolve();
    this.host.track(this.leave(tuple(CLOSE, code, reason)));
  }

  protected markDirty(): void {
    if (this.#dirty || this.state === "ended") return;
    this.#dirty = true;
    this.host.scheduler.dirty(this);
  }
}
