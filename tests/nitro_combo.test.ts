/** Lookups' feeds over a real connection: what is found, what is given up, and what is refused. */
import { deepStrictEqual as same, match, ok } from "node:assert/strict";
import { atom, bert, isTuple, type Term, text, type Tuple, tuple } from "@n2o/n2o";
import {
  comboFeed,
  comboLookup,
  comboLookupGroup,
  type ComboOptions,
  createCombo,
  createNitro,
  type FeedWindow,
  type Page,
} from "@n2o/n2o/nitro";
import { each, type Engine, type Running } from "./engines.ts";
import { keepLog, type LogLine } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { hello, say, t } from "./speech.ts";

interface Visit extends AsyncDisposable {
  readonly app: Running;
  readonly socket: RawSocket;
  readonly log: LogLine[];
  /** Types into a lookup. */
  type(uid: Term, value: Term, feed: string, id?: string): Promise<void>;
  /** Sends `{direct, Message}`. */
  direct(message: Term): Promise<void>;
  /** The next operation, or the JavaScript of the next answer. */
  next(): Promise<Tuple | string>;
}

async function visit(
  engine: Engine,
  options: ComboOptions,
  mode = ",operations",
  page: Page = {},
): Promise<Visit> {
  const { log, lines } = keepLog();
  const nitro = createNitro({ pages: { index: createCombo(options).page(page) } });
  const app = engine.start({ protocols: [nitro], log });
  const socket = await RawSocket.open(app, "/ws/index");
  await hello(socket, mode);
  const waiting: (Tuple | string)[] = [];
  const direct = (message: Term) => say(socket, t("direct", message));
  return {
    app,
    socket,
    log: lines,
    direct,
    type: (uid, value, feed, id = "who") => direct(t("comboKey", uid, value, id, feed, atom("users"))),
    async next() {
      while (waiting.length === 0) {
        const io = bert.decode((await socket.frame()).payload);
        if (!isTuple(io, "io", 3)) continue;
        if (Array.isArray(io[1])) waiting.push(...io[1] as Tuple[]);
        else if (text(io[1]) !== "") waiting.push(text(io[1])!);
        else if (isTuple(io[2], "error")) waiting.push(io[2]);
      }
      return waiting.shift()!;
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      await app[Symbol.asyncDispose]();
    },
  };
}

/** `{combo, Id, Uid, Offset, Html, More}` as a test reads it: the titles of the rows. */
function rowsOf(operation: Tuple | string): { uid: Term; offset: Term; titles: string[]; more: Term } {
  ok(isTuple(operation, "combo", 6), String(operation));
  const [, , uid, offset, html, more] = operation;
  const titles = [...text(html)!.matchAll(/<div role="option"[^>]*data-text="([^"]*)"/g)].map(([, title]) =>
    title
  );
  return { uid, offset, titles, more };
}

function codeOf(operation: Tuple | string): string {
  ok(isTuple(operation, "combo", 6) && isTuple(operation[4], "error", 2), String(operation));
  return text(operation[4][1])!;
}

const people = Array.from(
  { length: 45 },
  (_, i) => ({ id: i + 1, name: `Person ${i + 1}`, town: i % 2 ? "Kyiv" : "Lviv" }),
);
const users = comboFeed({ rows: people, index: ({ name, town }) => [name, town] });

each(
  "each word that is typed must be in one of a row's texts; rows come twenty at a time, more by scrolling",
  async (engine) => {
    await using v = await visit(engine, { feeds: { "/users": users } });
    await v.type(1, "PERSON   kyiv", "/users");
    const first = rowsOf(await v.next());
    same([first.uid, first.offset, first.titles.length, first.more], [1, 0, 20, true]);
    same(first.titles.slice(0, 2), ["Person 2", "Person 4"]);
    await v.direct(t("comboScroll", 1, "who", atom("")));
    same(rowsOf(await v.next()), { uid: 1, offset: 20, titles: ["Person 42", "Person 44"], more: false });
    // There are no more, so there is no answer: the next one is the next search's.
    await v.direct(t("comboScroll", 1, "who", atom("")));
    await v.type(2, "person 45", "/users");
    same(rowsOf(await v.next()), { uid: 2, offset: 0, titles: ["Person 45"], more: false });
    await v.type(3, "nobody", "/users");
    same(rowsOf(await v.next()), { uid: 3, offset: 0, titles: [], more: false });
    await v.type(4, atom("all"), "/users");
    same(rowsOf(await v.next()).titles.length, 20);
    // As a text it is what somebody has typed.
    await v.type(5, "all", "/users");
    same(rowsOf(await v.next()).titles, []);
  },
);

each("a row carries its text, its looks and its term, escaped for where they stand", async (engine) => {
  const rows = [tuple(atom("user"), 1, 'A"n<n'), tuple(atom("user"), 2, "Оля")];
  await using v = await visit(engine, {
    feeds: { f: comboFeed({ rows, item: (row) => [text(row[2])!, "!"] }) },
  });
  await v.type(1, "оЛ", "f", "a&b");
  const html =
    '<div role="option" id="comboContainer_a&amp;b_0" data-bind="g2gDZAAEdXNlcmECbQAAAAbQntC70Y8=" ' +
    'data-text="Оля">Оля!</div>';
  same(text((await v.next() as Tuple)[4]), html);
  await v.type(2, atom("all"), "f");
  match(text((await v.next() as Tuple)[4])!, /data-text="A&quot;n&lt;n">A"n&lt;n!<\/div>/);
});

each("feeds are arrays, sets, async iterables and functions that search by themselves", async (engine) => {
  const asked: unknown[] = [];
  const feeds = {
    set: new Set(["red", "green"]),
    async: {
      async *[Symbol.asyncIterator]() {
        for (const colour of ["red", "green", "grey"]) yield await Promise.resolve(colour);
      },
    },
    asks: (query: string, { offset, limit }: FeedWindow) => {
      asked.push([query, offset, limit]);
      return Promise.resolve(Array.from({ length: limit }, (_, i) => offset + i));
    },
  };
  await using v = await visit(engine, { feeds, pageSize: 2 });
  await v.type(1, "re", "set");
  same(rowsOf(await v.next()).titles, ["red", "green"]);
  await v.type(2, "gre", "async");
  same(rowsOf(await v.next()), { uid: 2, offset: 0, titles: ["green", "grey"], more: false });
  await v.type(3, " Find Me ", "asks");
  same(rowsOf(await v.next()), { uid: 3, offset: 0, titles: ["0", "1"], more: true });
  await v.direct(t("comboScroll", 3, "who", atom("")));
  same(rowsOf(await v.next()), { uid: 3, offset: 2, titles: ["2", "3"], more: true });
  same(asked, [["Find Me", 0, 3], ["Find Me", 2, 3]]);
});

each(
  "a search is given up when more is typed, when it is stopped, and when the visitor leaves",
  async (engine) => {
    const signals: AbortSignal[] = [];
    const slow = (query: string, { signal }: FeedWindow) => {
      signals.push(signal);
      return query === "now" ? ["found"] : new Promise<string[]>(() => {});
    };
    await using v = await visit(engine, { feeds: { slow } });
    await v.type(1, "n", "slow");
    await v.type(2, "now", "slow");
    same(rowsOf(await v.next()), { uid: 2, offset: 0, titles: ["found"], more: false });
    same(signals[0].aborted, true);
    await v.type(3, "x", "slow");
    await v.type(3, atom("stop"), "slow");
    await v.app.until(() => signals[2]?.aborted === true, "the search is stopped");
    await v.type(4, "x", "slow");
    await v.app.until(() => signals.length === 4, "the search has begun");
    v.socket.close();
    await v.app.until(() => signals[3].aborted, "the search ends with its visitor");
  },
);

each("an iterable's own end is called when a search is given up", async (engine) => {
  let closed = 0;
  const rows = {
    async *[Symbol.asyncIterator]() {
      try {
        for (let i = 0;; i++) yield await Promise.resolve(`row ${i}`);
      } finally {
        closed++;
      }
    },
  };
  await using v = await visit(engine, { feeds: { rows } });
  await v.type(1, "row", "rows");
  same(rowsOf(await v.next()).titles.length, 20);
  await v.type(2, atom("stop"), "rows");
  await v.app.until(() => closed === 1, "the iterable is closed");
});

each("a long search lets others have their turn", async (engine) => {
  const rows = {
    *[Symbol.iterator]() {
      for (;;) yield "nothing";
    },
  };
  await using v = await visit(engine, { feeds: { rows, short: ["one"] } });
  await v.type(1, "something", "rows", "a");
  await v.type(1, "one", "short", "b");
  same(rowsOf(await v.next()).titles, ["one"]);
});

each("what is wrong gets a code, and no more of it reaches the browser", async (engine) => {
  const feeds = {
    bad: () => {
      throw new Error("secret of the database");
    },
    hung: () => new Promise<string[]>(() => {}),
    ok: ["row"],
  };
  await using v = await visit(engine, { feeds, timeoutMs: 20, maxTextLength: 8 });
  await v.type(1, "x", "/etc");
  same(codeOf(await v.next()), "combo_unknown_feed");
  await v.type(1, "x", "toString");
  same(codeOf(await v.next()), "combo_unknown_feed");
  await v.type(2, "123456789", "ok");
  same(codeOf(await v.next()), "combo_text_too_long");
  await v.type(3, "x", "bad");
  same(codeOf(await v.next()), "combo_failed");
  same(v.log.filter(({ level }) => level === "error").map(({ event }) => event), ["combo_failed"]);
  await v.type(4, "x", "hung");
  same(codeOf(await v.next()), "combo_timeout");
  await v.type(5, t("no", "text"), "ok");
  same(codeOf(await v.next()), "combo_bad_message");
  // Whose these are cannot be told: they are dropped.
  await v.direct(t("comboKey", 1));
  await v.direct(t("comboKey", 1, "x", t("no"), "ok", []));
  await v.direct(t("comboScroll", [], 7, []));
  await v.direct(t("comboAdd", "l", "v", "no tuple", [], 1, "ok", []));
  await v.direct(t("comboModify", "l", "i", "v", t("u", 1), 2, [], 9, "ok"));
  await v.type(6, "row", "ok");
  same(rowsOf(await v.next()), { uid: 6, offset: 0, titles: ["row"], more: false });
});

each(
  "so many lookups of a connection are known at once, and so many searches run at once",
  async (engine) => {
    const signals: AbortSignal[] = [];
    const hung = (_: string, { signal }: FeedWindow) => {
      signals.push(signal);
      return new Promise<string[]>(() => {});
    };
    await using v = await visit(engine, { feeds: { hung }, maxLookups: 2, maxSearches: 2 });
    await v.type(1, "x", "hung", "a");
    await v.type(1, "x", "hung", "b");
    // The one of `a` is given up in favour of the third.
    await v.type(1, "x", "hung", "c");
    await v.app.until(() => signals[0]?.aborted, "the oldest is given up");
    await using other = await RawSocket.open(v.app, "/ws/index");
    await hello(other, ",operations");
    await say(other, t("direct", t("comboKey", 1, "x", "a", "hung", [])));
    const io = bert.decode((await other.frame()).payload) as Tuple;
    same(codeOf((io[1] as Tuple[])[0]), "combo_busy");
  },
);

each("a choice is told to its feed when it was offered, and to nobody when it was not", async (engine) => {
  const chosen: unknown[] = [];
  const rows = [{ id: 1, name: "Ann" }, { id: 2, name: "Bob" }];
  const feed = comboFeed({
    rows,
    select({ row, value, id, update }, nitro) {
      chosen.push([row, value, id, update]);
      nitro.clear("list");
    },
  });
  await using v = await visit(engine, { feeds: { feed, other: [1, 2] } });
  const choose = (value: Term, id = "who", from = "feed") =>
    v.direct(t("comboSelect", 1, value, id, from, atom(""), atom("upd")));
  await v.type(1, "ann", "feed");
  await v.next();
  await choose(2);
  await choose(1, "another");
  await choose(1, "who", "other");
  await choose(1);
  same(await v.next(), t("clear", bytes("list")));
  same(chosen, [[rows[0], 1, "who", atom("upd")]]);
});

each("a page without lookups hears nothing of them, and a page's own events go on", async (engine) => {
  const seen: Term[] = [];
  const page: Page = {
    accepts: { direct: ["ping"] },
    event(message, nitro) {
      seen.push(message);
      nitro.clear("x");
    },
  };
  await using v = await visit(engine, { feeds: { f: ["a"] } }, ",operations", page);
  await v.direct(t("ping"));
  same(await v.next(), t("clear", bytes("x")));
  await v.direct(t("pong"));
  ok(isTuple(await v.next(), "error"));
  same(seen, [t("ping")]);
  const plain = engine.start({ protocols: [createNitro({ pages: { index: page } })], log: keepLog().log });
  await using _plain = plain;
  await using socket = await RawSocket.open(plain, "/ws/index");
  await hello(socket, ",operations");
  await say(socket, t("direct", t("comboKey", 1, "a", "who", "f", [])));
  ok(isTuple((bert.decode((await socket.frame()).payload) as Tuple)[2], "error"));
  same(seen.length, 1);
});

each("the original's client gets its rows as JavaScript of its own functions", async (engine) => {
  const rows = [tuple(atom("user"), 1, "O'Neil"), tuple(atom("user"), 2, "Bob")];
  await using v = await visit(engine, { feeds: { "/users": comboFeed({ rows, delegate: "users" }) } }, "", {
    init: (nitro) => nitro.update("who", comboLookup({ id: "who", feed: "/users", delegate: "users" })),
  });
  // The answer to the greeting was read by it.
  await v.type("u1", "all", "/users");
  const js = await v.next() as string;
  match(
    js,
    /^\{let x=qi\('comboContainer_who'\); if\(x\) \{x\.replaceChildren\(\);x\.style\.display='block';x\.onscroll=/,
  );
  ok(js.includes("bin('u1'),bin('who'),atom('users')"), js);
  ok(js.includes(String.raw`onclick="comboSelect('u1','who','O\\'Neil','/users','users','who_0')"`), js);
  ok(js.includes('data-bind="g2gDZAAEdXNlcmECbQAAAANCb2I="'), js);
  await v.type("u1", "nobody", "/users");
  match(await v.next() as string, /comboOpenFormById\('who_form'\)/);
  await v.type("u1", "stop", "/users");
  await v.type("u1", "x", "/no");
  same(await v.next(), "console.warn('who: combo_unknown_feed');");
  await v.direct(t("comboVecAdd", "team_list", rows[1], "/users", atom("users")));
  same(await v.next(), "appendItemFromBind('team_list','Bob','g2gDZAAEdXNlcmECbQAAAANCb2I=');");
  await v.direct(t("comboGroup", "g_draft", rows[0], atom("users"), "Sub", "g"));
  ok((await v.next() as string).includes("O'Neil</div>"));
  await v.direct(t("comboDraft", "g", "g_draft", [rows[0], rows[1]], atom("draft"), "Sub", atom("users")));
  const group = await v.next() as string;
  ok(group.includes('data-group-list="saved"') && group.includes('data-group-list="draft"'), group);
});

each("rows are added to a list of changeable ones, and changed there", async (engine) => {
  const roles = ["boss", "clerk"];
  await using v = await visit(engine, { feeds: { "/roles": roles } });
  await v.direct(t("comboAdd", "staff_list", "Ann", t("u", []), [], 2, "/roles", "clerk"));
  const added = await v.next() as Tuple;
  ok(isTuple(added, "insert"));
  const html = text(added[3])!;
  match(
    html,
    /^<div id="staff_list_[^"]*" class="modify_item" data-n2o-item="" data-bind="[^"]*"><div class="modify_item-title" data-n2o-title="">Ann</,
  );
  match(html, /value="clerk" data-bind="/);
  same(
    bert.decode(Uint8Array.fromBase64(/data-n2o-item="" data-bind="([^"]*)"/.exec(html)![1])),
    t("u", bytes("clerk")),
  );
  ok(isTuple(await v.next(), "control"));
  await v.direct(t("comboModify", "staff_list", "item", "Ann", t("u", "clerk"), "boss", [], 2, "/roles"));
  const changed = await v.next() as Tuple;
  ok(isTuple(changed, "update"));
  match(text(changed[2])!, /value="boss"/);
});

each("a group's element draws nothing that a browser would run", async (engine) => {
  await using v = await visit(engine, { feeds: { f: ["a"] } }, ",operations", {
    accepts: { direct: ["show"] },
    event: (_message, nitro) =>
      nitro.update(
        "g",
        comboLookupGroup({ id: "g", input: comboLookup({ id: "g_i", feed: "f" }), values: [["<b>"]] }),
      ),
  });
  await v.direct(t("show"));
  const html = text((await v.next() as Tuple)[2])!;
  ok(!/ on\w+=|style=|javascript:/.test(html), html);
  ok(html.includes("&lt;b&gt;"));
});

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

Deno.test("a page with a lookup keeps all of its functions when it is spread into another", () => {
  const page: Page = { name: "towns", rules: { town: { required: true } }, init: () => {}, info: () => true };
  const spread = { ...createCombo({ feeds: { "/towns": [] } }).page(page), title: "Towns" };
  same([spread.name, spread.rules, spread.init, spread.info], [
    page.name,
    page.rules,
    page.init,
    page.info,
  ]);
});
