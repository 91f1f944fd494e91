/**
 * What one application counts from its first day. Plain numbers, read at any time.
 *
 * @module
 */

/**
 * The counters and gauges of one application.
 *
 * @example
 * ```ts
 * import { createN2O } from "@n2o/n2o";
 *
 * const n2o = createN2O({ protocols: [] });
 * if (n2o.counters.connections !== 0) throw new Error("nobody has come yet");
 * await n2o.close();
 * ```
 */
export class Counters {
  /** Connections that are open now. */
  connections = 0;
  /** Connections since the start. */
  connectionsTotal = 0;
  /** Connections that were refused at the door: limits, foreign origin, draining. */
  connectionsRefused = 0;
  /** Frames received. */
  messagesIn = 0;
  /** Frames handed to a transport. */
  messagesOut = 0;
  /** Bytes (or UTF-16 units of a text) received in frames. */
  bytesIn = 0;
  /** Bytes (or UTF-16 units of a text) handed to a transport. */
  bytesOut = 0;
  /** Frames that the formatter could not decode. */
  malformed = 0;
  /** Throws and stray returns of protocols. */
  protocolErrors = 0;
  /** Messages of the bus delivered to a connection of this process. */
  deliveries = 0;
  /** Terms encoded; a fan-out counts once. */
  encodings = 0;
  /** Frames dropped by a `drop-oldest` or `drop-newest` policy. */
  framesDropped = 0;
  /** Datagrams not sent: too long for an address that has not proved itself, or for any, or with no room to wait in. */
  datagramsDropped = 0;
  /** Connections closed because they read too slowly. */
  slowReaders = 0;
  /** Connections closed because their mailbox was full. */
  mailboxesFull = 0;
  /** Connections closed because they sent too many messages a second. */
  rateExceeded = 0;
  /** Connections closed because they were silent. */
  idleClosed = 0;
  /** Messages whose answer was held back because what they changed could not be stored. */
  commitFailures = 0;
}
