/**
 * Where the runtime has a server listen: its variable `DENO_SERVE_ADDRESS` leads the first `Deno.serve` of a process elsewhere, or has it
 * listen there too. That is for a public server, and not for one of this library's own.
 *
 * @module
 */

/** The runtime's variable. */
export const SERVE_ADDRESS = "DENO_SERVE_ADDRESS";

/** Has the next `Deno.serve` listen where it says: the first one of a process, if it is not past, is one for nobody. */
export function spendRedirection(): void {
  // Where the variable may not be read, the runtime follows it all the same.
  const { state } = Deno.permissions.querySync({ name: "env", variable: SERVE_ADDRESS });
  if (state === "granted" && !Deno.env.has(SERVE_ADDRESS)) return;
  try {
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    Deno.serve(options, () => new Response(null, { status: 503 })).shutdown();
  } catch {
    // It could not listen there, and will not try again.
  }
}
