import { doesNotMatch, match, ok, strictEqual } from "node:assert/strict";
import { atom, memoryStore, type Store, tuple } from "@n2o/n2o";
import { createChat } from "../protocols/chat/mod.ts";
import { ChatPage } from "./chat_page.ts";
import { each, type Engine, type Running } from "./engines.ts";
import { HeldStore } from "./held_store.ts";
import { keepLog, type LogLine } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { ask, hear, hello, say, t } from "./speech.ts";

type Chat = Running & { lines: LogLine[] };

function start(engine: Engine, store: Store = memoryStore(), uploads?: string): Chat {
  const { log, lines } = keepLog();
  const { protocols, files } = createChat({ uploads });
  const running = engine.start({ protocols, files, log, store, limits: { idleTimeoutMs: 1_000_000_000 } });
  return Object.assign(running, { lines });
}

const ID = "0123456789abcdef0123456789abcdef";

each("a login page says beside its fields what it does not take, and goes on to the room", async (engine) => {
  await using running = start(engine);
  await using a = await ChatPage.open(running, "login.htm?room=garden&why=logout");
  const first = await a.hear();
  match(first.said, /You have logged out/);
  match(first.said, /\{attr,<<"pass">>,<<"value">>,<<"garden">>\}/);
  for (
    const [user, pass, problem] of [
      ["", "", /Say who you are/],
      ["  ", "", /Say who you are/],
      ["n".repeat(65), "", /does not take this name/],
      ["a\u0007b", "", /does not take this name/],
      ["Ann", "r".repeat(256), /no such room/],
      ["Ann", "a\u0000b", /no such room/],
    ] as const
  ) {
    await a.send("loginButton", { user, pass });
    const { said } = await a.hear();
    match(said, problem);
    match(said, /\{attr,<<"(user|pass)">>,<<"aria-invalid">>,<<"true">>\}.*\{focus,<<"\1">>\}/s);
  }
  await a.send("loginButton", { user: " Ann ", pass: "" });
  match((await a.hear()).data, /^\{'Token',/);
  match((await a.hear()).said, /\{redirect,<<"\/app\/index.htm\?room=garden">>\}/);
  await using b = await ChatPage.open(running, "login.htm");
  await b.hear();
  await b.send("loginButton", { user: "ann", pass: "garden" });
  match((await b.hear()).said, /is taken/);
  await using c = await ChatPage.open(running, "login.htm?room=garden", a.token);
  match((await c.hear()).said, /Welcome back.*Ann.*Go on to.*garden/s);
  strictEqual(running.lines.length, 0);
});

each("who is not logged in is sent to the login, or told that the session is over", async (engine) => {
  await using running = start(engine);
  await using a = await ChatPage.open(running, "index.htm?room=a%26b");
  await a.hear();
  await a.send("seen", { seen: "" });
  strictEqual((await a.hear()).said, '[{redirect,<<"/app/login.htm?room=a%26b">>}]');
  await using b = await ChatPage.open(running, "index.htm?room=a%26b");
  await b.hear();
  await b.send("seen", { seen: "epoch 7 7" });
  const { said } = await b.hear();
  match(said, /session has ended.*\/app\/login.htm\?room=a%26b&amp;why=expired/s);
  doesNotMatch(said, /redirect/);
});

each("a message goes to all, own words apart, and what was missed comes after a break", async (engine) => {
  await using running = start(engine);
  await using ann = await ChatPage.enter(running, "Ann", "garden");
  await ann.until("aria-busy");
  const bob = await ChatPage.enter(running, "Bob", "garden");
  await bob.until("aria-busy");
  match(await ann.until("Bob"), /\{text,<<"peopleCount">>,<<"2">>\}|>2</);
  await ann.send("send", { message: "Hello" }, ID);
  match(await ann.until("Hello"), /class="group own"/);
  const seen = /<<"seen">>,value,<<"([^"]+)">>|\{set,<<"seen">>,<<"value">>,<<"([^"]+)">>/.exec(
    await bob.until("Hello"),
  )!;
  const shown = seen[1] ?? seen[2];
  match(shown, /^[0-9a-f]{16} 1 1 Bob$/);
  await bob[Symbol.asyncDispose]();
  await ann.until('<<"1">>');
  for (const word of ["missed", "too"]) {
    await ann.send("send", { message: word });
    await ann.until(word);
  }
  await using again = await ChatPage.resume(running, "garden", bob.token, shown);
  const said = await again.until("aria-busy");
  match(said, /missed.*too/s);
  doesNotMatch(said, /Hello|clear/);
  // Another history, another reader, or a page that shows nothing: all of it.
  const epoch = shown.slice(0, 16);
  for (
    const other of ["", "fedcba9876543210 1 1 Bob", `${epoch} 77 1 Bob`, `${epoch} 3 3 Ann`, "x ".repeat(9)]
  ) {
    await using page = await ChatPage.resume(running, "garden", bob.token, other);
    match(await page.until("aria-busy"), /\{clear,<<"history">>\}.*Hello.*missed.*too/s);
  }
  strictEqual(running.lines.length, 0);
});

each("the same event, sent again on another connection, says nothing twice", async (engine) => {
  await using running = start(engine);
  const first = await ChatPage.enter(running, "Ann", "garden");
  await first.until("aria-busy");
  await first.send("send", { message: "once" }, ID);
  const event = first.event("send", { message: "once" }, ID);
  await first.until("once");
  await first[Symbol.asyncDispose]();
  await using second = await ChatPage.resume(running, "garden", first.token);
  match(await second.until("aria-busy"), /once/);
  await second.say(event);
  const { data, said } = await second.hear();
  strictEqual(data, `{done,<<"${ID}">>}`);
  doesNotMatch(said, /once/);
  strictEqual((await running.n2o.rooms.open("garden")).messages.length, 1);
});

each("a message is answered and delivered once it is stored, and not when it is not", async (engine) => {
  const store = new HeldStore();
  const deciding = setInterval(() => store.commit(), 2);
  await using running = start(engine, store);
  await using ann = await ChatPage.enter(running, "Ann", "garden");
  await ann.until("aria-busy");
  const room = await running.n2o.rooms.open("garden");
  await running.until(() => store.waiting === 0, "the store has decided");
  clearInterval(deciding);
  await ann.send("send", { message: "lost" }, ID);
  await running.until(() => room.last === 1, "the message is to be stored");
  store.fail();
  await running.until(() => room.last === 0, "it is not");
  const { data } = await ann.hear();
  ok(!data.includes("done"), data);
  await ann.send("send", { message: "kept" }, ID);
  await running.until(() => room.last === 1, "the message is to be stored");
  store.commit();
  const said = await ann.until("kept");
  doesNotMatch(said, /lost/);
  store.decideAtOnce();
});

each("events belong to the page and the session that they were made for", async (engine) => {
  await using running = start(engine);
  await using ann = await ChatPage.enter(running, "Ann", "garden");
  await ann.until("aria-busy");
  await using eve = await ChatPage.enter(running, "Eve", "garden");
  await eve.until("aria-busy");
  await eve.say(ann.event("send", { message: "I am Ann" }));
  match((await eve.hear()).data, /^\{error,/);
  await using login = await ChatPage.open(running, "login.htm", eve.token);
  await login.hear();
  await login.say(eve.event("send", { message: "from elsewhere" }));
  match((await login.hear()).data, /^\{error,/);
  for (
    const forged of [
      atom("chat"),
      tuple(atom("earlier"), 1),
      tuple(atom("message"), "garden", 9, "1", "Ann", 1, "forged"),
    ]
  ) {
    await eve.say(tuple(atom("client"), forged));
    match((await eve.hear()).data, /^\{error,/);
    await eve.say(tuple(atom("direct"), forged));
    match((await eve.hear()).data, /^\{error,/);
  }
  strictEqual((await running.n2o.rooms.open("garden")).messages.length, 0);
});

each("a logout ends the pages of all tabs, and frees the name", async (engine) => {
  await using running = start(engine);
  await using ann = await ChatPage.enter(running, "Ann", "garden");
  await ann.until("aria-busy");
  await using tab = await ChatPage.resume(running, "garden", ann.token);
  await tab.until("aria-busy");
  await using bob = await ChatPage.enter(running, "Bob", "garden");
  await bob.until("aria-busy");
  await ann.send("logout");
  match(await ann.until("redirect"), /<<"\/app\/login.htm\?room=garden&why=logout">>/);
  match(await tab.until("logout"), /\{logout\}/);
  match((await tab.hear()).said, /^close/);
  await bob.until("Only you are here");
  await ann.send("send", { message: "still here?" });
  match((await ann.hear()).data, /^\{error,/);
  await using next = await ChatPage.enter(running, "Ann", "garden");
  await next.until("aria-busy");
});

each("what a visitor writes is text in the page, whatever it holds", async (engine) => {
  await using running = start(engine);
  const name = "<img src=x onerror=alert(1)>";
  await using ann = await ChatPage.enter(running, name, "<b>\"'`${room}");
  await ann.until("aria-busy");
  const original = await RawSocket.open(
    running,
    `/ws/app/index.htm?room=${encodeURIComponent("<b>\"'`${room}")}`,
  );
  await original.send("text", `N2O,${ann.token}`);
  await original.frame();
  await ann.send("send", { message: "</message><script>alert(1)</script>`${alert(1)}`\\" });
  const said = await ann.until("alert(1)");
  doesNotMatch(said, /<script|<img|<b>/);
  const js = await hear(original);
  match(js, /&lt;\/message&gt;&lt;script&gt;/);
  doesNotMatch(js, /[^\\]`\$\{|<img|<script/);
  original.close();
});

each("a second greeting on the same connection opens the page anew, once", async (engine) => {
  await using running = start(engine);
  await using ann = await ChatPage.enter(running, "Ann", "garden");
  await ann.until("aria-busy");
  await using bob = await ChatPage.enter(running, "Bob", "garden");
  await bob.until("aria-busy");
  const room = await running.n2o.rooms.open("garden");
  await ann.greet();
  await ann.until("seen");
  await ann.send("seen", { seen: "" });
  await ann.until("aria-busy");
  strictEqual(room.users.get("Ann"), 1);
  await bob.send("send", { message: "still there?" });
  match(await ann.until("still there?"), /^((?!m1).)*"m1"((?!"m1").)*$/s);
});

each("rooms are shared with clients that are no pages", async (engine) => {
  await using running = start(engine);
  await using ann = await ChatPage.enter(running, "Ann", "garden");
  await ann.until("aria-busy");
  for (const path of ["/ws/", "/ws/app/index.htm"]) {
    await using socket = await RawSocket.open(running, path);
    await hello(socket);
    await say(socket, t("login", `Bob at ${path}`));
    await hear(socket);
    await hear(socket);
    match(await ask(socket, t("join", "garden", "", 0)), /^\{joined,<<"garden">>/);
    match(await hear(socket), /^\{presence,<<"garden">>,\[<<"Ann">>,/);
    await ann.send("send", { message: `to ${path}` });
    match(await hear(socket), /^\{message,<<"garden">>,\d,<<"[^"]+">>,<<"Ann">>,\d+,<<"to /);
    match(await ask(socket, t("post", "garden", "1", `from ${path}`)), /^\{(posted|message),/);
    match(await ann.until(`from ${path}`), /class="bubble"/);
  }
});

each("a file that is sent to a room is told there, and given as a download only", async (engine) => {
  const folder = await Deno.makeTempDir();
  try {
    await using running = start(engine, memoryStore(), folder);
    await using ann = await ChatPage.enter(running, "Ann", "garden");
    await ann.until("aria-busy");
    const body = new TextEncoder().encode("<script>alert(1)</script>");
    const ftp = (status: string, data: Uint8Array) =>
      tuple(atom("ftp"), "f1", "", "page “1”.html", "", body.length, 0, data.length || 1, data, status, []);
    await using nobody = await ChatPage.open(running, "index.htm");
    await nobody.hear();
    await nobody.say(ftp("init", new Uint8Array(0)));
    match((await nobody.hear()).said, /^\{error,refused,/);
    await ann.say(ftp("init", new Uint8Array(0)));
    match((await ann.hear()).said, /^\{ftpack,/);
    await ann.say(ftp("send", body));
    const said = await ann.until("/app/files/");
    const [, path] = /href="(\/app\/files\/[0-9a-f]{32}\/[^"]+)"/.exec(said)!;
    match(said, /class="file"[^>]*>page “1”.html</);
    // The original's page shows the same as its own server's did.
    await using original = await RawSocket.open(running, "/ws/app/index.htm?room=garden");
    await original.send("text", `N2O,${ann.token}`);
    match(await hear(original), /<author>Ann<\/author><a href=\\"\/app\/files\/[^"]+\\">page “1”.html<\/a>/);
    const response = await fetch(`http://${running.hostname}:${running.port}${path}`);
    strictEqual(response.status, 200);
    strictEqual(await response.text(), "<script>alert(1)</script>");
    for (
      const [name, value] of [
        ["content-disposition", "attachment"],
        ["x-content-type-options", "nosniff"],
        ["content-security-policy", "default-src 'none'; sandbox"],
      ]
    ) strictEqual(response.headers.get(name), value);
    for (const hidden of ["", ".uploads/", `${path.slice(11, 43)}/`, "../secret"]) {
      const refused = await fetch(`http://${running.hostname}:${running.port}/app/files/${hidden}`);
      await refused.body?.cancel();
      ok(refused.status >= 400, hidden);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

each("texts that are hard to look through are shown like any other", async (engine) => {
  await using running = start(engine);
  await using ann = await ChatPage.enter(running, "Ann", "garden");
  await ann.until("aria-busy");
  const long = 80_000;
  for (
    const text of [
      `http://a${")".repeat(long)}`,
      `http://a${"(".repeat(long / 2)}${")".repeat(long / 2)}`,
      `http://a${".".repeat(long)}`,
      "http://a ".repeat(long / 9),
      `x${" ".repeat(long)}x`,
      `${"\n".repeat(long)}x`,
      "\n".repeat(long) + "x\n".repeat(9),
      "&<>\"'`".repeat(long / 6),
    ]
  ) {
    const room = await running.n2o.rooms.open("garden");
    const next = room.last + 1;
    await ann.send("send", { message: text });
    await ann.until(`"m${next}"`);
  }
  await ann.send("send", { message: " \n\t " });
  await ann.quiet();
});
