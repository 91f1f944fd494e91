/**
 * The context: what protocols see of one connection.
 *
 * @module
 */
import type { Application } from "./application.ts";
import { N2OError } from "./error.ts";
import type { Reply } from "./reply.ts";
import type { Session } from "./session.ts";
import type { Term } from "./term.ts";

/** Who is at the other end. */
export interface Peer {
  /** The client's address; behind a trusted proxy the one that the proxy tells. Empty when it is not known. */
  readonly address: string;
  /** Whether the client came over TLS. */
  readonly secure: boolean;
  /** How it came: `websocket`, `post`, and what later endpoints add. */
  readonly transport: string;
}

/** Where a message comes from: the client, the bus, or the application itself. Only what a client may send is to be taken from a client. */
export type Source = "client" | "bus" | "system";

/** What a connection offers its context. */
export interface ContextPort {
  /** The application. */
  readonly application: Application;
  /** Where the message that is being handled comes from. */
  readonly source: Source;
  /** The session. */
  session(): Session;
  /** Takes another session. */
  adopt(session: Session): void;
  /** Goes on as that user under a new session id. */
  login(user: string): void;
  /** Ends the session. */
  logout(): void;
  /** Hears a topic. */
  reg(topic: string): void;
  /** Hears a topic no more. */
  unreg(topic: string): void;
  /** Sends to a topic. */
  send(topic: string, message: Term): void;
  /** Sends to this client. */
  push(reply: Reply): void;
  /** Closes. */
  close(code: number, reason: string): void;
}

/**
 * What protocols see of one connection.
 *
 * @example
 * ```ts
 * import { type Protocol, reply, unknown } from "@n2o/n2o";
 *
 * const rooms: Protocol = {
 *   name: "rooms",
 *   init(cx) {
 *     cx.reg("news"); // what is sent to this topic comes to info, with cx.source being "bus"
 *   },
 *   info(message, cx) {
 *     if (cx.source === "bus") return reply("bert", message);
 *     if (message !== "who") return unknown;
 *     return reply("text", `${cx.session.user ?? "somebody"} at ${cx.peer.address}`);
 *   },
 * };
 * if (rooms.name !== "rooms") throw new Error("no name");
 * ```
 */
export class Context {
  /** Where the page stands: `app/index.htm` for a client of `/ws/app/index.htm`. */
  readonly route: string;
  /** The query of the connection's URL, without the question mark. */
  readonly query: string;
  /** Who is at the other end. */
  readonly peer: Peer;
  #state: Record<string, unknown> | undefined;
  #port: ContextPort;

  /** Made by the connection. */
  constructor(port: ContextPort, route: string, query: string, peer: Peer) {
    this.#port = port;
    this.route = route;
    this.query = query;
    this.peer = peer;
  }

  /** What the protocols keep for this connection; each takes a name of its own. */
  get state(): Record<string, unknown> {
    return this.#state ??= {};
  }

  /** The application: bus, store, cache, sessions, rooms. */
  get n2o(): Application {
    return this.#port.application;
  }

  /** Where the message that is being handled comes from. */
  get source(): Source {
    return this.#port.source;
  }

  /** The visitor's session; a new one, of which nothing is stored yet, when the visitor brought none. */
  get session(): Session {
    return this.#port.session();
  }

  /** Goes on with another session, as the `N2O,` handshake does. */
  adopt(session: Session): void {
    this.#port.adopt(session);
  }

  /**
   * Makes the visitor a user: `cx.session.user` from now on. The session goes on under a new id, and the client is sent its
   * new token, `{io, <<>>, {'Token', Token}}`.
   *
   * @throws {N2OError} `bad_user` for a name that is empty, longer than 255 bytes, or holds control characters.
   */
  login(user: string): void {
    this.#port.login(user);
  }

  /** Ends the session: the connection goes on with a new, empty one. The session's other connections get `{logout}` and are closed with 4001. */
  logout(): void {
    this.#port.logout();
  }

  /**
   * Registers this connection for a topic of the bus: what is sent there arrives at `info`, with `cx.source` being `bus`.
   *
   * @throws {N2OError} `bad_topic` for an empty one or one over 1024 characters, `too_many_topics` at the limit.
   */
  reg(topic: string): void {
    this.#port.reg(topic);
  }

  /** Takes this connection off a topic. */
  unreg(topic: string): void {
    this.#port.unreg(topic);
  }

  /** Sends a message to all connections registered for a topic, once what this message changed is stored. */
  send(topic: string, message: Term): void {
    this.#port.send(topic, message);
  }

  /** Sends to this client, unasked, once what this message changed is stored. */
  push(reply: Reply): void {
    this.#port.push(reply);
  }

  /**
   * Closes the connection once what was sent is out.
   *
   * @param code A close code that may stand on the wire: 1000 to 1003, 1007 to 1014, 3000 to 4999.
   * @param reason Cut at 123 bytes.
   * @throws {N2OError} `bad_close_code` for any other.
   */
  close(code = 1000, reason = ""): void {
    const mayStand = code <= 1003 || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    if (!Number.isInteger(code) || code < 1000 || !mayStand) {
      throw new N2OError("bad_close_code", `${code} is no close code for the wire`, code);
    }
    this.#port.close(code, reason);
  }
}
