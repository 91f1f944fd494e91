/**
 * Pages whose modules are replaced while browsers show them.
 *
 * @module
 */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { atom, bert, format, isTuple, type Protocol, reply, type Term, text, tuple, unknown } from "@n2o/n2o";
import { button, createNitro, type Page, span } from "@n2o/n2o/nitro";
import { createTemplates } from "@n2o/n2o/nitro/templates";
import { dtl } from "../protocols/nitro/templates_dtl.ts";
import { each, type Running } from "./engines.ts";
import { keepLog } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { read, t } from "./speech.ts";

const RELOADED = { tell: tuple(atom("reload"), ["pages/index.ts"]) };
const REFUSED = '{io,<<>>,{error,"EV expected"}}';

/** A browser that shows a page, as far as frames show it. */
class Visitor implements AsyncDisposable {
  readonly #socket: RawSocket;
  readonly #pickles = new Map<string, string>();

  private constructor(socket: RawSocket) {
    this.#socket = socket;
  }

  static async open(app: Running, path = "app/index.htm"): Promise<Visitor> {
    const visitor = new Visitor(await RawSocket.open(app, `/ws/${path}`));
    await visitor.#socket.send("text", "N2O,,operations");
    await visitor.hear();
    return visitor;
  }

  /** The next frame; what listens is noted, and left out. */
  async hear(): Promise<string> {
    const frame = await this.#socket.frame();
    if (frame.payload.length === 0) return "nothing";
    const io = bert.decode(frame.payload);
    if (!isTuple(io, "io", 3) || !Array.isArray(io[1])) return read(frame);
    for (const operation of io[1]) {
      if (isTuple(operation, "on", 5)) this.#pickles.set(text(operation[1])!, text(operation[3])!);
    }
    const rest = io[1].filter((operation) => !isTuple(operation, "on", 5));
    return format(tuple(io[0], rest, io[2]), { utf8: true });
  }

  /** Clicks on an element, by the event that it has last been given. */
  async click(id: string): Promise<string> {
    const pickled = this.#pickles.get(id)!;
    await this.say(t("pickle", id, pickled, [tuple(tuple(id, "detail"), [])]));
    return await this.hear();
  }

  async say(term: Term): Promise<void> {
    await this.#socket.send("binary", bert.encode(term));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket[Symbol.asyncDispose]();
  }
}

/** A page that counts clicks, and says which version of it answers. */
function counting(version: string, more: Partial<Page> = {}): Page {
  return {
    init(nitro) {
      nitro.state.count ??= 0;
      nitro.update("more", button({ id: "more", body: version, postback: atom("more") }));
    },
    event(_message, nitro) {
      nitro.state.count = Number(nitro.state.count) + 1;
      nitro.update("count", span({ id: "count", body: `${version} ${nitro.state.count}` }));
    },
    ...more,
  };
}

/** An answer that shows an element; with `{init}` one that draws the page anew. */
function shown(id: string, html: string, data = "<<>>"): string {
  return `{io,[{update,<<"${id}">>,<<"${html}">>}],${data}}`;
}

each(
  "an open page goes on with its new module: state, events and what its browser shows stay",
  async (engine) => {
    await using app = engine.start({ protocols: [createNitro({ pages: { "app/index": counting("one") } })] });
    await using visitor = await Visitor.open(app);
    strictEqual(await visitor.click("more"), shown("count", '<span id=\\"count\\">one 1</span>'));
    app.n2o.replace([createNitro({ pages: { "app/index": counting("two") } })]);
    // The event was sealed before; of the element only the text is another one.
    strictEqual(await visitor.click("more"), '{io,[{text,<<"count">>,<<"two 2">>}],<<>>}');
  },
);

each("a new module makes the state of its own from the old one, once a connection", async (engine) => {
  const heard: unknown[] = [];
  const next = counting("two", {
    upgrade(old) {
      heard.push({ ...old });
      return { count: Number(old.count) + 100 };
    },
  });
  await using app = engine.start({ protocols: [createNitro({ pages: { "app/index": counting("one") } })] });
  await using visitor = await Visitor.open(app);
  await using other = await Visitor.open(app);
  await visitor.click("more");
  app.n2o.replace([createNitro({ pages: { "app/index": next } })]);
  strictEqual(await visitor.click("more"), '{io,[{text,<<"count">>,<<"two 102">>}],<<>>}');
  strictEqual(await other.click("more"), shown("count", '<span id=\\"count\\">two 101</span>'));
  // Another module of the application has changed, and this one is the same.
  app.n2o.replace([createNitro({ pages: { "app/index": next, "app/other": {} } })]);
  strictEqual(await visitor.click("more"), '{io,[{text,<<"count">>,<<"two 103">>}],<<>>}');
  deepStrictEqual(heard, [{ count: 1 }, { count: 0 }]);
});

each("a state that cannot be upgraded stays, and the new module goes on with it", async (engine) => {
  const { log, lines } = keepLog();
  await using app = engine.start({
    protocols: [createNitro({ pages: { "app/index": counting("one") } })],
    log,
  });
  await using visitor = await Visitor.open(app);
  await visitor.click("more");
  const upgrade = () => Promise.reject(new Error("cannot"));
  app.n2o.replace([createNitro({ pages: { "app/index": counting("two", { upgrade }) } })]);
  strictEqual(await visitor.click("more"), '{io,[{text,<<"count">>,<<"two 2">>}],<<>>}');
  deepStrictEqual(lines.map(({ event, page }) => [event, page]), [["page_failed", "index"]]);
});

each(
  "a page that is gone says good-bye and answers no more, until it is there again with its state",
  async (engine) => {
    const ends: string[] = [];
    const one = counting("one", { terminate: (reason) => void ends.push(format(reason)) });
    await using app = engine.start({ protocols: [createNitro({ pages: { "app/index": one } })] });
    await using visitor = await Visitor.open(app);
    await visitor.click("more");
    app.n2o.replace([createNitro({ pages: { "app/other": counting("other") }, default: "app/other" })]);
    strictEqual(await visitor.click("more"), REFUSED);
    deepStrictEqual(ends, ["{removed}"]);
    // The default page, which a new connection of this path has from now on, is not drawn into it.
    const other = counting("other again");
    app.n2o.replace([createNitro({ pages: { "app/other": other }, default: "app/other" })], RELOADED);
    strictEqual(await visitor.click("more"), REFUSED);
    deepStrictEqual(ends, ["{removed}"]);
    app.n2o.replace([createNitro({ pages: { "app/index": counting("back") } })]);
    strictEqual(await visitor.click("more"), '{io,[{text,<<"count">>,<<"back 2">>}],<<>>}');
  },
);

each(
  "when a file has changed an open page is drawn anew, and the state of before is its state",
  async (engine) => {
    const ends: string[] = [];
    const more = { terminate: (reason: Term) => void ends.push(format(reason)) };
    await using app = engine.start({
      protocols: [createNitro({ pages: { "app/index": counting("one", more) } })],
    });
    await using visitor = await Visitor.open(app);
    await visitor.click("more");
    app.n2o.replace([createNitro({ pages: { "app/index": counting("two", more) } })], RELOADED);
    strictEqual(
      await visitor.hear(),
      shown("more", '<button id=\\"more\\" type=\\"button\\">two</button>', "{init}"),
    );
    // Nothing is known of what the browser shows besides.
    strictEqual(await visitor.click("more"), shown("count", '<span id=\\"count\\">two 2</span>'));
    deepStrictEqual(ends, ["again"]);
  },
);

each("what a page has set going before it is drawn anew says nothing any more", async (engine) => {
  let late = () => {};
  const page = counting("one", {
    init(nitro) {
      late = () => nitro.update("late", span({ id: "late", body: "late" }));
      nitro.update("more", button({ id: "more", postback: atom("more") }));
    },
  });
  const protocols = [createNitro({ pages: { "app/index": page } })];
  await using app = engine.start({ protocols });
  await using visitor = await Visitor.open(app);
  const [before, replaced] = [late, app.n2o.replace(protocols, RELOADED)];
  strictEqual(replaced, undefined);
  match(await visitor.hear(), /update,<<"more">>/);
  before();
  late();
  match(await visitor.hear(), /update,<<"late">>/);
  match(await visitor.click("more"), /one NaN/);
});

each(
  "a page that cannot be drawn anew is reported, goes on, and the other protocols hear of the change",
  async (engine) => {
    const { log, lines } = keepLog();
    const heard: string[] = [];
    const other: Protocol = {
      name: "other",
      info(message, cx) {
        if (cx.source === "system") heard.push(format(message, { utf8: true }));
        return isTuple(message, "which", 1) ? reply("bert", atom("other")) : unknown;
      },
    };
    const broken = counting("two", {
      init() {
        throw new Error("broken");
      },
    });
    await using app = engine.start({
      protocols: [createNitro({ pages: { "app/index": counting("one") } }), other],
      log,
    });
    await using visitor = await Visitor.open(app);
    app.n2o.replace([createNitro({ pages: { "app/index": broken } }), other], RELOADED);
    await visitor.say(t("which"));
    strictEqual(await visitor.hear(), "other");
    match(await visitor.click("more"), /two 1/);
    deepStrictEqual(heard, ['{direct,{reload,[<<"pages/index.ts">>]}}']);
    deepStrictEqual(lines.map(({ event, page }) => [event, page]), [["page_failed", "index"]]);
  },
);

each("a client cannot have its page drawn anew", async (engine) => {
  let drawn = 0;
  const page = counting("one", { init: () => void drawn++ });
  await using app = engine.start({ protocols: [createNitro({ pages: { "app/index": page } })] });
  await using visitor = await Visitor.open(app);
  await visitor.say(t("direct", t("reload", [])));
  strictEqual(await visitor.hear(), REFUSED);
  strictEqual(drawn, 1);
});

each("a changed template is drawn at once, though it was looked at a moment ago", async (engine) => {
  const folder = await Deno.makeTempDir();
  const write = (word: string) => Deno.writeTextFile(`${folder}/box.html`, `<p>${word}</p>`);
  try {
    const { log, lines } = keepLog();
    const templates = createTemplates({ folder, recheckMs: Infinity, log: keepLog().log });
    const page: Page = {
      init: (nitro) => nitro.update("box", span({ id: "box", body: dtl({ templates, file: "box" }) })),
    };
    const protocols = [createNitro({ pages: { "app/index": page } })];
    await write("one");
    await using app = engine.start({ protocols, log });
    await using visitor = await Visitor.open(app);
    for (const word of ["two!", "three"]) {
      await write(word);
      app.n2o.replace(protocols, RELOADED);
      strictEqual(await visitor.hear(), shown("box", `<span id=\\"box\\"><p>${word}</p></span>`, "{init}"));
    }
    // One with an error is told, and the one before it is drawn.
    await Deno.writeTextFile(`${folder}/box.html`, "<p>{{ a|nothing }}</p>");
    app.n2o.replace(protocols, RELOADED);
    match(await visitor.hear(), /<p>three<\/p>/);
    deepStrictEqual(lines.map(({ event, page }) => [event, page]), [["drawn_as_before", "index"]]);
    match(String(lines[0].error), /box\.html:1/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
