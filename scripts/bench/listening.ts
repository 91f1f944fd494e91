/**
 * What each server of the benchmarks says and obeys, so that `server.ts` can drive them all alike.
 *
 * @module
 */

/** Says where this server listens, and from then on collects its garbage when it gets SIGUSR2. */
export function announce(address: { port: number }): void {
  const { gc } = globalThis as { gc?: () => void };
  if (gc) Deno.addSignalListener("SIGUSR2", () => gc());
  console.log(`listening ${address.port}`);
}
