/**
 * What a client can be told, and what it tells.
 *
 * @module
 */
import type { Term } from "../term_shapes.ts";
import type { BackoffOptions } from "./backoff.ts";
import { ClientError } from "./error.ts";
import type { OutboxOptions } from "./outbox.ts";
import { type CookieJar, cookieTokens, type TokenStorage } from "./token_storage.ts";
import type { Fetch } from "./transport_post.ts";
import type { WebSocketClass } from "./transport_websocket.ts";

/** How a client connects. */
export interface ClientOptions {
  /**
   * Where to connect: `ws:`, `wss:`, `http:` or `https:`; in a browser also relative to the page. With a class of sockets also `tcp:`,
   * `tls:` or `unix:`, if it takes such.
   * @default the page's host with `/ws/` before the page's path and query
   */
  url?: string | URL;
  /** A token to start with, in place of the stored one. */
  token?: string;
  /**
   * Asks for the page of the URL, and how: `operations` has its server send operations, and no JavaScript. What applies them in a browser
   * is the module `/n2o/nitro.js`.
   * @default a page, if there is one, says itself in JavaScript, which this client does not run
   */
  page?: "operations";
  /**
   * Where the token is kept.
   * @default the cookie `X-Auth-Token` in a browser, else memory
   */
  storage?: TokenStorage;
  /**
   * The time between the answer to a PING and the next one, in milliseconds.
   * @default 5000
   */
  heartbeatMs?: number;
  /**
   * How long nothing may come after a PING, or in answer to the handshake, before the connection counts as dead, in milliseconds.
   * @default 15000
   */
  silenceMs?: number;
  /** The waits between attempts to connect; `false` to make only one. */
  reconnect?: BackoffOptions | false;
  /** How much may wait to be sent or confirmed. */
  outbox?: OutboxOptions;
  /**
   * Whether to use POST requests when two WebSocket attempts in a row have failed; attempts go on meanwhile. Only where the URL is a
   * WebSocket's.
   * @default true
   */
  fallback?: boolean;
  /**
   * The time between two questions for news over POST, in milliseconds.
   * @default 3000
   */
  pollMs?: number;
  /**
   * The class of WebSockets.
   * @default the global one
   */
  WebSocket?: WebSocketClass;
  /**
   * How to make requests.
   * @default the global one
   */
  fetch?: Fetch;
  /**
   * A number from 0 up to 1 for the jitter of the waits.
   * @default Math.random
   */
  random?: () => number;
}

/**
 * What a client is doing.
 *
 * - `idle`: not asked to connect yet;
 * - `connecting`: an attempt is under way;
 * - `open`: connected by WebSocket;
 * - `waiting`: between two attempts;
 * - `polling`: connected by POST requests, while attempts by WebSocket go on;
 * - `closed`: by the page, or by the server that ended the session.
 */
export type ClientState = "idle" | "connecting" | "open" | "waiting" | "polling" | "closed";

/** What a client tells. */
export interface ClientEvents {
  /** Its state has changed; with `waiting`, the time until the next attempt in milliseconds. */
  state: { readonly state: ClientState; readonly retryInMs?: number };
  /** Connected, by WebSocket or POST, and the handshake answered. */
  open: { readonly token: string };
  /** An open connection has ended. */
  close: { readonly code: number; readonly reason: string };
  /** A term came, whatever it is: also what a room or a request took. */
  term: Term;
  /** A text frame came that is no heartbeat. */
  text: string;
  /** The server gave another token. */
  token: string;
  /** The session ended: this client logged out, or another connection of its session did. */
  logout: undefined;
  /** The server reported an error, or sent something wrong. */
  error: { readonly code: string; readonly about?: Term };
}

/** What to wait for after a request. */
export interface RequestOptions {
  /** Whether a term is the answer. Errors that echo the request are known without. */
  match: (answer: Term) => boolean;
  /**
   * How long to wait, in milliseconds.
   * @default 30000
   */
  timeoutMs?: number;
  /** With an id in the term the request is written again on a new connection: for what may be done twice, or is told apart by its id. */
  id?: string;
}

/** The options with their defaults. */
export interface Settings {
  readonly url: string;
  readonly postUrl: string;
  readonly storage: TokenStorage | undefined;
  readonly page: string;
  readonly heartbeatMs: number;
  readonly silenceMs: number;
  readonly reconnect: BackoffOptions | false;
  readonly outbox: OutboxOptions;
  readonly fallback: boolean;
  readonly pollMs: number;
  readonly WebSocket: WebSocketClass | undefined;
  readonly fetch: Fetch;
  readonly random: () => number;
}

/** Throws `bad_url` without a URL that can be used, and `no_websocket` where there is no WebSocket and no `fallback: true`. */
export function settingsOf(options: ClientOptions): Settings {
  const page = globalThis as { location?: Location; document?: CookieJar };
  const url = urlOf(options, page.location);
  const post = new URL(url);
  post.protocol = url.protocol.replace("ws", "http");
  const WebSocket = options.WebSocket ?? (globalThis as { WebSocket?: WebSocketClass }).WebSocket;
  if (WebSocket === undefined && options.fallback !== true) {
    throw new ClientError("no_websocket");
  }
  const storage = options.storage ??
    (page.document && page.location &&
      cookieTokens(page.document, page.location.protocol === "https:"));
  return {
    url: url.href,
    postUrl: post.href,
    storage,
    page: options.page ? `,${options.page}` : "",
    heartbeatMs: options.heartbeatMs ?? 5000,
    silenceMs: options.silenceMs ?? 15_000,
    reconnect: options.reconnect ?? {},
    outbox: options.outbox ?? {},
    fallback: /^w/.test(url.protocol) && (options.fallback ?? true),
    pollMs: options.pollMs ?? 3000,
    WebSocket,
    fetch: options.fetch ?? globalThis.fetch,
    random: options.random ?? Math.random,
  };
}

function urlOf({ url: given, WebSocket }: ClientOptions, page: Location | undefined): URL {
  let url: URL;
  try {
    if (given !== undefined) url = new URL(given, page?.href);
    else url = new URL(`/ws${page!.pathname}${page!.search}`, page!.href);
  } catch {
    throw new ClientError("bad_url", given);
  }
  url.hash = "";
  url.protocol = url.protocol.replace(/^http/, "ws");
  if (!(WebSocket ? /^(wss?|tcp|tls|unix):/ : /^wss?:/).test(url.protocol)) {
    throw new ClientError("bad_url", url.href);
  }
  return url;
}
