/**
 * What a protocol's `info` returns: a reply, `unknown` or `handled`.
 *
 * @module
 */
import type { Term } from "./term.ts";

/**
 * An answer to a message: a term, and the name of the formatter that encodes it.
 *
 * @example
 * ```ts
 * import { type Protocol, Reply, reply, unknown } from "@n2o/n2o";
 *
 * const echo: Protocol = { name: "echo", info: (message) => message === "echo" ? reply("text", "echo") : unknown };
 * const answer = reply("text", "echo");
 * if (!(answer instanceof Reply) || answer.term !== "echo") throw new Error(echo.name);
 * ```
 */
export class Reply {
  /** The formatter's name: `bert`, `json`, `text`, `binary`, `default`, or one of your own. */
  readonly formatter: string;
  /** The term that goes out. */
  readonly term: Term;

  /** Makes a reply; {@linkcode reply} reads better. */
  constructor(formatter: string, term: Term) {
    this.formatter = formatter;
    this.term = term;
  }
}

/**
 * Answers a message: `reply("bert", term)`.
 *
 * @example
 * ```ts
 * import { atom, reply, tuple } from "@n2o/n2o";
 *
 * const answer = reply("bert", tuple(atom("hi"), "Bob"));
 * if (answer.formatter !== "bert") throw new Error("not BERT");
 * ```
 */
export function reply(formatter: string, term: Term): Reply {
  return new Reply(formatter, term);
}

/** The type of {@linkcode unknown}. An object's type, since a symbol's would widen in an asynchronous `info`. */
export interface Unknown {
  /** What it says. */
  readonly verdict: "unknown";
}
/**
 * What `info` returns for a message that is not its own: the next protocol gets it.
 *
 * @example
 * ```ts
 * import { isTuple, type Protocol, reply, unknown } from "@n2o/n2o";
 *
 * const hello: Protocol = {
 *   name: "hello",
 *   info: (message) => isTuple(message, "hello", 2) ? reply("bert", message[1]) : unknown,
 * };
 * if (unknown.verdict !== "unknown") throw new Error(hello.name);
 * ```
 */
export const unknown: Unknown = Object.freeze({ verdict: "unknown" });

/** The type of {@linkcode handled}. */
export interface Handled {
  /** What it says. */
  readonly verdict: "handled";
}
/**
 * What `info` returns for a message that it took without an answer: the chain ends, and no frame goes out.
 *
 * @example
 * ```ts
 * import { handled, type Protocol, unknown } from "@n2o/n2o";
 *
 * const log: string[] = [];
 * const listener: Protocol = {
 *   name: "listener",
 *   info(message) {
 *     if (typeof message !== "string") return unknown;
 *     log.push(message);
 *     return handled;
 *   },
 * };
 * if (handled.verdict !== "handled") throw new Error(listener.name);
 * ```
 */
export const handled: Handled = Object.freeze({ verdict: "handled" });

/** What `info` returns. */
export type Result = Reply | Unknown | Handled;
