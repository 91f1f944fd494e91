/**
 * The port that a server listens on.
 *
 * @module
 */
import type { Listener } from "../endpoints/listen.ts";
import type { N2O } from "../n2o.ts";
import { N2OError } from "../error.ts";
import type { Config } from "./config.ts";
import { FAILED, missingPermission, ProblemsError } from "./exit.ts";
import { variableOf } from "./settings.ts";
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

/** Where a server listens. */
export interface Listening {
  /** Where clients find it, HTTP first. */
  readonly urls: readonly string[];
  /** What speaks TLS, where there is a certificate, HTTP first. */
  readonly listeners: readonly Listener[];
}

/** Listens wherever the configuration says. Throws an `N2OError` or what is missing as a permission. */
export async function listenOn(n2o: N2O, { settings }: Config, { cert, key }: Tls): Promise<Listening> {
  const { host: hostname, port, engine, tcp, tcpFraming: framing, udp } = settings;
  const deflate = settings.deflate === "on";
  const http = await clearly(
    port,
    hostname,
    () => n2o.listen({ hostname, port, cert, key, engine, deflate }),
  );
  const urls = [http.url];
  const listeners = [http];
  if (tcp !== undefined) {
    const options = tcp.path === undefined
      ? { hostname, port: tcp.port, cert, key, framing }
      : { path: tcp.path, framing };
    const listener = await clearly(tcp.port, tcp.path ?? hostname, () => n2o.listenTcp(options), "tcp");
    urls.push(`${listener.url} (${framing})`);
    if (tcp.path === undefined) listeners.push(listener);
  }
  if (udp !== undefined) {
    const listener = await clearly(udp, hostname, () => n2o.listenUdp({ hostname, port: udp }), "udp");
    urls.push(listener.url);
  }
  return { urls, listeners };
}

async function clearly<T>(
  port: number | undefined,
  where: string,
  listen: () => T | Promise<T>,
  flag?: string,
): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    if (flag !== undefined && error instanceof N2OError && /^port_/.test(error.code)) {
      const fix = `another port: --${flag} PORT, ${
        variableOf(flag)
      }=PORT, or "${flag}" in n2o.json; 0 takes a free one`;
      throw new ProblemsError([{ where: `--${flag}`, what: error.message, fix }], FAILED);
    }
    if (error instanceof N2OError || missingPermission(error) !== undefined) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const at = port === undefined ? where : `port ${port} of ${where}`;
    throw new N2OError("bad_host", `cannot listen on ${at}: ${why}`, where, { cause: error });
  }
}
