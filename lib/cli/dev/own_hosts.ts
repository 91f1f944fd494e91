/**
 * The names by which a server that only this machine reaches is called: by no others, since any site can have a name of its own lead here
 * (DNS rebinding) and would then read the application's sources in what the pages are told.
 *
 * @module
 */
import { formatIp, parseIp } from "../../endpoints/ip.ts";
import { isHostOf, parseOrigins } from "../../endpoints/origin.ts";
import type { Logger } from "../../log.ts";
import type { Settings } from "../settings.ts";

/** So many names are told about: more are somebody who tries. */
const TOLD = 20;

/**
 * Whether a name is one of the server's own: `localhost` and what is below it, addresses, and hosts of origins that may connect. Each other
 * one is logged, once, with what to do if it was meant. `undefined` for a server that others reach, too: who may depends on the network.
 */
export function ownHosts(
  { host, origins }: Pick<Settings, "host" | "origins">,
  log: Logger,
): ((name: string) => boolean) | undefined {
  if (!isOfThisMachine(host.toLowerCase())) return undefined;
  const list = parseOrigins(origins);
  const told = new Set<string>();
  return (name) => {
    if (isLocalhost(name) || isAddress(name) || isHostOf(name, list)) return true;
    if (name !== "" && told.size < TOLD && !told.has(name)) {
      told.add(name);
      log.warn("foreign_host_refused", {
        host: name,
        advice: `if it is yours, give --origin http://${name}`,
      });
    }
    return false;
  };
}

function isOfThisMachine(host: string): boolean {
  const bytes = parseIp(host);
  const address = bytes && formatIp(bytes);
  return isLocalhost(host) || address === "::1" || address?.startsWith("127.") === true;
}

function isLocalhost(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost");
}

/** Nobody can have an address lead elsewhere. */
function isAddress(name: string): boolean {
  return parseIp(name.replace(/^\[(.*)\]$/, "$1")) !== undefined;
}
