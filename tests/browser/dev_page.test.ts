/** The dev server in a browser: what is wrong, style sheets, reloads. */
import { strict as assert } from "node:assert";
import { codeFrame } from "../../lib/cli/code_frame.ts";
import type { Problem } from "../../lib/cli/problem.ts";
import { devTest, HEAD } from "./dev_site.ts";

const STYLE = "body { color: rgb(1, 2, 3) }";
const FIELDS = `${HEAD}<body><p>Hello</p><input id="name"><textarea id="text"></textarea>
<input type="checkbox" id="box"><select id="one"><option>a<option>b</select><input type="password" id="secret">
<script type="module" src="/app.js"></script></body></html>`;
const FILES = { "index.html": FIELDS, "style.css": STYLE, "app.js": `document.title = "one";` };

const SOURCE = `export const a = 1;\nexport const b = ;\nexport const c = 3;\n`;

function broken(folder: string): Problem {
  const place = { file: `${folder}/protocols/hello.ts`, line: 2, column: 18 };
  return {
    where: `${folder}/protocols/hello.ts`,
    what: `SyntaxError: Expression expected at file://${folder}/protocols/hello.ts?n2o=7:2:18`,
    fix: "mend it there",
    place,
    frame: codeFrame(SOURCE, place),
  };
}

await devTest(
  "what is wrong is shown over the page, and gone when it is mended",
  FILES,
  async (tab, site) => {
    await tab.open();
    assert.equal(await tab.panel(), "");
    site.dev.problems([broken(site.folder)], 1);
    await tab.until(`document.querySelector("n2o-dev") !== null`);
    const shown = await tab.panel();
    assert.match(shown, /1 problem/);
    assert.match(shown, /protocols\/hello\.ts:2:18/);
    assert.match(shown, /SyntaxError: Expression expected at protocols\/hello\.ts:2:18/);
    assert.match(shown, /> 2 \| export const b = ;\n\s+\|\s+\^\n/);
    assert.match(shown, /mend it there/);
    assert.ok(!shown.includes(site.folder), shown);
    const role = `document.querySelector("n2o-dev").shadowRoot.querySelector("section").getAttribute("role")`;
    assert.equal(await tab.run(role), "alert");
    site.dev.problems([], 2);
    await tab.until(`document.querySelector("n2o-dev") === null`);
    await tab.stayed();
  },
);

await devTest("a page that is opened later shows what is wrong, too", FILES, async (tab, site) => {
  site.dev.problems([broken(site.folder)], 1);
  await tab.open();
  await tab.until(`document.querySelector("n2o-dev") !== null`);
  assert.match(await tab.panel(), /protocols\/hello\.ts:2:18/);
  await tab.stayed();
});

await devTest(
  "what is typed goes where it went when a problem comes, and Escape and the button put it away",
  FILES,
  async (tab, site) => {
    await tab.open();
    await tab.page.click("#name");
    await tab.page.keyboard.type("before ");
    site.dev.problems([broken(site.folder)], 1);
    await tab.until(`document.querySelector("n2o-dev") !== null`);
    await tab.page.keyboard.type("after");
    assert.equal(await tab.run(`document.getElementById("name").value`), "before after");
    assert.equal(await tab.run(`document.activeElement.id`), "name");
    await tab.page.keyboard.press("Escape");
    assert.equal(await tab.panel(), "");
    assert.equal(await tab.run(`document.activeElement.id`), "name");
    // It can be had again, and comes by itself when something else is wrong.
    await tab.page.click("n2o-dev .pill");
    assert.match(await tab.panel(), /Expression expected/);
    await tab.page.click("n2o-dev header button");
    assert.equal(await tab.panel(), "");
    site.dev.problems([broken(site.folder)], 1);
    await tab.run(`new Promise((resolve) => setTimeout(resolve, 100))`);
    assert.equal(await tab.panel(), "");
    site.dev.problems([{ where: "n2o.json: port", what: "is none", fix: "give a number" }], 1);
    await tab.wait(async () => /n2o\.json: port/.test(await tab.panel()), "the other problem is shown");
    await tab.stayed();
  },
);

await devTest("problems are seen and put away above a page's modal dialogs, and show text as text", {
  ...FILES,
  "index.html": `${HEAD}<body><dialog id="one">one <button id="in">in</button></dialog>
    <dialog id="two" style="opacity: .5; transform: translateX(9px)">two</dialog><script type="module" src="/app.js"></script></body>`,
  "app.js":
    `for (const dialog of document.querySelectorAll("dialog")) dialog.onclick = () => dialog.dataset.clicks = "some";`,
}, async (tab, site) => {
  await tab.open();
  const isShown = `document.querySelector("n2o-dev")?.matches(":popover-open") === true &&
    document.querySelector("n2o-dev").shadowRoot.querySelector("section").checkVisibility()`;
  const dialog = (id: string, what: string) => tab.run(`document.getElementById("${id}").${what}`);
  await dialog("one", "showModal()");
  site.dev.problems([{ where: "a", what: `<img src=x onerror="alert(1)">`, fix: "</p><b>b</b>" }], 1);
  await tab.until(isShown);
  assert.match(await tab.panel(), /<img src=x onerror="alert\(1\)">/);
  // The browser clicks only what nothing lies over.
  await tab.page.click("n2o-dev header button");
  await tab.page.click("n2o-dev .pill");
  assert.equal(await dialog("one", "dataset.clicks"), undefined);
  await tab.page.click("#in");
  assert.equal(await dialog("one", "dataset.clicks"), "some");
  // Another one over it, and both closed again.
  await dialog("two", "showModal()");
  await tab.until(isShown);
  assert.equal(await tab.run(`document.querySelector("n2o-dev").getBoundingClientRect().left`), 0);
  await tab.page.click("n2o-dev header button");
  await tab.page.click("n2o-dev .pill");
  await dialog("two", "close()");
  await tab.until(isShown);
  await tab.page.click("n2o-dev header button");
  await tab.page.click("n2o-dev .pill");
  await dialog("one", "remove()");
  await tab.until(isShown);
  await tab.page.click("n2o-dev header button");
  await dialog("two", "showModal()");
  site.dev.problems([], 2);
  await tab.until(`document.querySelector("n2o-dev") === null`);
  await tab.stayed();
});

await devTest(
  "a changed style sheet is swapped without a moment in between, and what was typed stays",
  FILES,
  async (tab, site) => {
    await tab.open();
    await tab.page.fill("#name", "typed");
    await tab.page.click("#text");
    await tab.page.keyboard.type("and this");
    // Every state that a frame could show.
    await tab.run(`
    window.colours = [];
    new MutationObserver(() => colours.push(getComputedStyle(document.body).color))
      .observe(document.head, { childList: true });
  `);
    await site.write("style.css", "body { color: rgb(4, 5, 6) }");
    site.dev.styles(["/style.css"]);
    await tab.until(`getComputedStyle(document.body).color === "rgb(4, 5, 6)"`);
    await tab.until(`document.querySelectorAll("link[rel=stylesheet]").length === 1`);
    const colours = await tab.run<string[]>("colours");
    assert.ok(
      colours.length >= 2 && colours.every((c) => ["rgb(1, 2, 3)", "rgb(4, 5, 6)"].includes(c)),
      `${colours}`,
    );
    assert.deepEqual(await tab.run(`["name", "text"].map((id) => document.getElementById(id).value)`), [
      "typed",
      "and this",
    ]);
    assert.equal(await tab.run(`document.activeElement.id`), "text");
    await tab.stayed();
    // Again and again, faster than they load.
    for (let n = 1; n <= 5; n++) {
      await site.write("style.css", `body { color: rgb(9, 9, ${n}) }`);
      site.dev.styles(["/style.css"]);
    }
    await tab.until(`getComputedStyle(document.body).color === "rgb(9, 9, 5)"`);
    await tab.until(`document.querySelectorAll("link[rel=stylesheet]").length === 1`);
    await tab.stayed();
  },
);

await devTest(
  "a style sheet that another one imports is swapped, one in a shadow root is, and others are left alone",
  {
    ...FILES,
    "index.html": `${HEAD}<body><div id="host"></div><link rel="stylesheet" href="/other.css"></body>`,
    "style.css": `@import "/imported.css";`,
    "imported.css": STYLE,
    "other.css": "p { margin: 0 }",
    "shadow.css": "b { color: rgb(1, 1, 1) }",
  },
  async (tab, site) => {
    await tab.open();
    await tab.run(`
    document.getElementById("host").attachShadow({ mode: "open" }).innerHTML =
      '<link rel="stylesheet" href="/shadow.css"><b>b</b>';
    window.other = document.querySelector("body > link");
  `);
    const shadow = `getComputedStyle(document.getElementById("host").shadowRoot.querySelector("b")).color`;
    await tab.until(`${shadow} === "rgb(1, 1, 1)"`);
    await site.write("imported.css", "body { color: rgb(7, 7, 7) }");
    await site.write("shadow.css", "b { color: rgb(2, 2, 2) }");
    site.dev.styles(["/imported.css", "/shadow.css"]);
    await tab.until(`getComputedStyle(document.body).color === "rgb(7, 7, 7)"`);
    await tab.until(`${shadow} === "rgb(2, 2, 2)"`);
    assert.equal(await tab.run("other.isConnected"), true);
    await tab.stayed();
  },
);

await devTest("a sheet that cannot be had leaves the one that is there", FILES, async (tab, site) => {
  await tab.open();
  await Deno.remove(`${site.folder}/style.css`);
  site.dev.styles(["/style.css"]);
  await tab.wait(() => tab.heard.length > 0, "the browser has complained");
  await tab.until(`document.querySelectorAll("link[rel=stylesheet]").length === 1`);
  assert.equal(await tab.run(`getComputedStyle(document.body).color`), "rgb(1, 2, 3)");
  assert.match(tab.heard.splice(0).join(), /404|MIME type/);
});

await devTest(
  "changed code of the page has it loaded anew, with what was typed but for passwords",
  FILES,
  async (tab, site) => {
    await tab.open();
    await tab.page.fill("#name", "typed");
    await tab.page.fill("#text", "and\nthis");
    await tab.page.check("#box");
    await tab.page.selectOption("#one", "b");
    await tab.page.fill("#secret", "secret");
    await tab.page.focus("#text");
    await site.write("app.js", `document.title = "two, and longer";`);
    site.dev.reload("app.js");
    await tab.reloaded();
    await tab.until(`document.title === "two, and longer"`);
    const values = `["name", "text", "one", "secret"].map((id) => document.getElementById(id).value)`;
    await tab.until(`JSON.stringify(${values}) === '["typed","and\\\\nthis","b",""]'`);
    assert.equal(await tab.run(`document.getElementById("box").checked`), true);
    assert.equal(await tab.run(`document.activeElement.id`), "text");
    assert.equal(await tab.run(`sessionStorage.getItem("n2o.dev.typed")`), null);
  },
);

await devTest(
  "text that is edited in place stays over a reload, and what nobody has edited comes anew",
  {
    ...FILES,
    "index.html":
      `${HEAD}<body><div id="rich" contenteditable>old</div><p id="other" contenteditable>one</p></body>`,
  },
  async (tab, site) => {
    await tab.open();
    await tab.page.click("#rich");
    await tab.page.keyboard.press("Control+a");
    await tab.page.keyboard.press("Control+i");
    await tab.page.keyboard.type("typed");
    await site.write(
      "index.html",
      `${HEAD}<body><div id="rich" contenteditable>new</div><p id="other" contenteditable>two</p></body>`,
    );
    // It stays over a second one, too.
    for (let n = 0; n < 2; n++) {
      site.dev.reload("index.html");
      await tab.reloaded();
      await tab.until(`document.getElementById("rich")?.innerHTML === "<i>typed</i>"`);
      assert.equal(await tab.run(`document.getElementById("other").innerHTML`), "two");
      assert.equal(await tab.run(`document.activeElement.id`), "rich");
    }
  },
);

await devTest(
  "changed HTML is there after the reload, though the browser had kept it",
  FILES,
  async (tab, site) => {
    await tab.open();
    await site.write("index.html", FIELDS.replace("Hello", "World"));
    site.dev.reload("index.html");
    await tab.reloaded();
    assert.equal(await tab.run(`document.querySelector("p").textContent`), "World");
  },
);

await devTest(
  "a page that was not told of a change, since its server was away, is loaded anew when it connects",
  FILES,
  async (tab, site) => {
    await tab.open();
    await tab.page.fill("#name", "typed");
    await site.restart(async () => await site.write("index.html", FIELDS.replace("Hello", "World")));
    await tab.until(
      `document.querySelector("p")?.textContent === "World" && document.getElementById("name").value === "typed"`,
    );
    // While there was no server the browser could not connect.
    tab.heard.splice(0);
  },
);

await devTest(
  "an address without an answer shows what is wrong, and is loaded anew when there is something",
  {},
  async (tab, site) => {
    site.dev.problems([broken(site.folder)], 1);
    await tab.open("/");
    await tab.until(`document.querySelector("n2o-dev") !== null`);
    site.dev.problems([], 2);
    await tab.until(`document.querySelector("n2o-dev") === null`);
    await tab.stayed();
    await site.write("index.html", `${HEAD.replace("/style.css", "data:text/css,")}<p>There</p>`);
    site.dev.problems([], 3);
    await tab.until(`document.querySelector("p")?.textContent === "There"`);
    // The browser tells of each answer that is none.
    assert.match(tab.heard.splice(0).join(), /503.*404/s);
  },
);

await devTest(
  "a page in a frame leaves problems and reloads to the page around it, and swaps its own styles",
  {
    ...FILES,
    "index.html": `${HEAD}<body><iframe src="/inner.html"></iframe></body>`,
    "inner.html": `${HEAD}<body><p>inner</p></body>`,
  },
  async (tab, site) => {
    await tab.open();
    await tab.wait(() => site.dev.pages === 2, "both are connected");
    site.dev.problems([broken(site.folder)], 1);
    await tab.until(`document.querySelector("n2o-dev") !== null`);
    assert.equal(await tab.run(`frames[0].document.querySelector("n2o-dev")`), null);
    await site.write("style.css", "body { color: rgb(4, 5, 6) }");
    site.dev.styles(["/style.css"]);
    await tab.until(`frames[0].getComputedStyle(frames[0].document.body).color === "rgb(4, 5, 6)"`);
    site.dev.reload("index.html");
    await tab.reloaded();
  },
);
