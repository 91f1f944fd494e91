/** What becomes of a connection to the public port, by a clock that the test turns. */
import { ok, strictEqual } from "node:assert/strict";
import { defaultLimits } from "@n2o/n2o";
import type { PlainRequest } from "../lib/endpoints/plain_request.ts";
import { Visit, type VisitHost } from "../lib/endpoints/visit.ts";
import { ToldStream } from "./told_stream.ts";

class Host implements VisitHost {
  now = 0;
  closing = false;
  limits = defaultLimits;
  answer: (request: PlainRequest) => Promise<Response>;

  constructor(answer: (request: PlainRequest) => Promise<Response>) {
    this.answer = answer;
  }

  welcome(): undefined {}
  tunnel(): void {}
  gone(): void {}
}

function visit(
  answer: (request: PlainRequest) => Promise<Response>,
): { host: Host; client: ToldStream; visit: Visit } {
  const host = new Host(answer);
  const client = new ToldStream();
  const visit = new Visit(host, client, "127.0.0.1", false);
  visit.begin();
  return { host, client, visit };
}

/** What is under way without a socket is done by then. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

function head(length: number, ...lines: string[]): string {
  return ["POST / HTTP/1.1", "Host: a", `Content-Length: ${length}`, ...lines].join("\r\n") + "\r\n\r\n";
}

Deno.test("a client that has sent a long body and nothing more waits as long as any other for its answer", async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  const { host, client, visit: it } = visit(async (request) => {
    await request.request().text();
    return await promise;
  });
  const { postTimeoutMs, idleTimeoutMs } = defaultLimits;
  client.say(head(100));
  for (let i = 0; i < 100; i++) {
    await settled();
    host.now += Math.min(postTimeoutMs, idleTimeoutMs) / 2;
    it.tick();
    client.say("x");
  }
  client.say(null);
  await settled();
  host.now += postTimeoutMs;
  it.tick();
  ok(!client.closed);
  resolve(new Response("late"));
  await settled();
  ok(client.sent.endsWith("late"));
  ok(client.closed);
});

Deno.test("a client that has gone is let go after postTimeoutMs", async () => {
  const { host, client, visit: it } = visit(() => new Promise(() => {}));
  client.say(head(1) + "x", null);
  await settled();
  host.now = defaultLimits.postTimeoutMs + 1;
  it.tick();
  ok(client.closed);
});

Deno.test("a client that takes nothing is let go, even if it is to be asked for its body", async () => {
  const { host, client, visit: it } = visit(async (request) => {
    await request.request().text();
    return new Response("gone");
  });
  client.willing = false;
  client.say(head(1, "Expect: 100-continue"));
  await settled();
  host.now = defaultLimits.idleTimeoutMs;
  it.tick();
  ok(!client.closed);
  host.now++;
  it.tick();
  ok(client.closed);
  strictEqual(client.sent, "");
});

Deno.test("what is behind an answer hears when its client has been let go", async () => {
  let cancelled = false;
  const { host, client, visit: it } = visit(() => {
    const start = (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>) =>
      controller.enqueue(new TextEncoder().encode("first"));
    return Promise.resolve(
      new Response(new ReadableStream({ start, cancel: () => void (cancelled = true) })),
    );
  });
  client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n", null);
  await settled();
  ok(client.sent.includes("first"));
  host.now = defaultLimits.postTimeoutMs + 1;
  it.tick();
  await settled();
  ok(client.closed && cancelled);
});
