/** What somebody does before the page is connected is done once it is. */
import { strict as assert } from "node:assert";
import { Buffer } from "node:buffer";
import { atom, isTuple, type Term, text, tuple } from "@n2o/n2o";
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

await earlyTest(
  "a form that nothing listens to goes on by itself once the server has said so",
  `<form><input id="q" name="q"><button id="go" name="by" value="button">go</button></form>`,
  [],
  async ({ page }) => {
    await page.fill("#q", "sought");
    await page.click("#go");
    assert.equal(new URL(page.url()).search, "");
  },
  async (tab, site) => {
    await tab.until(`location.search === "?q=sought&by=button"`);
    await tab.until(OPEN);
    assert.equal(site.events.length, 0);
    // And so it does from then on, on a page whose server has said nothing.
    await tab.page.fill("#q", "again");
    await tab.page.click("#go");
    await tab.until(`location.search === "?q=again&by=button"`);
    await tab.until(OPEN);
  },
);

await earlyTest(
  "a form of a dialog closes it, and one that the page's own script sends is sent once",
  `<dialog id="dialog" open><form method="dialog"><button id="close">x</button></form></dialog>
  <form id="own"><button id="send">send</button></form>`,
  [],
  async (tab) => {
    await tab.run(`void own.addEventListener("submit", (event) => {
      event.preventDefault();
      own.dataset.sent = Number(own.dataset.sent ?? 0) + 1;
    })`);
    await tab.page.click("#close");
    assert.equal(await tab.run(`dialog.open`), false);
    await tab.page.click("#send");
  },
  async (tab) => {
    await tab.apply(op("title", "done"));
    assert.deepEqual(await tab.run(`[own.dataset.sent, location.search]`), ["1", ""]);
  },
);

await earlyTest(
  "a click behind a long text is done, and one that led away from the page is not when the visitor comes back",
  `<a id="away" href="#there">away</a><input id="text"><button id="send">send</button>`,
  [op("on", "away", "click", "AWAY", []), op("on", "send", "click", "SEND", [atom("text")])],
  async (tab) => {
    await tab.page.click("#away");
    await tab.run(`void dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }))`);
    await tab.page.type("#text", "more than thirty-two letters, as they are typed");
    await tab.page.click("#send");
  },
  async (_tab, site) => {
    await site.until("it came", () => site.events.length > 0);
    assert.deepEqual(site.events.map(([, , pickle]) => text(pickle)), ["SEND"]);
    assert.equal(
      text(NitroSite.values(site.events[0]).text),
      "more than thirty-two letters, as they are typed",
    );
  },
);

await earlyTest(
  "a box that was ticked by its label is ticked when it comes, though it was drawn anew; a button that is disabled now says nothing",
  `<div id="part"><label id="label" for="box">box</label><input id="box" type="checkbox"></div><button id="late">late</button>`,
  [
    op(
      "update",
      "part",
      `<div id="part"><p>new</p><label id="label" for="box">The box</label><input id="box" type="checkbox"></div>`,
    ),
    op("on", "box", "change", "BOX", [atom("box")]),
    op("on", "late", "click", "LATE", []),
    op("attr", "late", "disabled", true),
    op("on", "label", "click", "LABEL", []),
  ],
  async ({ page }) => {
    await page.click("#late");
    await page.click("#label");
  },
  async (tab, site) => {
    await site.until("they came", () => site.events.length > 1);
    assert.deepEqual(site.events.map(([, , pickle]) => text(pickle)), ["LABEL", "BOX"]);
    assert.equal(NitroSite.values(site.events[1]).box, true);
    assert.equal(await tab.run(`box.checked`), true);
  },
);

await earlyTest(
  "a file that was chosen before the page was connected is sent",
  `<div id="up"><input id="file" type="file"><ul class="n2o-upload-list"></ul><template><li>${
    ["name", "size", "percent", "state", "error"].map((part) => `<b class="n2o-upload-${part}"></b>`).join("")
  }<progress class="n2o-upload-bar"></progress><button class="n2o-upload-toggle"></button><button class="n2o-upload-cancel"></button></li></template></div>`,
  [op("control", "up", "upload", [])],
  ({ page }) =>
    page.setInputFiles("#file", { name: "early.txt", mimeType: "text/plain", buffer: Buffer.from("early") }),
  async (tab, site) => {
    await site.until("it is sent", () => site.received.some((term) => isTuple(term, "ftp")));
    assert.equal(await tab.run(`up.querySelector(".n2o-upload-name").textContent`), "early.txt");
  },
);

await earlyTest(
  "what was done before is done when it is wired in one go with much else, and what is wired by a later answer listens from then on",
  `<button id="a">a</button><button id="b">b</button>`,
  [op("multi", [op("on", "a", "click", "A", [])])],
  async ({ page }) => {
    await page.click("#b");
    await page.click("#a");
  },
  async (tab, site) => {
    await tab.apply(op("on", "b", "click", "B", []));
    await tab.page.click("#b");
    await site.until("they came", () => site.events.length > 1);
    assert.deepEqual(site.events.map(([, , pickle]) => text(pickle)), ["A", "B"]);
  },
);
