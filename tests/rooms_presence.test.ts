import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { createRoomProtocol, heart, session } from "@n2o/n2o";
import { each } from "./engines.ts";
import { RawSocket } from "./raw_socket.ts";
import { sessionProto } from "./session_proto.ts";
import { ask, hear, hello, say, t, tokenOf } from "./speech.ts";
import { enter, join, next, post, soFar, startRooms } from "./room_client.ts";

// F12
each("a user is there from the first tab to the last one, killed tabs go by themselves", async (engine) => {
  await using running = startRooms(engine, { limits: { silenceTimeoutMs: 1_000 } });
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
