/**
 * Options of an application.
 *
 * @module
 */
import type { Bus } from "./bus/mod.ts";
import type { Cache } from "./cache.ts";
import type { FileHandler } from "./endpoints/http.ts";
import type { Formatter } from "./formats/mod.ts";
import type { DeflateOptions } from "./framing/deflate_settings.ts";
import type { Limits } from "./limits.ts";
import type { Logger } from "./log.ts";
import type { Protocol } from "./protocol.ts";
import type { RoomOptions } from "./rooms.ts";
import type { Secret } from "./secret.ts";
import type { SessionOptions } from "./sessions.ts";
import type { Store } from "./store/mod.ts";
import type { Term } from "./term.ts";

/** Options of {@linkcode createN2O}. */
export interface N2OOptions {
  /** The chain: each message is offered to them in this order. */
  readonly protocols: readonly Protocol[];
  /**
   * Chains of their own for the connections of some routes: `{ "admin": [heart, admin] }` has those of `/ws/admin` go through
   * `admin`, and through nothing of `protocols`. @default {}
   */
  readonly chains?: Readonly<Record<string, readonly Protocol[]>>;
  /** Formatters besides `bert`, `json`, `text` and `binary`, or in their place. */
  readonly formatters?: readonly Formatter[];
  /** The formatter of binary frames, and of replies to `default`. @default "bert" */
  readonly defaultFormatter?: string;
  /** Where sessions and rooms are kept. @default memoryStore() */
  readonly store?: Store;
  /** What makes and reads tokens. @default a random key that ends with the process */
  readonly secret?: Secret;
  /** Carries messages between connections. @default localBus() */
  readonly bus?: Bus;
  /** Expiring tables. @default createCache() */
  readonly cache?: Cache;
  /** Sessions: life, prolongation, size. */
  readonly session?: SessionOptions;
  /** Rooms: history and sizes. */
  readonly rooms?: RoomOptions;
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<Limits>;
  /** Origins that may connect besides the server's own: `https://example.com`, `https://*.example.com`, `*`. @default [] */
  readonly origins?: readonly string[];
  /**
   * Whether requests are answered that call the server by this name (their `Host` in small letters, without a port; IPv6 in brackets);
   * others get 403. A server on a loopback address that answers to its own names alone cannot be reached by pages of a foreign site whose
   * name is made to lead there (DNS rebinding). @default every name
   */
  readonly allowHost?: (name: string) => boolean;
  /** Proxies whose `Forwarded` and `X-Forwarded-*` headers are believed, as addresses or CIDR. @default [] */
  readonly trustProxy?: readonly string[];
  /** Asked in order for requests that are none of N2O's own, such as `staticFiles("static")`. @default [] */
  readonly files?: readonly FileHandler[];
  /**
   * Compresses WebSocket messages where the client can, on the engine `stream` and by {@linkcode N2O.upgrade}.
   *
   * @default false
   */
  readonly deflate?: boolean | DeflateOptions;
  /** The log. @default createLogger({ level: "warn" }) */
  readonly log?: Logger;
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly clock?: () => number;
}

/** Options of {@linkcode N2O.replace}. */
export interface ReplaceOptions {
  /** What the protocols of every connection are told then: `{direct, Tell}`, with `cx.source` being `system`. */
  readonly tell?: Term;
}

/** Options of {@linkcode N2O.close}. */
export interface CloseOptions {
  /** How long connections may take to send what they have, in milliseconds. @default 5_000 */
  readonly drainMs?: number;
}
