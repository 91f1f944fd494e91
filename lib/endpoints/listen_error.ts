/**
 * Why a socket cannot be listened on, in words that say what to do.
 *
 * @module
 */
import { N2OError } from "../error.ts";

/** The error for the operator: `port_taken`, `port_forbidden`, `bad_port`, `bad_host` or `bad_tls`; any other as it is. */
export function listenError(error: unknown, hostname: string, port: number): Error {
  const at = `${hostname}:${port}`;
  if (error instanceof Deno.errors.AddrInUse) {
    return new N2OError(
      "port_taken",
      `${at} is taken by another program: stop it, or choose another port`,
      port,
    );
  }
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return new N2OError(
      "port_forbidden",
      `not allowed to listen on ${at}: choose a port over 1023, or grant --allow-net`,
      port,
    );
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return new N2OError("bad_host", `${hostname} is no address of this machine`, hostname);
  }
  if (!(error instanceof Error)) return new Error(String(error));
  if (/certificate|private key|pem/i.test(error.message)) {
    return new N2OError("bad_tls", `the TLS certificate or key cannot be used: ${error.message}`);
  }
  if (/lookup address/.test(error.message)) {
    return new N2OError("bad_host", `${hostname} is no address and no name of this machine`, hostname);
  }
  return /invalid port/i.test(error.message)
    ? new N2OError("bad_port", `${port} is no port: choose one from 0 to 65535`, port)
    : error;
}
