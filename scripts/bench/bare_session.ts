/**
 * The durable sessions' peer: what `Deno.serve` and Deno KV alone do, one write a message. A text makes a session, a
 * binary frame sets its variable and is answered once that is on disk.
 *
 *     deno run --unstable-kv … bare_session.ts FILE
 *
 * @module
 */

import { announce } from "./listening.ts";

const kv = await Deno.openKv(Deno.args[0]);

Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: announce }, (request) => {
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.binaryType = "arraybuffer";
  let session = "";
  socket.onmessage = async ({ data }) => {
    if (typeof data === "string") session = crypto.randomUUID();
    else await kv.set([session, "name"], new Uint8Array(data), { expireIn: 900_000 });
    socket.send(data);
  };
  return response;
});
