/**
 * The chain of protocols that a connection's messages go through, and how it goes over to another one.
 *
 * @module
 */
import type { Context } from "./context.ts";
import { N2OError } from "./error.ts";
import type { Limits } from "./limits.ts";
import type { Logger } from "./log.ts";
import { isPromise } from "./loop.ts";
import type { Protocol } from "./protocol.ts";
import { atom, tuple } from "./term.ts";
import { within } from "./within.ts";

/** A chain. Connections pass through each that was in force since their own, so that states are upgraded step by step. */
export interface Chain {
  /** Its protocols, in order. */
  readonly protocols: readonly Protocol[];
  /** The one that has taken its place. */
  next?: Chain;
}

/** What going over needs of its connection. */
export interface ChainPort {
  /** What the protocols see. */
  readonly cx: Context;
  /** Whether the connection has ended: nothing new begins for it. */
  readonly ended: boolean;
  /** The application: its log is told of failures. */
  readonly application: { readonly log: Logger; readonly limits: Pick<Limits, "initTimeoutMs"> };
  /** Runs what is no message of anybody. */
  aside<T>(work: () => T): T;
}

interface Step {
  readonly failure: string;
  readonly protocol: Protocol;
  readonly work: () => unknown;
  /** Takes what it gave, in time. */
  readonly take?: (given: unknown) => void;
}

/** Why a protocol says good-bye to a connection that goes on. */
const REMOVED = tuple(atom("removed"));

/**
 * Checks what is to be a chain.
 *
 * @throws {N2OError} `bad_protocol` with what is wrong.
 */
export function checkProtocols(protocols: readonly Protocol[] | undefined): void {
  if (!Array.isArray(protocols)) throw new N2OError("bad_protocol", "protocols must be a list", protocols);
  protocols.forEach((protocol, at) => {
    if (typeof protocol?.name !== "string" || typeof protocol.info !== "function") {
      throw new N2OError("bad_protocol", `protocol ${at + 1} needs a name and a function info`, protocol);
    }
  });
}

/** Begins a connection: each protocol's `init`, one after another. At once, unless one of them is asynchronous. */
export function begin(protocols: readonly Protocol[], port: ChainPort): void | Promise<void> {
  let steps: Step[] | undefined;
  for (const protocol of protocols) {
    if (protocol.init !== undefined) (steps ??= []).push(initOf(protocol, port));
  }
  if (steps !== undefined) return inTurn(steps, port);
}

/**
 * Takes a connection over to another chain: protocols that are gone say good-bye, those that took the place of one of their name go on
 * with its state, new ones begin. A protocol that fails in this is reported, and the others go on.
 */
export function goOver(
  from: readonly Protocol[],
  to: readonly Protocol[],
  port: ChainPort,
): void | Promise<void> {
  const left = from.filter((protocol) => !to.includes(protocol));
  const steps: Step[] = [];
  for (const protocol of to) {
    if (from.includes(protocol)) continue;
    const at = left.findIndex(({ name }) => name === protocol.name);
    if (at === -1) {
      if (protocol.init !== undefined) steps.push(initOf(protocol, port));
      continue;
    }
    left.splice(at, 1);
    if (protocol.upgrade !== undefined) steps.push(upgradeOf(protocol, port));
  }
  const farewells = left.map((protocol): Step => ({
    failure: "terminate_failed",
    protocol,
    work: () => port.aside(() => protocol.terminate?.(port.cx, REMOVED)),
    // Another one that comes by this name later begins anew.
    take: () => void delete port.cx.state[protocol.name],
  }));
  if (farewells.length + steps.length > 0) return inTurn([...farewells, ...steps], port);
}

function initOf(protocol: Protocol, port: ChainPort): Step {
  return { failure: "init_failed", protocol, work: () => port.aside(() => protocol.init?.(port.cx)) };
}

/**
 * With a failed upgrade the old state stays: what a connection has gathered is not thrown away for a fault that can be mended. What comes
 * too late is not taken.
 */
function upgradeOf(protocol: Protocol, port: ChainPort): Step {
  const { state } = port.cx;
  return {
    failure: "upgrade_failed",
    protocol,
    work: () => port.aside(() => protocol.upgrade?.(state[protocol.name])),
    take: (next) => void (state[protocol.name] = next),
  };
}

function inTurn(steps: readonly Step[], port: ChainPort, from = 0): void | Promise<void> {
  for (let i = from; i < steps.length; i++) {
    if (port.ended) return;
    const { work, take } = steps[i];
    try {
      const given = work();
      if (isPromise(given)) return waitFor(given, steps[i], port).then(() => inTurn(steps, port, i + 1));
      take?.(given);
    } catch (error) {
      fail(steps[i], port, error);
    }
  }
}

/** Waits for a step, which must not hold its connection's messages for ever. */
async function waitFor(given: PromiseLike<unknown>, step: Step, port: ChainPort): Promise<void> {
  const { initTimeoutMs } = port.application.limits;
  let result: unknown;
  try {
    const isDone = await within(initTimeoutMs, given.then((value) => void (result = value)));
    if (!isDone) throw new N2OError("init_timeout", `it was not done after ${initTimeoutMs} ms`);
    step.take?.(result);
  } catch (error) {
    fail(step, port, error);
  }
}

function fail({ failure, protocol }: Step, port: ChainPort, error: unknown): void {
  port.application.log.error(failure, { protocol: protocol.name, error });
}
