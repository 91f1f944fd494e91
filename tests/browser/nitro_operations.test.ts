/** Operations, one by one, under a strict policy. */
import { strict as assert } from "node:assert";
import { atom, format, map, type Term, text, tuple } from "@n2o/n2o";
import { NitroSite, nitroTest } from "./nitro_site.ts";

const op = (name: string, ...rest: Term[]): Term => tuple(atom(name), ...rest);
const qs = (selector: string): Term => op("qs", selector);
const g = (name: string): Term => op("g", name);

await nitroTest(
  "a page that loads the module greets with its mode, and applies what comes",
  `<div id="h"><p>old</p></div>`,
  async (tab, site) => {
    assert.equal(site.received[0], "N2O,,operations");
    await tab.apply(op("update", "h", `<div id="h"><p>new</p></div>`));
    assert.equal(await tab.html("#h"), `<div id="h"><p>new</p></div>`);
    await tab.apply(op("text", "h", "a < b"));
    assert.equal(await tab.html("#h"), `<div id="h">a &lt; b</div>`);
    await tab.apply(op("on", "h", "click", "PICKLE", [atom("x")]));
    await tab.page.click("#h");
    await site.until("the click came", () => site.events.length === 1);
    assert.equal(
      format(site.events[0]),
      `{pickle,<<"h">>,<<"PICKLE">>,[{{<<"h">>,<<"detail">>},[]},{x,<<>>}]}`,
    );
  },
);

/** Operations, and what they make of `<div id="h"><p>old</p></div>`. */
const CHANGES: [string, Term[], string][] = [
  ["update", [op("update", "h", `<span id="h">new</span>`)], `<span id="h">new</span>`],
  [
    "update with two roots",
    [op("update", "h", `<span>1</span><span>2</span>`)],
    `<span>1</span><span>2</span>`,
  ],
  ["update of what is not there", [op("update", "nope", `<i></i>`)], `<div id="h"><p>old</p></div>`],
  ["quotes are text", [op("update", "h", '<i id="h">a`b${1+1}\\n\'"</i>')], '<i id="h">a`b${1+1}\\n\'"</i>'],
  ["replace", [op("replace", "h", `<p id="h">r</p>x`)], `<p id="h">r</p>x`],
  [
    "at the top",
    [op("insert", "h", atom("afterbegin"), `<p>1</p>2`)],
    `<div id="h"><p>1</p>2<p>old</p></div>`,
  ],
  [
    "at the end",
    [op("insert", "h", atom("beforeend"), `<p>1</p>2`)],
    `<div id="h"><p>old</p><p>1</p>2</div>`,
  ],
  ["before", [op("insert", "h", atom("beforebegin"), `<p>1</p>2`)], `<p>1</p>2<div id="h"><p>old</p></div>`],
  ["behind", [op("insert", "h", atom("afterend"), `<p>1</p>2`)], `<div id="h"><p>old</p></div><p>1</p>2`],
  [
    "rows",
    [
      op("update", "h", `<table id="h"></table>`),
      op("insert", "h", atom("beforeend"), `<tr id="r1"><td>1</td></tr><tr id="r2"><td>2</td></tr>`),
      op("update", "r1", `<tr id="r1"><td>one</td></tr>`),
      op("insert", "r1", atom("beforebegin"), `<tr><td>0</td></tr>`),
    ],
    `<table id="h"><tbody><tr><td>0</td></tr><tr id="r1"><td>one</td></tr><tr id="r2"><td>2</td></tr></tbody></table>`,
  ],
  [
    "what is there is not put there twice",
    [
      op("insert", "h", atom("beforeend"), `<p id="a">1</p>`),
      op("insert", "h", atom("beforeend"), `<p id="a">2</p><p id="b">3</p>`),
    ],
    `<div id="h"><p>old</p><p id="a">2</p><p id="b">3</p></div>`,
  ],
  ["clear", [op("clear", "h")], `<div id="h"></div>`],
  ["remove", [op("remove", "h")], ""],
  ["remove of what is not there", [op("remove", "nope")], `<div id="h"><p>old</p></div>`],
  [
    "attributes",
    [op("attr", "h", "title", "x"), op("attr", "h", "lang", "uk"), op("attr", "h", "lang", [])],
    `<div id="h" title="x"><p>old</p></div>`,
  ],
  [
    "styles",
    [
      op("style", "h", "background-color", "red"),
      op("style", "h", "--x", "1"),
      op("style", "h", "marginTop", "1px"),
    ],
    `<div id="h" style="background-color: red; --x: 1; margin-top: 1px;"><p>old</p></div>`,
  ],
  ["a whole style", [op("style", "h", "color: blue")], `<div id="h" style="color: blue;"><p>old</p></div>`],
  [
    "all of a selector",
    [op("insert", "h", atom("beforeend"), `<p></p>`), op("text", op("qa", "#h p"), "x")],
    `<div id="h"><p>x</p><p>x</p></div>`,
  ],
  ["the first of a selector", [op("text", qs("#h p"), "x")], `<div id="h"><p>x</p></div>`],
  ["several in one frame", [op("multi", [op("clear", "h"), op("text", "h", "m")])], `<div id="h">m</div>`],
  [
    "calls",
    [op("call", "h", "classList.add", ["a", "b"]), op("call", "h", "classList.remove", ["a"])],
    `<div id="h" class="b"><p>old</p></div>`,
  ],
  [
    "properties, of others too",
    [op("set", "h", "title", "t"), op("set", qs("#h p"), "textContent", op("get", "h", "title"))],
    `<div id="h" title="t"><p>t</p></div>`,
  ],
  ["paths", [op("set", op("ps", "h", "firstChild"), "textContent", 5)], `<div id="h"><p>5</p></div>`],
  [
    "one that fails stops no other",
    [op("text", qs("p["), "x"), op("text", "h", "y")],
    `<div id="h">y</div>`,
  ],
  ["what would be code", [
    op("attr", "h", "onclick", "x"),
    op("set", "h", "innerHTML", "x"),
    op("call", "h", "append", ["x"]),
  ], `<div id="h"><p>old</p></div>`],
  [
    "SVG in SVG",
    [
      op("update", "h", `<svg id="h"><g id="g"></g></svg>`),
      op("insert", "g", atom("beforeend"), `<circle r="1"></circle>`),
      op("update", "g", `<g id="g"><circle r="2"></circle><path></path></g>`),
    ],
    `<svg id="h"><g id="g"><circle r="2"></circle><path></path></g></svg>`,
  ],
];

await nitroTest("each changes what it says", `<main></main>`, async (tab) => {
  for (const [name, operations, after] of CHANGES) {
    await tab.run(`document.querySelector("main").innerHTML = '<div id="h"><p>old</p></div>'`);
    await tab.apply(...operations);
    assert.equal(await tab.run(`document.querySelector("main").innerHTML`), after, name);
  }
  const svg = "http://www.w3.org/2000/svg";
  assert.equal(await tab.run(`document.querySelector("path").namespaceURI`), svg);
  assert.equal(tab.heard.splice(0).filter((text) => text.startsWith("n2o:")).length, 4);
});

await nitroTest(
  "HTML that comes runs nothing, and its styles are applied all the same",
  `<main><div id="h"></div></main>`,
  async (tab) => {
    const html = `<div id="h"><template data-n2o-css="#h b { color: rgb(1, 2, 3) }"></template>` +
      `<b data-n2o-style="font-size: 30px">x</b><script>window.ran = 1</script></div>`;
    await tab.apply(
      op("update", "h", html),
      op("insert", "h", atom("beforeend"), `<script>window.ran = 2</script>`),
    );
    const styles =
      `(({ color, fontSize }) => [color, fontSize])(getComputedStyle(document.querySelector("#h b")))`;
    assert.deepEqual(await tab.run(styles), ["rgb(1, 2, 3)", "30px"]);
    assert.equal(await tab.run("window.ran"), undefined);
    await tab.apply(op("update", "h", `<div id="h"><b>x</b></div>`));
    assert.deepEqual(await tab.run(styles), ["rgb(0, 0, 0)", "16px"]);
    assert.equal(await tab.run("document.adoptedStyleSheets.length"), 0);
    await tab.apply(
      op("style", "h", "display", "none"),
      op("update", "h", `<div id="h" data-n2o-style="color: red">y</div>`),
    );
    assert.equal(await tab.html("#h"), `<div id="h" style="color: red;" data-n2o-style="color: red">y</div>`);
  },
);

await nitroTest(
  "title, cookie, alert, confirm, focus and what an older client does not know",
  `<input id="f"><div id="h"></div>`,
  async (tab, site) => {
    await tab.run(
      `window.alert = (text) => window.alerted = text; window.confirm = (text) => text === "yes?"`,
    );
    await tab.apply(
      op("title", "Привіт"),
      op("cookie", "k", "v;x=1", 60),
      op("alert", "hey"),
      op("focus", "f"),
      op("confirm", "no?", op("event", "h", "NO", [])),
      op("confirm", "yes?", op("event", "h", "YES", [atom("f")])),
      op("on", g("window"), "resize", "RESIZED", []),
    );
    assert.deepEqual(await tab.run(`[document.title, document.cookie, alerted, document.activeElement.id]`), [
      "Привіт",
      "X-Auth-Token=token; k=v%3Bx=1",
      "hey",
      "f",
    ]);
    await site.until("the event came", () => site.events.length === 1);
    assert.equal(
      format(site.events[0]),
      `{pickle,<<"h">>,<<"YES">>,[{{<<"h">>,<<"detail">>},[]},{f,<<>>}]}`,
    );
    await tab.run(`dispatchEvent(new Event("resize"))`);
    await site.until("the other came", () => site.events.length === 2);
    assert.equal(text(site.events[1][1]), "window");
    assert.deepEqual(tab.heard, []);
    await tab.apply(
      op("later", "h"),
      op("later", "h"),
      op("control", "h", "none", []),
      op("text", "h", "on"),
    );
    assert.deepEqual(tab.heard.splice(0), [
      `n2o: "later" is not known here`,
      `n2o: "control none" is not known here`,
    ]);
    assert.equal(await tab.html("#h"), `<div id="h">on</div>`);
  },
);

await nitroTest(
  "a redirection drops what is behind it, and leads to no code",
  `<div id="h"></div>`,
  async (tab, site) => {
    await tab.apply(op("redirect", "javascript:window.ran=1"), op("redirect", "data:text/html,x"));
    assert.equal(tab.heard.splice(0).length, 2);
    site.send(op("redirect", "other.htm?x=1"), op("event", "h", "LATE", []));
    await tab.until(`location.search === "?x=1"`);
    await tab.until("document.documentElement.dataset.n2oState === 'open'");
    assert.equal(await tab.run("location.pathname"), "/app/other.htm");
    assert.equal(site.events.length, 0);
  },
);

await nitroTest(
  "links go nowhere and forms are not sent when they are listened to; boxes are ticked and keys typed",
  `<form id="f" action="/gone"><input id="i" name="i"><input id="c" type="checkbox"><a id="a" href="/gone">a</a>
   <button id="s">submit</button></form>`,
  async (tab, site) => {
    await tab.apply(
      op("on", "f", "submit", "SUBMIT", [atom("i")]),
      op("on", "a", "click", "LINK", []),
      op("on", "c", "click", "BOX", [atom("c")]),
      op("on", "i", "keydown", "KEY", []),
    );
    await tab.page.click("#a");
    await tab.page.click("#c");
    await tab.page.click("#i");
    await tab.page.keyboard.type("x");
    await tab.page.keyboard.press("Enter");
    await tab.page.click("#s");
    await site.until("all came", () => site.events.length === 6);
    assert.deepEqual(
      site.events.map((
        event,
      ) => [text(event[2]), ...Object.values(NitroSite.values(event)).map((term) => format(term))]),
      [
        ["LINK"],
        ["BOX", "true"],
        ["KEY"],
        ["KEY"],
        ["SUBMIT", '<<"x">>'],
        ["SUBMIT", '<<"x">>'],
      ],
    );
    assert.equal(
      await tab.run(`location.pathname + document.getElementById("c").checked`),
      "/app/page.htmtrue",
    );
    // Without a pickle an event is only kept from what it does.
    await tab.apply(op("on", "a", "click", "", []));
    await tab.page.click("#a");
    await tab.apply();
    assert.equal(site.events.length, 6);
  },
);

await nitroTest(
  "fields whose values break their rules are shown, and their events stay here",
  `<input id="f"><input id="other"><button id="b">b</button>`,
  async (tab, site) => {
    await tab.apply(
      op("on", "b", "click", "B", [atom("f")]),
      op("validate", "f", [
        tuple(atom("required"), true, "Please!"),
        tuple(atom("minLength"), 3, "Too short."),
      ]),
    );
    const shown = `((field) => [
      field.ariaInvalid, document.getElementById(field.getAttribute("aria-describedby"))?.textContent ?? "", document.activeElement.id
    ])(document.getElementById("f"))`;
    await tab.page.click("#b");
    assert.deepEqual(await tab.run(shown), ["true", "Please!", "f"]);
    await tab.page.fill("#f", "ab");
    await tab.page.click("#b");
    assert.deepEqual(await tab.run(shown), ["true", "Too short.", "f"]);
    await tab.page.fill("#f", "abc");
    await tab.page.click("#b");
    await site.until("the event came", () => site.events.length === 1);
    assert.deepEqual(await tab.run(shown), [null, "", "b"]);
    // The server's own word.
    await tab.apply(op("invalid", "f", "Taken."), op("update", "f", `<input id="f" class="x">`));
    assert.deepEqual((await tab.run<string[]>(shown)).slice(0, 2), ["true", "Taken."]);
    await tab.apply(op("valid", "f"));
    assert.deepEqual((await tab.run<string[]>(shown)).slice(0, 2), [null, ""]);
  },
);

await nitroTest("a map is no operation, and breaks nothing", `<div id="h"></div>`, async (tab) => {
  await tab.apply(map({ a: 1 }), 5, op("update"), op("on"), [], op("text", "h", "still here"));
  assert.equal(await tab.html("#h"), `<div id="h">still here</div>`);
  assert.ok(tab.heard.splice(0).length >= 4);
});
