/**
 * Ports for servers that are started later, or a second time.
 *
 * @module
 */

/** Those that the system gives to nobody who asks for any, so that none of them goes to another test meanwhile. */
const FIRST = 12_000;
const LAST = 32_000;

/** A port of this machine that nobody listens on, and that no other test is given by the system. */
export function freePort(): number {
  for (let tries = 0; tries < 1000; tries++) {
    // Round numbers are also sizes and times, and not to be mistaken for a port in what a program says.
    const port = (FIRST + Math.floor(Math.random() * (LAST - FIRST))) | 1;
    if (port % 5 === 0) continue;
    try {
      Deno.listen({ hostname: "0.0.0.0", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  throw new Error("no port is free");
}
