/**
 * The fan-out's peer: what `Deno.serve` alone does. Sends each binary frame to everybody, and text back.
 *
 * @module
 */

import { announce } from "./listening.ts";

const sockets = new Set<WebSocket>();

Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: announce }, (request) => {
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => sockets.add(socket);
  socket.onclose = () => sockets.delete(socket);
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") return socket.send(data);
    for (const each of sockets) {
      if (each.readyState === WebSocket.OPEN) each.send(data);
    }
  };
  return response;
});
