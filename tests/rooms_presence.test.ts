import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { createRoomProtocol, heart, isTuple, memoryStore, type Protocol, session, unknown } from "@n2o/n2o";
import { each, type Engine, type Running } from "./engines.ts";
import { HeldStore } from "./held_store.ts";
import { hurry } from "./hurry.ts";
import { keepLog } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { sessionProto } from "./session_proto.ts";
import { ask, hear, hello, say, t, tokenOf } from "./speech.ts";
import { enter, join, next, post, soFar, startRooms } from "./room_client.ts";

// F12
each("a user is there from the first tab to the last one, killed tabs go by themselves", async (engine) => {
  await using running = startRooms(engine, { limits: { silenceTimeoutMs: 2_000 } });
  await using observer = await RawSocket.open(running);
  await join(observer, "lobby");
  const { socket: first, token } = await enter(running, "anna");
  const second = await RawSocket.open(running);
  await hello(second, token);
  deepStrictEqual((await join(first, "lobby")).users, ["anna"]);
  strictEqual(await hear(observer), '{presence,<<"lobby">>,[<<"anna">>],[]}');
  deepStrictEqual((await join(second, "lobby")).users, ["anna"]);
  await observer.quiet();
  first.close();
  await running.until(() => running.n2o.counters.connections === 2, "the first tab is gone");
  await observer.quiet();
  second.close();
  strictEqual(await hear(observer), '{presence,<<"lobby">>,[],[<<"anna">>]}');

  const killed = await RawSocket.open(running);
  killed.alive = false;
  await hello(killed, token);
  await join(killed, "lobby");
  strictEqual(await hear(observer), '{presence,<<"lobby">>,[<<"anna">>],[]}');
  // It neither says goodbye nor answers pings.
  strictEqual(await hear(observer), '{presence,<<"lobby">>,[],[<<"anna">>]}');
  killed.close();
});

each("who comes hears who is there, and is told of to the others once", async (engine) => {
  await using running = startRooms(engine);
  const sockets: RawSocket[] = [];
  for (const [at, user] of ["anna", "bob", "cleo"].entries()) {
    const { socket } = await enter(running, user);
    const { users } = await join(socket, "lobby");
    deepStrictEqual([...users].sort(), ["anna", "bob", "cleo"].slice(0, at + 1));
    for (const other of sockets) strictEqual(await hear(other), `{presence,<<"lobby">>,[<<"${user}">>],[]}`);
    sockets.push(socket);
  }
  // Joining again changes nothing for the others.
  await join(sockets[0], "lobby");
  for (const socket of sockets) await socket.quiet();
  for (const socket of sockets) socket.close();
});

each("whoever leaves hears nothing more, and the others hear of it", async (engine) => {
  await using running = startRooms(engine);
  const { socket: a } = await enter(running, "anna");
  const { socket: b } = await enter(running, "bob");
  await join(a, "lobby");
  await join(b, "lobby");
  await hear(a);
  strictEqual(await ask(b, t("leave", "lobby")), '{left,<<"lobby">>}');
  strictEqual(await hear(a), '{presence,<<"lobby">>,[],[<<"bob">>]}');
  await post(a, "lobby", "1", "x");
  await b.quiet();
  strictEqual(await ask(b, t("leave", "lobby")), '{left,<<"lobby">>}');
  strictEqual(await ask(b, t("leave", "never joined")), '{left,<<"never joined">>}');
  // Who is not there may post all the same.
  strictEqual(await ask(b, t("post", "lobby", "2", "y")), '{posted,<<"lobby">>,<<"2">>,2}');
  strictEqual((await next(a, "lobby")).from, "bob");
  strictEqual(running.n2o.bus.count("room:lobby"), 1);
  for (const socket of [a, b]) socket.close();
});

each("whoever logs out is seen to leave, and hears nothing more", async (engine) => {
  await using running = startRooms(engine, {
    protocols: [heart, session, sessionProto, createRoomProtocol({ anonymous: false })],
  });
  const { socket: a } = await enter(running, "anna");
  const { socket: b } = await enter(running, "bob");
  await join(a, "lobby");
  await join(b, "lobby");
  strictEqual(await hear(a), '{presence,<<"lobby">>,[<<"bob">>],[]}');
  strictEqual(await ask(b, t("logout")), "{logout}");
  deepStrictEqual(await soFar(a), ['{presence,<<"lobby">>,[],[<<"bob">>]}']);
  await post(a, "lobby", "1", "not for everybody");
  await b.quiet();
  strictEqual(await ask(b, t("post", "lobby", "2", "x")), '{error,not_logged_in,{post,<<"lobby">>,<<"2">>}}');
  for (const socket of [a, b]) socket.close();
});

each("a login as somebody else leaves the rooms of the one before", async (engine) => {
  await using running = startRooms(engine);
  const { socket: a } = await enter(running, "anna");
  const { socket: b } = await enter(running, "bob");
  await join(a, "lobby");
  await join(b, "lobby");
  await hear(a);
  await say(b, t("login", "cleo"));
  tokenOf(await b.frame());
  strictEqual(await hear(b), '{login,<<"cleo">>}');
  deepStrictEqual(await soFar(a), ['{presence,<<"lobby">>,[],[<<"bob">>]}']);
  for (const socket of [a, b]) socket.close();
});

each("a handshake with somebody else's token leaves the rooms of the one before", async (engine) => {
  await using running = startRooms(engine);
  const { socket: a } = await enter(running, "anna");
  const { socket: b } = await enter(running, "bob");
  const { socket: c, token } = await enter(running, "cleo");
  await join(a, "lobby");
  await join(b, "lobby");
  await hear(a);
  strictEqual(await hello(b, token), token);
  deepStrictEqual(await soFar(a), ['{presence,<<"lobby">>,[],[<<"bob">>]}']);
  for (const socket of [a, b, c]) socket.close();
});

const JOINED = '{presence,<<"lobby">>,[<<"anna">>],[]}';
const LEFT = '{presence,<<"lobby">>,[],[<<"anna">>]}';

/** Rooms over a store whose commits the test decides, and `anna` logged in. */
async function startHeld(engine: Engine): Promise<Running & { store: HeldStore; token: string }> {
  const store = new HeldStore();
  const running = startRooms(engine, { store });
  await using a = await RawSocket.open(running);
  await hello(a);
  await say(a, t("login", "anna"));
  await running.until(() => store.waiting > 0, "it is written");
  store.commit();
  const token = tokenOf(await a.frame());
  await hear(a);
  return Object.assign(running, {
    store,
    token,
    async [Symbol.asyncDispose]() {
      store.commit();
      const closing = running.n2o.close({ drainMs: 1_000 });
      store.decideAtOnce();
      await closing;
    },
  });
}

each(
  "whoever reloads is gone, then there, while somebody else's change waits for the disk",
  async (engine) => {
    for (const decide of ["commit", "fail"] as const) {
      await using running = await startHeld(engine);
      await using observer = await RawSocket.open(running);
      await using other = await RawSocket.open(running);
      const first = await RawSocket.open(running);
      await join(observer, "lobby");
      await hello(first, running.token);
      await join(first, "lobby");
      strictEqual(await hear(observer), JOINED);
      await say(other, t("set", "k", 1));
      await running.until(() => running.store.waiting === 1, "it is written");
      first.close();
      strictEqual(await hear(observer), LEFT);
      await using second = await RawSocket.open(running);
      await hello(second, running.token);
      deepStrictEqual((await join(second, "lobby")).users, ["anna"]);
      strictEqual(await hear(observer), JOINED);
      running.store[decide]();
      await observer.quiet();
    }
  },
);

each("who comes and goes is told in that order, whichever rooms' posts wait for the disk", async (engine) => {
  await using running = await startHeld(engine);
  const { store } = running;
  await using observer = await RawSocket.open(running);
  await using writer = await RawSocket.open(running);
  await using anna = await RawSocket.open(running);
  await join(observer, "lobby");
  await hello(anna, running.token);
  await say(writer, t("post", "lobby", "1", "x"));
  await running.until(() => store.waiting > 0, "one post is written");
  const first = store.waiting;
  await say(writer, t("post", "elsewhere", "1", "x"));
  await running.until(() => store.waiting > first, "two posts are written");
  await join(anna, "lobby");
  await observer.quiet();
  store.commit(first);
  for (const socket of [observer, anna]) strictEqual((await next(socket, "lobby")).id, "1");
  strictEqual(await ask(anna, t("leave", "lobby")), '{left,<<"lobby">>}');
  await join(anna, "lobby");
  strictEqual(await ask(anna, t("leave", "lobby")), '{left,<<"lobby">>}');
  store.fail();
  deepStrictEqual(await soFar(observer), [JOINED, LEFT, JOINED, LEFT]);
});

each("who is refused a room at the limit of topics is not in it", async (engine) => {
  await using running = startRooms(engine, { limits: { maxTopics: 1 } });
  await using observer = await RawSocket.open(running);
  await join(observer, "lobby");
  const { socket: a } = await enter(running, "anna");
  await join(a, "first");
  strictEqual(
    await ask(a, t("join", "lobby", "", 0)),
    '{error,too_many_topics,{join,<<"lobby">>}}',
  );
  await observer.quiet();
  const { socket: b } = await enter(running, "bob");
  deepStrictEqual((await join(b, "lobby")).users, ["bob"]);
  strictEqual(await hear(observer), '{presence,<<"lobby">>,[<<"bob">>],[]}');
  // It may come once it has left the other room.
  strictEqual(await ask(a, t("leave", "first")), '{left,<<"first">>}');
  deepStrictEqual((await join(a, "lobby")).users, ["bob", "anna"]);
  strictEqual(await hear(observer), JOINED);
  for (const socket of [a, b]) socket.close();
});

each("who has gone before a room was read from the disk never comes into it", async (engine) => {
  using _ = hurry(5_000);
  const store = memoryStore();
  const gate = Promise.withResolvers<void>();
  const { get } = store;
  const asked = Promise.withResolvers<void>();
  store.get = (key) => {
    if (key[0] !== "room" || key[1] !== "lobby") return get.call(store, key);
    asked.resolve();
    return gate.promise.then(() => get.call(store, key));
  };
  await using running = startRooms(engine, { store });
  const { socket } = await enter(running, "anna");
  await say(socket, t("join", "lobby", "", 0));
  await asked.promise;
  socket.close();
  await running.until(
    () => running.n2o.counters.connections === 0 && running.n2o.sessions.size === 0,
    "it is gone",
  );
  gate.resolve();
  const room = await running.n2o.rooms.open("lobby");
  // The join goes on with the room, before or after this.
  await new Promise((resolve) => setTimeout(resolve, 0));
  deepStrictEqual([...room.users], []);
  strictEqual(room.connections, 0);
  strictEqual(running.n2o.bus.size, 0);
});

each("a good-bye that never ends keeps nobody in a room, nor the session alive", async (engine) => {
  using _ = hurry(5_000);
  const { log, lines } = keepLog();
  const ends: Protocol[] = [{
    name: "hanging exit",
    info: (message, cx) =>
      cx.source === "system" && isTuple(message, "direct", 2) && isTuple(message[1], "exit", 2)
        ? new Promise(() => {})
        : unknown,
  }, {
    name: "hanging terminate",
    info: () => unknown,
    terminate: () => new Promise(() => {}),
  }];
  await using running = startRooms(engine, {
    protocols: [heart, session, sessionProto, ...ends, createRoomProtocol()],
    log,
  });
  await using observer = await RawSocket.open(running);
  await join(observer, "lobby");
  const { socket } = await enter(running, "anna");
  await join(socket, "lobby");
  strictEqual(await hear(observer), JOINED);
  socket.close();
  strictEqual(await hear(observer), LEFT);
  running.n2o.sessions.sweep();
  strictEqual(running.n2o.sessions.size, 1, "the observer's");
  deepStrictEqual(
    lines.filter(({ event }) => event === "farewell_late").map(({ protocol }) => protocol),
    ["exit", "hanging terminate"],
  );
});
