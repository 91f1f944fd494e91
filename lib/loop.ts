/**
 * The loop: pushes one message through the chain of protocols.
 *
 * @module
 */
import type { Context } from "./context.ts";
import type { Logger } from "./log.ts";
import type { Protocol } from "./protocol.ts";
import { type Handled, handled, Reply, type Result, unknown } from "./reply.ts";
import type { Term } from "./term.ts";

/** The answer when no protocol took a message: an empty binary frame. */
export const nobody: Reply = new Reply("binary", new Uint8Array(0));

/** The answer when a protocol failed: the same to a client, and told apart by its identity. */
export const failure: Reply = new Reply("binary", new Uint8Array(0));

/** What the chain makes of a message. */
export type Outcome = Reply | Handled;

/** Where the loop reports what protocols do wrong. */
export interface LoopHost {
  /** The application's log. */
  readonly log: Logger;
  /** The application's counters. */
  readonly counters: { protocolErrors: number };
}

/**
 * Pushes a message through the chain: the first protocol that does not return `unknown` decides.
 *
 * Gives the outcome at once unless a protocol is asynchronous. Never throws and never rejects: what a protocol throws is
 * logged with its name, and the client gets an empty binary frame.
 */
export function push(
  protocols: readonly Protocol[],
  message: Term,
  cx: Context,
  host: LoopHost,
  start = 0,
): Outcome | Promise<Outcome> {
  for (let i = start; i < protocols.length; i++) {
    let result: Result | Promise<Result>;
    try {
      result = protocols[i].info(message, cx);
    } catch (error) {
      return failed(protocols[i], error, host);
    }
    if (result === unknown) continue;
    if (result instanceof Reply || result === handled) return result as Outcome;
    if (isPromise(result)) return pushAsync(result, protocols, message, cx, host, i);
    const outcome = stray(protocols, i, result, host);
    if (outcome !== undefined) return outcome;
  }
  return nobody;
}

async function pushAsync(
  pending: PromiseLike<Result>,
  protocols: readonly Protocol[],
  message: Term,
  cx: Context,
  host: LoopHost,
  at: number,
): Promise<Outcome> {
  let result: Result;
  try {
    result = await pending;
  } catch (error) {
    return failed(protocols[at], error, host);
  }
  if (result instanceof Reply || result === handled) return result as Outcome;
  if (result !== unknown) {
    const outcome = stray(protocols, at, result, host);
    if (outcome !== undefined) return outcome;
  }
  return push(protocols, message, cx, host, at + 1);
}

/** Whether a value is a promise, of whatever make. */
export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === "object" && value !== null && typeof (value as PromiseLike<T>).then === "function";
}

/** Anything else than a result counts as `unknown`, with a log line; from the last protocol it is an error. */
function stray(
  protocols: readonly Protocol[],
  at: number,
  result: unknown,
  host: LoopHost,
): Reply | undefined {
  const protocol = protocols[at].name;
  const returned = result === null ? "null" : typeof result;
  if (at < protocols.length - 1) {
    host.log.warn("protocol_returned_no_result", { protocol, returned });
    return undefined;
  }
  host.counters.protocolErrors++;
  host.log.error("protocol_returned_no_result", { protocol, returned });
  return failure;
}

function failed(protocol: Protocol, error: unknown, host: LoopHost): Reply {
  host.counters.protocolErrors++;
  host.log.error("protocol_failed", { protocol: protocol.name, error });
  return failure;
}
