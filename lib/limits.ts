/**
 * The limits of one application, in one table.
 *
 * @module
 */
import { N2OError } from "./error.ts";

/** What happens to a frame that an outbound queue has no room for. */
export type QueuePolicy = "close" | "drop-oldest" | "drop-newest";

/** The limits of one application. Sizes in bytes, times in milliseconds. */
export interface Limits {
  /** The largest message from a client; a larger one closes with 1009. @default 1_048_576 */
  readonly maxFrameBytes: number;
  /** Messages a second from one connection; more close it with 1008. @default 20_000 */
  readonly maxMessagesPerSecond: number;
  /** Open connections in all; more get 503. @default 100_000 */
  readonly maxConnections: number;
  /** Open connections from one address; more get 429. @default 10_000 */
  readonly maxConnectionsPerAddress: number;
  /** Topics that one connection may hear. @default 1000 */
  readonly maxTopics: number;
  /** Messages that wait for a busy connection; more close it with 1013. @default 8192 */
  readonly maxMailboxMessages: number;
  /** Bytes of frames that wait for a busy connection; more close it with 1013. @default 8_388_608 */
  readonly maxMailboxBytes: number;
  /** Frames that wait for a slow reader. @default 8192 */
  readonly maxQueueMessages: number;
  /** Bytes that wait for a slow reader, besides what its socket holds. @default 8_388_608 */
  readonly maxQueueBytes: number;
  /** What happens when such a queue is full: `close` ends the connection with 1013. @default "close" */
  readonly queuePolicy: QueuePolicy;
  /** The largest request head (all header names and values); more is 431. @default 16_384 */
  readonly maxHeaderBytes: number;
  /** The longest path with its query; more is 414. @default 4096 */
  readonly maxPathBytes: number;
  /** The largest request body; more is 413. @default 1_048_576 */
  readonly maxBodyBytes: number;
  /** How long a request body may take; then 408. @default 10_000 */
  readonly bodyTimeoutMs: number;
  /** How long a post may wait for its answer once its body is there; then 504. @default 30_000 */
  readonly postTimeoutMs: number;
  /** How long an accepted WebSocket may take to open. @default 10_000 */
  readonly handshakeTimeoutMs: number;
  /** A connection that sends nothing for so long is closed with 1000. @default 60_000 */
  readonly idleTimeoutMs: number;
  /** A peer that answers no WebSocket ping for so long is gone. @default 8_000 */
  readonly silenceTimeoutMs: number;
  /** A connection's messages wait so long for an asynchronous `init` of a protocol, or what a replaced chain has it do; then they go on. @default 10_000 */
  readonly initTimeoutMs: number;
}

/**
 * The defaults of every limit.
 *
 * @example
 * ```ts
 * import { createN2O, defaultLimits } from "@n2o/n2o";
 *
 * const n2o = createN2O({ protocols: [], limits: { maxFrameBytes: defaultLimits.maxFrameBytes / 4 } });
 * if (n2o.limits.maxFrameBytes !== 262_144) throw new Error("not taken");
 * await n2o.close();
 * ```
 */
export const defaultLimits: Limits = {
  maxFrameBytes: 1_048_576,
  maxMessagesPerSecond: 20_000,
  maxConnections: 100_000,
  maxConnectionsPerAddress: 10_000,
  maxTopics: 1000,
  maxMailboxMessages: 8192,
  maxMailboxBytes: 8_388_608,
  maxQueueMessages: 8192,
  maxQueueBytes: 8_388_608,
  queuePolicy: "close",
  maxHeaderBytes: 16_384,
  maxPathBytes: 4096,
  maxBodyBytes: 1_048_576,
  bodyTimeoutMs: 10_000,
  postTimeoutMs: 30_000,
  handshakeTimeoutMs: 10_000,
  idleTimeoutMs: 60_000,
  silenceTimeoutMs: 8_000,
  initTimeoutMs: 10_000,
};

/**
 * Fills the given limits up with the defaults.
 *
 * @throws {N2OError} `bad_limit` for an unknown name or a value that is no positive number.
 *
 * @example
 * ```ts
 * import { resolveLimits } from "@n2o/n2o";
 *
 * const limits = resolveLimits({ idleTimeoutMs: 5_000 });
 * if (limits.maxFrameBytes !== 1_048_576) throw new Error("no default");
 * ```
 */
export function resolveLimits(given: Partial<Limits> = {}): Limits {
  for (const [name, value] of Object.entries(given)) {
    if (!(name in defaultLimits)) throw new N2OError("bad_limit", `no limit is named "${name}"`, name);
    if (value === undefined) continue;
    const good = name === "queuePolicy"
      ? value === "close" || value === "drop-oldest" || value === "drop-newest"
      : typeof value === "number" && value > 0;
    if (!good) throw new N2OError("bad_limit", `the limit ${name} cannot be ${String(value)}`, value);
  }
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...defaultLimits, ...set };
}
