import { strict as assert } from "node:assert";
import {
  atom,
  type Client,
  createClient,
  isTuple,
  type Room,
  type RoomMessage,
  text,
  tuple,
} from "@n2o/n2o/client";
import { Gate } from "./client/gate.ts";
import { MockServer } from "./client/mock.ts";
import { event } from "./client/until.ts";

/** Runs a test with a server behind a gate, and a client in the room `lobby`. */
async function inLobby(
  run: (
    world: { server: MockServer; gate: Gate; client: Client; room: Room; heard: RoomMessage[] },
  ) => Promise<void>,
): Promise<void> {
  const server = new MockServer();
  const gate = new Gate(server.port);
  const client = createClient({
    url: `ws://127.0.0.1:${gate.port}/ws/`,
    reconnect: { minMs: 1, maxMs: 5 },
    fallback: false,
  });
  const room = client.join("lobby");
  const heard: RoomMessage[] = [];
  room.on("message", (message) => heard.push(message));
  try {
    await run({ server, gate, client, room, heard });
  } finally {
    client.close();
    gate.close();
    await server.close();
  }
}

const bodies = (messages: readonly RoomMessage[]): string[] => messages.map(({ body }) => body);

Deno.test("whoever joins hears the history, then what is said, each message once and in order", async () => {
  await inLobby(async ({ server, client, room, heard }) => {
    server.say("lobby", "one", "Ann");
    server.say("lobby", "two");
    client.connect();
    assert.equal(room.joined, false);
    assert.deepEqual(await event(room, "joined"), { offset: 2, recovered: 2 });
    assert.equal(room.joined, true);
    server.say("lobby", "three");
    server.say("elsewhere", "unheard");
    await event(room, "message");
    assert.deepEqual(bodies(heard), ["one", "two", "three"]);
    const { offset, from, time, id } = heard[0];
    assert.deepEqual({ offset, from, time }, { offset: 1, from: "Ann", time: 1_700_000_000_001 });
    assert.equal(id.length, 36);
  });
});

Deno.test("three drops, each with posts meanwhile: received equals sent, in order, whoever posted (F13)", async () => {
  await inLobby(async ({ server, gate, client, room, heard }) => {
    client.connect();
    await event(room, "joined");
    const sent: string[] = [];
    for (let drop = 1; drop <= 3; drop++) {
      gate.cut();
      await event(client, "close");
      for (let i = 1; i <= 3; i++) {
        sent.push(`drop ${drop}, missed ${i}`);
        server.say("lobby", sent[sent.length - 1]);
      }
      sent.push(`drop ${drop}, mine`);
      const mine = room.post(`drop ${drop}, mine`);
      const { recovered } = await event(room, "joined");
      assert.equal(recovered, 3);
      assert.equal((await mine).offset, 4 * drop);
      // And one return on which nothing was missed.
      gate.cut();
      assert.equal((await event(room, "joined")).recovered, 0);
    }
    assert.deepEqual(bodies(heard), sent);
    assert.deepEqual(server.bodies("lobby"), sent);
  });
});

Deno.test("a post whose confirmation is lost is stored once and confirmed on the next connection", async () => {
  await inLobby(async ({ server, gate, client, room, heard }) => {
    client.connect();
    await event(room, "joined");
    // Neither the confirmation nor the message itself gets through.
    server.mischief.intercept = (term) => {
      if (!isTuple(term, "post")) return false;
      server.mischief.intercept = undefined;
      gate.hold();
      server.say("lobby", text(term[3])!, "Ann", text(term[2]));
      gate.cut();
      gate.release();
      return true;
    };
    const { offset } = await room.post("once");
    assert.equal(offset, 1);
    await client.request(tuple(atom("echo"), 1), { match: (term) => isTuple(term, "echo") });
    assert.deepEqual(server.bodies("lobby"), ["once"]);
    assert.deepEqual(bodies(heard), ["once"]);
    assert.deepEqual(room.pending, []);
  });
});

Deno.test("posts are pending until they are confirmed, also while there is no connection", async () => {
  await inLobby(async ({ client, room }) => {
    const counts: number[] = [];
    room.on("pending", (pending) => counts.push(pending.length));
    const posts = [room.post("one"), room.post("two")];
    const [first, second] = room.pending;
    assert.deepEqual([first.body, second.body], ["one", "two"]);
    assert.notEqual(first.id, second.id);
    client.connect();
    const [one, two] = await Promise.all(posts);
    assert.deepEqual([one, two], [{ id: first.id, offset: 1 }, { id: second.id, offset: 2 }]);
    assert.deepEqual(room.pending, []);
    assert.deepEqual(counts, [1, 2, 1, 0]);
  });
});

Deno.test("one's own message ends its waiting before it is told", async () => {
  await inLobby(async ({ server, client, room }) => {
    server.mischief.mute = new Set(["post"]);
    client.connect();
    await event(room, "joined");
    const pending: number[] = [];
    room.on("message", () => pending.push(room.pending.length));
    assert.equal((await room.post("hello")).offset, 1);
    assert.deepEqual(pending, [0]);
  });
});

Deno.test("when the server cannot tell what was missed, the client starts over from what it gets", async () => {
  await inLobby(async ({ server, gate, client, room, heard }) => {
    server.history = 2;
    for (const body of ["a", "b", "c"]) server.say("lobby", body);
    let resets = 0;
    room.on("reset", () => {
      resets++;
      heard.length = 0;
    });
    client.connect();
    await event(room, "joined");
    // The first time there is nothing to drop.
    assert.equal(resets, 0);
    assert.deepEqual(bodies(heard), ["b", "c"]);

    gate.cut();
    await event(client, "close");
    for (const body of ["d", "e", "f"]) server.say("lobby", body);
    await event(room, "joined");
    assert.equal(resets, 1);
    assert.deepEqual(bodies(heard), ["e", "f"]);

    gate.cut();
    await event(client, "close");
    server.restartRoom("lobby");
    server.say("lobby", "anew");
    await event(room, "joined");
    assert.equal(resets, 2);
    assert.deepEqual(heard.map(({ offset, body }) => [offset, body]), [[1, "anew"]]);

    server.say("lobby", "and on");
    await event(room, "message");
    gate.cut();
    assert.equal((await event(room, "joined")).recovered, 0);
    assert.equal(resets, 2);
  });
});

Deno.test("a message that comes live and in the answer to the join is told once", async () => {
  await inLobby(async ({ server, client, room, heard }) => {
    server.mischief.intercept = (term, connection) => {
      if (!isTuple(term, "join")) return false;
      // The subscription is there before the answer.
      connection!.rooms.add("lobby");
      for (const body of ["one", "two"]) server.say("lobby", body);
      return false;
    };
    client.connect();
    const { recovered } = await event(room, "joined");
    assert.equal(recovered, 2);
    server.say("lobby", "three");
    await event(room, "message", ({ body }) => body === "three");
    assert.deepEqual(heard.map(({ offset }) => offset), [1, 2, 3]);
  });
});

Deno.test("a gap in what comes live is filled by joining again, in order", async () => {
  await inLobby(async ({ server, client, room, heard }) => {
    client.connect();
    await event(room, "joined");
    server.say("lobby", "one");
    const [connection] = server.connections;
    connection.rooms.delete("lobby");
    server.say("lobby", "lost on the way");
    server.say("lobby", "lost too");
    connection.rooms.add("lobby");
    server.say("lobby", "four");
    server.say("lobby", "five");
    await event(room, "message", ({ body }) => body === "five");
    assert.deepEqual(heard.map(({ offset }) => offset), [1, 2, 3, 4, 5]);
    assert.equal(server.received("join").length, 2);
  });
});

Deno.test("members are who is there now, also after a break in which some came and some went", async () => {
  await inLobby(async ({ server, gate, client, room }) => {
    const asUser = async (client: Client, name: string): Promise<Client> => {
      client.connect();
      await client.request(tuple(atom("login"), name), { match: (term) => isTuple(term, "login", 2) });
      return client;
    };
    const enter = async (name: string): Promise<Client> => {
      const other = await asUser(createClient({ url: server.url }), name);
      await event(other.join("lobby"), "joined");
      return other;
    };
    const bob = await enter("Bob");
    const eve = await enter("Eve");
    room.leave();
    await asUser(client, "Ann");
    const lobby = client.join("lobby");
    assert.deepEqual(await event(lobby, "presence"), { joined: ["Bob", "Eve", "Ann"], left: [] });
    assert.deepEqual([...lobby.members], ["Bob", "Eve", "Ann"]);

    const left = event(lobby, "presence");
    bob.close();
    assert.deepEqual(await left, { joined: [], left: ["Bob"] });

    gate.cut();
    await event(client, "close");
    // While nobody can tell, what was known is shown.
    assert.deepEqual([...lobby.members], ["Eve", "Ann"]);
    gate.refusing = true;
    eve.close();
    await server.until("Eve is gone", () => server.open.length === 0);
    const zoe = await enter("Zoe");
    gate.refusing = false;
    const changed = await event(lobby, "presence");
    // The mock's new connection has no name yet.
    assert.deepEqual(changed, { joined: ["Zoe", ""], left: ["Eve", "Ann"] });
    zoe.close();
  });
});

Deno.test("a room that is left tells nothing more and is not joined again; opened anew it has its whole history", async () => {
  await inLobby(async ({ server, gate, client, room, heard }) => {
    client.connect();
    await event(room, "joined");
    server.say("lobby", "one");
    await event(room, "message");
    assert.equal(client.join("lobby"), room);
    room.leave();
    room.leave();
    assert.equal(room.joined, false);
    await assert.rejects(room.post("nobody is here"), { code: "left" });
    await server.until("it is left", () => !server.last.rooms.has("lobby"));
    server.say("lobby", "two");
    gate.cut();
    await event(client, "open");
    assert.equal(server.received("join").length, 1);
    assert.deepEqual(bodies(heard), ["one"]);

    const anew = client.join("lobby");
    assert.notEqual(anew, room);
    assert.equal((await event(anew, "joined")).recovered, 2);
    assert.deepEqual(bodies(heard), ["one"]);
  });
});

Deno.test("the answer to a join before a leave is not taken for the answer to the one after it", async () => {
  await inLobby(async ({ server, gate, client, room }) => {
    client.connect();
    await event(room, "joined");
    for (const body of ["one", "two"]) server.say("lobby", body);
    await event(room, "message", ({ offset }) => offset === 2);
    gate.cut();
    await event(client, "close");
    await event(client, "open");
    // The join of the old room, from 2, is under way.
    room.leave();
    const anew = client.join("lobby");
    const heard: string[] = [];
    anew.on("message", ({ body }) => heard.push(body));
    assert.deepEqual(await event(anew, "joined"), { offset: 2, recovered: 2 });
    assert.deepEqual(heard, ["one", "two"]);
  });
});

Deno.test("a join that is refused is told to its room, and tried again after a login", async () => {
  await inLobby(async ({ server, client, room }) => {
    server.mischief.intercept = (term, connection) => {
      if (!isTuple(term, "join") || connection!.user !== "") return false;
      server.send(connection!, tuple(atom("error"), atom("not_logged_in"), tuple(atom("join"), "lobby")));
      return true;
    };
    const refused = event(room, "error");
    const told = event(client, "error");
    client.connect();
    assert.equal((await refused).code, "not_logged_in");
    assert.equal((await told).code, "not_logged_in");
    assert.equal(room.joined, false);
    const joined = event(room, "joined");
    client.send(tuple(atom("login"), "Ann"));
    await joined;
  });
});

Deno.test("a post that is refused rejects with the server's code, one that the store could not take is sent again", async () => {
  await inLobby(async ({ server, client, room }) => {
    const answers = ["bad_body", "store_unavailable", "rate"];
    server.mischief.intercept = (term, connection) => {
      const code = isTuple(term, "post", 4) ? answers.shift() : undefined;
      if (code === undefined || !isTuple(term)) return false;
      server.send(connection!, tuple(atom("error"), atom(code), tuple(atom("post"), term[1], term[2])));
      return true;
    };
    client.connect();
    await event(room, "joined");
    const codes: string[] = [];
    room.on("error", ({ code }) => codes.push(code));
    await assert.rejects(room.post("bad"), { code: "bad_body" });
    assert.equal((await room.post("good")).offset, 1);
    assert.deepEqual(codes, ["bad_body", "store_unavailable", "rate"]);
    assert.deepEqual(server.bodies("lobby"), ["good"]);
  });
});

Deno.test("a join that the store could not answer is sent again", async () => {
  await inLobby(async ({ server, client, room }) => {
    server.mischief.intercept = (term, connection) => {
      if (!isTuple(term, "join")) return false;
      server.mischief.intercept = undefined;
      server.send(connection!, tuple(atom("error"), atom("store_unavailable"), tuple(atom("join"), "lobby")));
      return true;
    };
    client.connect();
    assert.equal((await event(room, "error")).code, "store_unavailable");
    await event(room, "joined");
  });
});

Deno.test("when the store fails and nothing says for what, posts and joins are sent again, requests reject", async () => {
  await inLobby(async ({ server, client, room }) => {
    client.connect();
    await event(room, "joined");
    const swallowed: string[] = [];
    server.mischief.intercept = (term, connection) => {
      swallowed.push(text(term[0])!);
      if (swallowed.length < 3) return true;
      server.mischief.intercept = undefined;
      server.send(connection!, tuple(atom("error"), atom("store_unavailable"), new Uint8Array()));
      return true;
    };
    const post = room.post("once");
    const entered = event(client.join("annex"), "joined");
    const login = client.request(tuple(atom("login"), "Ann"), { match: (term) => isTuple(term, "login", 2) });
    await assert.rejects(login, { code: "store_unavailable" });
    assert.deepEqual(swallowed, ["post", "join", "login"]);
    assert.equal((await post).offset, 1);
    await entered;
    assert.deepEqual(server.bodies("lobby"), ["once"]);
    assert.equal(room.joined, true);
  });
});

Deno.test("another's message confirms nothing, whatever it says", async () => {
  await inLobby(async ({ server, client, room }) => {
    server.mischief.intercept = (term) => isTuple(term, "post");
    client.connect();
    await event(room, "joined");
    room.post("mine").catch(() => {});
    const [{ id }] = room.pending;
    server.say("lobby", id, "Eve");
    await event(room, "message");
    server.send(server.last, tuple(atom("presence"), "lobby", [id], []));
    await event(room, "presence");
    assert.equal(room.pending.length, 1);
  });
});
