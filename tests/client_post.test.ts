import { strict as assert } from "node:assert";
import {
  atom,
  type ClientOptions,
  type ClientState,
  createClient,
  isTuple,
  type Term,
  text,
  tuple,
} from "@n2o/n2o/client";
import { MockServer } from "./client/mock.ts";
import { event } from "./client/until.ts";

const echo = (value: Term): Term => tuple(atom("echo"), value);
const isEcho = (term: Term): boolean => isTuple(term, "echo", 2);

/** Runs a test with a server to which no WebSocket gets through. */
async function withoutWebSocket(
  run: (server: MockServer, client: ReturnType<typeof createClient>, states: ClientState[]) => Promise<void>,
  options: ClientOptions = {},
): Promise<void> {
  const server = new MockServer();
  server.mischief.noWebSocket = true;
  const client = createClient({ url: server.url, reconnect: { minMs: 1, maxMs: 20 }, pollMs: 5, ...options });
  const states: ClientState[] = [];
  client.on("state", ({ state }) => states.push(state));
  try {
    await run(server, client, states);
  } finally {
    client.close();
    await server.close();
  }
}

Deno.test("when two WebSocket attempts have failed the client uses POST, with its token as bearer", async () => {
  await withoutWebSocket(async (server, client, states) => {
    client.connect();
    const { token } = await event(client, "open");
    assert.equal(client.state, "polling");
    assert.equal(states.filter((state) => state === "connecting").length >= 2, true);
    assert.equal(server.posts[0].authorization, null);
    const answer = await client.request(echo("by POST"), { match: isEcho });
    assert.ok(isTuple(answer) && text(answer[1]) === "by POST");
    const last = server.posts.findLast(({ frame }) => typeof frame !== "string")!;
    assert.deepEqual([last.authorization, last.cookie], [`Bearer ${token}`, null]);
  });
});

Deno.test("by POST a login's new token is kept", async () => {
  await withoutWebSocket(async (server, client) => {
    client.connect();
    const { token } = await event(client, "open");
    const given = event(client, "token");
    await client.request(tuple(atom("login"), "Ann"), { match: (term) => isTuple(term, "login", 2) });
    assert.notEqual(await given, token);
    await client.request(echo(1), { match: isEcho });
    assert.equal(server.posts.at(-1)!.authorization, `Bearer ${await given}`);
  });
});

Deno.test("by POST a room is asked for news, and what was missed comes once and in order", async () => {
  await withoutWebSocket(async (server, client) => {
    const room = client.join("lobby");
    const heard: string[] = [];
    room.on("message", ({ body }) => heard.push(body));
    let joins = 0;
    room.on("joined", () => joins++);
    server.say("lobby", "before");
    client.connect();
    await event(room, "joined");
    server.say("lobby", "meanwhile");
    await event(room, "message", ({ body }) => body === "meanwhile");
    assert.equal((await room.post("mine")).offset, 3);
    await event(room, "message", ({ body }) => body === "mine");
    server.say("lobby", "after");
    await event(room, "message", ({ body }) => body === "after");
    assert.deepEqual(heard, ["before", "meanwhile", "mine", "after"]);
    assert.equal(joins, 1);
    assert.equal(room.joined, true);
  });
});

Deno.test("what is sent by POST goes out in order, one request after another", async () => {
  await withoutWebSocket(async (server, client) => {
    for (let i = 0; i < 20; i++) client.send(echo(i));
    client.connect();
    await server.until("all came", () => server.posts.filter(({ frame }) => isEcho(frame)).length === 20);
    const order = server.posts.flatMap(({ frame }) => isTuple(frame, "echo") ? [frame[1]] : []);
    assert.deepEqual(order, [...Array(20).keys()]);
  });
});

Deno.test("without rooms the client makes sure that the server is still there", async () => {
  await withoutWebSocket(async (server, client) => {
    client.connect();
    await server.until(
      "two PINGs came",
      () => server.posts.filter(({ frame }) => frame === "PING").length >= 2,
    );
    const close = event(client, "close");
    server.mischief.postStatus = 500;
    assert.deepEqual(await close, { code: 1006, reason: "HTTP 500" });
    server.mischief.postStatus = undefined;
    await event(client, "open");
    assert.equal(client.state, "polling");
  });
});

Deno.test("a WebSocket that gets through takes over, and nothing that was under way is lost or doubled", async () => {
  await withoutWebSocket(async (server, client, states) => {
    const room = client.join("lobby");
    const heard: string[] = [];
    room.on("message", ({ body }) => heard.push(body));
    client.connect();
    await event(room, "joined");
    const open = event(client, "state", ({ state }) => state === "open");
    server.mischief.noWebSocket = false;
    const bodies = Array.from({ length: 200 }, (_, i) => `post ${i}`);
    const offsets = await Promise.all(bodies.map((body) => room.post(body).then(({ offset }) => offset)));
    await open;
    assert.deepEqual(offsets, bodies.map((_, i) => i + 1));
    assert.deepEqual(server.bodies("lobby"), bodies);
    await client.request(echo(1), { match: isEcho });
    assert.deepEqual(heard, bodies);
    assert.deepEqual(states.slice(states.indexOf("polling")), ["polling", "open"]);
    const posts = server.posts.length;
    // Two times the waiting time of a poll, as the server's own traffic shows.
    for (let i = 0; i < 50; i++) await client.request(echo(i), { match: isEcho });
    assert.equal(server.posts.length, posts);
  });
});

Deno.test("a request that the server had and could not answer is written again only if it has an id", async () => {
  await withoutWebSocket(async (server, client) => {
    client.connect();
    await event(client, "open");
    server.mischief.postStatus = 503;
    const lost = client.request(echo("no id"), { match: isEcho });
    await assert.rejects(lost, { code: "lost" });
    const kept = client.request(echo("id"), { match: isEcho, id: "id" });
    server.mischief.postStatus = undefined;
    assert.ok(isEcho(await kept));
  });
});

Deno.test("without a WebSocket class the client does with POST when it is told to", async () => {
  const server = new MockServer();
  const original = globalThis.WebSocket;
  Reflect.deleteProperty(globalThis, "WebSocket");
  try {
    assert.throws(() => createClient({ url: server.url }), { code: "no_websocket" });
    const client = createClient({
      url: server.url,
      fallback: true,
      pollMs: 5,
      reconnect: { minMs: 1, maxMs: 5 },
    });
    const states: ClientState[] = [];
    client.on("state", ({ state }) => states.push(state));
    server.mischief.postStatus = 503;
    client.connect();
    await event(client, "state", ({ state }) => state === "waiting");
    server.mischief.postStatus = undefined;
    await event(client, "open");
    client.connect();
    assert.deepEqual(states.slice(0, 2), ["connecting", "waiting"]);
    assert.equal(states.at(-1), "polling");
    server.mischief.postStatus = 500;
    await event(client, "close");
    server.mischief.postStatus = undefined;
    await event(client, "open");
    client.close();
  } finally {
    globalThis.WebSocket = original;
    await server.close();
  }
});

Deno.test("with the fallback off the client only waits", async () => {
  await withoutWebSocket(async (server, client, states) => {
    client.connect();
    await event(client, "state", () => states.length >= 10);
    assert.equal(server.posts.length, 0);
  }, { fallback: false });
});

Deno.test("closing while polling ends the polls", async () => {
  await withoutWebSocket(async (server, client) => {
    client.join("lobby");
    client.connect();
    await server.until("some polls came", () => server.posts.length > 5);
    client.close();
    assert.equal(client.state, "closed");
    const posts = server.posts.length;
    const other = createClient({
      url: server.url,
      fallback: true,
      pollMs: 5,
      reconnect: { minMs: 1, maxMs: 5 },
    });
    other.connect();
    // One request of the closed one may have been under way.
    await server.until("others came", () => server.posts.length > posts + 10);
    const joins = server.posts.slice(posts + 1).filter(({ frame }) => isTuple(frame, "join"));
    assert.deepEqual(joins, []);
    other.close();
  });
});
