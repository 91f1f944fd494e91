/** The page as a whole: connections that come and go, events that wait, what users see of it. */
import { strict as assert } from "node:assert";
import { atom, format, isTuple, list, type Term, text, tuple } from "@n2o/n2o";
import { browserTest, UNREACHABLE } from "./chromium.ts";
import { NitroSite, NitroTab, nitroTest } from "./nitro_site.ts";

const op = (name: string, ...rest: Term[]): Term => tuple(atom(name), ...rest);
const STATE = "document.documentElement.dataset.n2oState";

/** The id of an event that is repeated until it is confirmed. */
const idOf = (event: Term): string => {
  const [detail] = list(isTuple(event) ? event[3] : [])!;
  return isTuple(detail) ? text(detail[1])! : "";
};

await nitroTest(
  "after a lost connection the page shows so, comes back, and what init renders anew changes only what is different",
  `<main id="all"></main>`,
  async (tab, site) => {
    assert.equal(await tab.html("#f"), `<input id="f">`);
    await tab.page.fill("#f", "typed");
    await tab.run(
      `window.states = []; new MutationObserver(() => states.push(${STATE})).observe(document.documentElement, { attributes: true });
      window.field = document.getElementById("f")`,
    );
    site.init = [
      op("update", "all", `<main id="all"><p>again</p><input id="f"></main>`),
      op("insert", "all", atom("beforeend"), `<p id="row">1</p>`),
    ];
    const before = site.sockets.length;
    site.sockets[0].close(1001);
    await site.until("it is back", () => site.sockets.length > before);
    await tab.until(`${STATE} === "open" && document.querySelector("main p").textContent === "again"`);
    assert.deepEqual(await tab.run(`[field.value, field.isConnected, document.activeElement === field]`), [
      "typed",
      true,
      true,
    ]);
    assert.ok((await tab.run<string[]>("states")).includes("waiting"));
    site.sockets[1].close(1001);
    await site.until("it is back again", () => site.sockets.length > before + 1);
    await tab.apply();
    assert.equal(await tab.run(`document.querySelectorAll("#row").length`), 1);
    assert.equal(site.received.filter((frame) => frame === "N2O,token,operations").length, 2);
  },
  (site) => site.init = [op("update", "all", `<main id="all"><p>first</p><input id="f"></main>`)],
);

await nitroTest(
  "events without a connection wait for the next one; a click on data-n2o-connect does not",
  `<button id="b">b</button><button id="now" data-n2o-connect>now</button>`,
  async (tab, site) => {
    await tab.apply(op("on", "b", "click", "B", []));
    await tab.page.context().setOffline(true);
    site.sockets[0].close(1001);
    await tab.until(`${STATE} === "offline"`);
    for (let n = 0; n < 3; n++) await tab.page.click("#b");
    assert.equal(site.events.length, 0);
    await tab.page.context().setOffline(false);
    await tab.page.click("#now");
    await site.until("they came", () => site.events.length === 3);
    assert.equal(site.sockets.length, 2);
    // A POST that is tried meanwhile fails as well, and this server takes none.
    const unexpected = (text: string) => !UNREACHABLE.test(text) && !text.includes("status of 404");
    assert.deepEqual(tab.heard.splice(0).filter(unexpected), []);
  },
);

await nitroTest(
  "an event with data-n2o-repeat is sent until it is confirmed, takes the text along, and keeps one click",
  `<input id="f"><button id="b" data-n2o-repeat data-n2o-clear="f">b</button>`,
  async (tab, site) => {
    await tab.apply(op("on", "b", "click", "B", [atom("f")]));
    const state = `[document.getElementById("f").value, document.getElementById("b").ariaBusy]`;
    await tab.page.fill("#f", "one");
    await tab.page.click("#b");
    await site.until("it came", () => site.events.length === 1);
    assert.deepEqual(await tab.run(state), ["", "true"]);
    const id = idOf(site.events[0]);
    assert.match(id, /^[0-9a-f]{32}$/);
    // Two clicks meanwhile are one event, later.
    await tab.page.fill("#f", "two");
    await tab.page.click("#b");
    await tab.page.click("#b");
    site.sockets[0].close(1001);
    await site.until("it came again", () => site.events.length === 2);
    assert.equal(format(site.events[1]), format(site.events[0]));
    site.io([], op("done", "another"));
    site.io([], op("done", id));
    await site.until("the next came", () => site.events.length === 3);
    assert.equal(format(NitroSite.values(site.events[2]).f), '<<"two">>');
    assert.notEqual(idOf(site.events[2]), id);
    assert.deepEqual(await tab.run(state), ["", "true"]);
    // What is refused comes back.
    site.io([], op("refused", idOf(site.events[2])));
    await tab.until(`document.getElementById("f").value === "two"`);
    assert.deepEqual(await tab.run(state), ["two", null]);
    // So does what is not confirmed when the page is left.
    await tab.page.click("#b");
    await tab.until(`document.getElementById("f").value === ""`);
    await tab.run(`dispatchEvent(new Event("pagehide"))`);
    assert.deepEqual(await tab.run(state), ["two", "true"]);
  },
);

await nitroTest(
  "data-n2o-clear empties the field that is sent, unless it is wrong",
  `<input id="f"><button id="b" data-n2o-clear="f">b</button>`,
  async (tab, site) => {
    await tab.apply(
      op("on", "b", "click", "B", [atom("f")]),
      op("validate", "f", [tuple(atom("maxLength"), 3, "Too long.")]),
    );
    await tab.page.fill("#f", "long");
    await tab.page.click("#b");
    assert.equal(await tab.run(`document.getElementById("f").value`), "long");
    await tab.page.fill("#f", "ok");
    await tab.page.click("#b");
    await site.until("it came", () => site.events.length === 1);
    assert.equal(format(NitroSite.values(site.events[0]).f), '<<"ok">>');
    assert.equal(await tab.run(`document.getElementById("f").value`), "");
  },
);

await nitroTest(
  "a list that is followed stays at its end, or hints that something came",
  `<div id="list" data-n2o-follow="newest"></div><button id="newest" hidden>newest</button>`,
  async (tab) => {
    const rows = (n: number) =>
      op("insert", "list", atom("beforeend"), `<p data-n2o-style="height:100px;margin:0">${n}</p>`);
    const seen =
      `(({ scrollTop, scrollHeight, clientHeight }) => [scrollHeight - scrollTop - clientHeight, document.getElementById("newest").hidden])(document.getElementById("list"))`;
    await tab.apply(op("style", "list", "height:200px;overflow:auto"), ...[1, 2, 3, 4, 5].map(rows));
    assert.deepEqual(await tab.run(seen), [0, true]);
    await tab.run(`document.getElementById("list").scrollTop = 50; new Promise(requestAnimationFrame)`);
    await tab.apply(op("style", "list", "color", "red"));
    assert.deepEqual(await tab.run(seen), [250, true]);
    await tab.apply(rows(6));
    assert.deepEqual(await tab.run(seen), [350, false]);
    await tab.page.click("#newest");
    assert.deepEqual(await tab.run(seen), [0, true]);
    await tab.apply(rows(7));
    assert.deepEqual(await tab.run(seen), [0, true]);
  },
);

await browserTest("times are written as their reader knows them", async (browser) => {
  const site = new NitroSite();
  const day = (ms: number, type = "day") =>
    `<time datetime="${new Date(ms).toISOString()}" data-n2o-time="${type}">UTC</time>`;
  const html = (cls: string) =>
    `<div id="h" class="${cls}">${day(Date.now())}${day(Date.now())}${day(Date.now() - 86_400_000)}${
      day(Date.UTC(2020, 1, 29, 22, 30))
    }${day(Date.UTC(2020, 1, 29, 22, 30), "time")}</div>`;
  site.body = html("");
  try {
    const context = await browser.newContext({ locale: "de-DE", timezoneId: "Europe/Kiev" });
    const tab = new NitroTab(site, await context.newPage());
    await tab.open();
    const right = ["Heute", "Heute same", "Gestern", "Sonntag, 1. März 2020", "00:30"];
    const seen =
      `Array.from(document.querySelectorAll("time"), (time) => time.textContent + (time.dataset.n2oSame === "" ? " same" : ""))`;
    assert.deepEqual(await tab.run(seen), right);
    await tab.apply(op("update", "h", html("x")));
    assert.deepEqual(await tab.run(seen), right);
    assert.deepEqual(tab.heard, []);
  } finally {
    await site.close();
  }
});

await nitroTest(
  "back and forward bring a page that works, and a hidden one goes on",
  `<p id="p">0</p><button id="b">b</button>`,
  async (tab, site, browser) => {
    await tab.page.goto("about:blank");
    await tab.page.goBack();
    await tab.until(`${STATE} === "open"`);
    await tab.apply(op("text", "p", "back"), op("on", "b", "click", "B", []));
    assert.equal(await tab.html("#p"), `<p id="p">back</p>`);
    await tab.page.click("#b");
    await site.until("the click came", () => site.events.length === 1);
    // Another tab in front; what comes meanwhile is there afterwards.
    const other = await browser.newPage();
    await other.bringToFront();
    await tab.apply(op("multi", [op("text", "p", "hidden")]));
    assert.equal(await tab.html("#p"), `<p id="p">hidden</p>`);
  },
);

await nitroTest(
  "what stands in a field with data-n2o-keep is there again after a reload",
  `<input id="f" data-n2o-keep><textarea id="g" data-n2o-keep>server</textarea><input id="h">`,
  async (tab) => {
    for (const id of ["f", "g", "h"]) await tab.page.fill(`#${id}`, `draft ${id}`);
    const values = `["f", "g", "h"].map((id) => document.getElementById(id).value)`;
    await tab.page.reload();
    await tab.until(`${STATE} === "open"`);
    assert.deepEqual(await tab.run(values), ["draft f", "server", ""]);
    await tab.page.fill("#f", "");
    await tab.page.reload();
    await tab.until(`${STATE} === "open"`);
    assert.deepEqual(await tab.run(values), ["", "server", ""]);
  },
);

await nitroTest(
  "what stands in an edited element with data-n2o-keep is there again after a reload, as it was, and nothing of it runs",
  `<div id="rich" contenteditable data-n2o-keep></div><pre id="plain" contenteditable="plaintext-only" data-n2o-keep></pre>
  <div id="server" contenteditable data-n2o-keep>server</div>`,
  async (tab) => {
    await tab.page.click("#rich");
    await tab.page.keyboard.press("Control+b");
    await tab.page.keyboard.type("bold & <b>");
    await tab.page.click("#plain");
    await tab.page.keyboard.type("one\ntwo");
    await tab.page.click("#server");
    await tab.page.keyboard.type("mine ");
    const kept = `["rich", "plain", "server"].map((id) => document.getElementById(id).innerHTML)`;
    const before = await tab.run<string[]>(kept);
    assert.deepEqual(before.slice(0, 1), ["<b>bold &amp; &lt;b&gt;</b>"]);
    await tab.page.reload();
    await tab.until(`${STATE} === "open"`);
    assert.deepEqual(await tab.run(kept), [...before.slice(0, 2), "server"]);
    // An update that brings what was there before leaves it.
    await tab.apply(op("update", "rich", `<div id="rich" contenteditable data-n2o-keep></div>`));
    assert.deepEqual(await tab.run(kept), [...before.slice(0, 2), "server"]);
    await tab.run(`void addEventListener("pagehide", () => {
      sessionStorage["n2o.keep /app/page.htm#plain"] = '<a href="javascript:alert(1)" onclick="alert(2)">text</a>' +
        '<script>document.title = "ran"</' + 'script><img src="data:," onerror="document.title = \\'ran\\'">';
    })`);
    await tab.page.reload();
    await tab.until(`${STATE} === "open"`);
    assert.equal((await tab.run<string[]>(kept))[1], `<a>text</a><img src="data:,">`);
    assert.equal(await tab.run(`document.title`), "page");
    // The browser tells of the handlers that it leaves out.
    for (const line of tab.heard.splice(0)) assert.match(line, /inline event handler|script-src-attr/);
  },
);

await nitroTest(
  "a browser that cannot take out of HTML what could run puts back the text of what was edited",
  `<div id="rich" contenteditable data-n2o-keep></div>`,
  async (tab) => {
    await tab.page.addInitScript(`delete Element.prototype.setHTML;`);
    await tab.run(`void (rich.innerHTML = "<i>a</i>&lt;b")`);
    await tab.page.reload();
    await tab.until(`${STATE} === "open"`);
    assert.equal(await tab.run(`rich.innerHTML`), "a&lt;b");
  },
);

await nitroTest(
  "what init inserts without an id takes the place of what was inserted so before; what an update says is there stays",
  `<ul id="list"><li>static</li></ul><ol id="drawn"></ol><p id="other"></p>`,
  async (tab, site) => {
    const rows =
      `["list", "drawn"].map((id) => [...document.getElementById(id).childNodes].map((row) => row.textContent).join())`;
    assert.deepEqual(await tab.run(rows), ["first,static,a,text,b", "1,x"]);
    // What comes later is inserted beside it.
    await tab.apply(
      op("insert", "list", "beforeend", "<li>later</li>"),
      op("insert", "list", "beforeend", `<li id="named">named</li>`),
      op("insert", "drawn", "beforeend", "<li>2</li>"),
    );
    assert.deepEqual(await tab.run(rows), ["first,static,a,text,b,later,named", "1,x,2"]);
    // The connection is lost, and the page says more now.
    site.init = [
      op("insert", "list", "beforeend", "<li>a</li>"),
      op("insert", "list", "beforeend", "<li>b</li><li>later</li>"),
      op("insert", "list", "afterbegin", "<li>first</li>"),
      op("update", "drawn", `<ol id="drawn"><li>1</li><li>2</li><li>3</li></ol>`),
      op("insert", "drawn", "beforeend", "<li>x</li>"),
    ];
    const again = async () => {
      const { length } = site.sockets;
      site.sockets[length - 1].close(1001);
      await site.until("it is connected again", () => site.sockets.length > length);
      await tab.until(`${STATE} === "open"`);
    };
    for (let n = 0; n < 2; n++) {
      await again();
      assert.deepEqual(await tab.run(rows), ["first,static,named,a,b,later", "1,2,3,x"]);
    }
    // What a page's own script inserts is no part of that.
    const insert = () =>
      tab.run(
        `Promise.all([import("/n2o/n2o.js"), import("/n2o/nitro.js")]).then(([{ atom, tuple }, { page }]) =>
        page.apply([tuple(atom("insert"), "other", "beforeend", "<b>own</b>")]))`,
      );
    await insert();
    await again();
    await insert();
    assert.equal(await tab.html("#other"), `<p id="other"><b>own</b><b>own</b></p>`);
    // So it is when the server draws the page anew on the same connection.
    site.io(site.init, tuple(atom("init")));
    await tab.apply(op("title", "drawn"));
    assert.deepEqual(await tab.run(rows), ["first,static,named,a,b,later", "1,2,3,x"]);
  },
  (site) => {
    site.init = [
      op("insert", "list", "beforeend", "<li>a</li>text"),
      op("insert", "list", "beforeend", "<li>b</li>"),
      op("insert", "list", "afterbegin", "<li>first</li>"),
      op("update", "drawn", `<ol id="drawn"><li>1</li></ol>`),
      op("insert", "drawn", "beforeend", "<li>x</li>"),
    ];
  },
);

await nitroTest(
  "where the session ended elsewhere the page goes where it says",
  `<script type="module" src="/n2o/n2o.js"></script>`,
  async (tab, site) => {
    await tab.run(`document.documentElement.dataset.n2oLogout = "/app/login.htm?why=elsewhere"`);
    site.sockets[0].close(4001);
    await tab.until(`location.search === "?why=elsewhere"`);
    await tab.until(`${STATE} === "open"`);
  },
);
