import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { bert, createN2O, format, memoryStore, type Store, type StoreKey, type Term } from "@n2o/n2o";
import chat from "../protocols/chat/mod.ts";
import { each, type Engine, type Running, until } from "./engines.ts";
import { HeldStore } from "./held_store.ts";
import { keepLog, type LogLine } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { sessionProto } from "./session_proto.ts";
import { ask, hear, hello, read, say, t, tokenOf } from "./speech.ts";

/** The chat; behind it, a session can be seen and filled. */
function start(
  engine: Engine,
  clock: () => number = Date.now,
  store: Store = memoryStore({ now: clock }),
): Running & { lines: LogLine[] } {
  const { log, lines } = keepLog();
  const running = engine.start({
    protocols: [...chat, sessionProto],
    log,
    clock,
    store,
    limits: { idleTimeoutMs: 1_000_000_000 },
  });
  return Object.assign(running, { lines });
}

/** Rejects what could not be written, as every store must. */
class Disk extends HeldStore {
  override async compareAndSet(
    key: StoreKey,
    version: string | undefined,
    value: Uint8Array,
  ): Promise<boolean> {
    if (!await super.compareAndSet(key, version, value)) return false;
    if (this.get(key)?.value.toHex() !== value.toHex()) throw new Error("the disk is full");
    return true;
  }
}

/** Logs in; gives the token to go on with, or the error. */
async function login(socket: RawSocket, name: Term): Promise<string> {
  await say(socket, t("login", name));
  const first = await socket.frame();
  if (!read(first).startsWith("{io,")) return read(first);
  const token = tokenOf(first);
  match(await hear(socket), /^\{login,<<".*"(\/utf8)?>>\}$/);
  return token;
}

async function open(running: Running, token = ""): Promise<RawSocket> {
  const socket = await RawSocket.open(running);
  await hello(socket, token);
  return socket;
}

each("a visitor has a name from login to logout, in all tabs", async (engine) => {
  await using running = start(engine);
  await using a = await open(running);
  strictEqual(await ask(a, t("whoami")), "{whoami,<<>>}");
  const token = await login(a, "Anna");
  strictEqual(await ask(a, t("whoami")), '{whoami,<<"Anna">>}');
  // Again is no change.
  strictEqual(await ask(a, t("login", "Anna")), '{login,<<"Anna">>}');
  await using b = await open(running, token);
  strictEqual(await ask(b, t("whoami")), '{whoami,<<"Anna">>}');
  strictEqual(await ask(a, t("logout")), "{logout}");
  strictEqual(await hear(b), "{logout}");
  strictEqual(await hear(b), "close 4001 logged out");
  strictEqual(await ask(a, t("whoami")), "{whoami,<<>>}");
  strictEqual(await ask(a, t("logout")), "{logout}");
});

each("a name in use is refused, however it is written, until it is free again", async (engine) => {
  let now = Date.now();
  await using running = start(engine, () => now);
  await using a = await open(running);
  await using b = await open(running);
  await login(a, "Anna");
  for (const name of ["Anna", "anna", "ANNA", " Anna ", "\uff21nna", "Anna\u200a"]) {
    match(await login(b, name), /^\{error,name_in_use,\{login,<<.*>>\}\}$/s, name);
  }
  strictEqual(await ask(b, t("whoami")), "{whoami,<<>>}");
  await login(b, "Annа");
  await login(b, "Bob");
  // Who takes another name frees the one before.
  await login(a, "Cleo");
  await login(b, "Anna");
  await ask(a, t("logout"));
  await login(b, "Cleo");
  b.close();
  // The session of who went away holds its name for its life, and no longer.
  await running.until(() => running.n2o.counters.connections === 1, "b is gone");
  match(await login(a, "Cleo"), /name_in_use/);
  now += 901_000;
  await login(a, "Cleo");
});

each("what is no name is refused with a code", async (engine) => {
  await using running = start(engine);
  await using a = await open(running);
  const family = "👨‍👩‍👧‍👦";
  for (
    const name of [
      "",
      "   ",
      "a\nb",
      "\u200b",
      "\u202e\u2066",
      "\u0007",
      "n".repeat(65),
      family.repeat(65),
      "n".repeat(100_000),
      1,
      [],
      t("x"),
      new Uint8Array([0xff]),
    ] as Term[]
  ) {
    match(await login(a, name), /^\{error,bad_name,\{login,<<.*>>\}\}$/s, String(name).slice(0, 50));
  }
  strictEqual(await ask(a, t("whoami")), "{whoami,<<>>}");
  deepStrictEqual(running.lines, []);
});

each("names of every alphabet are taken, or refused with a code", async (engine) => {
  await using running = start(engine);
  const family = "👨‍👩‍👧‍👦";
  for (
    const name of [
      "n".repeat(64),
      "ы".repeat(64),
      "名".repeat(64),
      "😀".repeat(64),
      family.repeat(10),
      family.repeat(64),
      // Each of them is eighteen characters when it is spelled out.
      "\ufdfa".repeat(64),
      "e" + "\u0301".repeat(400),
      "<script>alert(1)</script>",
      "'\"`\\",
      "\u202eright to left",
    ]
  ) {
    await using socket = await open(running);
    const answer = await login(socket, name);
    const taken = await ask(socket, t("whoami")) !== "{whoami,<<>>}";
    if (!taken) match(answer, /^\{error,bad_name,/, name.slice(0, 9));
    else ok(running.n2o.secret.depickle(answer, "session") !== undefined, name.slice(0, 9));
  }
  deepStrictEqual(running.lines, []);
});

each("of two who ask for one name at once, one gets it", async (engine) => {
  await using running = start(engine);
  const sockets = await Promise.all(Array.from({ length: 20 }, () => open(running)));
  for (const socket of sockets) await say(socket, t("login", "Anna"));
  const answers = await Promise.all(sockets.map(async (socket) => {
    let answer = await hear(socket);
    while (answer.startsWith("{io,")) answer = await hear(socket);
    return answer;
  }));
  strictEqual(answers.filter((answer) => answer === '{login,<<"Anna">>}').length, 1);
  strictEqual(answers.filter((answer) => answer.startsWith("{error,name_in_use,")).length, 19);
  const names = await Promise.all(sockets.map((socket) => ask(socket, t("whoami"))));
  strictEqual(names.filter((name) => name === '{whoami,<<"Anna">>}').length, 1);
  for (const socket of sockets) socket.close();
});

each("whoever loses a race for a name keeps session, name and variables", async (engine) => {
  await using running = start(engine);
  await using a = await open(running);
  await using b = await open(running);
  const token = await login(b, "Bob");
  await using tab = await open(running, token);
  for (const socket of [a, b]) match(await ask(socket, t("set", "draft", 5)), /^\{ok,/);
  const sid = await ask(b, t("sid"));
  for (const socket of [a, b]) await say(socket, t("login", "Anna"));
  match(await hear(a), /^\{io,/);
  strictEqual(await hear(a), '{login,<<"Anna">>}');
  strictEqual(await hear(b), '{error,name_in_use,{login,<<"Anna">>}}');
  strictEqual(await ask(b, t("whoami")), '{whoami,<<"Bob">>}');
  strictEqual(await ask(b, t("get", "draft")), "5");
  strictEqual(await ask(b, t("sid")), sid);
  await tab.quiet();
  await using c = await open(running);
  match(await login(c, "Bob"), /name_in_use/);
  await using again = await open(running, token);
  strictEqual(await ask(again, t("get", "draft")), "5");
});

each("a name may be written otherwise by who bears it", async (engine) => {
  await using running = start(engine);
  await using a = await open(running);
  await using b = await open(running);
  await login(a, "Anna");
  await login(a, "ANNA");
  strictEqual(await ask(a, t("whoami")), '{whoami,<<"ANNA">>}');
  match(await login(b, "Anna"), /name_in_use/);
});

each("a name is taken from the moment that somebody asks for it", async (engine) => {
  const store = new Disk();
  await using running = start(engine, Date.now, store);
  await using a = await open(running);
  await using b = await open(running);
  await say(a, t("login", "Anna"));
  await running.until(() => store.waiting === 1, "the name is being claimed");
  const { messagesIn } = running.n2o.counters;
  await say(b, t("login", "Anna"));
  await running.until(() => running.n2o.counters.messagesIn > messagesIn, "another asks for it");
  store.decideAtOnce();
  match(await hear(a), /^\{io,/);
  strictEqual(await hear(a), '{login,<<"Anna">>}');
  strictEqual(await hear(b), '{error,name_in_use,{login,<<"Anna">>}}');
  match(await login(b, "Anna"), /name_in_use/);
});

each(
  "of two tabs that log in at once one moves the session, and the other is sent after it",
  async (engine) => {
    let now = Date.now();
    const store = new Disk();
    await using running = start(engine, () => now, store);
    await using a = await RawSocket.open(running);
    await using b = await open(running, await hello(a));
    await say(a, t("login", "Anna"));
    await running.until(() => store.waiting === 1, "the first name is being claimed");
    await say(b, t("login", "Bob"));
    await running.until(() => store.waiting === 2, "the second name is being claimed");
    store.decideAtOnce();
    match(await hear(a), /^\{io,/);
    strictEqual(await hear(a), '{login,<<"Anna">>}');
    let heard = await hear(b);
    if (heard === '{error,session_ended,{login,<<"Bob">>}}') heard = await hear(b);
    strictEqual(heard, "close 4003 session moved");
    // Nobody bears the second name, and soon somebody may.
    await using c = await open(running);
    now += 61_000;
    await login(c, "Bob");
  },
);

each("a login whose name cannot be stored is refused once, and changes nothing", async (engine) => {
  const store = new Disk();
  await using running = start(engine, Date.now, store);
  await using a = await open(running);
  const waiting = (writes: number) => running.until(() => store.waiting === writes, `${writes} writes wait`);
  await say(a, t("set", "draft", 5));
  await waiting(1);
  store.commit();
  await hear(a);
  const sid = await ask(a, t("sid"));
  await say(a, t("login", "Anna"));
  await waiting(1);
  store.fail();
  match(await hear(a), /^\{error,store_unavailable,/);
  strictEqual(await ask(a, t("whoami")), "{whoami,<<>>}");
  strictEqual(await ask(a, t("sid")), sid);
  strictEqual(await ask(a, t("get", "draft")), "5");
  store.decideAtOnce();
  await login(a, "Anna");
});

each(
  "a login that cannot be stored once its name is, is refused once, and changes nothing",
  async (engine) => {
    const store = new Disk();
    await using running = start(engine, Date.now, store);
    await using a = await RawSocket.open(running);
    const waiting = () => running.until(() => store.waiting > 0, "something is to be stored");
    const first = await hello(a);
    await say(a, t("set", "draft", 5));
    await waiting();
    store.commit();
    await hear(a);
    const sid = await ask(a, t("sid"));
    await say(a, t("login", "Anna"));
    await waiting();
    store.commit();
    await waiting();
    store.fail();
    match(await hear(a), /^\{error,store_unavailable,/);
    strictEqual(await ask(a, t("whoami")), "{whoami,<<>>}");
    strictEqual(await ask(a, t("sid")), sid);
    strictEqual(await ask(a, t("get", "draft")), "5");
    store.decideAtOnce();
    await using again = await open(running, first);
    strictEqual(await ask(again, t("get", "draft")), "5");
    const token = await login(a, "Anna");
    await using tab = await open(running, token);
    strictEqual(await ask(tab, t("whoami")), '{whoami,<<"Anna">>}');
  },
);

Deno.test("a post that logs in while the disk takes nothing is answered with the error", async () => {
  const store = new Disk();
  const n2o = createN2O({ protocols: chat, log: keepLog().log, store });
  const body = new Uint8Array(bert.encode(t("login", "Anna")));
  const answer = n2o.fetch(new Request("http://localhost/ws/", { method: "POST", body }));
  await until(() => store.waiting === 1, "the name is being claimed");
  store.fail();
  const response = await answer;
  strictEqual(response.status, 200);
  match(format(bert.decode(await response.bytes())), /^\{error,store_unavailable,/);
  await n2o.close();
});

each("rooms are for those who have logged in", async (engine) => {
  await using running = start(engine);
  await using a = await open(running);
  strictEqual(await ask(a, t("join", "lobby", "", 0)), '{error,not_logged_in,{join,<<"lobby">>}}');
  await login(a, "Anna");
  match(await ask(a, t("join", "lobby", "", 0)), /^\{joined,/);
  strictEqual(await hear(a), '{presence,<<"lobby">>,[<<"Anna">>],[]}');
  await ask(a, t("logout"));
  strictEqual(await ask(a, t("post", "lobby", "1", "x")), '{error,not_logged_in,{post,<<"lobby">>,<<"1">>}}');
});

each("nobody can log somebody else in or out by a message that only the server sends", async (engine) => {
  await using running = start(engine);
  await using a = await open(running);
  await login(a, "Anna");
  for (
    const forged of [
      t("direct", t("user", "Anna", "Bob")),
      t("direct", t("exit", "x")),
      t("io", "", t("Token", "x")),
    ]
  ) {
    strictEqual(await ask(a, forged), "nothing");
  }
  strictEqual(await ask(a, t("whoami")), '{whoami,<<"Anna">>}');
  match(await ask(a, t("join", "lobby", "", 0)), /^\{joined,/);
  await hear(a);
  await ask(a, t("direct", t("user", "Anna", "")));
  await using b = await open(running);
  await login(b, "Bob");
  await ask(b, t("join", "lobby", "", 0));
  await hear(b);
  strictEqual(await hear(a), '{presence,<<"lobby">>,[<<"Bob">>],[]}');
});
