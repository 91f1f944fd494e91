/**
 * What protocols see of the application that they run in.
 *
 * @module
 */
import type { Bus } from "./bus/mod.ts";
import type { Cache } from "./cache.ts";
import type { Counters } from "./counters.ts";
import type { Formatters } from "./formats/mod.ts";
import type { Limits } from "./limits.ts";
import type { Logger } from "./log.ts";
import type { Rooms } from "./rooms.ts";
import type { Secret } from "./secret.ts";
import type { Sessions } from "./sessions.ts";
import type { Store } from "./store/mod.ts";
import type { Term } from "./term.ts";

/** An application: the parts that `createN2O` put together. */
export interface Application {
  /** Topics, and who hears them. */
  readonly bus: Bus;
  /** Expiring tables in memory. */
  readonly cache: Cache;
  /** Durable bytes. */
  readonly store: Store;
  /** Signs and opens tokens. */
  readonly secret: Secret;
  /** The visitors' sessions. */
  readonly sessions: Sessions;
  /** Rooms with history. */
  readonly rooms: Rooms;
  /** How terms become frames. */
  readonly formatters: Formatters;
  /** The limits in force. */
  readonly limits: Limits;
  /** What has been counted. */
  readonly counters: Counters;
  /** The log. */
  readonly log: Logger;
  /**
   * Sends a term to all connections that registered for a topic; gives the number of those in this process. It goes at once,
   * whatever the disk makes of what a handler has written before; `cx.send` waits for that.
   */
  send(topic: string, message: Term): number;
}
