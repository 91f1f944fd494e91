/**
 * Updates whose root is around the element that they name, and what an update must not touch.
 *
 * @module
 */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { atom, createN2O, isTuple, type Term, text, type Tuple, tuple } from "@n2o/n2o";
import { button, checkbox, createNitro, type Page, panel, raw } from "@n2o/n2o/nitro";
import { browserTest } from "./chromium.ts";
import { nitroTest } from "./nitro_site.ts";

browserTest(
  "an element in a frame of its own is drawn again in its place, and what stands beside it stays",
  async (browser) => {
    const steps: ((nitro: Parameters<NonNullable<Page["init"]>>[0]) => void)[] = [
      (nitro) => nitro.update("agree", checkbox({ id: "agree", body: "I agree" })),
      (nitro) => nitro.update("agree", checkbox({ id: "agree", body: "I agree, too" })),
      (nitro) =>
        nitro.update("a0", [
          panel({ id: "a0", body: "new" }),
          panel({ class: "k", body: panel({ id: "z", body: "in" }) }),
        ]),
      (nitro) =>
        nitro.update("a0", [
          panel({ id: "a0", body: "newer" }),
          panel({ class: "k", body: panel({ id: "z", body: "in" }) }),
        ]),
      (nitro) => nitro.insertBottom("list", raw("text")),
    ];
    let step = 0;
    const page: Page = {
      document: {
        body: [
          panel({ id: "agree" }),
          panel({ id: "a", body: [panel({ id: "a0" }), panel({ id: "a1", body: "must stay" })] }),
          panel({ id: "list", body: panel({ id: "undefined", body: "mine" }) }),
          panel({ id: "next" }),
        ],
      },
      init: (nitro) => nitro.update("next", button({ id: "next", postback: atom("next") })),
      event(_message, nitro) {
        steps[step++](nitro);
        nitro.update("next", button({ id: "next", body: step, postback: atom("next") }));
      },
    };
    const nitro = createNitro({ pages: { "app/index": page } });
    const n2o = createN2O({ protocols: [nitro], files: [nitro.documents] });
    try {
      const { url } = n2o.listen({ port: 0, hostname: "127.0.0.1" });
      const tab = await browser.newPage();
      const errors: string[] = [];
      tab.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      tab.on("pageerror", (error) => errors.push(error.message));
      await tab.goto(`${url}app/index.htm`);
      await tab.waitForSelector("button#next");
      for (let i = 1; i <= steps.length; i++) {
        await tab.click("#next");
        await tab.locator("#next", { hasText: String(i) }).waitFor();
      }
      strictEqual(await tab.locator("label").count(), 1);
      strictEqual(await tab.locator("label").textContent(), "I agree, too");
      strictEqual(await tab.locator("#a1").textContent(), "must stay");
      strictEqual(await tab.locator("#a0").textContent(), "newer");
      strictEqual(await tab.locator("#list").textContent(), "minetext");
      deepStrictEqual(errors.filter((text) => !text.includes("404")), []);
    } finally {
      await n2o.close({ drainMs: 1000 });
    }
  },
);

await nitroTest(
  "a page whose event is no longer good asks to be drawn anew, once, and keeps what its visitor typed",
  `<button id="b">Go</button><input id="f">`,
  async (tab, site) => {
    await tab.apply(tuple(atom("on"), "b", "click", "P", [atom("f")]));
    await tab.page.fill("#f", "typed");
    for (let clicks = 1; clicks <= 2; clicks++) {
      await tab.page.click("#b");
      await site.until("the event came", () => site.events.length === clicks);
      site.io([], tuple(atom("error"), "EV expected"));
    }
    const greetings = () => site.received.filter((term) => isTuple(term as Term, "init", 2));
    await site.until("the page asks for itself", () => greetings().length > 0);
    site.send(tuple(atom("update"), "b", `<button id="b">Go on</button>`));
    await tab.page.locator("#b", { hasText: "Go on" }).waitFor();
    deepStrictEqual(greetings().map((term) => text((term as Tuple)[1])), ["token,operations"]);
    strictEqual(await tab.page.inputValue("#f"), "typed");
  },
);
