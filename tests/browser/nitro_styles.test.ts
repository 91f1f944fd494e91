/** Style sheets that the server renders, under a strict policy. */
import { strict as assert } from "node:assert";
import {
  clear,
  insertBottom,
  insertTop,
  panel,
  remove,
  renderOperations,
  span,
  style,
  table,
  tbody,
  td,
  tr,
  update,
  type Wired,
} from "@n2o/n2o/nitro";
import { type NitroTab, nitroTest } from "./nitro_site.ts";

const color = (selector: string) =>
  `getComputedStyle(document.querySelector(${JSON.stringify(selector)})).color`;
const RED = "rgb(255, 0, 0)";
const GREEN = "rgb(0, 128, 0)";
const BLACK = "rgb(0, 0, 0)";

/** Does in the page what a server's page would. */
async function run(tab: NitroTab, wired: Wired): Promise<void> {
  await tab.apply(...renderOperations(wired));
}

/** Nothing stands in the page that the policy refuses, and nothing was refused. */
async function assertClean(tab: NitroTab): Promise<void> {
  assert.equal(await tab.run("document.querySelectorAll('style').length"), 0);
  assert.deepEqual(tab.heard, []);
}

await nitroTest(
  "a style takes effect as it comes, changes with its element, and goes with it",
  `<main><div id="h"></div></main>`,
  async (tab) => {
    await run(
      tab,
      update(
        "h",
        panel({ id: "h", body: [style({ id: "s", body: "#h span { color: red }" }), span({ body: "x" })] }),
      ),
    );
    assert.equal(await tab.run(color("#h span")), RED);
    await assertClean(tab);

    await run(tab, update("s", style({ id: "s", body: "#h > span { color: green }" })));
    assert.equal(await tab.run(color("#h span")), GREEN);

    await run(tab, remove("s"));
    assert.equal(await tab.run(color("#h span")), BLACK);
    assert.equal(await tab.run("document.adoptedStyleSheets.length"), 0);

    await run(tab, insertTop("h", style({ id: "s", body: "#h span { color: red }" })));
    assert.equal(await tab.run(color("#h span")), RED);
    await run(tab, [clear("h"), insertBottom("h", span({ body: "y" }))]);
    assert.equal(await tab.run(color("#h span")), BLACK);
    await assertClean(tab);
  },
);

await nitroTest(
  "the policy of these pages refuses a style element even when it is empty",
  `<main><div id="h"></div></main>`,
  async (tab) => {
    await tab.run(
      `addEventListener("securitypolicyviolation", (e) => document.body.title = e.violatedDirective);
      document.querySelector("#h").append(document.createElement("style"))`,
    );
    await tab.until(`document.body.title === "style-src-elem"`);
    assert(tab.heard.splice(0).some((text) => text.includes("style-src")));
  },
);

await nitroTest(
  "a style's media decides when it holds, and the order of styles which one wins",
  `<main><div id="h"></div></main>`,
  async (tab) => {
    await run(
      tab,
      update("h", [
        panel({
          id: "h",
          body: [
            span({ body: "x" }),
            style({ body: "#h span { color: red }" }),
            style({ media: "print", body: "#h span { color: green }" }),
            style({ media: "(max-width: 400px)", body: "#h span { color: blue }" }),
          ],
        }),
      ]),
    );
    await tab.page.setViewportSize({ width: 800, height: 600 });
    assert.equal(await tab.run(color("#h span")), RED);
    await tab.page.emulateMedia({ media: "print" });
    assert.equal(await tab.run(color("#h span")), GREEN);
    await tab.page.emulateMedia({ media: "screen" });
    assert.equal(await tab.run(color("#h span")), RED);
    await tab.page.setViewportSize({ width: 300, height: 600 });
    assert.equal(await tab.run(color("#h span")), "rgb(0, 0, 255)");
    await assertClean(tab);
  },
);

await nitroTest(
  "a style stands where templates may, in tables too, and what is in it gets nowhere else",
  `<main><div id="h"></div></main>`,
  async (tab) => {
    await run(tab, [
      update(
        "h",
        table({
          id: "h",
          body: tbody({
            body: [
              style({ id: "s", body: `td { color: red } /* "</style></template><b id=b>&amp;<!-- */` }),
              tr({ id: "r", cells: td({ id: "d", body: "x" }) }),
            ],
          }),
        }),
      ),
    ]);
    assert.equal(await tab.run("document.querySelector('#s').parentElement.localName"), "tbody");
    assert.equal(await tab.run(color("#d")), RED);
    assert.equal(await tab.run("document.querySelector('#b')"), null);
    await assertClean(tab);
  },
);
