/**
 * The client: one lasting conversation with a server, over as many connections as it takes.
 *
 * @module
 */
import { isTuple, type Term } from "../term_shapes.ts";
import { names, refusalOf } from "./answers.ts";
import { type Connector, createConnector } from "./connector.ts";
import { Emitter } from "./emitter.ts";
import { ClientError } from "./error.ts";
import {
  type ClientEvents,
  type ClientOptions,
  type ClientState,
  type RequestOptions,
  settingsOf,
} from "./options.ts";
import { type Message, Outbox } from "./outbox.ts";
import type { Room } from "./room.ts";
import { Rooms } from "./rooms.ts";
import { isToken, SafeTokenStorage } from "./token_storage.ts";

/** How long to wait, at least and at most twice more, before what the server could not take is sent again, in milliseconds. */
const AGAIN_MS = 1000;

/**
 * A client of an N2O server. {@linkcode createClient} makes it.
 *
 * It shakes hands with its token, keeps the one that it is given, and comes back after a break with growing waits. What is sent
 * meanwhile waits. Nothing that the server sends is ever run as code.
 *
 * @example
 * ```ts
 * import { atom, createClient, tuple } from "@n2o/n2o/client";
 *
 * const client = createClient({ url: "ws://127.0.0.1:8001/ws/app/index.htm" });
 * client.on("state", ({ state }) => console.log(state));
 * if (!client.send(tuple(atom("echo"), "waits until connected"))) throw new Error("no room for it");
 * if (client.state !== "idle") throw new Error("connect() has not been called");
 * ```
 */
export class Client {
  readonly #events: Emitter<ClientEvents> = new Emitter();
  readonly #tokens: SafeTokenStorage;
  readonly #connector: Connector;
  readonly #outbox: Outbox;
  readonly #rooms: Rooms;
  readonly #random: () => number;
  #again: ReturnType<typeof setTimeout> | undefined;
  /** Whether this connection's session is known to have ended. */
  #loggedOut = false;

  /** See {@linkcode createClient}. */
  constructor(options: ClientOptions = {}) {
    const settings = settingsOf(options);
    this.#random = settings.random;
    this.#tokens = new SafeTokenStorage(settings.storage);
    if (options.token !== undefined) this.#tokens.set(options.token);
    this.#connector = createConnector(settings, this.#tokens, {
      ready: () => this.#ready(),
      state: (state, retryInMs) => this.#tellState(state, retryInMs),
      close: (code, reason) => {
        this.#lost(code);
        this.#events.emit("close", { code, reason });
      },
      ended: (code) => code === 4001 ? this.#logout() : this.#giveUp("closed"),
      token: (token) => this.#keep(token),
      term: (term) => this.#receive(term),
      text: (text) => this.#events.emit("text", text),
      fault: (code, about) => this.#events.emit("error", { code, about }),
      drain: () => this.#outbox.flush(),
      poll: () => this.#rooms.empty ? this.#connector.active?.write("PING") : this.#rooms.rejoin(true),
    });
    this.#outbox = new Outbox(settings.outbox, () => this.#connector.active);
    this.#rooms = new Rooms(this.#connector, this.#outbox);
  }

  /** What it is doing. */
  get state(): ClientState {
    return this.#connector.state;
  }

  /** The session's token; empty before the first handshake. */
  get token(): string {
    return this.#tokens.get();
  }

  /** Connects, and stays connected until {@linkcode Client.close}. During a wait between attempts: tries now. */
  connect(): void {
    this.#connector.connect();
  }

  /**
   * Closes on purpose, and stays closed until {@linkcode Client.connect}. What waits in the outbox is given up: posts and requests
   * reject with `closed`.
   */
  close(): void {
    this.#giveUp("closed");
    this.#connector.close();
  }

  /**
   * Sends a term, or keeps it until there is a connection; false when the outbox is full.
   *
   * With an `id`, which must be one of the term's elements, it is written again on each new connection until a tuple or an error names
   * that id; without, it is written once. Throws a `BertError` for what is no term.
   */
  send(term: Term, options: { id?: string } = {}): boolean {
    const { id } = options;
    if (id === undefined) return this.#outbox.add({ term });
    return this.#outbox.has(id) || this.#outbox.add({ term, id, match: (answer) => names(answer, id) });
  }

  /**
   * Sends a term and waits for the answer.
   *
   * Rejects with a {@linkcode ClientError}: with the server's code when it refuses the request, else `timeout`, `lost`, `closed`,
   * `logged_out`, `outbox_full` or `duplicate_id`. A rejection that nobody handles does no harm.
   */
  request(term: Term, options: RequestOptions): Promise<Term> {
    const answered = new Promise<Term>((resolve, reject) => {
      const { match, timeoutMs = 30_000, id } = options;
      if (this.#outbox.has(id)) throw new ClientError("duplicate_id", id);
      const message: Message = {
        term,
        id,
        match,
        done: (answer, error) => {
          clearTimeout(timer);
          if (answer === undefined) reject(error);
          else resolve(answer);
        },
      };
      const timer = setTimeout(
        () => this.#outbox.end(message, undefined, new ClientError("timeout", timeoutMs)),
        timeoutMs,
      );
      try {
        if (!this.#outbox.add(message)) throw new ClientError("outbox_full");
      } catch (error) {
        message.done!(undefined, error);
      }
    });
    answered.catch(() => {});
    return answered;
  }

  /** The room of that name, joined now and on each new connection, until it is left. */
  join(room: string): Room {
    return this.#rooms.open(room);
  }

  /** Calls the listener with each event of that type until the returned function is called. What a listener throws is logged. */
  on<K extends keyof ClientEvents>(type: K, listener: (event: ClientEvents[K]) => void): () => void {
    return this.#events.on(type, listener);
  }

  #ready(): void {
    this.#loggedOut = false;
    this.#lost(1000);
    this.#rooms.rejoin();
    this.#outbox.flush();
  }

  #lost(code: number): void {
    this.#rooms.lost();
    this.#outbox.lost(code);
  }

  #giveUp(code: string): void {
    clearTimeout(this.#again);
    this.#again = undefined;
    this.#outbox.clear(code);
  }

  #tellState(state: ClientState, retryInMs?: number): void {
    this.#events.emit("state", { state, retryInMs });
    // Only while it is so: a listener may have closed.
    if (state === this.state && this.#connector.active) this.#events.emit("open", { token: this.token });
  }

  #keep(token: string): void {
    if (!isToken(token)) this.#events.emit("error", { code: "bad_token" });
    else if (token !== this.token) {
      this.#tokens.set(token);
      this.#events.emit("token", token);
    }
  }

  #receive(term: Term): void {
    try {
      const again = this.#outbox.answer(term);
      if (this.#rooms.receive(term) || again) this.#tryAgain();
    } catch (error) {
      this.#events.emit("error", { code: (error as ClientError).code, about: term });
    }
    const refusal = refusalOf(term);
    if (refusal) this.#events.emit("error", refusal);
    // Whoever logs in may enter rooms that were closed before, and is seen in the others under the new name.
    if (isTuple(term, "login", 2)) this.#rooms.rejoin(true);
    if (isTuple(term, "logout", 1)) this.#logout();
    this.#events.emit("term", term);
  }

  #tryAgain(): void {
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      this.#rooms.rejoin();
      this.#outbox.again();
    }, AGAIN_MS * (1 + 2 * this.#random()));
  }

  /** The session ended. What waits must not go out in another user's name. */
  #logout(): void {
    this.#giveUp("logged_out");
    if (this.#loggedOut) return;
    this.#loggedOut = true;
    this.#events.emit("logout", undefined);
  }
}

/**
 * Makes a client; it connects when it is told to.
 *
 * Throws `bad_url` for a URL that is none, and `no_websocket` where there is no WebSocket (Node 20: give the class of the npm package
 * `ws`, or `fallback: true` to do with POST requests).
 *
 * @example
 * ```ts
 * import { createClient } from "@n2o/n2o/client";
 *
 * const client = createClient({ url: "https://example.org/ws/app/index.htm", reconnect: { maxMs: 10_000 } });
 * client.on("open", ({ token }) => console.log("in session", token));
 * client.close();
 * if (client.state !== "closed") throw new Error("closed");
 * ```
 */
export function createClient(options: ClientOptions = {}): Client {
  return new Client(options);
}
