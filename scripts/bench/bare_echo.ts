/**
 * The echo's peer: what `Deno.serve` alone does. Sends each frame back as it came.
 *
 *     deno run --allow-net bare_echo.ts [PORT]
 *
 * @module
 */

import { announce } from "./listening.ts";

Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.args[0] ?? 0), onListen: announce }, (request) => {
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => socket.send(data);
  return response;
});
