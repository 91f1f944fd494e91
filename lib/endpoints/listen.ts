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

/** A certificate and its key. */
export interface Certificate {
  /** The certificate chain, PEM, the server's own certificate first. */
  readonly cert: string;
  /** Its key, PEM. */
  readonly key: string;
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
  /**
   * Shows another certificate to connections that come from now on; those that are open go on, and none is refused meanwhile.
   *
   * @throws {N2OError} `bad_tls` for what cannot be used, `certificate_expired` and `certificate_not_yet_valid`: the one in force stays then.
   * `no_tls` where there is none, `closed` when it listens no more.
   *
   * @example
   * ```ts
   * import { type Certificate, createN2O, heart, type Listener, N2OError } from "@n2o/n2o";
   *
   * function renew(listener: Listener, certificate: Certificate): string {
   *   try {
   *     listener.replaceCertificate(certificate);
   *     return "renewed";
   *   } catch (error) {
   *     if (!(error instanceof N2OError)) throw error;
   *     return error.code;
   *   }
   * }
   *
   * const n2o = createN2O({ protocols: [heart] });
   * const listener = n2o.listen({ port: 0 });
   * if (renew(listener, { cert: "", key: "" }) !== "no_tls") throw new Error("this one has no TLS");
   * await n2o.close({ drainMs: 100 });
   * ```
   */
  replaceCertificate(certificate: Certificate): void;
  /** Stops listening and waits so long for answers that are on their way, in milliseconds. */
  close(graceMs?: number): Promise<void>;
}

/** A listener with deadlines. */
export interface TickingListener extends Listener {
  /** Looks at the deadlines. Called with each tick. */
  tick(now: number): void;
}
