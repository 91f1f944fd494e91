import { strict as assert } from "node:assert";
import { atom, type ClientState, createClient, isTuple, type Term, text, tuple } from "@n2o/n2o/client";
import { Gate } from "./client/gate.ts";
import { MockServer } from "./client/mock.ts";
import { Changes, event } from "./client/until.ts";

const echo = (value: Term): Term => tuple(atom("echo"), value);
const isEcho = (term: Term): boolean => isTuple(term, "echo", 2);
const quickly = { minMs: 1, maxMs: 5 };

Deno.test("waits grow by the factor up to the most, spread over their whole length, and are told", async () => {
  const server = new MockServer();
  server.mischief.noWebSocket = true;
  const client = createClient({
    url: server.url,
    fallback: false,
    reconnect: { minMs: 2, maxMs: 12, factor: 2, jitter: 1 },
    random: () => 0.5,
  });
  const waits: (number | undefined)[] = [];
  const states: ClientState[] = [];
  client.on("state", ({ state, retryInMs }) => {
    states.push(state);
    if (state === "waiting") waits.push(retryInMs);
  });
  client.connect();
  const enough = event(client, "state", () => waits.length === 5);
  await enough;
  client.close();
  assert.deepEqual(waits, [1, 2, 4, 6, 6]);
  assert.deepEqual(states.slice(0, 4), ["connecting", "waiting", "connecting", "waiting"]);
  await server.close();
});

Deno.test("a connection that ends right after its handshake does not shorten the waits, one that answered a PING does", async () => {
  const server = new MockServer();
  const client = createClient({
    url: server.url,
    heartbeatMs: 10,
    reconnect: { minMs: 1, maxMs: 1000, factor: 4, jitter: 0 },
  });
  const waits: (number | undefined)[] = [];
  client.on("state", ({ state, retryInMs }) => state === "waiting" && waits.push(retryInMs));
  const hangUp = client.on("open", () => server.last.socket.close(1013));
  client.connect();
  await event(client, "state", () => waits.length === 3);
  hangUp();
  assert.deepEqual(waits, [1, 4, 16]);
  await server.until("two PINGs came", () => server.received("PING").length === 2);
  server.last.socket.close(1013);
  await event(client, "state", () => waits.length === 4);
  assert.equal(waits[3], 1);
  client.close();
  await server.close();
});

for (const code of [1000, 1001, 1007, 1008, 1009, 1011, 1013]) {
  Deno.test(`a connection that the server closes with ${code} is followed by another one`, async () => {
    const server = new MockServer();
    const client = createClient({ url: server.url, reconnect: quickly });
    client.connect();
    await event(client, "open");
    const close = event(client, "close");
    const open = event(client, "open");
    server.last.socket.close(code, "because");
    assert.deepEqual(await close, { code, reason: "because" });
    await open;
    client.close();
    await server.close();
  });
}

Deno.test("without reconnecting a client makes one attempt, and gives up what waits when it fails", async () => {
  const server = new MockServer();
  server.mischief.noWebSocket = true;
  const client = createClient({ url: server.url, reconnect: false });
  const post = client.join("lobby").post("never");
  client.connect();
  await event(client, "state", ({ state }) => state === "closed");
  await assert.rejects(post, { code: "closed" });
  assert.equal(server.connections.length, 0);
  await server.close();
});

Deno.test("what was sent before the connection goes out in order when it is there", async () => {
  const server = new MockServer();
  const client = createClient({ url: server.url });
  for (let i = 0; i < 100; i++) assert.ok(client.send(echo(i)));
  client.connect();
  await server.until("all came", () => server.received("echo").length === 100);
  assert.deepEqual(server.received("echo").map((term) => isTuple(term) && term[1]), [...Array(100).keys()]);
  client.close();
  await server.close();
});

Deno.test("what was written and not answered is written again only if it has an id", async () => {
  const server = new MockServer();
  const gate = new Gate(server.port);
  const client = createClient({ url: `ws://127.0.0.1:${gate.port}/ws/`, reconnect: quickly });
  client.connect();
  await event(client, "open");
  server.mischief.mute = new Set(["echo", "silent"]);
  client.send(echo("no id"));
  client.send(tuple(atom("silent"), "with an id", "id-1"), { id: "id-1" });
  const lost = client.request(echo("a request"), { match: isEcho });
  const kept = client.request(tuple(atom("echo"), "id-2"), { match: isEcho, id: "id-2" });
  await server.until("all came", () => server.last.received.length === 5);
  gate.cut();
  await assert.rejects(lost, { code: "lost" });
  server.mischief.mute.clear();
  assert.ok(isEcho(await kept));
  const again = server.connections[1].received.slice(1).map((term) =>
    isTuple(term) && text(term[term.length - 1])
  );
  assert.deepEqual(again, ["id-1", "id-2"]);
  // Nothing has named the first id yet; an answer that does ends it.
  server.send(server.last, tuple(atom("taken"), "id-1"));
  await client.request(echo("after"), { match: isEcho });
  gate.cut();
  await event(client, "open");
  await client.request(echo("the end"), { match: isEcho });
  assert.equal(server.connections[2].received.length, 2);
  client.close();
  gate.close();
  await server.close();
});

Deno.test("what somebody says in a room answers no message whose id it happens to be", async () => {
  const server = new MockServer();
  const client = createClient({ url: server.url, reconnect: quickly });
  const room = client.join("lobby");
  client.connect();
  await event(room, "joined");
  client.send(tuple(atom("silent"), "7"), { id: "7" });
  server.say("lobby", "7");
  await event(room, "message");
  server.last.socket.close(1001);
  await server.until("it came again", () => server.received("silent").length === 2);
  client.close();
  await server.close();
});

Deno.test("a full outbox takes nothing more, by number and by size, and says so", async () => {
  const server = new MockServer();
  const client = createClient({ url: server.url, outbox: { maxMessages: 3, maxBytes: 1000 } });
  assert.equal(client.send(echo("x".repeat(2000))), false);
  assert.ok(client.send(echo("x".repeat(900))));
  assert.equal(client.send(echo("x".repeat(100))), false);
  assert.ok(client.send(echo("x")));
  assert.ok(client.send(echo("x")));
  assert.equal(client.send(echo("x")), false);
  await assert.rejects(client.request(echo(1), { match: isEcho }), { code: "outbox_full" });
  const room = client.join("lobby");
  await assert.rejects(room.post("one more"), { code: "outbox_full" });
  assert.deepEqual(room.pending, []);
  client.connect();
  assert.ok(isEcho((await event(client, "term", isEcho)) as Term));
  await client.request(echo("room again"), { match: isEcho });
  client.close();
  await server.close();
});

Deno.test("a message that ends connection after connection is given up", async () => {
  const server = new MockServer();
  server.mischief.intercept = (term, connection) => {
    if (!isTuple(term, "post") || text(term[3]) !== "poison") return false;
    connection?.socket.close(1009, "too big");
    return true;
  };
  const client = createClient({ url: server.url, reconnect: quickly });
  const room = client.join("lobby");
  const poison = room.post("poison");
  client.connect();
  await assert.rejects(poison, { code: "refused" });
  assert.equal(server.received("post").length, 3);
  assert.equal((await room.post("food")).offset, 1);
  client.close();
  await server.close();
});

Deno.test("a server that falls silent is left after the limit, and not waited for", async () => {
  const server = new MockServer();
  const gate = new Gate(server.port);
  const client = createClient({
    url: `ws://127.0.0.1:${gate.port}/ws/`,
    heartbeatMs: 10,
    silenceMs: 50,
    reconnect: quickly,
  });
  client.connect();
  await event(client, "open");
  gate.hold();
  const { code, reason } = await event(client, "close");
  assert.deepEqual({ code, reason }, { code: 4000, reason: "no answer" });
  gate.release();
  await event(client, "open");
  client.close();
  gate.close();
  await server.close();
});

Deno.test("a handshake without an answer is given up, and tried again", async () => {
  const server = new MockServer();
  server.mischief.mute = new Set(["N2O"]);
  const client = createClient({ url: server.url, silenceMs: 20, reconnect: quickly, fallback: false });
  client.connect();
  await server.until("three attempts came", () => server.connections.length >= 3);
  server.mischief.mute.clear();
  await event(client, "open");
  await server.until("the others are gone", () => server.open.length === 1);
  client.close();
  await server.close();
});

Deno.test("a first page that is long under way on a slow line arrives: each attempt waits longer for it", async () => {
  const server = new MockServer();
  server.mischief.greetMs = 300;
  const client = createClient({ url: server.url, silenceMs: 100, reconnect: quickly, fallback: false });
  client.connect();
  await event(client, "open");
  assert.ok(server.connections.length >= 3);
  client.close();
  await server.close();
});

Deno.test("any frame after a PING is a sign of life", async () => {
  const server = new MockServer();
  server.mischief.mute = new Set(["PING"]);
  const client = createClient({ url: server.url, heartbeatMs: 5, silenceMs: 10_000 });
  client.connect();
  await event(client, "open");
  for (let pings = 1; pings <= 3; pings++) {
    await server.until("a PING came", () => server.received("PING").length === pings);
    server.last.socket.send(new Uint8Array(0));
  }
  assert.equal(server.connections.length, 1);
  client.close();
  await server.close();
});

Deno.test("connect() during a wait tries now", async () => {
  const server = new MockServer();
  const client = createClient({
    url: server.url,
    reconnect: { minMs: 3_600_000, maxMs: 3_600_000, jitter: 0 },
  });
  client.connect();
  await event(client, "open");
  server.last.socket.close(1001);
  const { retryInMs } = await event(client, "state", ({ state }) => state === "waiting");
  assert.ok(retryInMs !== undefined && retryInMs > 3_590_000);
  client.connect();
  await event(client, "open");
  client.connect();
  assert.equal(server.connections.length, 2);
  client.close();
  await server.close();
});

Deno.test("closed on purpose stays closed, during a wait too, until the page connects again (F36)", async () => {
  const server = new MockServer();
  const client = createClient({ url: server.url, reconnect: { minMs: 1, maxMs: 1 } });
  client.connect();
  await event(client, "open");
  client.close();
  assert.equal(client.state, "closed");
  dispatchEvent(new Event("online"));
  assert.equal(client.state, "closed");

  client.connect();
  await event(client, "open");
  // Closed in the very moment in which a wait begins.
  const off = client.on("state", ({ state }) => state === "waiting" && client.close());
  server.last.socket.close(1001);
  await event(client, "state", ({ state }) => state === "closed");
  off();
  dispatchEvent(new Event("online"));
  // Longer than the wait would have been: another client makes the round trip meanwhile.
  const other = createClient({ url: server.url });
  other.connect();
  for (let i = 0; i < 20; i++) await other.request(echo(i), { match: isEcho });
  assert.equal(client.state, "closed");
  assert.equal(server.connections.length, 3);
  other.close();
  await server.close();
});

Deno.test("the network's return ends a wait, and asks an open connection for a sign of life", async () => {
  const server = new MockServer();
  const client = createClient({
    url: server.url,
    reconnect: { minMs: 3_600_000, jitter: 0, maxMs: 3_600_000 },
  });
  client.connect();
  await event(client, "open");
  dispatchEvent(new Event("online"));
  await server.until("a PING came", () => server.received("PING").length === 1);
  server.last.socket.close(1001);
  await event(client, "state", ({ state }) => state === "waiting");
  dispatchEvent(new Event("online"));
  await event(client, "open");
  client.close();
  await server.close();
});

Deno.test({
  name: "after a sleep beyond the server's limit there is exactly one new connection (F35)",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const server = new MockServer();
    // Its heart beats every 20 ms, and it holds a second of silence against a connection.
    const code = `
      import { createClient } from "./lib/client/mod.ts";
      const client = createClient({ url: "${server.url}", heartbeatMs: 20, silenceMs: 1000, reconnect: { minMs: 1, maxMs: 5 } });
      client.connect();`;
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-lock", "--allow-net=127.0.0.1", "--ext=ts", "-"],
      cwd: new URL("..", import.meta.url),
      stdin: "piped",
      stdout: "null",
    }).spawn();
    const writer = process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(code));
    await writer.close();
    const beats = (connection: number, count: number) =>
      server.until(
        `connection ${connection} has ${count} PINGs`,
        () =>
          (server.connections[connection]?.received.filter((frame) => frame === "PING").length ?? 0) >= count,
      );
    await beats(0, 2);
    process.kill("SIGSTOP");
    // Asleep for longer than any limit of its own; then the server has had enough.
    await asleep(3000);
    server.last.socket.close(1000, "idle");
    await asleep(100);
    process.kill("SIGCONT");
    // Eighty beats are longer than the silence that it would hold against the new connection.
    await beats(1, 80);
    assert.equal(server.connections.length, 2);

    // Asleep while the server keeps the connection: its answers are in the buffer, nothing is lost.
    process.kill("SIGSTOP");
    await asleep(3000);
    process.kill("SIGCONT");
    await beats(1, 160);
    assert.equal(server.connections.length, 2);
    process.kill("SIGTERM");
    await process.status;
    await server.close();
  },
});

/** The other process's sleep is time that passes: there is no event to wait for. */
function asleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

Deno.test("storms of drops leave nothing behind", async () => {
  const server = new MockServer();
  const gate = new Gate(server.port);
  const client = createClient({
    url: `ws://127.0.0.1:${gate.port}/ws/`,
    reconnect: quickly,
    fallback: false,
  });
  const changes = new Changes();
  let opens = 0;
  client.on("open", () => {
    opens++;
    changes.changed();
  });
  client.connect();
  for (let i = 1; i <= 50; i++) {
    await changes.until(`open ${i} times`, () => opens >= i);
    gate.cut();
  }
  await event(client, "open");
  await server.until("one connection is left", () => server.open.length === 1);
  assert.equal(gate.open, 1);
  client.close();
  await server.until("none is left", () => server.open.length === 0);
  gate.close();
  await server.close();
});
