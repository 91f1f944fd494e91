/**
 * One message of the bus, encoded once whoever relays it.
 *
 * @module
 */
import { SharedFrame } from "../frame.ts";
import type { Formatter } from "../formats/mod.ts";
import type { Term } from "../term.ts";

/** A relay that wraps each subscriber's message anew gains nothing by being remembered. */
const REMEMBERED = 4;

/**
 * One message on its way to all its subscribers: the same read-only term for each, encoded once a formatter.
 *
 * @example
 * ```ts
 * import { bertFormatter, SharedMessage } from "@n2o/n2o";
 *
 * const message = new SharedMessage("room:lobby", "hello");
 * const frame = message.remember(bertFormatter, message.term, bertFormatter.encode(message.term));
 * if (message.encoded(bertFormatter, message.term) !== frame) throw new Error("encoded twice");
 * ```
 */
export class SharedMessage {
  /** The topic that it was sent to. */
  readonly topic: string;
  /** The term; read-only for all. */
  readonly term: Term;
  #frames: { formatter: Formatter; term: Term; frame: SharedFrame }[] = [];

  /** Makes a message of a topic. */
  constructor(topic: string, term: Term) {
    this.topic = topic;
    this.term = term;
  }

  /** The frame of a term in a format, if an earlier subscriber sent this very term. */
  encoded(formatter: Formatter, term: Term): SharedFrame | undefined {
    for (const known of this.#frames) {
      if (known.term === term && known.formatter === formatter) return known.frame;
    }
    return undefined;
  }

  /** Remembers the payload of a term for the next subscribers. */
  remember(formatter: Formatter, term: Term, payload: string | Uint8Array): SharedFrame {
    // An encoded message may lie in a buffer that it shares with others: one that goes to many has its own.
    const frame = new SharedFrame(typeof payload === "string" ? payload : payload.slice());
    if (this.#frames.length < REMEMBERED) this.#frames.push({ formatter, term, frame });
    return frame;
  }
}
