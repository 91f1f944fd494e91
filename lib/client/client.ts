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
import { createOutbox, type Message } from "./outbox.ts";
import type { Room } from "./room.ts";
import { createRooms } from "./rooms.ts";
import { isToken, safeTokens } from "./token_storage.ts";

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
export interface Client {
  /** What it is doing. */
  readonly state: ClientState;
  /** The session's token; empty before the first handshake. */
  readonly token: string;
  /** Connects, and stays connected until {@linkcode Client.close}. During a wait between attempts: tries now. */
  connect(): void;
  /**
   * Closes on purpose, and stays closed until {@linkcode Client.connect}. What waits in the outbox is given up: posts and requests
   * reject with `closed`.
   */
  close(): void;
  /**
   * Sends a term, or keeps it until there is a connection; false when the outbox is full.
   *
   * With an `id`, which must be one of the term's elements, it is written again on each new connection until a tuple or an error names
   * that id; without, it is written once. Throws a `BertError` for what is no term.
   */
  send(term: Term, options?: { id?: string }): boolean;
  /**
   * Sends a term and waits for the answer.
   *
   * Rejects with a {@linkcode ClientError}: with the server's code when it refuses the request, else `timeout`, `lost`, `closed`,
   * `logged_out`, `outbox_full` or `duplicate_id`. A rejection that nobody handles does no harm.
   */
  request(term: Term, options: RequestOptions): Promise<Term>;
  /** The room of that name, joined now and on each new connection, until it is left. */
  join(room: string): Room;
  /** Calls the listener with each event of that type until the returned function is called. What a listener throws is logged. */
  on<K extends keyof ClientEvents>(type: K, listener: (event: ClientEvents[K]) => void): () => void;
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
  const settings = settingsOf(options);
  const events: Emitter<ClientEvents> = new Emitter();
  const tokens = safeTokens(settings.storage);
  if (options.token !== undefined) tokens.set(options.token);
  let later: ReturnType<typeof setTimeout> | undefined;
  /** Whether this connection's session is known to have ended. */
  let isLoggedOut = false;

  const connector: Connector = createConnector(settings, tokens, {
    ready() {
      isLoggedOut = false;
      lost(1000);
      rooms.rejoin();
      outbox.flush();
    },
    state(state, retryInMs) {
      events.emit("state", { state, retryInMs });
      // Only while it is so: a listener may have closed.
      if (state === connector.state && connector.active) events.emit("open", { token: tokens.get() });
    },
    close(code, reason) {
      lost(code);
      events.emit("close", { code, reason });
    },
    ended: (code) => code === 4001 ? logout() : giveUp("closed"),
    token(token) {
      if (!isToken(token)) events.emit("error", { code: "bad_token" });
      else if (token !== tokens.get()) {
        tokens.set(token);
        events.emit("token", token);
      }
    },
    term: receive,
    text: (text) => events.emit("text", text),
    fault: (code, about) => events.emit("error", { code, about }),
    drain: () => outbox.flush(),
    poll: () => rooms.empty ? connector.active?.write("PING") : rooms.rejoin(true),
  });
  const outbox = createOutbox(settings.outbox, () => connector.active);
  const rooms = createRooms(connector, outbox);

  function lost(code: number): void {
    rooms.lost();
    outbox.lost(code);
  }

  function giveUp(code: string): void {
    clearTimeout(later);
    later = undefined;
    outbox.clear(code);
  }

  function receive(term: Term): void {
    try {
      const again = outbox.answer(term);
      if (rooms.receive(term) || again) tryAgain();
    } catch (error) {
      events.emit("error", { code: (error as ClientError).code, about: term });
    }
    const refusal = refusalOf(term);
    if (refusal) events.emit("error", refusal);
    // Whoever logs in may enter rooms that were closed before, and is seen in the others under the new name.
    if (isTuple(term, "login", 2)) rooms.rejoin(true);
    if (isTuple(term, "logout", 1)) logout();
    events.emit("term", term);
  }

  function tryAgain(): void {
    later ??= setTimeout(() => {
      later = undefined;
      rooms.rejoin();
      outbox.again();
    }, AGAIN_MS * (1 + 2 * settings.random()));
  }

  /** The session ended. What waits must not go out in another user's name. */
  function logout(): void {
    giveUp("logged_out");
    if (isLoggedOut) return;
    isLoggedOut = true;
    events.emit("logout", undefined);
  }

  return {
    get state() {
      return connector.state;
    },
    get token() {
      return tokens.get();
    },
    connect: connector.connect,
    close() {
      giveUp("closed");
      connector.close();
    },
    send(term, { id } = {}) {
      if (id === undefined) return outbox.add({ term });
      return outbox.has(id) || outbox.add({ term, id, match: (answer) => names(answer, id) });
    },
    request(term, { match, timeoutMs = 30_000, id }) {
      const answered = new Promise<Term>((resolve, reject) => {
        if (outbox.has(id)) throw new ClientError("duplicate_id", id);
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
          () => outbox.end(message, undefined, new ClientError("timeout", timeoutMs)),
          timeoutMs,
        );
        try {
          if (!outbox.add(message)) throw new ClientError("outbox_full");
        } catch (error) {
          message.done!(undefined, error);
        }
      });
      answered.catch(() => {});
      return answered;
    },
    join: (room) => rooms.open(room),
    on: (type, listener) => events.on(type, listener),
  };
}
