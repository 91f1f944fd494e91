/**
 * The plain requests' peer: what `Deno.serve` alone does. Answers what `/n2o/health` does, with the same headers.
 *
 * @module
 */

import { announce } from "./listening.ts";

const started = Date.now();

Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: announce }, () => {
  const body = { status: "ok", connections: 0, uptimeMs: Date.now() - started };
  const headers = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };
  return new Response(JSON.stringify(body) + "\n", { headers });
});
