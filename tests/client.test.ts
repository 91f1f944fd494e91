import { strict as assert } from "node:assert";
import {
  atom,
  bert,
  ClientError,
  type ClientState,
  createClient,
  equal,
  float,
  isTuple,
  map,
  type Term,
  text,
  tuple,
} from "@n2o/n2o/client";
import { Gate } from "./client/gate.ts";
import { MockServer } from "./client/mock.ts";
import { event } from "./client/until.ts";
import { withClient } from "./client/with_client.ts";

const echo = (value: Term): Term => tuple(atom("echo"), value);
const isEcho = (term: Term): boolean => isTuple(term, "echo", 2);

Deno.test("code that the server sends is never run", async () => {
  await withClient(async (server, client) => {
    client.connect();
    await event(client, "open");
    const term = event(client, "term");
    server.send(server.last, tuple(atom("io"), "globalThis.evaluated = true", ""));
    assert.ok(isTuple(await term, "io", 3));
    assert.equal("evaluated" in globalThis, false);
  });
});

Deno.test("a request gets its answer, whatever comes between", async () => {
  await withClient(async (server, client) => {
    const answer = client.request(echo("hello"), { match: isEcho });
    client.connect();
    await event(client, "open");
    server.send(server.last, tuple(atom("news")));
    const got = await answer;
    assert.ok(isTuple(got, "echo", 2) && text(got[1]) === "hello");
  });
});

Deno.test("two equal requests get an answer each", async () => {
  await withClient(async (_server, client) => {
    client.connect();
    const answers = await Promise.all([
      client.request(echo(1), { match: isEcho }),
      client.request(echo(2), { match: isEcho }),
    ]);
    assert.ok(equal(answers, [echo(1), echo(2)]));
  });
});

Deno.test("a request rejects with the server's code when the server refuses it", async () => {
  await withClient(async (_server, client) => {
    client.connect();
    const login = client.request(tuple(atom("login"), "taken"), {
      match: (term) => isTuple(term, "login", 2),
    });
    await assert.rejects(login, (error) => error instanceof ClientError && error.code === "name_in_use");
  });
});

Deno.test("a request rejects when no answer comes in time, and is not sent later", async () => {
  await withClient(async (server, client) => {
    const unsent = client.request(echo("late"), { match: isEcho, timeoutMs: 1 });
    await assert.rejects(unsent, { code: "timeout" });
    client.connect();
    const unheard = client.request(tuple(atom("silent")), { match: isEcho, timeoutMs: 1 });
    await assert.rejects(unheard, { code: "timeout" });
    await client.request(echo("now"), { match: isEcho });
    assert.ok(equal(server.received("echo"), [echo("now")].map((term) => bert.decode(bert.encode(term)))));
  });
});

Deno.test("a request whose match throws rejects with what it threw, and others go on", async () => {
  await withClient(async (_server, client) => {
    client.connect();
    const broken = client.request(echo(1), {
      match: () => {
        throw new RangeError("mine");
      },
    });
    const fine = client.request(echo(2), { match: isEcho });
    await assert.rejects(broken, RangeError);
    assert.ok(isEcho(await fine));
  });
});

Deno.test("text frames are told, heartbeats and what nobody took are not", async () => {
  await withClient(async (server, client) => {
    const heard: unknown[] = [];
    client.on("text", (text) => heard.push(text));
    client.on("term", (term) => heard.push(term));
    client.connect();
    await event(client, "open");
    heard.length = 0;
    const { socket } = server.last;
    socket.send("PONG");
    socket.send("");
    socket.send(new Uint8Array(0));
    socket.send("hello");
    await event(client, "text");
    assert.deepEqual(heard, ["hello"]);
  });
});

Deno.test("a server without sessions, which answers the handshake with an empty frame, is served", async () => {
  await withClient(async (server, client) => {
    server.mischief.mute = new Set(["N2O"]);
    client.connect();
    await server.until("the handshake came", () => server.tokens.length === 1);
    server.last.socket.send(new Uint8Array(0));
    assert.equal((await event(client, "open")).token, "");
  });
});

Deno.test("a failed page is told as an error, and the connection is used", async () => {
  await withClient(async (server, client) => {
    server.mischief.mute = new Set(["N2O"]);
    const error = event(client, "error");
    client.connect();
    await server.until("the handshake came", () => server.tokens.length === 1);
    server.send(server.last, tuple(atom("io"), "", tuple(atom("stack"), [])));
    assert.equal((await error).code, "page_failed");
    assert.ok(isEcho(await client.request(echo(1), { match: isEcho })));
  });
});

for (
  const [what, code, bytes] of [
    ["a malformed frame", "truncated", Uint8Array.of(131, 109, 0, 0, 0, 9)],
    [
      "a compressed term",
      "compressed",
      Uint8Array.of(131, 80, 0, 0, 0, 3, 120, 156, 75, 204, 4, 0, 1, 45, 0, 203),
    ],
  ] as const
) {
  Deno.test(`${what} is an error, and the client comes back on a new connection`, async () => {
    await withClient(async (server, client) => {
      client.connect();
      await event(client, "open");
      const error = event(client, "error");
      const close = event(client, "close");
      const open = event(client, "open");
      const [first] = server.connections;
      first.socket.send(bytes);
      assert.equal((await error).code, code);
      assert.equal((await close).code, 4002);
      await open;
      assert.equal(server.connections.length, 2);
      await server.until("the first connection is gone", () => !first.open);
    });
  });
}

Deno.test("a term of the right name and the wrong shape is an error, and changes nothing", async () => {
  await withClient(async (server, client) => {
    const room = client.join("lobby");
    client.connect();
    await event(room, "joined");
    for (
      const term of [
        tuple(atom("message"), "lobby", -1, "id", "Eve", 0, "body"),
        tuple(atom("message"), "lobby", 1, "id", "Eve", "noon", "body"),
        tuple(atom("presence"), "lobby", "Eve", []),
        tuple(atom("presence"), "lobby", [tuple()], []),
      ]
    ) {
      const error = event(client, "error");
      server.send(server.last, term);
      assert.equal((await error).code, "bad_answer");
    }
    const message = event(room, "message");
    server.say("lobby", "fine");
    assert.equal((await message).body, "fine");
  });
});

Deno.test("what a listener throws, or rejects with, breaks neither the client nor other listeners", async () => {
  const logged: unknown[][] = [];
  const original = console.error;
  console.error = (...parts: unknown[]) => logged.push(parts);
  try {
    await withClient(async (_server, client) => {
      for (const type of ["state", "open", "term", "token"] as const) {
        client.on(type, () => {
          throw new Error("mine");
        });
        client.on(type, () => Promise.reject(new Error("mine")));
      }
      const states: ClientState[] = [];
      client.on("state", ({ state }) => states.push(state));
      client.connect();
      assert.ok(isEcho(await client.request(echo(1), { match: isEcho })));
      assert.deepEqual(states, ["connecting", "open"]);
    });
  } finally {
    console.error = original;
  }
  assert.ok(logged.length >= 8);
});

Deno.test("a listener is called no more once it is taken off, and twice when it was added twice", async () => {
  await withClient(async (_server, client) => {
    let calls = 0;
    const listener = (): void => void calls++;
    const off = client.on("term", listener);
    client.on("term", listener);
    client.connect();
    await client.request(echo(1), { match: isEcho });
    const before = calls;
    assert.equal(before, 4);
    off();
    off();
    await client.request(echo(2), { match: isEcho });
    assert.equal(calls, before + 1);
  });
});

Deno.test("text goes to the server and back as UTF-8, whatever form it takes (F07)", async () => {
  await withClient(async (server, client) => {
    client.connect();
    await event(client, "open");
    for (
      const [value, hex] of [
        [atom("ыыы"), "837706d18bd18bd18b"],
        ["ыыы", "836d00000006d18bd18bd18b"],
        [new TextEncoder().encode("ыыы"), "836d00000006d18bd18bd18b"],
        [["¶"], "836c000000016d00000002c2b66a"],
        ["😀", "836d00000004f09f9880"],
      ] as const
    ) {
      const wire = (term: Term): string =>
        Array.from(bert.encode(term), (byte) => byte.toString(16).padStart(2, "0")).join("");
      assert.equal(wire(value), hex);
      const answer = await client.request(echo(value), { match: isEcho });
      assert.ok(isTuple(answer, "echo", 2));
      assert.equal(wire(answer[1]), hex);
      const received = server.received("echo").at(-1);
      assert.ok(isTuple(received, "echo", 2) && wire(received[1]) === hex);
      if (!Array.isArray(value)) assert.equal(text(answer[1]), value === "😀" ? "😀" : "ыыы");
    }
    const answer = await client.request(echo([float(1), 2n ** 70n, map([[1, "a"]])]), { match: isEcho });
    assert.ok(equal(answer, bert.decode(bert.encode(echo([float(1), 2n ** 70n, map([[1, "a"]])])))));
  });
});

Deno.test("what is no term is thrown at its sender, and nothing else happens", async () => {
  await withClient(async (_server, client) => {
    client.connect();
    const bad = (() => {}) as unknown as Term;
    assert.throws(() => client.send(bad), { code: "bad_term" });
    await assert.rejects(client.request(bad, { match: isEcho }), { code: "bad_term" });
    assert.ok(isEcho(await client.request(echo(1), { match: isEcho })));
  });
});

Deno.test("a client can be closed while it connects, and in any listener", async () => {
  const server = new MockServer();
  const gate = new Gate(server.port);
  gate.hold();
  const client = createClient({ url: `ws://127.0.0.1:${gate.port}/ws/` });
  const states: ClientState[] = [];
  client.on("state", ({ state }) => states.push(state));
  client.connect();
  await gate.until("the connection came", () => gate.open === 1);
  client.close();
  assert.equal(client.state, "closed");
  gate.release();
  await gate.until("the connection is gone", () => gate.open === 0);
  assert.deepEqual(states, ["connecting", "closed"]);

  const off = client.on("open", () => client.close());
  client.connect();
  await event(client, "state", ({ state }) => state === "closed");
  off();
  const offTerm = client.on("term", () => client.close());
  client.connect();
  await event(client, "close");
  offTerm();
  assert.equal(client.state, "closed");
  assert.equal(gate.accepted, 3);
  gate.close();
  await server.close();
});

Deno.test("closing rejects what waits for answers, and sends nothing of it on the next connection", async () => {
  await withClient(async (server, client) => {
    server.mischief.mute = new Set(["post"]);
    const room = client.join("lobby");
    client.connect();
    await event(room, "joined");
    const post = room.post("given up");
    const request = client.request(tuple(atom("silent")), { match: isEcho, id: "an id" });
    client.close();
    await assert.rejects(post, { code: "closed" });
    await assert.rejects(request, { code: "closed" });
    assert.deepEqual(room.pending, []);
    assert.ok(client.send(echo("kept for the next connection")));
    server.mischief.mute.clear();
    client.connect();
    await server.until("the kept term came", () => server.received("echo").length === 1);
    assert.equal(server.connections[1].received.filter((frame) => isTuple(frame, "post")).length, 0);
  });
});

Deno.test("a URL that is none, or for another protocol, is refused at once", () => {
  for (const url of ["", "nowhere", "ftp://example.org/", undefined]) {
    assert.throws(() => createClient({ url }), { code: "bad_url" }, String(url));
  }
  assert.equal(createClient({ url: "https://example.org/ws/#part" }).state, "idle");
});
