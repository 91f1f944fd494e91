/** When a tunnel is closed, by a clock that the test turns. */
import { ok, strictEqual } from "node:assert/strict";
import type { ByteStream } from "../lib/endpoints/byte_stream.ts";
import { Tunnel } from "../lib/endpoints/tunnel.ts";

/** One end, which gives what it is told to. */
class End implements ByteStream {
  text = "";
  closed = false;
  #texts: (string | null)[] = [];
  #wake: (() => void) | undefined;

  say(text: string | null): void {
    this.#texts.push(text);
    this.#wake?.();
  }

  async read(into: Uint8Array): Promise<number | null> {
    while (this.#texts.length === 0) await new Promise<void>((resolve) => this.#wake = resolve);
    const text = this.#texts.shift()!;
    return text === null ? null : new TextEncoder().encodeInto(text, into).written;
  }

  write(bytes: Uint8Array): Promise<number> {
    this.text += new TextDecoder().decode(bytes);
    return Promise.resolve(bytes.length);
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.closed = true;
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
  strictEqual(client.text, "answer");
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
