import { strict as assert } from "node:assert";
import { atom, createClient, isTuple, type Term, tuple } from "@n2o/n2o/client";
import { event } from "./client/until.ts";
import { withClient } from "./client/with_client.ts";

const echo = (value: Term): Term => tuple(atom("echo"), value);
const isEcho = (term: Term): boolean => isTuple(term, "echo", 2);

Deno.test("a client shakes hands without a token, keeps the one it gets, and comes back with it", async () => {
  await withClient(async (server, client) => {
    assert.equal(client.state, "idle");
    assert.equal(client.token, "");
    const tokens: string[] = [];
    client.on("token", (token) => tokens.push(token));
    client.connect();
    assert.equal(client.state, "connecting");
    const { token } = await event(client, "open");
    assert.equal(client.state, "open");
    assert.equal(client.token, token);
    const again = event(client, "open");
    server.last.socket.close();
    assert.equal((await again).token, token);
    assert.deepEqual(server.tokens, ["", token]);
    assert.deepEqual(tokens, [token]);
  });
});

Deno.test("a client starts with the token that it is given, and keeps what comes in the storage that it is given", async () => {
  let kept = "from-before";
  const storage = { get: () => kept, set: (token: string) => kept = token };
  await withClient(async (server, client) => {
    client.connect();
    await event(client, "open");
    assert.deepEqual(server.tokens, ["from-before"]);
    server.send(server.last, tuple(atom("io"), "", tuple(atom("Token"), "prolonged_-1")));
    assert.equal(await event(client, "token"), "prolonged_-1");
    assert.equal(kept, "prolonged_-1");
  }, { storage });
  await withClient(async (server, client) => {
    client.connect();
    await event(client, "open");
    assert.deepEqual(server.tokens, ["given"]);
  }, { storage, token: "given" });
});

Deno.test("a token with characters that fit no cookie is refused and reported", async () => {
  await withClient(async (server, client) => {
    client.connect();
    const { token } = await event(client, "open");
    const error = event(client, "error");
    server.send(server.last, tuple(atom("io"), "", tuple(atom("Token"), "x; Path=/evil")));
    assert.equal((await error).code, "bad_token");
    assert.equal(client.token, token);
  });
});

Deno.test("what a storage refuses to keep is kept in memory", async () => {
  const storage = {
    get: (): string => {
      throw new Error("denied");
    },
    set: (): void => {
      throw new Error("denied");
    },
  };
  await withClient(async (server, client) => {
    client.connect();
    const { token } = await event(client, "open");
    assert.notEqual(token, "");
    server.last.socket.close();
    await event(client, "open");
    assert.deepEqual(server.tokens, ["", token]);
  }, { storage });
});

Deno.test("a login gives the client a new token before its answer", async () => {
  await withClient(async (server, client) => {
    client.connect();
    const { token } = await event(client, "open");
    await client.request(tuple(atom("login"), "Ann"), { match: (term) => isTuple(term, "login", 2) });
    assert.notEqual(client.token, token);
    server.last.socket.close();
    await event(client, "open");
    assert.equal(server.tokens[1], client.token);
  });
});

Deno.test("a client that another one of its session logs out stays away", async () => {
  await withClient(async (server, client) => {
    const other = createClient({ url: server.url });
    client.connect();
    await event(client, "open");
    other.connect();
    await event(other, "open");
    server.mischief.mute = new Set(["post"]);
    const pending = client.join("lobby").post("not in another's name");
    const order: string[] = [];
    for (const type of ["logout", "close"] as const) client.on(type, () => order.push(type));
    const logout = event(client, "logout");
    const closed = event(client, "state", ({ state }) => state === "closed");
    const answer = await other.request(tuple(atom("logout")), {
      match: (term) => isTuple(term, "logout", 1),
    });
    assert.ok(isTuple(answer, "logout", 1));
    assert.equal(other.state, "open");
    await logout;
    await assert.rejects(pending, { code: "logged_out" });
    await closed;
    assert.equal(server.connections.length, 2);
    assert.deepEqual(order, ["logout", "close"]);
    // The page may start over.
    client.connect();
    await event(client, "open");
    other.close();
  });
});

Deno.test("a session that ends without a word, by close code 4001 alone, is a logout too", async () => {
  await withClient(async (server, client) => {
    client.connect();
    await event(client, "open");
    const post = client.join("lobby").post("not in another's name");
    server.mischief.mute = new Set(["post"]);
    const logout = event(client, "logout");
    // A page that connects again at once does so without what the ended session had to say.
    client.on("close", () => client.connect());
    server.last.socket.close(4001);
    await logout;
    await assert.rejects(post, { code: "logged_out" });
    await event(client, "open");
    await client.request(echo(1), { match: isEcho });
    assert.equal(server.connections[1].received.filter((frame) => isTuple(frame, "post")).length, 0);
  });
});
