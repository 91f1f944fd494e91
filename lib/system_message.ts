/**
 * What the application itself tells the protocols of connections.
 *
 * @module
 */
import { SharedMessage } from "./bus/message.ts";
import { atom, type Term, tuple } from "./term.ts";

const DIRECT = atom("direct");
/** The topic of messages from the application itself; nobody can register for it. */
const SYSTEM = "";

/** A message from the application itself: `{direct, Message}`. */
export function systemMessage(message: Term): SharedMessage {
  return new SharedMessage(SYSTEM, tuple(DIRECT, message));
}

/** Whether a message is from the application itself. */
export function isSystemMessage(message: SharedMessage): boolean {
  return message.topic === SYSTEM;
}
