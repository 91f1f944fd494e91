/**
 * Listening for HTTP and WebSocket.
 *
 * @module
 */
import type { DeflateOptions } from "../framing/deflate_settings.ts";

/** What serves WebSockets: this library's own engine, or `Deno.serve`'s. */
export type EngineName = "stream" | "serve";

/** Options of `N2O.listen`. */
export interface ListenOptions {
  /** The port; 0 takes a free one. @default 8001 */
  readonly port?: number;
  /** The address to listen on; `0.0.0.0` and `::` are all of the machine's. @default "127.0.0.1" */
  readonly hostname?: string;
  /** The TLS certificate chain, PEM. With `key`. */
  readonly cert?: string;
  /** The TLS key, PEM. With `cert`. */
  readonly key?: string;
  /** What serves WebSockets: `stream`, or `serve` for `Deno.serve`'s own. @default "stream" */
  readonly engine?: EngineName;
  /** Compresses WebSocket messages where the client can; only with the engine `stream`. @default as `createN2O` was told */
  readonly deflate?: boolean | DeflateOptions;
}

/** A socket that is being listened on. */
export interface Listener {
  /** The address in force. */
  readonly hostname: string;
  /** The port in force. */
  readonly port: number;
  /** Where clients find it. */
  readonly url: string;
  /** Resolves when it listens no more. */
  readonly finished: Promise<void>;
  /** Stops listening and waits so long for answers that are on their way, in milliseconds. */
  close(graceMs?: number): Promise<void>;
}
