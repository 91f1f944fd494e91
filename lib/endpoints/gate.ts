/**
 * What a listener asks about the sockets that it takes.
 *
 * @module
 */
import type { Application } from "../application.ts";
import type { ByteStream } from "./byte_stream.ts";
import type { Doorkeeper } from "./doorkeeper.ts";
import { formatIp, parseIp } from "./ip.ts";

/** Why somebody cannot come in. */
export interface Refusal {
  /** The close code, or the status of HTTP. */
  readonly code: number;
  /** The reason. */
  readonly reason: string;
}

/** Lets the sockets of a listener in, and begins with them. */
export interface Gate {
  /** The application's parts that listeners need. */
  readonly application: Application;
  /** Lets a client of that address in, or says why not. Each one let in must begin or {@linkcode Gate.leave}. */
  enter(address: string): Refusal | undefined;
  /** A client that was let in has gone before it began. */
  leave(address: string): void;
  /** Begins with a client that was let in; `protocol` is what TLS has agreed on, if anything. */
  begin(io: ByteStream, address: string, secure: boolean, protocol?: string): void;
  /** The bytes that say why somebody cannot come in; `undefined` where it cannot be said. */
  farewell(refusal: Refusal): Uint8Array | undefined;
}

/** An address as it is counted and shown: IPv4 dotted, also where the system gives it in its IPv6 form; empty where there is none. */
export function plainAddress(hostname: string | undefined): string {
  const bytes = hostname === undefined ? undefined : parseIp(hostname);
  return bytes === undefined ? hostname ?? "" : formatIp(bytes);
}

/** Lets a socket of the public port in, or gives the status and code to refuse it with, which is counted. */
export function letIn(door: Doorkeeper, { counters }: Application, address: string): Refusal | undefined {
  const refusal = door.enter(address);
  if (refusal === undefined) return undefined;
  counters.connectionsRefused++;
  return { code: refusal.status, reason: refusal.code };
}
