/** `@n2o/n2o/testing`: clients and visitors for the tests of an application. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { atom, createLogger, isTuple, type Protocol, reply, session, text, tuple, unknown } from "@n2o/n2o";
import {
  alert,
  type Body,
  button,
  checkbox,
  createNitro,
  form,
  li,
  type Nitro,
  p,
  type Page,
  panel,
  redirect,
  setTitle,
  textarea,
  textbox,
  ul,
} from "@n2o/n2o/nitro";
import { startTest } from "@n2o/n2o/testing";
import { parse } from "../lib/testing/tree.ts";

const quiet = createLogger({ level: "silent" });

/** A page whose `do` is what the clicks of its button `go` come to. */
function pageOf(
  body: () => Body,
  go: (nitro: Nitro) => unknown,
  sources: string[] = [],
): Page {
  return {
    document: { title: "Before", body: [panel({ id: "place" }), p({ id: "said", body: "nothing" })] },
    init(nitro) {
      const button_ = button({ id: "go", body: "Go", postback: atom("go"), source: sources });
      nitro.update("place", panel({ id: "place", body: [body(), button_] }));
    },
    event: (_message, nitro) => void go(nitro),
  };
}

const start = (page: Page) =>
  startTest({ protocols: [createNitro({ pages: { "app/index": page } })], log: quiet });
const say = (nitro: Nitro, text: string) => nitro.update("said", p({ id: "said", body: text }));

Deno.test("a client says terms in Erlang's syntax or as they are, and hears what comes, in order", async () => {
  const echo: Protocol = {
    name: "echo",
    info(message, cx) {
      if (!isTuple(message, "echo", 2)) return unknown;
      cx.push(reply("text", "pushed"));
      return reply("default", message[1]);
    },
  };
  await using app = startTest({ protocols: [session, echo] });
  await using ann = await app.connect("app/index.htm");
  strictEqual(await ann.ask('{echo, <<"ж"/utf8>>}'), "pushed");
  strictEqual(await ann.hear(), `<<"ж"/utf8>>`);
  ann.say(tuple(atom("echo"), 7));
  strictEqual(await ann.hear(), "pushed");
  strictEqual(await ann.hear(), "7");
  strictEqual(await ann.ask("{nobody, takes_this}"), "");
  ann.sayText("N2O,");
  match(await ann.hear(), /^\{io,<<>>,\{'Token',/);
  await rejects(ann.ask("{echo, "), { code: "unexpected_end" });
});

Deno.test("a visitor sees the document and what the page makes of it, and its clicks bring what was filled in", async () => {
  const page = pageOf(
    () => [
      textbox({ id: "name", value: "nobody" }),
      textarea({ id: "about", body: "<quiet> & calm" }),
      checkbox({ id: "box" }),
    ],
    (nitro) => say(nitro, [nitro.text("name"), nitro.text("about"), nitro.q("box")].join("|")),
    ["name", "about", "box"],
  );
  await using app = start(page);
  await using ann = await app.visit("/app/index.htm");
  deepStrictEqual([ann.title, ann.text("said"), ann.attribute("name", "value")], [
    "Before",
    "nothing",
    "nobody",
  ]);
  await ann.click("go");
  strictEqual(ann.text("said"), "nobody|<quiet> & calm|false");
  ann.fill("name", "Ann");
  ann.fill("about", "");
  ann.fill("box", true);
  await ann.click("go");
  strictEqual(ann.text("said"), "Ann||true");
});

Deno.test("what is inserted, emptied, removed and named is seen", async () => {
  const steps: ((nitro: Nitro) => void)[] = [
    (nitro) => nitro.insertBottom("list", li({ id: "b", body: "b" })),
    (nitro) => nitro.insertTop("list", li({ id: "a", body: "a" })),
    (nitro) => nitro.insertBottom("list", li({ id: "b", body: "B" })),
    (nitro) => nitro.insertAfter("a", li({ body: "-" })),
    (nitro) => nitro.insertBefore("a", li({ body: "+" })),
    (nitro) => nitro.remove("a"),
    (nitro) => nitro.wire(setTitle("After")),
    (nitro) => nitro.clear("list"),
    (nitro) => nitro.wire([alert({ text: "unseen" }), redirect("/app/other")]),
  ];
  const page = pageOf(
    () => ul({ id: "list" }),
    (nitro) => steps[Number(nitro.state.step = Number(nitro.state.step ?? -1) + 1)](nitro),
  );
  await using app = start(page);
  await using ann = await app.visit("app/index");
  const seen: string[] = [];
  for (const _ of steps) {
    await ann.click("go");
    seen.push(ann.text("list"));
  }
  deepStrictEqual(seen, ["b", "ab", "aB", "a-B", "+a-B", "+-B", "+-B", "", ""]);
  deepStrictEqual([ann.title, ann.redirected, ann.has("a")], ["After", "/app/other", false]);
});

Deno.test("a form's button submits it, and what its rules refuse is told beside the field", async () => {
  const page: Page = {
    document: { body: form({ id: "form" }) },
    rules: { age: { type: "number", min: 18 } },
    init(nitro) {
      const body = [
        textbox({ id: "age" }),
        button({ id: "send", type: "submit", body: "Send" }),
        p({ id: "said" }),
      ];
      nitro.update("form", form({ id: "form", postback: atom("send"), source: ["age"], body }));
    },
    event: (_message, nitro) => say(nitro, `${nitro.text("age")} years`),
  };
  await using app = start(page);
  await using ann = await app.visit("app/index");
  ann.fill("age", "17");
  await ann.click("send");
  ok(ann.fault("age") !== undefined, "too young");
  strictEqual(ann.text("said"), "");
  ann.fill("age", "18");
  await ann.click("send");
  strictEqual(ann.text("said"), "18 years");
});

Deno.test("a visitor waits for what others do, and goes on with a session", async () => {
  const page: Page = {
    document: { body: [p({ id: "said" }), panel({ id: "place" })] },
    init(nitro) {
      nitro.cx.reg("all");
      nitro.update("place", button({ id: "place", body: "Call", postback: atom("call") }));
      say(nitro, `hello ${nitro.session.get("name") ?? "stranger"}`);
    },
    event(_message, nitro) {
      nitro.session.set("name", "Ann");
      nitro.cx.send("all", tuple(atom("client"), "called"));
    },
    client: (message, nitro) => say(nitro, text(message) ?? ""),
  };
  await using app = start(page);
  await using ann = await app.visit("app/index");
  await using bob = await app.visit("app/index");
  deepStrictEqual([ann.text("said"), bob.text("said")], ["hello stranger", "hello stranger"]);
  await ann.click("place");
  await bob.sees("said", "called");
  ok(ann.token !== bob.token && ann.token !== "");
  await using again = await app.visit("app/index", ann.token);
  strictEqual(again.text("said"), "hello Ann");
});

Deno.test("what goes wrong is told: no page, no element, nothing that listens, a page that fails, what is never seen", async () => {
  const page = pageOf(() => textbox({ id: "name" }), () => {
    throw new Error("broken");
  });
  const failing: Page = {
    document: { body: p({ id: "x" }) },
    init: () => Promise.reject(new Error("broken")),
  };
  await using app = startTest({
    protocols: [createNitro({ pages: { "app/index": page, "app/failing": failing } })],
    log: quiet,
  });
  await rejects(app.visit("app/nowhere"), { code: "no_page" });
  await rejects(app.visit("app/failing"), { code: "page_failed" });
  await using ann = await app.visit("app/index");
  const code = (work: () => unknown) =>
    rejects(async () => await work(), (error: { code: string }) => (codes.push(error.code), true));
  const codes: string[] = [];
  await code(() => ann.text("nobody"));
  await code(() => ann.fill("nobody", ""));
  await code(() => ann.click("nobody"));
  await code(() => ann.click("name"));
  await code(() => ann.sees("said", "never"));
  deepStrictEqual(codes, ["no_element", "no_element", "no_element", "deaf", "timeout"]);
});

Deno.test("HTML is read as pages write it, and as people do", () => {
  const read = (html: string) => parse(html).text;
  strictEqual(read("<p>a<b>b</b><br>c</p>d"), "abcd");
  strictEqual(read("&lt;&amp;&#39;&#x416;&nbsp;&unknown;"), "<&'Ж\xa0&unknown;");
  strictEqual(read("1 < 2<!-- no --><input value='>'>!"), "1 < 2!");
  strictEqual(read("<textarea><p>&lt;</textarea>x"), "<p><x");
  strictEqual(read("</p>a</div>b"), "ab");
  strictEqual(read("<p>open"), "open");
  const element = parse(`<A Href="/?a=1&amp;b" data-x disabled title='it"s' id=q>`).find(({ tag }) =>
    tag === "a"
  )!;
  deepStrictEqual([...element.attributes], [["href", "/?a=1&b"], ["data-x", ""], ["disabled", ""], [
    "title",
    'it"s',
  ], ["id", "q"]]);
});
