/**
 * What each server of the benchmarks says and obeys, so that `server.ts` can drive them all alike.
 *
 * @module
 */

interface GarbageCollection {
  gc?: (options: { type: "major"; execution: "sync"; flavor: "last-resort" }) => void;
}

/**
 * Says where this server listens, and from then on, when it gets SIGUSR2, collects its garbage and gives freed pages
 * back: what an idle server comes to in time.
 */
export function announce(address: { port: number }): void {
  const { gc } = globalThis as GarbageCollection;
  if (gc) {
    Deno.addSignalListener("SIGUSR2", () => gc({ type: "major", execution: "sync", flavor: "last-resort" }));
  }
  console.log(`listening ${address.port}`);
}
