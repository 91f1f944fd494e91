/** The client with the real server: what the mock was made after. */
import { strict as assert } from "node:assert";
import { type Client, type ClientOptions, createClient, type Room, type RoomMessage } from "@n2o/n2o/client";
import {
  atom,
  bert,
  createLogger,
  createN2O,
  isTuple,
  type Limits,
  memoryStore,
  type Protocol,
  reply,
  type Store,
  text,
  tuple,
  unknown,
} from "@n2o/n2o";
import chat from "../protocols/chat/mod.ts";
import { Gate } from "./client/gate.ts";
import { event } from "./client/until.ts";
import { freePort } from "./free_port.ts";

/** A chat that is listening behind a gate, and its clients. */
class World {
  readonly n2o: ReturnType<typeof createN2O>;
  readonly gate: Gate;
  readonly port: number;
  /** Whether requests for a WebSocket are refused. */
  noWebSocket = false;
  /** Requests for a WebSocket. */
  upgrades = 0;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #clients: Client[] = [];

  constructor(limits: Partial<Limits> = {}, store: Store = memoryStore(), port = 0) {
    const echo = {
      name: "echo",
      info: (message: unknown) => isTuple(message, "echo", 2) ? reply("bert", message) : unknown,
    };
    const enter: Protocol = {
      name: "enter",
      info(message, cx) {
        if (!isTuple(message, "enter", 2)) return unknown;
        cx.login(text(message[1])!);
        return reply("bert", message);
      },
    };
    this.n2o = createN2O({
      protocols: [...chat, echo, enter],
      limits,
      store,
      log: createLogger({ level: "silent" }),
    });
    this.#server = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, (request, info) => {
      if (request.headers.has("upgrade")) {
        this.upgrades++;
        if (this.noWebSocket) return new Response(null, { status: 503 });
      }
      return this.n2o.fetch(request, info);
    });
    this.port = this.#server.addr.port;
    this.gate = new Gate(this.port);
  }

  /** A client that is not connected yet. */
  client(options: ClientOptions = {}): Client {
    const url = `http://127.0.0.1:${this.gate.port}/ws/app/index.htm?room=lobby`;
    const client = createClient({ url, reconnect: { minMs: 1, maxMs: 5 }, fallback: false, ...options });
    this.#clients.push(client);
    return client;
  }

  /** A client that has logged in. */
  async user(name: string, options: ClientOptions = {}): Promise<Client> {
    const client = this.client(options);
    client.connect();
    await login(client, name);
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    this.gate.close();
    await this.n2o.close();
    await this.#server.shutdown();
  }
}

async function login(client: Client, name: string): Promise<void> {
  await client.request(tuple(atom("login"), name), { match: (term) => isTuple(term, "login", 2) });
}

/** The messages that a room tells from now on. */
function heardIn(room: Room): RoomMessage[] {
  const heard: RoomMessage[] = [];
  room.on("message", (message) => heard.push(message));
  return heard;
}

async function withWorld(run: (world: World) => Promise<void>, limits: Partial<Limits> = {}): Promise<void> {
  const world = new World(limits);
  try {
    await run(world);
  } finally {
    await world.close();
  }
}

Deno.test("with the real server: every form of text comes back equal (F07)", async () => {
  await withWorld(async (world) => {
    const client = world.client();
    client.connect();
    for (const value of [atom("ыыы"), "ыыы", new TextEncoder().encode("ыыы"), ["¶"], "😀"]) {
      const answer = await client.request(tuple(atom("echo"), value), {
        match: (term) => isTuple(term, "echo", 2),
      });
      assert.ok(isTuple(answer));
      assert.deepEqual(bert.encode(answer[1]), bert.encode(value));
    }
  });
});

Deno.test("with the real server: three drops with posts between, received equals sent (F13)", async () => {
  await withWorld(async (world) => {
    const ann = await world.user("Ann");
    const bob = await world.user("Bob", { url: `http://127.0.0.1:${world.port}/ws/` });
    const room = ann.join("lobby");
    const heard = heardIn(room);
    await event(room, "joined");
    const other = bob.join("lobby");
    const sent: string[] = [];
    for (let drop = 1; drop <= 3; drop++) {
      world.gate.refusing = true;
      world.gate.cut();
      await event(ann, "close");
      for (let i = 1; i <= 3; i++) {
        sent.push(`drop ${drop}, missed ${i}`);
        await other.post(sent[sent.length - 1]);
      }
      sent.push(`drop ${drop}, mine`);
      const mine = room.post(`drop ${drop}, mine`);
      world.gate.refusing = false;
      assert.equal((await event(room, "joined")).recovered, 3);
      assert.equal((await mine).offset, 4 * drop);
      world.gate.cut();
      assert.equal((await event(room, "joined")).recovered, 0);
    }
    assert.deepEqual(heard.map(({ body }) => body), sent);
    assert.deepEqual(heard.map(({ offset }) => offset), sent.map((_, i) => i + 1));
    assert.deepEqual(new Set(heard.map(({ from }) => from)), new Set(["Ann", "Bob"]));
  });
});

Deno.test("with the real server: storms of posts through a network that keeps breaking, each is stored once and in order", async () => {
  await withWorld(async (world) => {
    const ann = await world.user("Ann");
    const reader = await world.user("Bob", { url: `http://127.0.0.1:${world.port}/ws/` });
    const read = heardIn(reader.join("lobby"));
    const room = ann.join("lobby");
    const heard = heardIn(room);
    const bodies = Array.from({ length: 300 }, (_, i) => `post ${i}`);
    const posts: ReturnType<typeof room.post>[] = [];
    for (const body of bodies) {
      posts.push(room.post(body));
      if (posts.length % 30 > 0) continue;
      // Some of them are on their way.
      await posts[posts.length - 10];
      world.gate.cut();
    }
    const offsets = (await Promise.all(posts)).map(({ offset }) => offset);
    assert.deepEqual(offsets, bodies.map((_, i) => i + 1));
    await ann.request(tuple(atom("whoami")), { match: (term) => isTuple(term, "whoami", 2), id: "whoami" });
    await reader.request(tuple(atom("whoami")), { match: (term) => isTuple(term, "whoami", 2) });
    assert.deepEqual(read.map(({ body }) => body), bodies);
    if (heard.length < bodies.length) await event(room, "message", ({ offset }) => offset === bodies.length);
    assert.deepEqual(heard.map(({ body }) => body), bodies);
    assert.ok(world.gate.accepted > 3);
  });
});

Deno.test("with the real server: a login gives a new token, under which the user is known after a break", async () => {
  await withWorld(async (world) => {
    const client = world.client();
    const tokens: string[] = [];
    client.on("token", (token) => tokens.push(token));
    client.connect();
    await event(client, "open");
    const room = client.join("lobby");
    assert.equal((await event(room, "error")).code, "not_logged_in");
    const joined = event(room, "joined");
    await login(client, "Ann");
    await joined;
    assert.equal(tokens.length, 2);
    assert.equal(client.token, tokens[1]);
    world.gate.cut();
    await event(room, "joined");
    assert.deepEqual([...room.members], ["Ann"]);
    const whoami = await client.request(tuple(atom("whoami")), {
      match: (term) => isTuple(term, "whoami", 2),
    });
    assert.ok(isTuple(whoami) && text(whoami[1]) === "Ann");
    const second = world.client();
    second.connect();
    await assert.rejects(login(second, "Ann"), { code: "name_in_use" });
  });
});

Deno.test("with the real server: a logout reaches the session's other connections, which stay away", async () => {
  await withWorld(async (world) => {
    const first = await world.user("Ann");
    const second = world.client({ token: first.token });
    const room = second.join("lobby");
    second.connect();
    await event(room, "joined");
    const told = event(second, "logout");
    const closed = event(second, "close");
    await first.request(tuple(atom("logout")), { match: (term) => isTuple(term, "logout", 1) });
    await told;
    assert.equal((await closed).code, 4001);
    assert.equal(second.state, "closed");
    assert.equal(first.state, "open");
    await assert.rejects(first.join("lobby").post("as nobody"), { code: "not_logged_in" });
    // The name is free again.
    second.connect();
    await login(second, "Ann");
    await event(room, "joined");
  });
});

Deno.test("with the real server: when one tab logs in, the visitor's other one comes back as the same user at once", async () => {
  await withWorld(async (world) => {
    let kept = "";
    const storage = { get: () => kept, set: (token: string) => kept = token };
    // A wait would be too long for this test.
    const reconnect = { minMs: 3_600_000, maxMs: 3_600_000, jitter: 0 };
    const first = world.client({ storage });
    const second = world.client({ storage, reconnect });
    for (const client of [first, second]) {
      client.connect();
      await event(client, "open");
    }
    assert.equal(first.token, second.token);
    const anonymous = kept;
    const closed = event(second, "close");
    const back = event(second, "open");
    const joined = event(second.join("lobby"), "joined");
    await first.request(tuple(atom("enter"), "Ann"), { match: (term) => isTuple(term, "enter", 2) });
    assert.deepEqual(await closed, { code: 4003, reason: "session moved" });
    const { token } = await back;
    assert.notEqual(token, anonymous);
    assert.equal(token, first.token);
    assert.equal(kept, token);
    const whoami = await second.request(tuple(atom("whoami")), {
      match: (term) => isTuple(term, "whoami", 2),
    });
    assert.ok(isTuple(whoami) && text(whoami[1]) === "Ann");
    await joined;
    assert.equal(first.state, "open");
  });
});

Deno.test("with the real server: a tab whose storage hears of no login comes back in a session of its own", async () => {
  await withWorld(async (world) => {
    const reconnect = { minMs: 3_600_000, maxMs: 3_600_000, jitter: 0 };
    const first = world.client();
    first.connect();
    await event(first, "open");
    const second = world.client({ token: first.token, reconnect });
    second.connect();
    await event(second, "open");
    const back = event(second, "open");
    await first.request(tuple(atom("enter"), "Ann"), { match: (term) => isTuple(term, "enter", 2) });
    assert.notEqual((await back).token, first.token);
  });
});

Deno.test("with the real server: a post that it does not take takes no other one down with it", async () => {
  await withWorld(async (world) => {
    const ann = await world.user("Ann");
    const room = ann.join("lobby");
    await event(room, "joined");
    const heard = heardIn(room);
    const closes: number[] = [];
    ann.on("close", ({ code }) => closes.push(code));
    const bodies = ["before", "x".repeat(5000), "between", "y".repeat(5000), "after"];
    const posts = bodies.map((body) => room.post(body).then(() => "posted", ({ code }) => code));
    assert.deepEqual(await Promise.all(posts), ["posted", "refused", "posted", "refused", "posted"]);
    assert.deepEqual(heard.map(({ body }) => body), ["before", "between", "after"]);
    assert.ok(closes.every((code) => code === 1009), String(closes));
    await Promise.all(Array.from({ length: 20 }, (_, i) => room.post(`many ${i}`)));
  }, { maxFrameBytes: 2000 });
});

Deno.test("with the real server: whoever says too much at once says it more slowly, and loses nothing", async () => {
  await withWorld(async (world) => {
    const ann = await world.user("Ann");
    const room = ann.join("lobby");
    await event(room, "joined");
    const heard = heardIn(room);
    const bodies = Array.from({ length: 200 }, (_, i) => `post ${i}`);
    const offsets = await Promise.all(bodies.map(async (body) => (await room.post(body)).offset));
    assert.deepEqual(offsets, bodies.map((_, i) => i + 1));
    if (heard.length < bodies.length) await event(room, "message", () => heard.length === bodies.length);
    assert.deepEqual(heard.map(({ body }) => body), bodies);
  }, { maxMessagesPerSecond: 50 });
});

Deno.test("with the real server: users come and go", async () => {
  await withWorld(async (world) => {
    const ann = await world.user("Ann");
    const room = ann.join("lobby");
    await event(room, "joined");
    const bob = await world.user("Bob");
    const came = event(room, "presence", ({ joined }) => joined.includes("Bob"));
    const tab = bob.join("lobby");
    const all = event(tab, "presence");
    await came;
    await all;
    assert.deepEqual([...tab.members].sort(), ["Ann", "Bob"]);
    const left = event(room, "presence");
    tab.leave();
    assert.deepEqual(await left, { joined: [], left: ["Bob"] });
    bob.join("lobby");
    await event(room, "presence");
    const gone = event(room, "presence");
    bob.close();
    assert.deepEqual(await gone, { joined: [], left: ["Bob"] });
    assert.deepEqual([...room.members], ["Ann"]);
  });
});

Deno.test("with the real server: by POST a user chats, and goes on by WebSocket", async () => {
  await withWorld(async (world) => {
    world.noWebSocket = true;
    const ann = await world.user("Ann", { fallback: true, pollMs: 10, reconnect: { minMs: 1, maxMs: 50 } });
    assert.equal(ann.state, "polling");
    const room = ann.join("lobby");
    const heard = heardIn(room);
    assert.equal((await room.post("by POST")).offset, 1);
    if (heard.length === 0) await event(room, "message");
    const open = event(ann, "state", ({ state }) => state === "open");
    world.noWebSocket = false;
    await open;
    await event(room, "presence");
    assert.deepEqual([...room.members], ["Ann"]);
    const live = event(room, "message");
    await room.post("by WebSocket");
    await live;
    assert.deepEqual(heard.map(({ from, body }) => [from, body]), [["Ann", "by POST"], [
      "Ann",
      "by WebSocket",
    ]]);
  });
});

Deno.test("with the real server: a client that only listens is not idle, one without heartbeat is, and both are there", async () => {
  await withWorld(async (world) => {
    const beating = world.client({ heartbeatMs: 50 });
    const silent = world.client({ heartbeatMs: 3_600_000 });
    for (const client of [beating, silent]) {
      client.connect();
      await event(client, "open");
    }
    for (let i = 1; i <= 2; i++) {
      assert.deepEqual(await event(silent, "close"), { code: 1000, reason: "idle" });
      await event(silent, "open");
    }
    assert.equal(world.upgrades, 4);
    assert.equal(beating.state, "open");
  }, { idleTimeoutMs: 2000 });
});

Deno.test("with the real server: when it goes away clients come back to the next one, and start over where it knows nothing", async () => {
  const first = new World({}, memoryStore(), freePort());
  const client = createClient({
    url: `ws://127.0.0.1:${first.port}/ws/`,
    reconnect: { minMs: 20, maxMs: 20 },
  });
  client.connect();
  await login(client, "Ann");
  const room = client.join("lobby");
  await room.post("gone with the first");
  let resets = 0;
  room.on("reset", () => resets++);
  const closed = event(client, "close");
  const over = first.close();
  assert.equal((await closed).code, 1001);
  const post = room.post("for the next");
  await over;
  const next = new World({}, memoryStore(), first.port);
  await event(client, "open");
  await assert.rejects(post, { code: "not_logged_in" });
  await login(client, "Ann");
  await event(room, "joined");
  assert.equal(resets, 1);
  assert.equal((await room.post("anew")).offset, 1);
  client.close();
  await next.close();
});
