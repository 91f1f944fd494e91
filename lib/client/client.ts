/**
 * The client: one lasting conversation with a server, over as many connections as it takes.
 *
 * @module
 */
import { bert } from "../formats/bert.ts";
import { isTuple, type Term, type Tuple } from "../term.ts";
import { eachId, isPassing, type Refusal, refusalOf } from "./answers.ts";
import { Connector } from "./connector.ts";
import { Emitter } from "./emitter.ts";
import { ClientError } from "./error.ts";
import {
  type ClientEvents,
  type ClientOptions,
  type ClientState,
  type RequestOptions,
  settingsOf,
} from "./options.ts";
import { Outbox } from "./outbox.ts";
import { type Pending, Requests } from "./requests.ts";
import type { Room } from "./room.ts";
import { Rooms } from "./rooms.ts";
import { isToken, SafeTokenStorage } from "./token_storage.ts";

/** How long to wait before what the server could not take for the moment is sent again, in milliseconds: at least, and at most. */
const AGAIN_MS = [1000, 3000];

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
  readonly #requests = new Requests();
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
    this.#outbox = new Outbox(settings.outbox);
    this.#rooms = new Rooms({
      connection: () => {
        const link = this.#connector.active;
        return link && { live: this.#connector.live, write: (frame) => link.write(frame) };
      },
      deliver: (frame, id, settle) => {
        if (this.#outbox.add(frame, id, this.#buffered, settle) === undefined) return false;
        this.#flush();
        return true;
      },
      delivered: (id) => {
        const entry = this.#outbox.get(id);
        if (entry !== undefined) this.#outbox.remove(entry);
      },
    });
    this.#connector = new Connector(settings, this.#tokens, {
      ready: () => this.#ready(),
      state: (state, retryInMs) => {
        this.#events.emit("state", retryInMs === undefined ? { state } : { state, retryInMs });
        // Only while it is so: a listener may have closed.
        if (state !== this.state) return;
        if (state === "open" || state === "polling") this.#events.emit("open", { token: this.token });
      },
      close: (code, reason) => {
        this.#lost(code);
        this.#events.emit("close", { code, reason });
      },
      ended: (code) => {
        if (code === 4001) this.#logout();
        else this.#giveUp("closed", "the connection ended");
      },
      token: (token) => this.#keep(token),
      term: (term) => this.#receive(term),
      text: (text) => this.#events.emit("text", text),
      fault: (code, about) => this.#events.emit("error", about === undefined ? { code } : { code, about }),
      drain: () => this.#flush(),
      poll: () => this.#poll(),
    });
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
    this.#giveUp("closed", "the client was closed");
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
    if (id !== undefined && this.#outbox.get(id) !== undefined) return true;
    if (this.#outbox.add(bert.encode(term), id, this.#buffered, {}) === undefined) return false;
    this.#flush();
    return true;
  }

  /**
   * Sends a term and waits for the answer.
   *
   * Rejects with a {@linkcode ClientError}: with the server's code when it refuses the request, else `timeout`, `lost`, `closed`,
   * `logged_out`, `outbox_full` or `duplicate_id`. A rejection that nobody handles does no harm.
   */
  request(term: Term, options: RequestOptions): Promise<Term> {
    const answer = new Promise<Term>((resolve, reject) => {
      const { match, timeoutMs = 30_000, id } = options;
      if (id !== undefined && this.#outbox.get(id) !== undefined) {
        throw new ClientError("duplicate_id", "a message with that id is on its way", id);
      }
      const failed = (error: unknown): void => {
        done();
        reject(error);
      };
      const entry = this.#outbox.add(bert.encode(term), id, this.#buffered, { match, failed });
      if (entry === undefined) throw new ClientError("outbox_full", "too many messages wait");
      const pending: Pending = {
        request: term,
        entry,
        match,
        resolve: (answer) => {
          done();
          resolve(answer);
        },
        reject: failed,
      };
      const timer = setTimeout(
        () => failed(new ClientError("timeout", `no answer in ${timeoutMs} ms`)),
        timeoutMs,
      );
      const done = (): void => {
        clearTimeout(timer);
        this.#requests.delete(pending);
        this.#outbox.remove(entry);
      };
      this.#requests.add(pending);
      this.#flush();
    });
    answer.catch(() => {});
    return answer;
  }

  /** The room of that name, joined now and on each new connection, until it is left. */
  join(room: string): Room {
    return this.#rooms.open(room);
  }

  /** Calls the listener with each event of that type until the returned function is called. What a listener throws is logged. */
  on<K extends keyof ClientEvents>(type: K, listener: (event: ClientEvents[K]) => void): () => void {
    return this.#events.on(type, listener);
  }

  get #buffered(): number {
    return this.#connector.active?.transport.buffered ?? 0;
  }

  #flush(): void {
    const link = this.#connector.active;
    if (link !== undefined) this.#outbox.flush(link);
  }

  #ready(): void {
    this.#loggedOut = false;
    this.#lost(1000);
    this.#rooms.rejoin();
    this.#flush();
  }

  #lost(code: number): void {
    this.#rooms.lost();
    this.#outbox.lost(code);
    this.#requests.lost();
  }

  #giveUp(code: string, message: string): void {
    clearTimeout(this.#again);
    this.#again = undefined;
    this.#requests.clear(code, message);
    this.#outbox.clear(code, message);
  }

  #poll(): void {
    if (this.#rooms.empty) this.#connector.active?.write("PING");
    else this.#rooms.rejoin(true);
  }

  #keep(token: string): void {
    if (!isToken(token)) return this.#events.emit("error", { code: "bad_token" });
    if (token === this.token) return;
    this.#tokens.set(token);
    this.#events.emit("token", token);
  }

  #receive(term: Term): void {
    const refusal = refusalOf(term);
    if (refusal !== undefined) this.#refused(refusal);
    else if (isTuple(term)) this.#take(term);
    this.#requests.answer(term);
    if (isTuple(term, "logout", 1)) this.#logout();
    this.#events.emit("term", term);
  }

  #take(term: Tuple): void {
    if (this.#outbox.unanswered) eachId(term, (id) => this.#outbox.answer(id, term));
    if (!this.#rooms.receive(term)) this.#events.emit("error", { code: "bad_answer", about: term });
    // Whoever logs in may enter rooms that were closed before, and is seen in the others under the new name.
    if (isTuple(term, "login", 2)) this.#rooms.rejoin(true);
  }

  #refused(refusal: Refusal): void {
    const { code, about } = refusal;
    let again = this.#rooms.refused(refusal);
    if (isTuple(about)) {
      eachId(about, (id) => {
        const entry = this.#outbox.get(id);
        if (entry === undefined) return;
        if (isPassing(code)) again = entry.held = true;
        else {
          this.#outbox.remove(entry);
          entry.settle.failed?.(new ClientError(code, `the server refused: ${code}`, about));
        }
      });
    }
    if (again) this.#tryAgain();
    this.#events.emit("error", { code, about });
  }

  #tryAgain(): void {
    const [least, most] = AGAIN_MS;
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      this.#outbox.release();
      this.#rooms.rejoin();
      this.#flush();
    }, least + (most - least) * this.#random());
  }

  /** The session ended. What waits must not go out in another user's name. */
  #logout(): void {
    this.#giveUp("logged_out", "the session ended");
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
