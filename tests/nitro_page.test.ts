/**
 * Pages over real sockets: what their events may do, and what is refused.
 *
 * @module
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { atom, bert, format, isTuple, memoryStore, type Term, text, tuple } from "@n2o/n2o";
import { button, createNitro, input, type Nitro, p, type Page, panel, span, update } from "@n2o/n2o/nitro";
import { each, type Running } from "./engines.ts";
import { keepLog } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { read, t } from "./speech.ts";

/** A browser of ours, as far as frames show it. */
class Browser implements AsyncDisposable {
  readonly socket: RawSocket;
  token = "";
  readonly pickles = new Map<string, string>();

  private constructor(socket: RawSocket) {
    this.socket = socket;
  }

  static async open(app: Running, path: string, token = "", mode = ",operations"): Promise<Browser> {
    const browser = new Browser(await RawSocket.open(app, `/ws/${path}`));
    await browser.socket.send("text", `N2O,${token}${mode}`);
    await browser.hear();
    return browser;
  }

  /** The next frame: the operations in Erlang's syntax, or the script. */
  async hear(): Promise<string> {
    const frame = await this.socket.frame();
    if (frame.op !== "binary" || frame.payload.length === 0) return read(frame);
    const io = bert.decode(frame.payload);
    if (!isTuple(io, "io", 3)) return read(frame);
    const operations = Array.isArray(io[1]) ? io[1] : [];
    for (const operation of operations) {
      if (isTuple(operation, "on", 5)) this.pickles.set(text(operation[1])!, text(operation[3])!);
    }
    const script = /bin\('([\w-]+)'\),bin\('([\w-]+)'\)/.exec(text(io[1]) ?? "");
    if (script !== null) this.pickles.set(script[1], script[2]);
    if (isTuple(io[2], "Token", 2)) this.token = text(io[2][1])!;
    return format(io, { utf8: true });
  }

  /** Sends an event of an element with values. */
  async fire(id: string, values: Record<string, Term> = {}, pickled = this.pickles.get(id)): Promise<void> {
    const pairs = Object.entries(values).map(([key, value]) => tuple(key, value));
    await this.say(t("pickle", id, pickled!, [tuple(tuple(id, "detail"), []), ...pairs]));
  }

  async say(term: Term): Promise<void> {
    await this.socket.send("binary", bert.encode(term));
  }

  /** Sends an event, and gives what comes. */
  async click(id: string, values?: Record<string, Term>, pickled?: string): Promise<string> {
    await this.fire(id, values, pickled);
    return await this.hear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.socket[Symbol.asyncDispose]();
  }
}

const more = (id: string) => button({ id, body: "more", postback: atom("more"), source: ["name"] });

function counter(): Page {
  return {
    init(nitro) {
      nitro.state.count = 0;
      nitro.update("more", more("more"));
    },
    event(_message, nitro) {
      nitro.state.count = Number(nitro.state.count) + 1;
      nitro.update("count", span({ id: "count", body: `${nitro.state.count} ${nitro.text("name")}` }));
    },
  };
}

const REFUSED = '{io,<<>>,{error,"EV expected"}}';

each("counts clicks, and sends only the text that changed", async (engine) => {
  const nitro = createNitro({ pages: { "app/index": counter() } });
  await using app = engine.start({ protocols: [nitro] });
  await using browser = await Browser.open(app, "app/index.htm");
  strictEqual(
    await browser.click("more", { name: "a" }),
    '{io,[{update,<<"count">>,<<"<span id=\\"count\\">1 a</span>">>}],<<>>}',
  );
  strictEqual(await browser.click("more", { name: "<b>&" }), '{io,[{text,<<"count">>,<<"2 <b>&">>}],<<>>}');
  strictEqual(await browser.click("more"), '{io,[{text,<<"count">>,<<"3 ">>}],<<>>}');
});

each("an updated counter takes 60 bytes at most, and 120 in JavaScript", async (engine) => {
  const nitro = createNitro({ pages: { "app/index": counter() } });
  await using app = engine.start({ protocols: [nitro] });
  for (const [mode, most] of [[",operations", 60], ["", 120]] as const) {
    await using browser = await Browser.open(app, "app/index.htm", "", mode);
    await browser.click("more");
    await browser.fire("more");
    const { payload } = await browser.socket.frame();
    ok(payload.length + 2 <= most, `${payload.length + 2} bytes`);
  }
});

each("an update that changes nothing sends nothing", async (engine) => {
  const show = (nitro: Nitro) => nitro.update("box", panel({ id: "box", body: [more("more"), "&"] }));
  const nitro = createNitro({
    pages: { "app/index": { init: show, event: (_message, nitro) => show(nitro) } },
  });
  await using app = engine.start({ protocols: [nitro], limits: {} });
  await using browser = await Browser.open(app, "app/index.htm");
  await browser.fire("more");
  await browser.socket.send("binary", "");
  strictEqual(await browser.hear(), "nothing");
});

each("what has been touched since is sent again", async (engine) => {
  const row = (nitro: Nitro) => nitro.update("row", span({ id: "row", body: "row" }));
  const steps: Record<string, (nitro: Nitro) => void> = {
    row,
    table: (nitro) => nitro.update("table", panel({ id: "table", body: [span({ id: "row", body: "new" })] })),
    clear: (nitro) => nitro.clear("row"),
  };
  const page: Page = {
    init(nitro) {
      for (const name of Object.keys(steps)) {
        nitro.update(name, button({ id: `do-${name}`, postback: atom(name) }));
      }
    },
    event: (message, nitro) => steps[(message as { name: string }).name](nitro),
  };
  await using app = engine.start({ protocols: [createNitro({ pages: { "app/index": page } })] });
  await using browser = await Browser.open(app, "app/index.htm");
  const sent = '{io,[{update,<<"row">>,<<"<span id=\\"row\\">row</span>">>}],<<>>}';
  strictEqual(await browser.click("do-row"), sent);
  // A container that brings the row anew, then the row.
  match(await browser.click("do-table"), /update,<<"table">>/);
  strictEqual(await browser.click("do-row"), sent);
  // The container looks otherwise than it did, since the row in it was changed.
  match(await browser.click("do-table"), /update,<<"table">>/);
  strictEqual(await browser.click("do-row"), sent);
  match(await browser.click("do-clear"), /clear,<<"row">>/);
  strictEqual(await browser.click("do-row"), sent);
});

each("an event is good for its session and its page alone", async (engine) => {
  const log = keepLog();
  const nitro = createNitro({
    pages: { "app/index": counter(), "app/other": { ...counter(), name: "other" } },
  });
  await using app = engine.start({ protocols: [nitro], log: log.log });
  await using one = await Browser.open(app, "app/index.htm");
  await using two = await Browser.open(app, "app/index.htm");
  const stolen = one.pickles.get("more")!;
  strictEqual(await two.click("more", {}, stolen), REFUSED, "another session's event");
  await using again = await Browser.open(app, "app/index.htm", one.token);
  match(await again.click("more", {}, stolen), /update/, "the same session, on another connection");
  await using other = await Browser.open(app, "app/other.htm", one.token);
  strictEqual(await other.click("more", {}, stolen), REFUSED, "another page of the session");
  strictEqual(
    await one.click("more", {}, `${stolen.slice(0, -1)}${stolen.endsWith("A") ? "B" : "A"}`),
    REFUSED,
  );
  strictEqual(await one.click("more", {}, ""), REFUSED);
  strictEqual(await one.click("more", {}, one.token), REFUSED, "a token is no event");
});

each("an event outlives the login that it brings about, and no logout", async (engine) => {
  const page: Page = {
    init: (nitro) => {
      nitro.update("in", button({ id: "in", postback: atom("login") }));
      nitro.update("out", button({ id: "out", postback: atom("logout") }));
    },
    event(message, nitro) {
      if (message === atom("login")) nitro.cx.login("ann");
      else nitro.cx.logout();
      nitro.update("who", span({ id: "who", body: nitro.session.user ?? "nobody" }));
    },
  };
  await using app = engine.start({ protocols: [createNitro({ pages: { "app/index": page } })] });
  await using browser = await Browser.open(app, "app/index.htm");
  const answers = [await browser.click("in")];
  if (!answers[0].includes("who")) answers.push(await browser.hear());
  match(answers.join(), /ann/);
  // The page was not drawn anew, and its buttons still are good.
  const seen: string[] = [];
  await browser.fire("out");
  while (!seen.join().includes("nobody")) seen.push(await browser.hear());
  await browser.fire("in");
  const refused: string[] = [];
  while (refused.at(-1) !== REFUSED && refused.length < 3) refused.push(await browser.hear());
  strictEqual(refused.at(-1), REFUSED);
});

each("a client's own messages reach a page only where it says so", async (engine) => {
  const seen: string[] = [];
  const page: Page = {
    accepts: { direct: ["comboKey"], client: ["say"] },
    event: (message) => void seen.push(`event ${format(message)}`),
    client: (message) => void seen.push(`client ${format(message)}`),
    info: (message) => void seen.push(`info ${format(message)}`),
  };
  await using app = engine.start({ protocols: [createNitro({ pages: { "app/index": page } })] });
  await using browser = await Browser.open(app, "app/index.htm");
  const refused = [
    t("direct", atom("delete_all")),
    t("direct", t("exit", atom("normal"))),
    t("direct", tuple()),
    t("direct", "comboKey"),
    t("client", t("paid", 1)),
  ];
  for (const message of refused) {
    await browser.say(message);
    strictEqual(await browser.hear(), REFUSED, format(message));
  }
  const nobodys = [t("flush", "alert(1)"), t("message", "room"), t("server", 1), t("pickle", "x")];
  for (const message of nobodys) {
    await browser.say(message);
    strictEqual(await browser.hear(), "nothing", format(message));
  }
  await browser.say(t("direct", t("comboKey", 1)));
  await browser.say(t("client", t("say", "hi")));
  await browser.socket.send("binary", "");
  strictEqual(await browser.hear(), "nothing");
  deepStrictEqual(seen, ["event {comboKey,1}", 'client {say,<<"hi">>}']);
});

each("values belong to the event that brought them, also when events wait", async (engine) => {
  const seen: string[] = [];
  const waiting: (() => void)[] = [];
  const page: Page = {
    init: (nitro) => nitro.update("more", more("more")),
    async event(_message, nitro) {
      await new Promise<void>((resolve) => waiting.push(resolve));
      seen.push(`${nitro.text("name")}/${nitro.q("name") === undefined}`);
      nitro.update("more", span({ id: "done", body: nitro.text("name") }));
    },
  };
  await using app = engine.start({ protocols: [createNitro({ pages: { "app/index": page } })] });
  await using browser = await Browser.open(app, "app/index.htm");
  await browser.fire("more", { name: "first" });
  await browser.fire("more", { name: "second" });
  await browser.fire("more");
  for (let i = 0; i < 3; i++) {
    await app.until(() => waiting.length === i + 1, "the event begins");
    waiting[i]();
    await browser.hear();
  }
  deepStrictEqual(seen, ["first/false", "second/false", "/true"]);
});

each("what a page adds after its answer is sent by itself", async (engine) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const page: Page = {
    init(nitro) {
      promise.then(() => {
        nitro.update("a", p({ id: "a", body: "late" }));
        nitro.update("b", p({ id: "b", body: "later" }));
      });
    },
  };
  await using app = engine.start({ protocols: [createNitro({ pages: { "app/index": page } })] });
  await using browser = await Browser.open(app, "app/index.htm");
  resolve();
  match(await browser.hear(), /^\{io,\[\{update,<<"a">>.*\{update,<<"b">>.*\],<<>>\}$/);
});

each("a page that fails tells its client nothing but that it failed", async (engine) => {
  const { log, lines } = keepLog();
  const page: Page = {
    init: (nitro) => nitro.update("more", more("more")),
    event(_message, nitro) {
      nitro.update("x", p({ id: "x", body: "before" }));
      throw new Error("secret path /etc/n2o");
    },
    client() {
      throw new Error("secret");
    },
  };
  const failing: Page = {
    init() {
      throw new Error("secret");
    },
  };
  const nitro = createNitro({ pages: { "app/index": page, "app/failing": failing } });
  await using app = engine.start({ protocols: [nitro], log });
  await using browser = await Browser.open(app, "app/index.htm");
  // What was done before it failed is shown, as the original does.
  strictEqual(await browser.click("more"), '{io,[{update,<<"x">>,<<"<p id=\\"x\\">before</p>">>}],<<>>}');
  await using other = await RawSocket.open(app, "/ws/app/failing.htm");
  await other.send("text", "N2O,,operations");
  strictEqual(read(await other.frame()), "{io,<<>>,{stack,[]}}");
  strictEqual(lines.filter(({ event }) => event === "page_failed").length, 2);
});

each("JavaScript on a page that has none is an error which names it", async (engine) => {
  const { log, lines } = keepLog();
  const page: Page = {
    init: (nitro) => nitro.update("x", button({ id: "x", onclick: "steal()" })),
  };
  await using app = engine.start({ protocols: [createNitro({ pages: { "app/index": page } })], log });
  await using socket = await RawSocket.open(app, "/ws/app/index.htm");
  await socket.send("text", "N2O,,operations");
  strictEqual(read(await socket.frame()), "{io,<<>>,{stack,[]}}");
  match(String((lines[0].error as Error).message), /^button: onclick is JavaScript/);
  await socket.send("text", "N2O,");
  match(read(await socket.frame()), /onclick=\\"steal\(\)\\"/);
});

each("a field's rules hold on the server, for what is missing too", async (engine) => {
  const seen: string[] = [];
  const page: Page = {
    rules: { name: { required: true, maxLength: 5 } },
    init(nitro) {
      nitro.update("more", more("more"));
      nitro.update("mail", input({ id: "mail", validation: { type: "email" } }));
      nitro.update("ask", button({ id: "ask", postback: atom("ask"), source: ["mail"] }));
    },
    event: (message) => void seen.push(format(message)),
  };
  await using app = engine.start({ protocols: [createNitro({ pages: { "app/index": page } })] });
  await using browser = await Browser.open(app, "app/index.htm");
  match(await browser.click("more", { name: "far too long" }), /\[\{invalid,<<"name">>,<<"/);
  match(await browser.click("more", {}), /\[\{invalid,<<"name">>,<<"/, "left out");
  match(await browser.click("ask", { mail: "nobody" }), /\[\{invalid,<<"mail">>,<<"/);
  deepStrictEqual(seen, []);
  await browser.fire("more", { name: "short" });
  await browser.fire("ask", { mail: "a@example.org" });
  await browser.socket.send("binary", "");
  strictEqual(await browser.hear(), "nothing");
  deepStrictEqual(seen, ["more", "ask"]);
});

each("rules of elements hold where their connection does not", async (engine) => {
  const seen: string[] = [];
  const page: Page = {
    init(nitro) {
      // The button is sealed before anything is known of the field.
      nitro.update("ask", button({ id: "ask", postback: atom("ask"), source: ["mail"] }));
      if (nitro.qc("bare") === undefined) {
        nitro.update("mail", input({ id: "mail", validation: { required: true, maxLength: 5 } }));
      }
    },
    event: (message, nitro) => void seen.push(`${format(message)} ${nitro.text("mail")}`),
  };
  await using app = engine.start({ protocols: [createNitro({ pages: { "app/index": page } })] });
  await using browser = await Browser.open(app, "app/index.htm");
  const stolen = browser.pickles.get("ask")!;
  for (
    const value of ["far too long", [], [[]], [["abc"]], ["abc", "far too long"], tuple(2026, 1, 2), 1234567]
  ) {
    match(await browser.click("ask", { mail: value }), /\{invalid,<<"mail">>/, format(value as Term));
  }
  await using other = await Browser.open(app, "app/index.htm?bare", browser.token);
  match(await other.click("ask", { mail: "far too long" }, stolen), /\{invalid,<<"mail">>/, "sealed with it");
  await using same = await Browser.open(app, "app/index.htm", browser.token);
  match(await same.click("ask", { mail: "far too long" }, stolen), /\{invalid,<<"mail">>/);
  deepStrictEqual(seen, []);
  await same.fire("ask", { mail: "abc" }, stolen);
  await same.fire("ask", { mail: ["abc"] }, stolen);
  await same.socket.send("binary", "");
  strictEqual(await same.hear(), "nothing");
  deepStrictEqual(seen, ["ask abc", "ask abc"]);
});

each(
  "what a page adds late and cannot be said is for the log, and the connection goes on",
  async (engine) => {
    const { log, lines } = keepLog();
    const { promise, resolve } = Promise.withResolvers<void>();
    const page: Page = {
      init(nitro) {
        nitro.update("more", more("more"));
        promise.then(() => nitro.wire("alert(1)"));
      },
      event: (_message, nitro) => nitro.update("x", p({ id: "x" })),
    };
    await using app = engine.start({ protocols: [createNitro({ pages: { "app/index": page } })], log });
    await using browser = await Browser.open(app, "app/index.htm");
    resolve();
    await app.until(() => lines.some(({ event }) => event === "page_failed"), "it is logged");
    match(await browser.click("more"), /update/);
  },
);

each("rules of the page hold by POST, and on whatever connection", async (engine) => {
  const seen: string[] = [];
  const page: Page = {
    rules: { mail: { required: true, type: "email" } },
    init: (nitro) => nitro.update("ask", button({ id: "ask", postback: atom("ask"), source: ["mail"] })),
    event: (_message, nitro) => void seen.push(nitro.text("mail")),
  };
  await using app = engine.start({ protocols: [createNitro({ pages: { "app/index": page } })] });
  await using browser = await Browser.open(app, "app/index.htm");
  const post = async (mail: string) => {
    const event = t("pickle", "ask", browser.pickles.get("ask")!, [
      tuple(tuple("ask", "detail"), []),
      tuple("mail", mail),
      tuple("other", "x"),
    ]);
    const response = await fetch(`http://${app.hostname}:${app.port}/ws/app/index.htm`, {
      method: "POST",
      body: bert.encode(event) as Uint8Array<ArrayBuffer>,
      headers: { authorization: `Bearer ${browser.token}` },
    });
    return new Uint8Array(await response.arrayBuffer());
  };
  match(format(bert.decode(await post("nobody"))), /\{invalid/);
  strictEqual((await post("a@example.org")).length, 0);
  deepStrictEqual(seen, ["a@example.org"]);
});

each("an event brings what it was made to bring, and nothing else", async (engine) => {
  const seen: unknown[] = [];
  const page: Page = {
    init: (nitro) => nitro.update("more", more("more")),
    event: (_message, nitro) => void seen.push(nitro.q("name"), nitro.q("mail")),
  };
  await using app = engine.start({ protocols: [createNitro({ pages: { "app/index": page } })] });
  await using browser = await Browser.open(app, "app/index.htm");
  await browser.fire("more", { mail: "forged", name: [1, 2, 3] });
  await browser.fire("more", { name: [1, 2, 300] });
  await browser.socket.send("binary", "");
  strictEqual(await browser.hear(), "nothing");
  deepStrictEqual(seen, [[1, 2, 3], undefined, [1, 2, 300], undefined]);
});

each("an event that is repeated is answered under its id", async (engine) => {
  const ids: unknown[] = [];
  const page: Page = {
    init: (nitro) => nitro.update("more", more("more")),
    event: (_message, nitro) => void ids.push(nitro.eventId),
  };
  await using app = engine.start({ protocols: [createNitro({ pages: { "app/index": page } })] });
  await using browser = await Browser.open(app, "app/index.htm");
  const event = (pickled: string) =>
    t("pickle", "more", pickled, [tuple(tuple("more", "detail"), "0f".repeat(16))]);
  await browser.say(event(browser.pickles.get("more")!));
  strictEqual(await browser.hear(), `{io,[],{done,<<"${"0f".repeat(16)}">>}}`);
  await browser.say(event("rubbish"));
  strictEqual(await browser.hear(), `{io,<<>>,{refused,<<"${"0f".repeat(16)}">>}}`);
  deepStrictEqual(ids, ["0f".repeat(16)]);
});

each("a page hears its topics, and its connection's end", async (engine) => {
  const ended: string[] = [];
  const page: Page = {
    init: (nitro) => nitro.cx.reg("news"),
    client: (message, nitro) => nitro.insertTop("news", p({ body: text(message)! })),
    info(message, nitro) {
      if (!isTuple(message, "presence", 2)) return false;
      nitro.wire(update("who", span({ id: "who", body: text(message[1])! })));
      return true;
    },
    terminate: (reason) => void ended.push(format(reason)),
  };
  await using app = engine.start({ protocols: [createNitro({ pages: { "app/index": page } })] });
  {
    await using browser = await Browser.open(app, "app/index.htm");
    app.n2o.send("news", t("client", "<i>"));
    strictEqual(
      await browser.hear(),
      '{io,[{insert,<<"news">>,afterbegin,<<"<p>&lt;i&gt;</p>">>}],<<>>}',
    );
    app.n2o.send("news", t("presence", "ann"));
    match(await browser.hear(), /ann/);
  }
  await app.until(() => ended.length === 1, "the page hears of the end");
  match(ended[0], /close/);
});

each("a second greeting ends the page before, which says nothing any more", async (engine) => {
  const ended: string[] = [];
  const late: (() => void)[] = [];
  const page: Page = {
    init(nitro) {
      late.push(() => nitro.update("x", p({ id: "x", body: "late" })));
    },
    terminate: (reason) => void ended.push(format(reason)),
  };
  await using app = engine.start({ protocols: [createNitro({ pages: { "app/index": page } })] });
  {
    await using browser = await Browser.open(app, "app/index.htm");
    for (let i = 0; i < 3; i++) {
      await browser.socket.send("text", `N2O,${browser.token},operations`);
      await browser.hear();
    }
    deepStrictEqual(ended, ["again", "again", "again"]);
    for (const speak of late) speak();
    match(await browser.hear(), /late/);
    await browser.socket.send("binary", "");
    strictEqual(await browser.hear(), "nothing");
  }
  await app.until(() => ended.length === 4, "the last one ends");
});

each("events come by POST too, and their session by the cookie", async (engine) => {
  const nitro = createNitro({ pages: { "app/index": counter() } });
  await using app = engine.start({ protocols: [nitro], store: memoryStore() });
  await using browser = await Browser.open(app, "app/index.htm");
  const event = t("pickle", "more", browser.pickles.get("more")!, [tuple(tuple("more", "detail"), [])]);
  const post = async (token: string) => {
    const response = await fetch(`http://${app.hostname}:${app.port}/ws/app/index.htm`, {
      method: "POST",
      body: bert.encode(event) as Uint8Array<ArrayBuffer>,
      headers: { cookie: `X-Auth-Token=${token}` },
    });
    return format(bert.decode(new Uint8Array(await response.arrayBuffer())), { utf8: true });
  };
  match(await post(browser.token), /^\{io,\[\{update,<<"count">>/);
  strictEqual(await post(""), REFUSED);
});

Deno.test("pages are found by their paths, and named once", async () => {
  const nitro = createNitro({
    pages: {
      "app/login": { document: { title: "Log in", body: p({ body: "<b>" }) }, init: () => {} },
      "/app/admin/": { name: "admins", document: {}, init: () => {} },
    },
    default: "app/login",
  });
  const get = async (path: string) => (await nitro.documents(new Request(`http://localhost${path}`)));
  const login = await get("/app/login.htm");
  const html = await login!.text();
  match(html, /<title>Log in<\/title>/);
  match(html, /<body><p>&lt;b&gt;<\/p><\/body>/);
  match(login!.headers.get("content-security-policy")!, /^default-src 'self'/);
  strictEqual((await get("/app/admin"))!.status, 200);
  strictEqual((await get("/"))!.status, 200);
  for (const path of ["/app/login.css", "/app/logins", "/app/login/x.css", "/app/%zz", "/app"]) {
    strictEqual(await get(path), undefined, path);
  }
  for (const pages of [{ "": {} }, { "a/index": {}, "b/index": {} }] as Record<string, Page>[]) {
    try {
      createNitro({ pages });
      throw new Error("taken");
    } catch (error) {
      strictEqual((error as { code: string }).code, "bad_route");
    }
  }
});
