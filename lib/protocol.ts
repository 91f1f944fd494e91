/**
 * What a protocol module is: one link of the chain that every message goes through.
 *
 * @module
 */
import type { Context } from "./context.ts";
import type { Result } from "./reply.ts";
import type { Term } from "./term.ts";

/**
 * A protocol: it gets each message that no earlier one of the chain took.
 *
 * Its state lives on the context and in the session, never in the module, so that a reloaded module finds it.
 *
 * @example
 * ```ts
 * import { atom, isTuple, type Protocol, reply, tuple, unknown } from "@n2o/n2o";
 *
 * const hello: Protocol = {
 *   name: "hello",
 *   info(message) {
 *     if (!isTuple(message, "hello", 2)) return unknown;
 *     return reply("bert", tuple(atom("hi"), message[1]));
 *   },
 * };
 * if (hello.name !== "hello") throw new Error("no name");
 * ```
 */
export interface Protocol {
  /** Its name, for the logs. */
  readonly name: string;
  /** Takes a message, or leaves it to the next protocol with {@linkcode unknown}. May be asynchronous; a connection's messages stay in order. */
  info(message: Term, cx: Context): Result | Promise<Result>;
  /** Called once for each connection, before its first message. */
  init?(cx: Context): void | Promise<void>;
  /** Called once for each connection when it has ended, after the chain got `{direct, {exit, Reason}}`; and with `{removed}` when the protocol was taken out of the chain: what it kept as `cx.state[name]` is dropped then, topics that it registered for are its own to leave. */
  terminate?(cx: Context, reason: Term): void | Promise<void>;
  /** Called for each connection when this has taken the place of a protocol of the same name: gets what that kept as `cx.state[name]`, and gives what is kept from now on. After a rollback that is the state of the newer module. */
  upgrade?(oldState: unknown): unknown;
}
