/** Pages of NITRO in development: changed templates and modules are drawn into the open page. */
import { strict as assert } from "node:assert";
import { atom } from "@n2o/n2o";
import { button, input, type Page, panel, span, textarea } from "@n2o/n2o/nitro";
import { createTemplates } from "@n2o/n2o/nitro/templates";
import { dtl } from "../../protocols/nitro/templates_dtl.ts";
import { DevSite, DevTab } from "./dev_site.ts";
import { browserTest } from "./chromium.ts";

const TEMPLATE = `<h2>One</h2><label>{{ label }} {{ field }}</label><textarea id="text"></textarea>`;
const NEXT =
  `<h2>Two</h2><div><p>new</p></div><label>{{ label }}: {{ field }}</label><textarea id="text"></textarea>`;
const IS_OPEN = `document.documentElement.dataset.n2oState === "open"`;

/** Registers a test of a page whose form is a template. */
function templateTest(
  name: string,
  run: (tab: DevTab, site: DevSite, page: Page) => Promise<void>,
  inDocument = false,
): Promise<void> {
  return browserTest(name, async (browser) => {
    await using site = await DevSite.start({ "form.html": TEMPLATE });
    const templates = createTemplates({ folder: site.folder });
    const form = () =>
      dtl({ templates, file: "form", bindings: { label: "Name", field: input({ id: "name" }) } });
    const body = () => panel({ id: "form", body: form() });
    const page: Page = inDocument ? { document: { title: "one", icon: "data:,", body }, init() {} } : {
      document: { title: "one", icon: "data:,", body: [panel({ id: "form" }), panel({ id: "count" })] },
      init(nitro) {
        nitro.state.count ??= 0;
        nitro.update("form", body());
        nitro.update("count", button({ id: "count", body: `${nitro.state.count}`, postback: atom("more") }));
      },
      event(_message, nitro) {
        nitro.state.count = Number(nitro.state.count) + 1;
        nitro.update("count", button({ id: "count", body: `${nitro.state.count}`, postback: atom("more") }));
      },
    };
    site.replace({ "app/index": page });
    const tab = new DevTab(site, await browser.newPage());
    await tab.open("/app/index.htm");
    await tab.until(IS_OPEN);
    await tab.until(`document.querySelector("h2")?.textContent === "One"`);
    await run(tab, site, page);
    assert.deepEqual(tab.heard, []);
  });
}

await templateTest(
  "a changed template is drawn into the open page, and what was typed stays with its focus",
  async (tab, site) => {
    await tab.page.click("#count");
    await tab.until(`document.getElementById("count").textContent === "1"`);
    await tab.page.fill("#name", "typed");
    await tab.page.click("#text");
    await tab.page.keyboard.type("and this");
    await tab.page.keyboard.press("ArrowLeft");
    await site.write("form.html", NEXT);
    site.redraw("form.html");
    site.dev.problems([], 1);
    await tab.until(`document.querySelector("h2").textContent === "Two"`);
    const values = `["name", "text"].map((id) => document.getElementById(id).value)`;
    assert.deepEqual(await tab.run(values), ["typed", "and this"]);
    assert.deepEqual(await tab.run(`[document.activeElement.id, document.activeElement.selectionStart]`), [
      "text",
      7,
    ]);
    // The state and the connection are those of before.
    await tab.page.click("#count");
    await tab.until(`document.getElementById("count").textContent === "2"`);
    await tab.stayed();
    assert.deepEqual(site.lines.filter(({ level }) => level === "error"), []);
  },
);

await templateTest("a changed page module is drawn into the open page", async (tab, site, page) => {
  await tab.page.fill("#name", "typed");
  const init = page.init!;
  site.replace({
    "app/index": {
      ...page,
      init(nitro) {
        init(nitro);
        nitro.insertTop("form", span({ id: "new", body: "new" }));
      },
    },
  });
  site.dev.problems([], 1);
  await tab.until(`document.getElementById("new")?.textContent === "new"`);
  assert.equal(await tab.run(`document.getElementById("name").value`), "typed");
  await tab.stayed();
});

await templateTest(
  "a page whose document has changed is loaded anew, with what was typed in what its server draws",
  async (tab, site, page) => {
    await tab.page.fill("#name", "typed");
    site.replace({
      "app/index": {
        ...page,
        document: {
          title: "two",
          icon: "data:,",
          body: [textarea({ id: "more" }), panel({ id: "form" }), panel({ id: "count" })],
        },
      },
    });
    site.dev.problems([], 1);
    await tab.reloaded();
    assert.equal(await tab.run(`document.title`), "two");
    await tab.until(`document.getElementById("name")?.value === "typed"`);
  },
);

await templateTest(
  "a changed template in a document has the page loaded anew, with what was typed",
  async (tab, site) => {
    await tab.page.fill("#name", "typed");
    await site.write("form.html", NEXT);
    site.redraw("form.html");
    site.dev.problems([], 0);
    await tab.reloaded();
    await tab.until(
      `document.querySelector("h2").textContent === "Two" && document.getElementById("name").value === "typed"`,
    );
  },
  true,
);
