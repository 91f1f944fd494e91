/**
 * One round of a server under load: its rate, and the processor time that a message costs it.
 *
 * @module
 */

import type { Server } from "./server.ts";
import type { LoadGenerator, LoadOptions } from "./wsload.ts";

/** What a round gave. */
export interface Round {
  /** Messages a second. */
  readonly rate: number;
  /** The server's processor time a message, in microseconds. */
  readonly cpuUs: number;
}

/** Loads `server` once; its processor time is counted from when all clients are connected and logged in. */
export async function underLoad(
  load: LoadGenerator,
  server: Server,
  options: Omit<LoadOptions, "port" | "onStarted">,
): Promise<Round> {
  let before = 0;
  const { rate } = await load.run({
    ...options,
    port: server.port,
    onStarted: () => before = server.cpuUs(),
  });
  return { rate, cpuUs: (server.cpuUs() - before) / (rate * options.seconds) };
}
