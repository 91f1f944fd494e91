/**
 * The bus: topics, and who hears them.
 *
 * @module
 */
import type { Term } from "../term.ts";
import type { SharedMessage } from "./message.ts";

/** Whoever hears a topic. Called once a message; must not block and must not throw. */
export interface Subscriber {
  /** Takes one message of a topic that it registered for. */
  deliver(message: SharedMessage): void;
}

/** A message bus: `reg`, `unreg`, `send`, as in N2O. A driver that spans processes delivers what others send as well. */
export interface Bus {
  /** The driver's name: `local`. */
  readonly driver: string;
  /** Registers a subscriber for a topic; a second time does nothing. */
  reg(topic: string, subscriber: Subscriber): void;
  /** Takes a subscriber off a topic. */
  unreg(topic: string, subscriber: Subscriber): void;
  /** Sends a term to all subscribers of a topic; gives the number of those in this process. */
  send(topic: string, term: Term): number;
  /** How many subscribers of this process a topic has. */
  count(topic: string): number;
  /** How many topics have a subscriber in this process. */
  readonly size: number;
  /** Lets everything go. */
  close(): Promise<void>;
}
