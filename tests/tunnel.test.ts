/** When a tunnel is closed, by a clock that the test turns. */
import { ok, strictEqual } from "node:assert/strict";
import { Tunnel } from "../lib/endpoints/tunnel.ts";
import { ToldStream } from "./told_stream.ts";

/** One end, whose direction can be ended alone. */
class End extends ToldStream {
  closeWrite(): Promise<void> {
    return Promise.resolve();
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("the last answer of a connection is handed on whole, however long it takes from the server to here", async () => {
  const [client, server] = [new End(), new End()];
  const use = { running: 0, over: true, begun: true };
  const forget = () => {};
  const deadlines = { headMs: 10_000, quietMs: 60_000 };
  const request = new TextEncoder().encode("request");
  const tunnel = new Tunnel(client, { server, use, forget }, request, deadlines, 0, forget);
  tunnel.tick(1_000);
  server.say("an");
  await settled();
  tunnel.tick(2_000);
  server.say("swer");
  await settled();
  for (let now = 3_000; now <= 4_000; now += 1_000) tunnel.tick(now);
  ok(!client.closed);
  strictEqual(client.sent, "answer");
  tunnel.tick(5_000);
  ok(client.closed && server.closed);
});

Deno.test("a client that was sent something just now is to close first, one that was quiet need not", async () => {
  for (const isQuiet of [false, true]) {
    const [client, server] = [new End(), new End()];
    const use = { running: 0, over: false, begun: true };
    const forget = () => {};
    const deadlines = { headMs: 10_000, quietMs: 60_000 };
    const tunnel = new Tunnel(client, { server, use, forget }, new Uint8Array(0), deadlines, 0, forget);
    server.say("answer");
    await settled();
    if (isQuiet) tunnel.tick(1_000);
    server.say(null);
    await settled();
    strictEqual(tunnel.isHandedOn, isQuiet);
    client.say(null);
    await settled();
    ok(client.closed);
  }
});
