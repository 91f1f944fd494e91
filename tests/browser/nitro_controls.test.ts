/// <reference lib="dom" />
import { strict as assert } from "node:assert";
import { tuple } from "@n2o/n2o";
import { type Browser, browserTest, complaints, type Page } from "./chromium.ts";
import { ControlsSite } from "./controls_site.ts";

type Step = (page: Page, site: ControlsSite) => Promise<void>;

async function onPage(browser: Browser, step: Step, timezoneId = "UTC"): Promise<void> {
  const site = new ControlsSite();
  try {
    const context = await browser.newContext({ timezoneId, viewport: { width: 390, height: 1600 } });
    const page = await context.newPage();
    const heard = complaints(page);
    await page.goto(site.url);
    await page.waitForSelector("#send");
    await step(page, site);
    assert.deepEqual(heard, []);
  } finally {
    await site.close();
  }
}

/** The values that the page sends. */
async function valuesOf(page: Page, site: ControlsSite): Promise<Record<string, string>> {
  const count = site.sent.length;
  await page.click("#send");
  await site.until("the values came", () => site.sent.length > count);
  return site.sent.at(-1)!;
}

/** What a lookup's list shows, and which row is marked. */
function listOf(
  page: Page,
  id: string,
): Promise<{ open: boolean; rows: number; marked: string | null; first: string | null }> {
  return page.evaluate((id) => {
    const [input, list] = [document.getElementById(id)!, document.getElementById(`comboContainer_${id}`)!];
    const marked = document.getElementById(input.getAttribute("aria-activedescendant") ?? "");
    return {
      open: !list.hidden && input.getAttribute("aria-expanded") === "true",
      rows: list.querySelectorAll("[role=option]").length,
      marked: marked?.getAttribute("aria-selected") === "true" ? marked.textContent : null,
      first: list.firstElementChild?.textContent ?? null,
    };
  }, id);
}

/** Waits until an expression is true; Playwright's own way needs a policy that allows `eval`. */
async function until(page: Page, expression: string): Promise<void> {
  for (let tries = 0; tries < 2400; tries++) {
    if (await page.evaluate(expression) === true) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`waited in vain until ${expression}`);
}

/** Presses keys one after another. */
async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

async function openList(page: Page, id: string, rows: number): Promise<void> {
  await page.waitForSelector(`#comboContainer_${id}:not([hidden]) > :nth-child(${rows})`);
}

await browserTest(
  "a lookup is used with the keyboard alone, and what is chosen is sent as its term",
  (browser) =>
    onPage(browser, async (page, site) => {
      await page.focus("#who");
      await press(page, "ArrowDown");
      await openList(page, "who", 20);
      assert.deepEqual(await listOf(page, "who"), { open: true, rows: 20, marked: null, first: "Ann <b>" });
      await press(page, "ArrowDown", "ArrowDown");
      assert.equal((await listOf(page, "who")).marked, "Person 1");
      await press(page, "Home");
      assert.equal((await listOf(page, "who")).marked, "Ann <b>");
      // The last row is where more begin: they come as it is shown.
      await press(page, "End");
      await openList(page, "who", 40);
      await press(page, "ArrowDown");
      assert.equal((await listOf(page, "who")).marked, "Person 20");
      await press(page, "ArrowUp", "Enter");
      assert.equal((await listOf(page, "who")).open, false);
      assert.equal(await page.inputValue("#who"), "Person 19");
      await site.until("the choice came", () => site.chosen.length === 1);
      assert.equal((await valuesOf(page, site)).who, '{user,19,<<"Person 19">>,[]}');
      // Another text is a text again, until a row is chosen.
      await page.fill("#who", "person 45");
      await openList(page, "who", 1);
      await until(page, "document.querySelectorAll('#comboContainer_who > *').length === 1");
      await press(page, "Escape");
      assert.equal((await listOf(page, "who")).open, false);
      assert.equal(await page.inputValue("#who"), "person 45");
      assert.equal((await valuesOf(page, site)).who, '<<"person 45">>');
      await page.focus("#who");
      await press(page, "Escape");
      assert.equal(await page.inputValue("#who"), "");
      await page.fill("#who", "nobody of that name");
      await page.waitForSelector("#comboContainer_who:not([hidden])");
      await until(page, "document.querySelector('#comboContainer_who').textContent === 'Nothing found'");
      await press(page, "ArrowDown", "Enter", "Tab");
      assert.equal((await listOf(page, "who")).open, false);
      assert.equal(await page.evaluate("document.activeElement.id"), "slow");
    }),
);

await browserTest(
  "a lookup is used with the pointer, and emptied",
  (browser) =>
    onPage(browser, async (page, site) => {
      await page.click("#lookup_who .n2o-combo-open");
      await openList(page, "who", 20);
      await page.click("#comboContainer_who > :nth-child(3)");
      assert.equal(await page.inputValue("#who"), "Person 2");
      assert.equal(await page.evaluate("document.activeElement.id"), "who");
      assert.equal((await valuesOf(page, site)).who, '{user,2,<<"Person 2">>,[]}');
      await page.click("#lookup_who .n2o-combo-open");
      // All of them, though a row is chosen.
      await openList(page, "who", 20);
      await page.click("#lookup_who .n2o-combo-open");
      assert.equal((await listOf(page, "who")).open, false);
      await page.click("#lookup_who .n2o-combo-clear");
      assert.equal((await valuesOf(page, site)).who, "<<>>");
      assert.equal(await page.isVisible("#lookup_who .n2o-combo-clear"), false);
    }),
);

await browserTest(
  "rows for what was typed before come too late, and are not shown",
  (browser) =>
    onPage(browser, async (page, site) => {
      await page.fill("#slow", "a");
      await site.until("the first search runs", () => site.slow.has("a"));
      await page.fill("#slow", "ab");
      // The answer to the first one is on its way before the second one is asked for.
      site.slow.get("a")!(["late"]);
      await site.until("the second search runs", () => site.slow.has("ab"));
      assert.equal((await listOf(page, "slow")).open, false);
      site.slow.get("ab")!(["in time"]);
      await openList(page, "slow", 1);
      assert.deepEqual(await listOf(page, "slow"), { open: true, rows: 1, marked: null, first: "in time" });
      // Who has left the field gets no list any more.
      await page.fill("#slow", "abc");
      await site.until("the third search runs", () => site.slow.has("abc"));
      await page.focus("#who");
      site.slow.get("abc")!(["nobody waits"]);
      await valuesOf(page, site);
      assert.equal((await listOf(page, "slow")).open, false);
    }),
);

await browserTest(
  "while a word is composed nothing is searched for, and Enter chooses nothing",
  (browser) =>
    onPage(browser, async (page, site) => {
      await page.focus("#slow");
      const cdp = await page.context().newCDPSession(page);
      await cdp.send("Input.imeSetComposition", { text: "に", selectionStart: 1, selectionEnd: 1 });
      await cdp.send("Input.imeSetComposition", { text: "にほ", selectionStart: 2, selectionEnd: 2 });
      await page.waitForTimeout(300);
      assert.equal(site.slow.size, 0);
      await cdp.send("Input.insertText", { text: "日本" });
      await site.until("the word is searched for", () => site.slow.has("日本"));
      assert.deepEqual([...site.slow.keys()], ["日本"]);
    }),
);

await browserTest(
  "values gather in lists, are put in order with keys and pointer, and come in that order",
  (browser) =>
    onPage(browser, async (page, site) => {
      const first = await valuesOf(page, site);
      assert.deepEqual(first, {
        day: "{2024,2,29}",
        who: "<<>>",
        team: "[{user,99}]",
        tags: '[<<"red">>]',
        days: "[]",
        order: '[<<"one">>,<<"two">>,<<"three">>,<<"four">>]',
        groups: '[[<<"a">>,<<"b">>],[<<"c">>]]',
        staff: '[{user,7,<<"Eve">>,<<"boss">>}]',
        wrap_reply_comboLookupText: "<<>>",
        city: "<<>>",
      });
      // Keys.
      await page.focus("#order > :nth-child(1) > button");
      await press(page, "ArrowDown", "ArrowDown", "ArrowUp", "ArrowDown", "ArrowDown", "ArrowDown");
      assert.equal(await page.evaluate("document.activeElement.parentElement.textContent"), "one");
      assert.equal(await page.textContent("[role=status]"), "4");
      assert.equal((await valuesOf(page, site)).order, '[<<"two">>,<<"three">>,<<"four">>,<<"one">>]');
      // The pointer: the last one goes to the second place.
      const handle = (await page.locator("#order > :nth-child(4) > button").first().boundingBox())!;
      const target = (await page.locator("#order > :nth-child(2)").boundingBox())!;
      await page.mouse.move(handle.x + 10, handle.y + 10);
      await page.mouse.down();
      await page.mouse.move(handle.x + 10, handle.y - 20, { steps: 5 });
      await page.mouse.move(handle.x + 10, target.y + 4, { steps: 10 });
      assert.equal(await page.locator("[data-n2o-dragged]").count(), 1);
      await page.mouse.up();
      assert.equal(await page.locator("[data-n2o-dragged]").count(), 0);
      assert.equal((await valuesOf(page, site)).order, '[<<"two">>,<<"one">>,<<"three">>,<<"four">>]');
      // Taken out: the focus goes on to the next one.
      await page.click("#order > :nth-child(1) > .list__item-close");
      assert.equal(await page.evaluate("document.activeElement.parentElement.textContent"), "one");
      assert.equal((await valuesOf(page, site)).order, '[<<"one">>,<<"three">>,<<"four">>]');
      const changes = site.changes;
      assert.ok(changes >= 7, `${changes} changes`);
      // Added by Enter and by the button; what is there already is not added again.
      await page.fill("#tag", "green <b>");
      await press(page, "Enter");
      assert.equal(await page.inputValue("#tag"), "");
      await page.fill("#tag", "red");
      await page.click("#tags .add-btn");
      await page.fill("#one_day", "2024-02-29");
      await page.click("#days .add-btn");
      const then = await valuesOf(page, site);
      assert.equal(then.tags, '[<<"red">>,<<"green <b>">>]');
      assert.equal(then.days, "[{2024,2,29}]");
      assert.equal(site.changes, changes + 1);
      // Chosen rows.
      for (const _ of [1, 2]) {
        await page.fill("#team_input", "person 7");
        await openList(page, "team_input", 1);
        await press(page, "ArrowDown", "Enter");
        assert.equal(await page.inputValue("#team_input"), "");
      }
      assert.equal((await valuesOf(page, site)).team, '[{user,99},{user,7,<<"Person 7">>,[]}]');
    }),
);

await browserTest(
  "groups are put together, saved, changed and moved; parts of values are chosen; texts are filled in",
  (browser) =>
    onPage(browser, async (page, site) => {
      const choose = async (id: string, query: string) => {
        await page.fill(`#${id}`, query);
        await until(
          page,
          `document.querySelector("#comboContainer_${id}:not([hidden])")?.textContent.toLowerCase().startsWith("${query}")`,
        );
        await press(page, "ArrowDown", "Enter");
      };
      await choose("groups_input", "person 10");
      await choose("groups_input", "person 11");
      assert.equal((await valuesOf(page, site)).groups, '[[<<"a">>,<<"b">>],[<<"c">>]]');
      await page.click("#groups_draft > [data-n2o-do=group]");
      const [ten, eleven] = [10, 11].map((i) => `{user,${i},<<"Person ${i}">>,[]}`);
      assert.equal((await valuesOf(page, site)).groups, `[[<<"a">>,<<"b">>],[<<"c">>],[${ten},${eleven}]]`);
      // An empty draft makes no group.
      await page.click("#groups_draft > [data-n2o-do=group]");
      await page.click("#groups > [data-n2o-item] >> nth=0 >> [data-n2o-do=group]");
      assert.equal((await valuesOf(page, site)).groups, `[[<<"c">>],[${ten},${eleven}]]`);
      await page.click("#groups_draft [data-n2o-do=remove] >> nth=0");
      await page.click("#groups_draft > [data-n2o-do=group]");
      assert.equal((await valuesOf(page, site)).groups, `[[<<"c">>],[${ten},${eleven}],[<<"b">>]]`);
      await page.focus("#groups > [data-n2o-item] >> nth=2 >> [data-n2o-handle]");
      await press(page, "ArrowUp");
      await page.click("#groups > [data-n2o-item] >> nth=0 >> .group-button__delete");
      assert.equal((await valuesOf(page, site)).groups, `[[<<"b">>],[${ten},${eleven}]]`);
      // A part of a value.
      const part = await page.getAttribute("#staff_list input", "id");
      await choose(part!, "clerk");
      assert.equal((await valuesOf(page, site)).staff, '[{user,7,<<"Eve">>,<<"clerk">>}]');
      await choose("staff_input", "ann");
      await page.waitForSelector("#staff_list > :nth-child(2)");
      assert.equal(
        (await valuesOf(page, site)).staff,
        '[{user,7,<<"Eve">>,<<"clerk">>},{user,0,<<"Ann <b>">>,<<"guest">>}]',
      );
      const second = await page.getAttribute("#staff_list > :nth-child(2) input", "id");
      await choose(second!, "boss");
      await page.click("#staff_list > :nth-child(1) > [data-n2o-do=remove]");
      assert.equal((await valuesOf(page, site)).staff, '[{user,0,<<"Ann <b>">>,<<"boss">>}]');
      // A text.
      await choose("reply_input", "guest");
      await page.focus("#text");
      await page.keyboard.press("End");
      await page.keyboard.type("!");
      assert.equal((await valuesOf(page, site)).wrap_reply_comboLookupText, '<<"guest!">>');
      // What is not there can be made.
      assert.equal(await page.isVisible("#new_city"), false);
      await page.fill("#city_input", "Kyiv");
      await page.waitForSelector("#new_city", { state: "visible" });
      await choose("city_input", "boss");
      assert.equal(await page.isVisible("#new_city"), false);
      assert.equal((await valuesOf(page, site)).city, '<<"boss">>');
    }),
);

await browserTest(
  "a day is the same day west of UTC, and what its user has changed outlives updates around it",
  (browser) =>
    onPage(browser, async (page, site) => {
      assert.equal((await valuesOf(page, site)).day, "{2024,2,29}");
      assert.equal(await page.getAttribute("#day", "min"), "2024-02-01");
      await page.fill("#day", "2024-03-01");
      await page.fill("#who", "person 3");
      await openList(page, "who", 1);
      await press(page, "ArrowDown", "Enter");
      await page.focus("#order > :nth-child(1) > button");
      await press(page, "ArrowDown");
      await page.focus("#who");
      site.draw(undefined, "Another title");
      await page.waitForSelector("text=Another title");
      assert.equal(await page.evaluate("document.activeElement.id"), "who");
      const values = await valuesOf(page, site);
      assert.equal(values.day, "{2024,3,1}");
      assert.equal(values.who, '{user,3,<<"Person 3">>,[]}');
      assert.equal(values.order, '[<<"two">>,<<"one">>,<<"three">>,<<"four">>]');
      // The server's own news are news.
      site.choose("Zoe");
      await until(page, "document.querySelector('#who').value === 'Zoe'");
      const chosen = await valuesOf(page, site);
      assert.deepEqual([chosen.who, chosen.order], ['{user,<<"Zoe">>}', '[<<"Zoe">>]']);
      site.draw(undefined, "Another title", tuple(2024, 3, 31));
      await until(page, "document.querySelector('#day').value === '2024-03-31'");
    }, "America/New_York"),
);

await browserTest(
  "values are dragged with a finger, and the page does not scroll meanwhile",
  async (browser) => {
    const site = new ControlsSite();
    try {
      const context = await browser.newContext({
        hasTouch: true,
        isMobile: true,
        viewport: { width: 390, height: 700 },
      });
      const page = await context.newPage();
      await page.goto(site.url);
      await page.waitForSelector("#send");
      await page.locator("#order").scrollIntoViewIfNeeded();
      const scrolled = await page.evaluate("scrollY");
      const [from, to] = [1, 3].map((place) =>
        page.locator(`#order > :nth-child(${place}) > [data-n2o-handle]`)
      );
      const [start, end] = [(await from.boundingBox())!, (await to.boundingBox())!];
      const cdp = await context.newCDPSession(page);
      const touch = (type: "touchStart" | "touchMove" | "touchEnd", y?: number) =>
        cdp.send("Input.dispatchTouchEvent", {
          type,
          touchPoints: y === undefined ? [] : [{ x: start.x + 20, y }],
        });
      await touch("touchStart", start.y + 20);
      for (let step = 1; step <= 8; step++) {
        await touch("touchMove", start.y + 20 + (end.y + 6 - start.y) * step / 8);
      }
      await touch("touchEnd");
      await until(page, "!document.querySelector('[data-n2o-dragged]')");
      assert.equal((await valuesOf(page, site)).order, '[<<"two">>,<<"three">>,<<"one">>,<<"four">>]');
      assert.equal(
        scrolled,
        await page.evaluate("scrollY").then((now) => Math.min(now as number, scrolled as number)),
      );
    } finally {
      await site.close();
    }
  },
);

await browserTest(
  "when the connection is lost a list is closed; the next one asks the new connection",
  (browser) =>
    onPage(browser, async (page, site) => {
      await page.fill("#who", "person 2");
      await openList(page, "who", 11);
      site.drop();
      await page.waitForSelector("#comboContainer_who", { state: "hidden" });
      await until(page, "document.documentElement.dataset.n2oState === 'open'");
      await page.click("#lookup_who .n2o-combo-open");
      await openList(page, "who", 11);
      await press(page, "ArrowDown", "Enter");
      await site.until("the choice came", () => site.chosen.length === 1);
      assert.equal((await valuesOf(page, site)).who, '{user,2,<<"Person 2">>,[]}');
    }),
);
