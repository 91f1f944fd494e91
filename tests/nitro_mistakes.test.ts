/**
 * Mistakes of those who write pages: each is told by what it is, and where it helps by what to do.
 *
 * @module
 */
import { deepStrictEqual, match, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { atom, type Term, tuple } from "@n2o/n2o";
import {
  type Body,
  button,
  createNitro,
  NitroError,
  type Page,
  panel,
  render,
  renderOperations,
  type Rules,
  rulesTerm,
  type Target,
  update,
} from "@n2o/n2o/nitro";
import { startTest } from "@n2o/n2o/testing";
import { keepLog } from "./log.ts";

/** What an error says. */
function told(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof NitroError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "nothing";
}

Deno.test("what cannot stand in a page is named", () => {
  const bodies: [unknown, RegExp][] = [
    [{ name: "Ada" }, /^no_text: an object cannot stand/],
    [() => "Ada", /^no_text: a function cannot/],
    [Promise.resolve("Ada"), /^no_text: a promise, which is to be awaited first, cannot/],
    [new Date(0), /^no_text: a Date, which is to be formatted first, cannot/],
    [new Map(), /^no_text: what is no array cannot/],
    [Symbol("Ada"), /^no_text: a symbol cannot/],
    [tuple(1, 2), /^no_text: a tuple cannot/],
    [
      update("name", "Ada"),
      /^no_text: the action update, which is for wire\(\) or the field actions, cannot/,
    ],
  ];
  for (const [body, expected] of bodies) match(told(() => render(panel({ body: body as Body }))), expected);
  match(told(() => render(panel({ title: panel({}) as never }))), /^no_text: an element cannot/);
});

Deno.test("a target that is none is said to be none", () => {
  for (const target of [undefined, {}, () => "list", panel({ id: "list" }), { ps: "a.b" }]) {
    match(
      told(() => renderOperations(update(target as Target, "Ada"))),
      /^bad_target: a target is an element's id, or/,
    );
  }
});

Deno.test("a rule that there is not is refused, and what is wrong with one is said", () => {
  const told = (rules: unknown) => {
    let message = "";
    throws(() => rulesTerm(rules as Rules), (error: NitroError) => {
      message = error.message;
      return error.code === "bad_rules";
    });
    return message;
  };
  strictEqual(told({ requried: true }), "a field has no rule requried");
  strictEqual(told({ minLength: "3" }), "a field's rule minLength is a number of characters");
  strictEqual(told({ type: "phone" }), "a field's rule type is one of email, url, integer, number, date");
  strictEqual(told({ min: "x" }), "a field's rule min is a number");
  match(told({ min: 3, type: "date" }), /^a field's rule min is a day such as 2026-01-31/);
});

Deno.test("a page's rules are looked at when it is taken, not when a visitor comes", () => {
  const page: Page = { rules: { name: { required: true }, code: { pattern: "(" } } };
  throws(() => createNitro({ pages: { "app/board": page } }), {
    code: "bad_rules",
    message: "page app/board, field code: a field's pattern is a regular expression",
    value: "(",
  });
});

Deno.test("a postback that is no term is told with its element, and the page goes on", async () => {
  const { log, lines } = keepLog();
  const page: Page = {
    document: { body: panel({ id: "list" }) },
    init(nitro) {
      nitro.update(
        "list",
        panel({ id: "list", body: button({ id: "add", body: "Add", postback: atom("add") }) }),
      );
    },
    event(_message, nitro) {
      const postback = { row: 7 } as unknown as Term;
      if (nitro.state.failed) return nitro.update("list", panel({ id: "list", body: "went on" }));
      nitro.state.failed = true;
      nitro.insertBottom("list", button({ id: "row7", body: "7", postback }));
    },
  };
  await using app = startTest({ protocols: [createNitro({ pages: { "app/list": page } })], log });
  await using visitor = await app.visit("app/list");
  await rejects(visitor.click("add"), { code: "page_failed" });
  const { error } = lines.find(({ event }) => event === "page_failed")!;
  ok(error instanceof NitroError);
  strictEqual(error.code, "bad_field");
  match(error.message, /^the postback of row7 is no term: .*object/);
  await visitor.click("add");
  strictEqual(visitor.text("list"), "went on");
});

Deno.test("an answer that no client would take is an error, and the page goes on", async () => {
  const { log, lines } = keepLog();
  const page: Page = {
    document: { body: panel({ id: "list" }) },
    init(nitro) {
      nitro.update(
        "list",
        panel({ id: "list", body: button({ id: "all", body: "All", postback: atom("all") }) }),
      );
    },
    event(_message, nitro) {
      const half = "x".repeat(nitro.state.failed ? 1_000_000 : 9_000_000);
      nitro.state.failed = true;
      nitro.insertBottom("list", half);
      nitro.insertBottom("list", half);
    },
  };
  await using app = startTest({ protocols: [createNitro({ pages: { "app/list": page } })], log });
  await using visitor = await app.visit("app/list");
  await rejects(visitor.click("all"), { code: "page_failed" });
  const { error } = lines.find(({ event }) => event === "page_failed")!;
  ok(error instanceof NitroError);
  strictEqual(error.code, "too_large");
  await visitor.click("all");
  strictEqual(visitor.text("list").length, 2_000_003);
});

Deno.test("a function that does not come to an end is told to the log; one that does is not", async () => {
  const { log, lines } = keepLog();
  const { promise, resolve } = Promise.withResolvers<void>();
  const page: Page = {
    document: { body: panel({ id: "list" }) },
    init(nitro) {
      nitro.update(
        "list",
        panel({ id: "list", body: button({ id: "wait", body: "Wait", postback: atom("wait") }) }),
      );
    },
    async event(_message, nitro) {
      await promise;
      nitro.update("list", panel({ id: "list", body: "done" }));
    },
  };
  await using app = startTest({ protocols: [createNitro({ pages: { "app/list": page } })], log });
  await using visitor = await app.visit("app/list");
  // The clock of the page alone: what it sets for ten seconds is called when the test says so.
  const { setTimeout, clearTimeout } = globalThis;
  const watches = new Map<number, () => void>();
  const begun = Promise.withResolvers<void>();
  globalThis.setTimeout = ((callback: () => void, ms?: number) => {
    const id = setTimeout(callback, ms) as unknown as number;
    if (ms === 10_000) {
      watches.set(id, callback);
      begun.resolve();
    }
    return id;
  }) as unknown as typeof setTimeout;
  globalThis.clearTimeout = ((id: number) => {
    watches.delete(id);
    clearTimeout(id);
  }) as unknown as typeof clearTimeout;
  try {
    const clicked = visitor.click("wait");
    await begun.promise;
    const before = [...watches.values()];
    for (const watch of before) watch();
    resolve();
    await clicked;
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
  strictEqual(visitor.text("list"), "done");
  const slow = lines.filter(({ event }) => event === "page_slow");
  deepStrictEqual(slow.map(({ page, function: name, afterMs }) => ({ page, name, afterMs })), [
    { page: "list", name: "event", afterMs: 10_000 },
  ]);
  strictEqual(watches.size, 0, "its watch has ended");
});
