/**
 * Binding a socket for datagrams. `node:dgram` needs no flag of the runtime.
 *
 * @module
 */
import { createSocket, type SocketOptions } from "node:dgram";
import { lookup } from "node:dns";
import { isIP } from "node:net";
import type { Counters } from "../counters.ts";
import { N2OError } from "../error.ts";
import type { Logger } from "../log.ts";
import { listenError } from "./listen_error.ts";
import { DatagramSocket, type TakeDatagram } from "./udp_socket.ts";

/**
 * Binds a socket.
 *
 * @throws {N2OError} `port_taken`, `port_forbidden`, `bad_host`, `bad_port`.
 */
export function bindDatagrams(
  hostname: string,
  port: number,
  take: TakeDatagram,
  log: Logger,
  counters: Counters,
): Promise<DatagramSocket> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new N2OError("bad_port", `${port} is no port: choose one from 0 to 65535`, port);
  }
  const { promise, resolve, reject } = Promise.withResolvers<DatagramSocket>();
  const type = hostname.includes(":") ? "udp6" : "udp4";
  const socket = createSocket({ type, lookup: find as SocketOptions["lookup"] });
  const failed = (error: unknown) => reject(bindError(error, hostname, port));
  socket.once("error", failed);
  try {
    socket.bind(port, hostname, () => {
      socket.off("error", failed);
      resolve(new DatagramSocket(socket, take, log, counters));
    });
  } catch (error) {
    failed(error);
  }
  return promise;
}

/** Peers are numbers already; to ask the system for each of them takes longer than to send. */
function find(hostname: string, family: number, found: (error: Error | null, address: string) => void): void {
  if (isIP(hostname) !== 0) found(null, hostname);
  else lookup(hostname, family, found);
}

/** Node's errors by the names that Deno's have. */
const NAMES: Record<string, new (message: string) => Error> = {
  EADDRINUSE: Deno.errors.AddrInUse,
  EACCES: Deno.errors.PermissionDenied,
  EADDRNOTAVAIL: Deno.errors.AddrNotAvailable,
};

function bindError(error: unknown, hostname: string, port: number): Error {
  const { code, message } = error as { code?: string; message?: string };
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return new N2OError("bad_host", `${hostname} is no address and no name of this machine`, hostname);
  }
  const named = code === undefined ? undefined : NAMES[code];
  return listenError(named === undefined ? error : new named(message ?? ""), hostname, port);
}
