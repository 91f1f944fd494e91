/**
 * Getting connected and staying it: attempts, waits, and POST where no WebSocket gets through.
 *
 * @module
 */
import type { Term } from "../term_shapes.ts";
import { createBackoff } from "./backoff.ts";
import { createLink, type Link, NO_ANSWER } from "./link.ts";
import type { ClientState, Settings } from "./options.ts";
import type { TokenStorage } from "./token_storage.ts";
import { type PostTransport, postTransport } from "./transport_post.ts";
import { webSocketTransport } from "./transport_websocket.ts";
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

/** With the default a minute. */
const MOST_PATIENCE = 4;

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
export interface Connector {
  readonly state: ClientState;
  /** The connection that is used. */
  readonly active: Link | undefined;
  /** Whether the server can say things unasked. */
  readonly live: boolean;
  /** Connects now, unless an attempt is under way or has succeeded. */
  connect(): void;
  /** Closes, and stays closed. */
  close(): void;
}

/** A connector that is not asked to connect yet. */
export function createConnector(
  settings: Settings,
  tokens: TokenStorage,
  events: ConnectorEvents,
): Connector {
  const { WebSocket, page, reconnect } = settings;
  const backoff = reconnect ? createBackoff(reconnect, settings.random) : undefined;
  let state: ClientState = "idle";
  /** The WebSocket, from its attempt to its end. */
  let socket: Link | undefined;
  let post: Link<PostTransport> | undefined;
  /** The one of the two that is used. */
  let active: Link | undefined;
  /** The token that the server knows this client by. */
  let known = "";
  /** WebSocket attempts in a row that came to nothing. */
  let failures = 0;
  /** How many times as long the next handshake's answer may take: each that does not come in time doubles it. */
  let patience = 1;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let retryAt = 0;
  let poll: ReturnType<typeof setTimeout> | undefined;
  /** There while it is asked to be connected. */
  let asked: AbortController | undefined;

  function connect(): void {
    if (socket) return;
    if (!asked) {
      failures = 0;
      backoff?.reset();
      asked = new AbortController();
      onWake(wake, asked.signal);
    }
    attempt();
  }

  function wake(): void {
    if (isLive()) active!.probe();
    else connect();
  }

  function isLive(): boolean {
    return !!active && active === socket;
  }

  function attempt(): void {
    cancelRetry();
    if (WebSocket) {
      const link: Link = socket = createLink({
        ...settings,
        patience,
        transport: (told) => webSocketTransport(WebSocket, settings.url, told),
        token: () => (known = tokens.get()) + page,
      }, {
        ...events,
        token: (token) => events.token(known = token),
        open: () => opened(link),
        steady: () => backoff?.reset(),
        close: (code, reason) => ended(link, code, reason),
      });
    } else {
      if (post) return;
      tryPost();
    }
    if (!active) setState("connecting");
  }

  function tryPost(): void {
    const token = (): string => tokens.get();
    const link: Link<PostTransport> = post = createLink({
      ...settings,
      transport: (told) => postTransport({ ...settings, token, keep: events.token }, told),
      token: () => token() + page,
      heartbeatMs: 0,
    }, {
      ...events,
      open: () => use(link, "polling"),
      steady: () => {},
      close: (code, reason) => ended(link, code, reason),
    });
  }

  function opened(link: Link): void {
    if (!post || post !== active) return use(link, "open");
    // What is under way by POST is answered first.
    post.transport.finish(() => {
      if (socket === link) use(link, "open");
    });
  }

  function use(link: Link, next: "open" | "polling"): void {
    active = link;
    if (next === "open") {
      failures = 0;
      dropPost();
    } else pollLater();
    state = next;
    events.ready();
    // A listener may have closed it.
    if (active === link) events.state(next);
  }

  function pollLater(): void {
    poll = setTimeout(() => {
      pollLater();
      if (active?.ready) events.poll();
    }, settings.pollMs);
  }

  function ended(link: Link, code: number, reason: string): void {
    const wasActive = active === link;
    const wasSocket = socket === link;
    if (wasActive) active = undefined;
    if (wasSocket) {
      socket = undefined;
      failures = wasActive ? 0 : failures + 1;
      patience = !wasActive && code === NO_ANSWER ? Math.min(2 * patience, MOST_PATIENCE) : 1;
    } else dropPost();

    if (code === LOGGED_OUT || !backoff) {
      halt();
      events.ended(code);
      if (wasActive) events.close(code, reason);
      // A listener may have connected again.
      if (!asked) setState("closed");
      return;
    }
    let waitMs = Math.max(0, retryAt - Date.now());
    if (wasSocket && code === SESSION_MOVED) follow(MOVED_LOOKS);
    else if (wasSocket || !WebSocket) retryLater(waitMs = backoff.next());
    if (wasSocket && settings.fallback && failures >= FAILURES_BEFORE_POST && !post) tryPost();
    if (wasActive) events.close(code, reason);
    if (active || !asked) return;
    if (retry !== undefined) setState("waiting", waitMs);
    else if (socket) setState("connecting");
  }

  /** Comes back as soon as the storage has the token of the session that took this one's place. */
  function follow(looks: number): void {
    if (looks === 0 || tokens.get() !== known) retryLater(0);
    else retry = setTimeout(() => follow(looks - 1), MOVED_MS);
  }

  function retryLater(ms: number): void {
    cancelRetry();
    retryAt = Date.now() + ms;
    retry = setTimeout(attempt, ms);
  }

  function cancelRetry(): void {
    clearTimeout(retry);
    retry = undefined;
  }

  function dropPost(): void {
    clearTimeout(poll);
    post?.close(1000, "");
    post = undefined;
  }

  /** Lets go of everything: no timer, no connection, no listener stays. */
  function halt(): void {
    asked?.abort();
    asked = undefined;
    cancelRetry();
    dropPost();
    socket?.close(1000, "");
    socket = active = undefined;
  }

  function setState(next: ClientState, retryInMs?: number): void {
    if (next === state) return;
    state = next;
    events.state(next, retryInMs);
  }

  return {
    get state() {
      return state;
    },
    get active() {
      return active;
    },
    get live() {
      return isLive();
    },
    connect,
    close() {
      const wasActive = !!active;
      halt();
      if (wasActive) events.close(1000, "");
      // A listener may have connected again.
      if (!asked) setState("closed");
    },
  };
}
