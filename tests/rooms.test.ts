import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import { createN2O, createRoomProtocol, heart, isTuple, session, type Term } from "@n2o/n2o";
import { each } from "./engines.ts";
import { RawSocket } from "./raw_socket.ts";
import { sessionProto } from "./session_proto.ts";
import { ask, hear, hello, say, t } from "./speech.ts";
import { enter, join, messageOf, next, post, startRooms, term } from "./room_client.ts";

each("a room is empty, then holds what is posted, and gives it to its members", async (engine) => {
  const now = Date.UTC(2026, 0, 1);
  await using running = startRooms(engine, { clock: () => now });
  const { socket: a } = await enter(running, "anna");
  await using b = await RawSocket.open(running);
  const first = await join(a, "lobby");
  deepStrictEqual(first, { epoch: first.epoch, offset: 0, messages: [], complete: true, users: ["anna"] });
  match(first.epoch, /^\w{8,}$/);
  const second = await join(b, "lobby");
  deepStrictEqual(second, first);
  strictEqual(await post(a, "lobby", "id1", "hello"), 1);
  const message = { offset: 1, id: "id1", from: "anna", time: now, body: "hello" };
  deepStrictEqual(await next(b, "lobby"), message);
  strictEqual(await post(b, "lobby", "id2", "hi"), 2);
  deepStrictEqual(await next(a, "lobby"), { offset: 2, id: "id2", from: "", time: now, body: "hi" });
  await using c = await RawSocket.open(running);
  const third = await join(c, "lobby");
  strictEqual(third.epoch, first.epoch);
  strictEqual(third.offset, 2);
  deepStrictEqual(third.messages.map(({ body }) => body), ["hello", "hi"]);
  strictEqual(third.complete, true);
  a.close();
});

// F13
each("every return recovers what was missed, not only the first", async (engine) => {
  await using running = startRooms(engine);
  await using writer = await RawSocket.open(running);
  await join(writer, "lobby");
  let { epoch, offset } = { epoch: "", offset: 0 };
  const got: number[] = [];
  let sent = 0;
  for (let round = 0; round < 4; round++) {
    await using reader = await RawSocket.open(running);
    const joined = await join(reader, "lobby", epoch, offset);
    strictEqual(joined.complete, true);
    deepStrictEqual(
      joined.messages.map((message) => message.offset),
      [sent - 2, sent - 1, sent].slice(0, round && 3),
    );
    for (const message of joined.messages) got.push(message.offset);
    ({ epoch, offset } = joined);
    if (round === 2) {
      // One comes while it is there.
      await post(writer, "lobby", `m${++sent}`, "live");
      ({ offset } = await next(reader, "lobby"));
      got.push(offset);
    }
    reader.close();
    for (let i = 0; i < 3; i++) strictEqual(await post(writer, "lobby", `m${++sent}`, "x"), sent);
  }
  await using last = await RawSocket.open(running);
  for (const message of (await join(last, "lobby", epoch, offset)).messages) got.push(message.offset);
  deepStrictEqual(got, Array.from({ length: sent }, (_, i) => i + 1));
});

each("a gap larger than the history, another epoch and a position ahead start over", async (engine) => {
  await using running = startRooms(engine, { rooms: { historyMessages: 5 } });
  await using a = await RawSocket.open(running);
  const { epoch } = await join(a, "lobby");
  for (let i = 1; i <= 10; i++) strictEqual(await post(a, "lobby", `m${i}`, `${i}`), i);
  const rows: [string, number, boolean, number[]][] = [
    [epoch, 5, true, [6, 7, 8, 9, 10]],
    [epoch, 8, true, [9, 10]],
    [epoch, 10, true, []],
    [epoch, 4, false, [6, 7, 8, 9, 10]],
    [epoch, 0, false, [6, 7, 8, 9, 10]],
    [epoch, 11, false, [6, 7, 8, 9, 10]],
    [epoch, Number.MAX_SAFE_INTEGER, false, [6, 7, 8, 9, 10]],
    ["other", 8, false, [6, 7, 8, 9, 10]],
    ["", 8, false, [6, 7, 8, 9, 10]],
    ["", 0, true, [6, 7, 8, 9, 10]],
  ];
  for (const [known, offset, complete, offsets] of rows) {
    await using b = await RawSocket.open(running);
    const joined = await join(b, "lobby", known, offset);
    strictEqual(joined.complete, complete, `${known} ${offset}`);
    strictEqual(joined.offset, 10);
    deepStrictEqual(joined.messages.map((message) => message.offset), offsets);
  }
});

each("a message that is sent again is stored and delivered once", async (engine) => {
  await using running = startRooms(engine, { rooms: { historyMessages: 3 } });
  const { socket: a, token } = await enter(running, "anna");
  await using b = await RawSocket.open(running);
  await join(a, "lobby");
  await join(b, "lobby");
  strictEqual(await post(a, "lobby", "id1", "once"), 1);
  strictEqual((await next(b, "lobby")).id, "id1");
  strictEqual(await ask(a, t("post", "lobby", "id1", "once")), '{posted,<<"lobby">>,<<"id1">>,1}');
  a.close();
  // Its sender did not hear of it, and says it again on the next connection.
  await using again = await RawSocket.open(running);
  await hello(again, token);
  strictEqual(await ask(again, t("post", "lobby", "id1", "once")), '{posted,<<"lobby">>,<<"id1">>,1}');
  ok((await hear(b)).startsWith("{presence,"));
  await b.quiet();
  // Somebody else may have the same id.
  const { socket: bob } = await enter(running, "bob");
  strictEqual(await ask(bob, t("post", "lobby", "id1", "mine")), '{posted,<<"lobby">>,<<"id1">>,2}');
  strictEqual((await next(b, "lobby")).from, "bob");
  // Beyond the history it is a new one.
  for (const id of ["id2", "id3"]) {
    await say(again, t("post", "lobby", id, "x"));
    await hear(again);
    await next(b, "lobby");
  }
  strictEqual(await ask(again, t("post", "lobby", "id1", "once")), '{posted,<<"lobby">>,<<"id1">>,5}');
  bob.close();
});

each("all members see one order, whoever posts when", async (engine) => {
  const [CLIENTS, POSTS] = [20, 20];
  await using running = startRooms(engine);
  const sockets = await Promise.all(Array.from({ length: CLIENTS }, () => RawSocket.open(running)));
  for (const socket of sockets) await join(socket, "lobby");
  await Promise.all(sockets.map(async (socket, who) => {
    for (let i = 0; i < POSTS; i++) await say(socket, t("post", "lobby", `${who}-${i}`, `${who} ${i}`));
  }));
  const seen = await Promise.all(sockets.map(async (socket) => {
    const messages: string[] = [];
    let posted = 0;
    while (messages.length < CLIENTS * POSTS || posted < POSTS) {
      const one = await term(socket);
      if (isTuple(one, "posted", 4)) posted++;
      else messages.push(`${messageOf(one, "lobby").offset} ${messageOf(one, "lobby").id}`);
    }
    return messages;
  }));
  for (const messages of seen) deepStrictEqual(messages, seen[0]);
  deepStrictEqual(seen[0].map((message) => parseInt(message)), Array.from({ length: 400 }, (_, i) => i + 1));
  for (const socket of sockets) socket.close();
});

each("rooms do not hear each other, and joining twice is joining once", async (engine) => {
  await using running = startRooms(engine);
  await using a = await RawSocket.open(running);
  await using b = await RawSocket.open(running);
  await join(a, "one");
  await join(a, "two");
  await join(a, "one");
  await join(b, "two");
  strictEqual(await post(a, "one", "1", "x"), 1);
  await a.quiet();
  await b.quiet();
  strictEqual(await post(b, "two", "1", "y"), 1);
  strictEqual((await next(a, "two")).body, "y");
  await a.quiet();
});

each("what cannot be is answered by an error with its code and what it is about", async (engine) => {
  await using running = startRooms(engine, {
    protocols: [heart, session, sessionProto, createRoomProtocol({ maxRooms: 3 })],
    rooms: { maxBodyBytes: 100 },
  });
  await using a = await RawSocket.open(running);
  const long = "n".repeat(256);
  const rows: [Term, string][] = [
    [t("join", "", "", 0), "{error,bad_room,{join,<<>>}}"],
    [t("join", "a\nb", "", 0), '{error,bad_room,{join,<<"a\\nb">>}}'],
    [t("join", long, "", 0), `{error,bad_room,{join,<<"${long}">>}}`],
    [t("join", "ы".repeat(128), "", 0), `{error,bad_room,{join,<<"${"ы".repeat(128)}"/utf8>>}}`],
    [t("join", 1, "", 0), "{error,bad_request,{join,1}}"],
    [t("join", "lobby", 1, 0), '{error,bad_request,{join,<<"lobby">>}}'],
    [t("join", "lobby", "", -1), '{error,bad_request,{join,<<"lobby">>}}'],
    [t("join", "lobby", "", 1.5), '{error,bad_request,{join,<<"lobby">>}}'],
    [t("join", "lobby", "", "0"), '{error,bad_request,{join,<<"lobby">>}}'],
    [t("join", "lobby", "", 2n ** 70n), '{error,bad_request,{join,<<"lobby">>}}'],
    [t("post", "", "1", "x"), '{error,bad_room,{post,<<>>,<<"1">>}}'],
    [t("post", 1, "1", "x"), '{error,bad_room,{post,1,<<"1">>}}'],
    [t("post", "lobby", "", "x"), '{error,bad_id,{post,<<"lobby">>,<<>>}}'],
    [t("post", "lobby", "i".repeat(129), "x"), `{error,bad_id,{post,<<"lobby">>,<<"${"i".repeat(129)}">>}}`],
    [t("post", "lobby", [], "x"), '{error,bad_id,{post,<<"lobby">>,[]}}'],
    [t("post", "lobby", "1", ""), '{error,bad_body,{post,<<"lobby">>,<<"1">>}}'],
    [t("post", "lobby", "1", "x".repeat(101)), '{error,bad_body,{post,<<"lobby">>,<<"1">>}}'],
    [t("post", "lobby", "1", "ы".repeat(51)), '{error,bad_body,{post,<<"lobby">>,<<"1">>}}'],
    [t("post", "lobby", "1", 7), '{error,bad_body,{post,<<"lobby">>,<<"1">>}}'],
    [t("post", "lobby", "1", new Uint8Array([0xff])), '{error,bad_body,{post,<<"lobby">>,<<"1">>}}'],
  ];
  for (const [message, answer] of rows) strictEqual(await ask(a, message), answer);
  for (const name of ["1", "2", "3"]) await join(a, name);
  strictEqual(await ask(a, t("join", "4", "", 0)), '{error,too_many_rooms,{join,<<"4">>}}');
  await join(a, "1");
  await ask(a, t("leave", "1"));
  await join(a, "4");
  strictEqual(running.n2o.store.sequence, 0, "nothing of it was stored");
});

each("without a login nobody joins or posts where that is not allowed", async (engine) => {
  await using running = startRooms(engine, {
    protocols: [heart, session, sessionProto, createRoomProtocol({ anonymous: false })],
  });
  await using a = await RawSocket.open(running);
  strictEqual(await ask(a, t("join", "lobby", "", 0)), '{error,not_logged_in,{join,<<"lobby">>}}');
  strictEqual(await ask(a, t("post", "lobby", "1", "x")), '{error,not_logged_in,{post,<<"lobby">>,<<"1">>}}');
  const { socket } = await enter(running, "anna");
  await join(socket, "lobby");
  strictEqual(await post(socket, "lobby", "1", "x"), 1);
  socket.close();
});

each("nobody can speak for the room", async (engine) => {
  await using running = startRooms(engine);
  await using a = await RawSocket.open(running);
  await using b = await RawSocket.open(running);
  await join(a, "lobby");
  await join(b, "lobby");
  for (
    const forged of [
      t("message", "lobby", 1, "id", "anna", 0, "forged"),
      t("presence", "lobby", ["anna"], []),
      t("posted", "lobby", "id", 1),
      t("joined", "lobby", "", 0, [], true),
    ]
  ) {
    strictEqual(await ask(a, forged), "nothing");
  }
  await b.quiet();
});

each("texts come as they were sent", async (engine) => {
  await using running = startRooms(engine);
  await using a = await RawSocket.open(running);
  await using b = await RawSocket.open(running);
  const room = "комната 😀 <b>'\"`";
  await join(a, room);
  await join(b, room);
  const texts = [
    "</script><img src=x onerror=alert(1)>",
    "'\"`\\ \u2028\u2029 \r\n\t\0",
    "ыыы ¶ 😀 \u202eright to left\u202c مرحبا",
    "x".repeat(65_536),
    "ы".repeat(100_000),
  ];
  for (const [at, body] of texts.entries()) {
    await post(a, room, `id${at}`, body);
    strictEqual((await next(b, room)).body, body);
  }
  await using c = await RawSocket.open(running);
  deepStrictEqual((await join(c, room)).messages.map(({ body }) => body), texts);
});

each("the history is bounded in text, too, and keeps at least the newest", async (engine) => {
  await using running = startRooms(engine, { rooms: { historyCharacters: 1_000 } });
  await using a = await RawSocket.open(running);
  await join(a, "lobby");
  for (let i = 1; i <= 10; i++) await post(a, "lobby", `${i}`, "x".repeat(300));
  await using b = await RawSocket.open(running);
  deepStrictEqual((await join(b, "lobby")).messages.map(({ offset }) => offset), [8, 9, 10]);
  await post(a, "lobby", "big", "x".repeat(5_000));
  await using c = await RawSocket.open(running);
  deepStrictEqual((await join(c, "lobby")).messages.map(({ offset }) => offset), [11]);
  strictEqual((await running.n2o.store.list(["room", "lobby", "message"])).length, 1);
});

each(
  "rooms without members leave memory, the longest unused first, by number and by text",
  async (engine) => {
    const bounds = [{ idleRooms: 3 }, { idleCharacters: 3_000 }];
    for (const rooms of bounds) {
      await using running = startRooms(engine, { rooms });
      const { n2o } = running;
      await using a = await RawSocket.open(running);
      await using member = await RawSocket.open(running);
      await join(member, "taken");
      strictEqual(await ask(member, t("leave", "taken")), '{left,<<"taken">>}');
      const { epoch } = await join(member, "taken");
      for (let i = 1; i <= 6; i++) {
        ok((await ask(a, t("post", `room${i}`, "1", "x".repeat(1_000)))).startsWith("{posted,"));
      }
      // The first is used again.
      ok((await ask(a, t("post", "room1", "1", "again"))).startsWith("{posted,"));
      n2o.rooms.sweep();
      strictEqual(n2o.rooms.size, 4, "three without members, and the one that has one");
      const { get } = n2o.store;
      const read: unknown[] = [];
      n2o.store.get = (key) => {
        read.push(key[1]);
        return get.call(n2o.store, key);
      };
      for (const room of ["taken", "room1", "room5", "room6"]) await n2o.rooms.open(room);
      deepStrictEqual(read, [], "they are in memory");
      // What left memory comes back from the store, as it was.
      await using b = await RawSocket.open(running);
      deepStrictEqual((await join(b, "room2")).messages.map(({ id, body }) => [id, body.length]), [[
        "1",
        1_000,
      ]]);
      deepStrictEqual(read, ["room2"]);
      strictEqual((await join(b, "taken")).epoch, epoch);
    }
  },
);

each("a room that has members stays, however many others there are", async (engine) => {
  await using running = startRooms(engine, { rooms: { idleRooms: 1 } });
  await using a = await RawSocket.open(running);
  await using b = await RawSocket.open(running);
  const { epoch } = await join(a, "lobby");
  for (let i = 0; i < 40; i++) await ask(b, t("post", `other${i}`, "1", "x"));
  running.n2o.rooms.sweep();
  strictEqual((await join(b, "lobby")).epoch, epoch);
  await post(a, "lobby", "1", "hello");
  strictEqual((await next(b, "lobby")).body, "hello");
});

Deno.test("rooms need a bound of at least one", () => {
  const names = [
    "idleRooms",
    "idleCharacters",
    "historyMessages",
    "historyCharacters",
    "maxBodyBytes",
    "maxNameBytes",
    "maxIdBytes",
  ];
  for (const name of names) {
    for (const value of [0, -1, NaN]) {
      throws(() => createN2O({ protocols: [], rooms: { [name]: value } }), { code: "bad_option", value });
    }
  }
});
