/**
 * The end of a connection, as its protocols hear of it.
 *
 * @module
 */
import type { Context } from "./context.ts";
import type { Logger } from "./log.ts";
import { isPromise, type LoopHost, push } from "./loop.ts";
import type { Protocol } from "./protocol.ts";
import { atom, type Term, tuple } from "./term.ts";
import { within } from "./within.ts";

/** How long a closing connection may take to send what it has, and each of its good-byes to the protocols, in milliseconds. */
export const FAREWELL_MS = 5_000;

const DIRECT = atom("direct");
const EXIT = atom("exit");

/**
 * Tells the protocols that a connection has ended: the chain gets `{direct, {exit, Why}}`, then each its `terminate`.
 *
 * @param aside Runs a synchronous part: what that sends waits for what it touches.
 */
export async function farewell(
  protocols: readonly Protocol[],
  why: Term,
  cx: Context,
  host: LoopHost & { readonly log: Logger },
  aside: <T>(work: () => T) => T,
): Promise<void> {
  const late = (protocol: string) => host.log.warn("farewell_late", { protocol });
  const exit = aside(() => push(protocols, tuple(DIRECT, tuple(EXIT, why)), cx, host));
  if (isPromise(exit) && !await within(FAREWELL_MS, exit)) late("exit");
  for (const protocol of protocols) {
    try {
      const work = aside(() => protocol.terminate?.(cx, why));
      if (isPromise(work) && !await within(FAREWELL_MS, work)) late(protocol.name);
    } catch (error) {
      host.log.error("terminate_failed", { protocol: protocol.name, error });
    }
  }
}
