/**
 * The servers that the cases are played against: each gives a message back as it is.
 *
 * @module
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { isTuple, type Protocol, reply, unknown } from "@n2o/n2o";
// @ts-types="@types/ws"
import { WebSocketServer } from "ws";
import type { Engine, StartOptions } from "../engines.ts";
import { keepLog } from "../log.ts";
import type { Address } from "../raw_socket.ts";

/** A server to play against. */
export interface Subject extends Address, AsyncDisposable {
  /** An engine's name, or `ws`. */
  readonly name: string;
}

/** Room for the longest message of the tables, and for several on their way. */
const MOST_BYTES = 17_000_000;
const MANY = 1_000_000;

const echo: Protocol = {
  name: "echo",
  info(message) {
    if (isTuple(message, "text", 2)) return reply("text", message[1]);
    return message instanceof Uint8Array ? reply("binary", message) : unknown;
  },
};

/** Options of compression. */
export interface DeflateChoice {
  readonly thresholdBytes?: number;
  readonly windowBits?: number;
  readonly contextTakeover?: boolean;
}

/** An application that echoes, on an engine, which may be told to compress. */
export function application(engine: Engine, deflate?: DeflateChoice): Subject {
  const running = engine.start({
    protocols: [echo],
    defaultFormatter: "binary",
    log: keepLog().log,
    limits: {
      maxFrameBytes: MOST_BYTES,
      maxMessagesPerSecond: MANY,
      // A server that should have ended a connection and did not is not waited for any longer.
      idleTimeoutMs: 15_000,
      maxMailboxBytes: 4 * MOST_BYTES,
      maxQueueBytes: 4 * MOST_BYTES,
    },
    ...(deflate === undefined ? {} : { listen: { deflate } as StartOptions["listen"] }),
  });
  const { hostname, port } = running;
  return { name: engine.name, hostname, port, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

/** The npm package `ws` as a server: a second opinion, so that it is known that the tables ask for what others do. */
export async function reference(perMessageDeflate: boolean): Promise<Subject> {
  const http = createServer();
  const server = new WebSocketServer({ server: http, perMessageDeflate });
  server.on("connection", (socket) => {
    // It tells of each violation; the case sees it on the wire.
    socket.on("error", () => {});
    socket.on("message", (data, binary) => socket.send(data, { binary }));
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return {
    name: "ws",
    hostname: "127.0.0.1",
    port: (http.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const client of server.clients) client.terminate();
      server.close();
      http.close();
      await once(http, "close");
    },
  };
}
