/**
 * Getting connected and staying it: attempts, waits, and POST where no WebSocket gets through.
 *
 * @module
 */
import type { Term } from "../term_shapes.ts";
import { Backoff } from "./backoff.ts";
import { Link } from "./link.ts";
import type { ClientState, Settings } from "./options.ts";
import type { TokenStorage } from "./token_storage.ts";
import { PostTransport } from "./transport_post.ts";
import { WebSocketTransport } from "./transport_websocket.ts";
import { onWake } from "./wake.ts";

/** The server's close code for a session that has ended: nothing is gained by coming back. */
const LOGGED_OUT = 4001;

/** The server's close code for an anonymous session that a login in another tab has ended: its token is, or soon will be, in the storage. */
const SESSION_MOVED = 4003;

/** The time between two looks for that token, in milliseconds, and how many come to nothing before the client comes back all the same. */
const MOVED_MS = 50;
const MOVED_LOOKS = 20;

/** WebSocket attempts in a row that must fail before POST is tried. */
const FAILURES_BEFORE_POST = 2;

/** What a connector tells the client. */
export interface ConnectorEvents {
  /** A connection is there, and nothing was written to it. */
  ready(): void;
  state(state: ClientState, retryInMs?: number): void;
  /** The connection that was there ended. */
  close(code: number, reason: string): void;
  /** No attempt follows, though nobody called {@linkcode Connector.close}. */
  ended(code: number): void;
  token(token: string): void;
  term(term: Term): void;
  text(text: string): void;
  fault(code: string, about?: Term): void;
  /** The connection can take more. */
  drain(): void;
  /** It is time to ask for news. */
  poll(): void;
}

/** Keeps one connection at a time: a WebSocket, or POST requests while there is none. */
export class Connector {
  readonly #settings: Settings;
  readonly #tokens: TokenStorage;
  readonly #events: ConnectorEvents;
  readonly #backoff: Backoff | undefined;
  #state: ClientState = "idle";
  /** The WebSocket, from its attempt to its end. */
  #socket: Link | undefined;
  #post: Link<PostTransport> | undefined;
  /** The one of the two that is used. */
  #active: Link | undefined;
  /** The token that the server knows this client by. */
  #token = "";
  /** WebSocket attempts in a row that came to nothing. */
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #retryAt = 0;
  #poll: ReturnType<typeof setTimeout> | undefined;
  /** There while it is asked to be connected. */
  #asked: AbortController | undefined;

  constructor(settings: Settings, tokens: TokenStorage, events: ConnectorEvents) {
    this.#settings = settings;
    this.#tokens = tokens;
    this.#events = events;
    if (settings.reconnect !== false) this.#backoff = new Backoff(settings.reconnect, settings.random);
  }

  get state(): ClientState {
    return this.#state;
  }

  /** The connection that is used. */
  get active(): Link | undefined {
    return this.#active;
  }

  /** Whether the server can say things unasked. */
  get live(): boolean {
    return this.#active !== undefined && this.#active === this.#socket;
  }

  /** Connects now, unless an attempt is under way or has succeeded. */
  connect(): void {
    if (this.#socket !== undefined) return;
    if (this.#asked === undefined) {
      this.#failures = 0;
      this.#backoff?.reset();
      this.#asked = new AbortController();
      onWake(() => this.#wake(), this.#asked.signal);
    }
    this.#attempt();
  }

  /** Closes, and stays closed. */
  close(): void {
    const wasActive = this.#active !== undefined;
    this.#halt();
    if (wasActive) this.#events.close(1000, "");
    // A listener may have connected again.
    if (this.#asked === undefined) this.#setState("closed");
  }

  #attempt(): void {
    this.#cancelRetry();
    const { WebSocket, url, page, heartbeatMs, silenceMs } = this.#settings;
    if (WebSocket === undefined) {
      if (this.#post !== undefined) return;
      this.#tryPost();
    } else {
      const link: Link = this.#socket = new Link({
        transport: (events) => new WebSocketTransport(WebSocket, url, events),
        token: () => (this.#token = this.#tokens.get()) + page,
        heartbeatMs,
        silenceMs,
      }, {
        ...this.#events,
        token: (token) => this.#events.token(this.#token = token),
        open: () => this.#socketOpen(link),
        steady: () => this.#backoff?.reset(),
        close: (code, reason) => this.#ended(link, code, reason),
      });
    }
    if (this.#active === undefined) this.#setState("connecting");
  }

  #tryPost(): void {
    const { fetch, postUrl, page, silenceMs } = this.#settings;
    const token = (): string => this.#tokens.get();
    const keep = this.#events.token;
    const link: Link<PostTransport> = this.#post = new Link({
      transport: (events) =>
        new PostTransport({ fetch, url: postUrl, timeoutMs: silenceMs, token, keep }, events),
      token: () => token() + page,
      heartbeatMs: 0,
      silenceMs,
    }, {
      ...this.#events,
      open: () => this.#use(link, "polling"),
      steady: () => {},
      close: (code, reason) => this.#ended(link, code, reason),
    });
  }

  #socketOpen(link: Link): void {
    const post = this.#post;
    if (post === undefined || post !== this.#active) return this.#use(link, "open");
    // What is under way by POST is answered first.
    post.transport.finish(() => {
      if (this.#socket === link) this.#use(link, "open");
    });
  }

  #use(link: Link, state: "open" | "polling"): void {
    this.#active = link;
    if (state === "open") {
      this.#failures = 0;
      this.#dropPost();
    } else this.#pollLater();
    this.#state = state;
    this.#events.ready();
    // A listener may have closed it.
    if (this.#active === link) this.#events.state(state);
  }

  #pollLater(): void {
    this.#poll = setTimeout(() => {
      this.#pollLater();
      if (this.#active?.ready) this.#events.poll();
    }, this.#settings.pollMs);
  }

  #ended(link: Link, code: number, reason: string): void {
    const wasActive = this.#active === link;
    const wasSocket = this.#socket === link;
    if (wasActive) this.#active = undefined;
    if (wasSocket) {
      this.#socket = undefined;
      this.#failures = wasActive ? 0 : this.#failures + 1;
    } else this.#dropPost();

    if (code === LOGGED_OUT || this.#backoff === undefined) {
      this.#halt();
      this.#events.ended(code);
      if (wasActive) this.#events.close(code, reason);
      // A listener may have connected again.
      if (this.#asked === undefined) this.#setState("closed");
      return;
    }
    let waitMs = Math.max(0, this.#retryAt - Date.now());
    if (wasSocket && code === SESSION_MOVED) this.#follow(MOVED_LOOKS);
    else if (wasSocket || this.#settings.WebSocket === undefined) {
      this.#retryLater(waitMs = this.#backoff.next());
    }
    if (
      wasSocket && this.#settings.fallback && this.#failures >= FAILURES_BEFORE_POST &&
      this.#post === undefined
    ) {
      this.#tryPost();
    }
    if (wasActive) this.#events.close(code, reason);
    if (this.#active !== undefined || this.#asked === undefined) return;
    if (this.#retry !== undefined) this.#setState("waiting", waitMs);
    else if (this.#socket !== undefined) this.#setState("connecting");
  }

  /** Comes back as soon as the storage has the token of the session that took this one's place. */
  #follow(looks: number): void {
    if (looks === 0 || this.#tokens.get() !== this.#token) this.#retryLater(0);
    else this.#retry = setTimeout(() => this.#follow(looks - 1), MOVED_MS);
  }

  #retryLater(ms: number): void {
    this.#cancelRetry();
    this.#retryAt = Date.now() + ms;
    this.#retry = setTimeout(() => this.#attempt(), ms);
  }

  #cancelRetry(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  #dropPost(): void {
    clearTimeout(this.#poll);
    this.#post?.close(1000, "");
    this.#post = undefined;
  }

  /** Lets go of everything: no timer, no connection, no listener stays. */
  #halt(): void {
    this.#asked?.abort();
    this.#asked = undefined;
    this.#cancelRetry();
    this.#dropPost();
    this.#socket?.close(1000, "");
    this.#socket = this.#active = undefined;
  }

  #wake(): void {
    if (this.live) this.#active!.probe();
    else this.connect();
  }

  #setState(state: ClientState, retryInMs?: number): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#events.state(state, retryInMs);
  }
}
