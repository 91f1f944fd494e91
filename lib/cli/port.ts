/**
 * The port that a server listens on.
 *
 * @module
 */
import type { N2O } from "../n2o.ts";
import type { Listener } from "../endpoints/listen.ts";
import { N2OError } from "../error.ts";
import type { Config } from "./config.ts";
import { missingPermission } from "./exit.ts";
import type { Tls } from "./tls.ts";

/**
 * Throws `port_taken` where somebody listens already. A server looks before it opens its data: of a second one in the same
 * folder the user shall hear of the port, not of the store's lock.
 */
export function probePort({ settings: { host: hostname, port } }: Config): void {
  if (port === 0) return;
  try {
    Deno.listen({ hostname, port }).close();
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      throw new N2OError("port_taken", `port ${port} of ${hostname} is taken by another program`, port);
    }
    // What else is wrong is told by the listening itself.
  }
}

/** Listens; throws an `N2OError` or what is missing as a permission. */
export function listenOn(
  n2o: N2O,
  { settings: { host: hostname, port } }: Config,
  { cert, key }: Tls,
): Listener {
  try {
    return n2o.listen({ hostname, port, cert, key });
  } catch (error) {
    if (error instanceof N2OError || missingPermission(error) !== undefined) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new N2OError("bad_host", `cannot listen on port ${port} of ${hostname}: ${why}`, hostname, {
      cause: error,
    });
  }
}
