/**
 * `ws` under Node: sends each frame back as it came. The package's file is named, since it lies in Deno's cache.
 *
 *     node ws_echo.mjs FILE-URL-OF-WS
 */

const { WebSocketServer } = await import(process.argv[2]);

const server = new WebSocketServer({ host: "127.0.0.1", port: 0 }, () => {
  console.log(`listening ${server.address().port}`);
});
server.on("connection", (socket) => {
  socket.on("message", (data, binary) => socket.send(data, { binary }));
});
