/**
 * The upload's peer: a bare `Deno.serve` that writes a PUT's body to a file.
 *
 *     deno run --allow-net=127.0.0.1 --allow-write bare_upload.ts FOLDER
 *
 * @module
 */

import { announce } from "./listening.ts";

Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: announce }, async (request) => {
  const name = new URL(request.url).pathname.slice(1).replace(/\W/g, "");
  const path = `${Deno.args[0]}/${name}`;
  const file = await Deno.open(path, { write: true, create: true, truncate: true });
  await request.body!.pipeTo(file.writable);
  await Deno.remove(path);
  return new Response();
});
