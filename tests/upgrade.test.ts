import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createServer, type Server } from "node:http";
import { createN2O, heart, type N2O, type N2OOptions, session } from "@n2o/n2o";
import express from "express";
import WebSocket from "ws";
import { echoProto } from "./echo_proto.ts";
import { until } from "./engines.ts";
import { clientFrame, handshake, RawSocket } from "./raw_socket.ts";
import { ask, hello, t } from "./speech.ts";

interface Hosted extends AsyncDisposable {
  readonly n2o: N2O;
  readonly hostname: string;
  readonly port: number;
}

/** An Express application with pages of its own, and N2O under `/ws/`. */
async function host(options: Partial<N2OOptions> = {}): Promise<Hosted> {
  const n2o = createN2O({ protocols: [heart, session, echoProto], ...options });
  const app = express();
  app.get("/", (_request: unknown, response: { send(text: string): void }) => response.send("mine"));
  const server: Server = createServer(app);
  server.on("upgrade", n2o.upgrade);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    n2o,
    hostname: "127.0.0.1",
    port,
    async [Symbol.asyncDispose]() {
      await n2o.close({ drainMs: 1_000 });
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

Deno.test("upgrade: Express keeps its pages, and WebSockets reach the loop", async () => {
  await using hosted = await host();
  const page = await fetch(`http://127.0.0.1:${hosted.port}/`);
  strictEqual(await page.text(), "mine");
  await using socket = await RawSocket.open(hosted, "/ws/app/index.htm?a=1");
  ok((await hello(socket)).length > 0);
  strictEqual(await ask(socket, t("echo", "hi")), '{echo,<<"hi">>}');
  await socket.quiet();
  strictEqual(hosted.n2o.counters.connections, 1);
});

Deno.test("upgrade: what comes with the handshake, in pieces or in bulk, is handled in order", async () => {
  await using hosted = await host();
  await using socket = await RawSocket.connect(hosted);
  // A handshake and a masked PING at once.
  await socket.write(Uint8Array.from(Buffer.concat([
    Buffer.from(handshake()),
    Buffer.from(clientFrame("text", new TextEncoder().encode("PING"))),
  ])));
  strictEqual((await socket.response()).status, 101);
  strictEqual(new TextDecoder().decode((await socket.frame()).payload), "PONG");
  const body = new Uint8Array(300_000).fill(7);
  for (let i = 0; i < 20; i++) await socket.send("binary", Uint8Array.from([...head(body.length), ...body]));
  for (let i = 0; i < 20; i++) strictEqual((await socket.frame()).payload.length, 15 + body.length);
});

/** The start of `{echo, Binary}`. */
function head(length: number): number[] {
  const bytes = Uint8Array.fromHex("8368026400046563686f6d00000000");
  new DataView(bytes.buffer).setUint32(11, length);
  return [...bytes];
}

Deno.test("upgrade: the npm client speaks with it, compressed too", async () => {
  await using hosted = await host({ deflate: { thresholdBytes: 16 } });
  const client = new WebSocket(`ws://127.0.0.1:${hosted.port}/ws/`);
  await new Promise((resolve, reject) => client.once("open", resolve).once("error", reject));
  strictEqual(client.extensions, "permessage-deflate");
  const next = () =>
    new Promise<Uint8Array>((resolve) => client.once("message", (data) => resolve(data as Buffer)));
  const question = Uint8Array.from([...head(5_000), ...new Uint8Array(5_000).fill(65)]);
  const answer = next();
  client.send(question);
  deepStrictEqual(new Uint8Array(await answer), question);
  const closed = new Promise((resolve) => client.once("close", resolve));
  client.close(1000);
  strictEqual(await closed, 1000);
  await until(() => hosted.n2o.counters.connections === 0, "it is gone");
});

Deno.test("upgrade: handshakes that cannot be taken are answered as elsewhere", async () => {
  await using hosted = await host({ limits: { maxConnections: 1, maxPathBytes: 100, maxHeaderBytes: 500 } });
  const status = async (path: string, headers: [string, string][] = []) => {
    await using socket = await RawSocket.connect(hosted);
    const response = await socket.request(handshake(path, headers));
    return [response.status, JSON.parse(new TextDecoder().decode(response.body)).error];
  };
  deepStrictEqual(await status("/elsewhere"), [404, "not_found"]);
  deepStrictEqual(await status("/ws/", [["Origin", "http://evil.example"]]), [403, "foreign_origin"]);
  deepStrictEqual(await status("/ws/" + "x".repeat(100)), [414, "path_too_long"]);
  deepStrictEqual(await status("/ws/", [["X-Long", "x".repeat(500)]]), [431, "headers_too_big"]);
  await using one = await RawSocket.open(hosted);
  deepStrictEqual(await status("/ws/"), [503, "too_many_connections"]);
  await one.quiet();
});

Deno.test("upgrade: a client that goes without a word is gone, and closing says 1001", async () => {
  await using hosted = await host();
  const silent = await RawSocket.open(hosted);
  strictEqual(hosted.n2o.counters.connections, 1);
  silent.close();
  await until(() => hosted.n2o.counters.connections === 0, "it is gone");
  await using socket = await RawSocket.open(hosted);
  const closing = hosted.n2o.close({ drainMs: 1_000 });
  const frame = await socket.frame();
  strictEqual(frame.hex.slice(0, 8), "880c03e9");
  await closing;
});
