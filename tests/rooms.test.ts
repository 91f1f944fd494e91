import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  bert,
  createRoomProtocol,
  createSecret,
  heart,
  isTuple,
  memoryStore,
  N2OError,
  type N2OOptions,
  room,
  session,
  type Store,
  type Term,
  text,
} from "@n2o/n2o";
import { kvStore } from "../lib/store/kv.ts";
import { each, type Engine, type Running } from "./engines.ts";
import { lasting } from "./lasting_store.ts";
import { keepLog } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { sessionProto } from "./session_proto.ts";
import { ask, hear, hello, say, t, tokenOf } from "./speech.ts";

function start(engine: Engine, more: Partial<N2OOptions> = {}): Running {
  return engine.start({ protocols: [heart, session, sessionProto, room], log: keepLog().log, ...more });
}

interface Message {
  readonly offset: number;
  readonly id: string;
  readonly from: string;
  readonly time: number;
  readonly body: string;
}

interface Joined {
  readonly epoch: string;
  readonly offset: number;
  readonly messages: readonly Message[];
  readonly complete: boolean;
  readonly users: readonly string[];
}

function messageOf(term: Term, room: string): Message {
  ok(isTuple(term, "message", 7) && text(term[1]) === room);
  return {
    offset: Number(term[2]),
    id: text(term[3])!,
    from: text(term[4])!,
    time: Number(term[5]),
    body: text(term[6])!,
  };
}

async function term(socket: RawSocket): Promise<Term> {
  return bert.decode((await socket.frame()).payload);
}

/** Joins a room; gives the answer, and who is there. */
async function join(socket: RawSocket, room: string, epoch = "", offset = 0): Promise<Joined> {
  await say(socket, t("join", room, epoch, offset));
  const joined = await term(socket);
  ok(isTuple(joined, "joined", 6) && text(joined[1]) === room);
  const presence = await term(socket);
  ok(isTuple(presence, "presence", 4) && text(presence[1]) === room);
  deepStrictEqual(presence[3], []);
  return {
    epoch: text(joined[2])!,
    offset: Number(joined[3]),
    messages: (joined[4] as Term[]).map((message) => messageOf(message, room)),
    complete: joined[5] as boolean,
    users: (presence[2] as Term[]).map((user) => text(user)!),
  };
}

/** The next message of a room. */
async function next(socket: RawSocket, room: string): Promise<Message> {
  return messageOf(await term(socket), room);
}

/** Posts as a member; gives the offset. The answer and the message come in either order. */
async function post(socket: RawSocket, room: string, id: string, body: string): Promise<number> {
  await say(socket, t("post", room, id, body));
  const both = [await term(socket), await term(socket)];
  const posted = both.find((one) => isTuple(one, "posted", 4));
  const message = both.find((one) => isTuple(one, "message", 7));
  ok(posted !== undefined && message !== undefined);
  ok(isTuple(posted) && text(posted[2]) === id);
  deepStrictEqual(messageOf(message, room), {
    ...messageOf(message, room),
    offset: Number(posted[3]),
    id,
    body,
  });
  return Number(posted[3]);
}

/** What came to a socket so far. */
async function soFar(socket: RawSocket): Promise<string[]> {
  await socket.send("text", "PING");
  const frames: string[] = [];
  for (let frame = await hear(socket); frame !== "text PONG"; frame = await hear(socket)) frames.push(frame);
  return frames;
}

/** Connects as a user; gives the token, too. */
async function enter(running: Running, user: string): Promise<{ socket: RawSocket; token: string }> {
  const socket = await RawSocket.open(running);
  await hello(socket);
  await say(socket, t("login", user));
  const token = tokenOf(await socket.frame());
  await hear(socket);
  return { socket, token };
}

each("a room is empty, then holds what is posted, and gives it to its members", async (engine) => {
  const now = Date.UTC(2026, 0, 1);
  await using running = start(engine, { clock: () => now });
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
  await using running = start(engine);
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
  await using running = start(engine, { rooms: { historyMessages: 5 } });
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
  await using running = start(engine, { rooms: { historyMessages: 3 } });
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
  await using running = start(engine);
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

// F12
each("a user is there from the first tab to the last one, killed tabs go by themselves", async (engine) => {
  await using running = start(engine, { limits: { silenceTimeoutMs: 1_000 } });
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
  await using running = start(engine);
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
  await using running = start(engine);
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

each("rooms do not hear each other, and joining twice is joining once", async (engine) => {
  await using running = start(engine);
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
  await using running = start(engine, {
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
  await using running = start(engine, {
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
  await using running = start(engine);
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
  await using running = start(engine);
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
  await using running = start(engine, { rooms: { historyBytes: 1_000 } });
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

const stores: readonly [string, (path: string) => Promise<Store>, (store: Store) => Store][] = [
  ["memory", () => Promise.resolve(memoryStore()), lasting],
  ["kv", (path) => kvStore({ path }), (store) => store],
];

for (const [driver, open, keep] of stores) {
  each(`a restart keeps history and epoch, with the ${driver} store`, async (engine) => {
    const folder = await Deno.makeTempDir();
    const secret = createSecret();
    try {
      let store = await open(`${folder}/store.kv`);
      let known = { epoch: "", offset: 0 };
      let token = "";
      for (let round = 0; round < 3; round++) {
        if (driver === "kv" && round > 0) store = await open(`${folder}/store.kv`);
        await using running = start(engine, { store: keep(store), secret, rooms: { historyMessages: 8 } });
        await using a = await RawSocket.open(running);
        if (round === 0) {
          const entered = await enter(running, "anna");
          token = entered.token;
          entered.socket.close();
        }
        strictEqual(await hello(a, token), token);
        const joined = await join(a, "lobby", known.epoch, known.offset);
        if (round > 0) strictEqual(joined.epoch, known.epoch);
        strictEqual(joined.complete, true);
        strictEqual(joined.offset, 5 * round);
        deepStrictEqual(joined.users, ["anna"]);
        deepStrictEqual(
          joined.messages.map(({ offset }) => offset),
          round === 0 ? [] : [5 * round - 1, 5 * round],
        );
        for (let i = 1; i <= 5; i++) strictEqual(await post(a, "lobby", `${round}-${i}`, "x"), 5 * round + i);
        // Said again after the restart, it is still the same message.
        if (round > 0) {
          strictEqual(
            await ask(a, t("post", "lobby", `${round - 1}-5`, "x")),
            `{posted,<<"lobby">>,<<"${round - 1}-5">>,${5 * round}}`,
          );
        }
        await using b = await RawSocket.open(running);
        strictEqual((await join(b, "lobby")).messages.length, Math.min(8, 5 * round + 5));
        known = { epoch: joined.epoch, offset: 5 * round + 3 };
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

each("a lost history has another epoch", async (engine) => {
  const epochs = new Set<string>();
  for (let i = 0; i < 3; i++) {
    await using running = start(engine);
    await using a = await RawSocket.open(running);
    const { epoch, complete } = await join(a, "lobby", [...epochs][0] ?? "", 0);
    strictEqual(complete, i === 0);
    notStrictEqual(epoch, "");
    epochs.add(epoch);
  }
  strictEqual(epochs.size, 3);
});

each("whoever logs out is seen to leave, and hears nothing more", async (engine) => {
  await using running = start(engine, {
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
  await using running = start(engine);
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
  await using running = start(engine);
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

each("a store that takes no more writes for a moment loses and doubles nothing", async (engine) => {
  const store = lasting(memoryStore());
  const { set, delete: remove } = store;
  await using running = start(engine, { store, rooms: { historyMessages: 2 } });
  await using a = await RawSocket.open(running);
  await using b = await RawSocket.open(running);
  await join(a, "lobby");
  await join(b, "lobby");
  const heard: string[] = [];
  // A post takes up to three writes: the room, the message, and the oldest one dropped. Each of them fails once.
  for (let at = 1; at <= 4; at++) {
    for (let before = 0; before < 3; before++) {
      let writes = 0;
      const count = <A extends unknown[], R>(write: (...args: A) => R) => (...args: A): R => {
        if (writes++ === before) throw new N2OError("store_busy", "too much waits for the disk");
        return write(...args);
      };
      Object.assign(store, { set: count(set), delete: count(remove) });
      await say(a, t("post", "lobby", `${at}`, "x"));
      await a.send("text", "PING");
      for (let said = await hear(a); said !== "text PONG"; said = await hear(a)) {
        if (said.startsWith("{error,")) {
          strictEqual(said, `{error,store_unavailable,{post,<<"lobby">>,<<"${at}">>}}`);
        }
      }
      await b.send("text", "PING");
      for (let said = await hear(b); said !== "text PONG"; said = await hear(b)) {
        heard.push(said.slice(0, 34));
      }
    }
  }
  deepStrictEqual(
    heard,
    [1, 2, 3, 4].map((at) => `{message,<<"lobby">>,${at},<<"${at}">>,<<>>`.slice(0, 34)),
  );
  await using c = await RawSocket.open(running);
  const { messages, offset } = await join(c, "lobby");
  strictEqual(offset, 4);
  deepStrictEqual(messages.map(({ id }) => id), ["3", "4"]);
});
