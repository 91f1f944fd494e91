/**
 * The doorkeeper: counts who is in, by address, and refuses what is over the limits.
 *
 * @module
 */
import type { Limits } from "../limits.ts";

/** Counts the clients that are in, in all and by address. */
export class Doorkeeper {
  #limits: Limits;
  #inside = 0;
  #byAddress = new Map<string, number>();

  /** Keeps the door with these limits. */
  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Lets a client in; gives the status and code to refuse it with, or `undefined`. Each one let in must {@linkcode leave}. */
  enter(address: string): { status: number; code: string } | undefined {
    if (this.#inside >= this.#limits.maxConnections) return { status: 503, code: "too_many_connections" };
    const known = this.#byAddress.get(address) ?? 0;
    if (address !== "" && known >= this.#limits.maxConnectionsPerAddress) {
      return { status: 429, code: "too_many_connections_from_address" };
    }
    this.#inside++;
    this.#byAddress.set(address, known + 1);
    return undefined;
  }

  /** A client that was let in goes. */
  leave(address: string): void {
    this.#inside--;
    const known = this.#byAddress.get(address) ?? 0;
    if (known > 1) this.#byAddress.set(address, known - 1);
    else this.#byAddress.delete(address);
  }
}

const LEAST_SOCKETS = 1024;
const LEAST_SOCKETS_PER_ADDRESS = 256;

/**
 * Keeps the door for sockets that have not become WebSockets, or have their tunnel: when all places of connections are taken, health is
 * still told and the next client is refused in words.
 */
export function socketDoor(limits: Limits): Doorkeeper {
  const { maxConnections, maxConnectionsPerAddress } = limits;
  return new Doorkeeper({
    ...limits,
    maxConnections: Math.max(LEAST_SOCKETS, 2 * maxConnections),
    maxConnectionsPerAddress: Math.max(LEAST_SOCKETS_PER_ADDRESS, 2 * maxConnectionsPerAddress),
  });
}
