/**
 * This library's server under measurement, with the permissions that it needs and no more.
 *
 * @module
 */

import { beside, Server } from "./server.ts";

/** What serves WebSockets: `Deno.serve`, or the engine over `Deno.listen`. */
export type Engine = "serve" | "stream";

/** How the server is to be started. */
export interface OursOptions {
  readonly engine: Engine;
  /** Whether it listens for TCP, frames behind their length in four bytes, in place of HTTP and WebSocket. */
  readonly tcp?: boolean;
  /** Flags for V8. */
  readonly v8?: string;
}

/** The permission of every server here. */
export const NET = "--allow-net=127.0.0.1";

/** Starts `n2o_echo.ts`. */
export function startOurs({ engine, tcp, v8 }: OursOptions): Promise<Server> {
  const flags = v8 === undefined ? [] : [`--v8-flags=${v8}`];
  return Server.start([NET, ...flags, beside("n2o_echo.ts"), "--engine", engine, ...(tcp ? ["--tcp"] : [])]);
}
