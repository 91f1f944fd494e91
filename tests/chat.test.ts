import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { memoryStore, type Term } from "@n2o/n2o";
import chat from "../protocols/chat/mod.ts";
import { each, type Engine, type Running } from "./engines.ts";
import { keepLog, type LogLine } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { ask, hear, hello, read, say, t, tokenOf } from "./speech.ts";

function start(engine: Engine, clock: () => number = Date.now): Running & { lines: LogLine[] } {
  const { log, lines } = keepLog();
  const running = engine.start({
    protocols: chat,
    log,
    clock,
    store: memoryStore({ now: clock }),
    limits: { idleTimeoutMs: 1_000_000_000 },
  });
  return Object.assign(running, { lines });
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
      "a\u2028b",
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
