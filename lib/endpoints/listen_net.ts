/**
 * Listening on a port.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import { listenError } from "./listen_error.ts";

/**
 * Listens on a port; 0 takes a free one.
 *
 * @throws {N2OError} `port_taken`, `port_forbidden`, `bad_port`, `bad_host`.
 */
export function listenNet(hostname: string, port: number): Deno.Listener {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new N2OError("bad_port", `${port} is no port: choose one from 0 to 65535`, port);
  }
  try {
    return Deno.listen({ hostname, port });
  } catch (error) {
    throw listenError(error, hostname, port);
  }
}
