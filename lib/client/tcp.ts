/**
 * The client over TCP, TLS and Unix domain sockets, for Deno and Node.
 *
 * It is the client of `@n2o/n2o/client` with sockets of another kind: sessions, reconnecting, rooms and terms are the same. There is no
 * POST to fall back to.
 *
 * @example
 * ```ts
 * import { createClient } from "@n2o/n2o/client";
 * import { TcpSocket } from "@n2o/n2o/client/tcp";
 *
 * const client = createClient({ url: "tcp://127.0.0.1:8002", WebSocket: TcpSocket });
 * client.on("open", ({ token }) => console.log("in session", token));
 * if (client.state !== "idle") throw new Error("connect() has not been called");
 * ```
 *
 * @module
 */
import { TcpSocket, type TcpSocketOptions } from "./tcp_socket.ts";
import type { WebSocketClass } from "./transport_websocket.ts";

export { TcpSocket, type TcpSocketOptions } from "./tcp_socket.ts";
export type { WebSocketClass, WebSocketLike } from "./transport_websocket.ts";

/**
 * Sockets with options of your own, for `createClient`.
 *
 * @example
 * ```ts
 * import { createClient } from "@n2o/n2o/client";
 * import { tcpSockets } from "@n2o/n2o/client/tcp";
 *
 * const WebSocket = tcpSockets({ connectTimeoutMs: 2_000, maxFrameBytes: 65_536 });
 * const client = createClient({ url: "unix:/run/n2o.sock", WebSocket });
 * if (client.state !== "idle") throw new Error("connect() has not been called");
 * ```
 */
export function tcpSockets(options: TcpSocketOptions): WebSocketClass {
  return class extends TcpSocket {
    constructor(url: string) {
      super(url, options);
    }
  };
}
