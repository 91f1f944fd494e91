/** What somebody does before the page is connected is done once it is. */
import { strict as assert } from "node:assert";
import { atom, type Term, text, tuple } from "@n2o/n2o";
import { browserTest } from "./chromium.ts";
import { NitroSite, NitroTab } from "./nitro_site.ts";

const op = (name: string, ...rest: Term[]): Term => tuple(atom(name), ...rest);
const OPEN = `document.documentElement.dataset.n2oState === "open"`;

/** Opens a page whose server keeps its first answer back until `act` has been done. */
async function earlyTest(
  name: string,
  body: string,
  init: readonly Term[],
  act: (tab: NitroTab) => Promise<void>,
  look: (tab: NitroTab, site: NitroSite) => Promise<void>,
): Promise<void> {
  await browserTest(name, async (browser) => {
    const site = new NitroSite();
    site.body = body;
    site.init = init;
    const answer = Promise.withResolvers<void>();
    site.isReady = answer.promise;
    try {
      const tab = new NitroTab(site, await browser.newPage());
      await tab.open(`document.documentElement.dataset.n2oState !== undefined`);
      await act(tab);
      assert.equal(site.events.length, 0);
      answer.resolve();
      await tab.until(OPEN);
      await look(tab, site);
      assert.deepEqual(tab.heard, []);
    } finally {
      answer.resolve();
      await site.close();
    }
  });
}

await earlyTest(
  "clicks, choices, keys and forms before the first answer are sent behind it, in their order and each once",
  `<div id="part"><button id="a">a</button></div><button id="b">b</button><button id="none">none</button>
  <input id="f"><select id="s"><option>1<option>2</select><form id="form"><button>go</button></form>`,
  [
    // The order in which things are wired says nothing.
    op("on", "form", "submit", "FORM", []),
    op("on", "s", "change", "S", [atom("s")]),
    op("on", "f", "keydown:Enter", "F", [atom("f")]),
    op("on", "b", "click", "B", []),
    op("update", "part", `<div id="part"><p>drawn anew</p><button id="a">a</button></div>`),
    op("on", "a", "click", "WRONG", []),
    // In place of the one before.
    op("on", "a", "click", "A", []),
  ],
  async ({ page }) => {
    await page.click("#a");
    await page.click("#none");
    await page.click("#b");
    await page.click("#a");
    await page.fill("#f", "typed");
    await page.type("#f", "x");
    await page.press("#f", "Enter");
    await page.selectOption("#s", "2");
    await page.click("#form button");
  },
  async (tab, site) => {
    await site.until("they came", () => site.events.length >= 6);
    assert.deepEqual(site.events.map(([, , pickle]) => text(pickle)), ["A", "B", "A", "F", "S", "FORM"]);
    assert.deepEqual([text(NitroSite.values(site.events[3]).f), text(NitroSite.values(site.events[4]).s)], [
      "typedx",
      "2",
    ]);
    // What was done to elements that nobody listened to is over.
    await tab.apply(op("on", "none", "click", "NONE", []), op("on", "b", "click", "B2", []));
    await tab.page.click("#b");
    await site.until("it came", () => site.events.length >= 7);
    assert.deepEqual(site.events.slice(6).map(([, , pickle]) => text(pickle)), ["B2"]);
  },
);
