/** `n2o dev` itself, with a browser that shows its application: files are saved, and what comes of it is looked at. */
import { strict as assert } from "node:assert";
import { type Server, start, withFolder } from "../command.ts";
import { browserTest } from "./chromium.ts";
import { DevTab } from "./dev_site.ts";

const GREETING = `export const greeting = "one";\n`;
const PAGE = `import { atom } from "@n2o/n2o";
import { button, dtl, input, panel, type Page } from "@n2o/n2o/nitro";
import { createTemplates } from "@n2o/n2o/nitro/templates";
import { greeting } from "./_greeting.ts";

const templates = createTemplates({ folder: new URL("../templates", import.meta.url) });
const form = () => dtl({ templates, file: "form", bindings: { field: input({ id: "name" }) } });

export default {
  document: {
    title: "page one",
    icon: "data:,",
    styles: ["/style.css"],
    body: [panel({ id: "form" }), panel({ id: "greeting" }), panel({ id: "count" })],
  },
  init(nitro) {
    nitro.state.count ??= 0;
    nitro.update("form", panel({ id: "form", body: form() }));
    nitro.update("greeting", panel({ id: "greeting", body: greeting }));
    nitro.update("count", button({ id: "count", body: \`\${nitro.state.count}\`, postback: atom("more") }));
  },
  event(_message, nitro) {
    nitro.state.count = Number(nitro.state.count) + 1;
    nitro.update("count", button({ id: "count", body: \`\${nitro.state.count}\`, postback: atom("more") }));
  },
} satisfies Page;
`;
const FILES = {
  "pages/index.ts": PAGE,
  "pages/_greeting.ts": GREETING,
  "templates/form.html": "<h2>One</h2>{{ field }}",
  "static/style.css": "body { color: rgb(1, 2, 3) }",
  "static/icon.svg": `<svg xmlns="http://www.w3.org/2000/svg"/>`,
  "static/app.js": `document.title = "script one";`,
  "static/plain.html":
    `<!doctype html><title>plain</title><link rel="icon" href="/icon.svg"><input id="name">` +
    `<script src="/app.js"></script>`,
};

/** Registers a test of a page of that application. */
function commandTest(
  name: string,
  path: string,
  run: (
    tab: DevTab,
    write: (file: string, text: string) => Promise<void>,
    server: Server,
    folder: string,
  ) => Promise<void>,
): Promise<void> {
  return browserTest(name, (browser) =>
    withFolder(FILES, async (folder) => {
      await using server = await start(["dev", ".", "--port", "0", "--store", "memory"], { cwd: folder });
      const tab = new DevTab({ url: (path = "/") => server.url + path }, await browser.newPage());
      await tab.open(path);
      const write = (file: string, text: string) => Deno.writeTextFile(`${folder}/${file}`, text);
      await run(tab, write, server, folder);
      assert.deepEqual(tab.heard, []);
    }));
}

const greets = (word: string) => `document.getElementById("greeting")?.textContent === "${word}"`;

await commandTest(
  "a page is drawn anew with what it imports, shows what is broken, and is mended, while somebody types",
  "/app/index.htm",
  async (tab, write) => {
    await tab.until(greets("one"));
    await tab.page.click("#count");
    await tab.until(`document.getElementById("count").textContent === "1"`);
    await tab.page.click("#name");
    await tab.page.keyboard.type("typed ");
    await write("pages/_greeting.ts", `export const greeting = "two";\n`);
    await tab.until(greets("two"));
    await write("pages/_greeting.ts", `export const greeting = ;\n`);
    await tab.until(`document.querySelector("n2o-dev") !== null`);
    const shown = await tab.panel();
    assert.match(shown, /1 problem/);
    assert.match(shown, /pages\/_greeting\.ts:1:\d+/);
    assert.match(shown, /> 1 \| export const greeting = ;\n\s*\|\s+\^/);
    await tab.page.keyboard.type("on and on");
    await write("templates/form.html", "<h2>Two</h2><p>{{ field }}</p>");
    await tab.until(`document.querySelector("h2")?.textContent === "Two"`);
    await write("pages/_greeting.ts", `export const greeting = "three";\n`);
    await tab.until(greets("three"));
    await tab.until(`document.querySelector("n2o-dev") === null`);
    assert.equal(await tab.run(`document.getElementById("name").value`), "typed on and on");
    assert.equal(await tab.run(`document.activeElement.id`), "name");
    assert.equal(await tab.run(`document.getElementById("count").textContent`), "1");
    await tab.stayed();
  },
);

await commandTest(
  "a style sheet is swapped, and a changed document is loaded anew; what was typed stays",
  "/app/index.htm",
  async (tab, write) => {
    await tab.until(greets("one"));
    await tab.page.fill("#name", "typed");
    await write("static/style.css", "body { color: rgb(4, 5, 6) }");
    await tab.until(`getComputedStyle(document.body).color === "rgb(4, 5, 6)"`);
    await tab.stayed();
    await write("pages/index.ts", PAGE.replace("page one", "page two"));
    await tab.reloaded();
    await tab.until(`document.title === "page two" && document.getElementById("name")?.value === "typed"`);
  },
);

await commandTest(
  "changed HTML and scripts among the static files have the page loaded anew",
  "/plain.html",
  async (tab, write) => {
    await tab.page.fill("#name", "typed");
    await write("static/app.js", `document.title = "script two";`);
    await tab.reloaded();
    assert.equal(await tab.run("document.title"), "script two");
    await write("static/plain.html", FILES["static/plain.html"].replace("<input", "<h2>new</h2><input"));
    await tab.reloaded();
    assert.equal(await tab.run(`document.querySelector("h2").textContent`), "new");
    await tab.until(`document.getElementById("name").value === "typed"`);
  },
);

await commandTest(
  "what fails while it runs, and a template with an error, are shown until they are mended",
  "/app/index.htm",
  async (tab, write) => {
    await tab.until(greets("one"));
    const shows = (pattern: RegExp) =>
      tab.wait(async () => pattern.test(await tab.panel()), `it shows ${pattern}`);
    const isGone = `document.querySelector("n2o-dev") === null`;
    await write(
      "pages/index.ts",
      PAGE.replace("event(_message, nitro) {", `event(_message, nitro) { throw new Error("no");`),
    );
    await write("pages/_greeting.ts", `export const greeting = "two";\n`);
    await tab.until(greets("two"));
    await tab.page.click("#count");
    await shows(
      /pages\/index\.ts:\d+:\d+\n+page index: page failed: Error: no\n+[^]*> \d+ \| .*throw new Error/,
    );
    await write("pages/index.ts", PAGE);
    await tab.until(isGone);
    await write("templates/form.html", "<h2>Two</h2>\n{{ field|nothing }}");
    await shows(
      /templates\/form\.html:2:1\n+page index: drawn as before: NitroError: form\.html:2: .*nothing/,
    );
    await shows(/> 2 \| \{\{ field\|nothing \}\}\n\s*\|\s+\^/);
    assert.equal(await tab.run(`document.querySelector("h2").textContent`), "One");
    await write("templates/form.html", "<h2>Three</h2>{{ field }}");
    await tab.until(`document.querySelector("h2").textContent === "Three"`);
    await tab.until(isGone);
    // A page that cannot be drawn.
    await write("pages/index.ts", PAGE.replace("nitro.state.count ??= 0;", `throw new Error("not today");`));
    await shows(/page index: page failed: Error: not today/);
    await write("pages/index.ts", PAGE);
    await tab.until(isGone);
    await tab.stayed();
  },
);

await commandTest(
  "a page whose module is renamed or removed is shown no more, and shown again when it is there again",
  "/app/index.htm",
  async (tab, write, _server, folder) => {
    await tab.until(greets("one"));
    const isWaiting = `document.documentElement.dataset.n2oDev === "waiting"`;
    await Deno.rename(`${folder}/pages/index.ts`, `${folder}/pages/info.ts`);
    await tab.until(isWaiting);
    await tab.reloaded();
    await Deno.rename(`${folder}/pages/info.ts`, `${folder}/pages/index.ts`);
    await tab.until(greets("one"));
    await tab.reloaded();
    // One that is away for a moment only is not loaded anew.
    const text = await Deno.readTextFile(`${folder}/pages/index.ts`);
    await tab.page.click("#count");
    await tab.until(`document.getElementById("count").textContent === "1"`);
    await Deno.remove(`${folder}/pages/index.ts`);
    await new Promise((resolve) => setTimeout(resolve, 150));
    await write("pages/index.ts", text.replace("body: greeting", 'body: greeting + "!"'));
    await tab.until(greets("one!"));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await tab.stayed();
    assert.equal(await tab.run(`document.getElementById("count").textContent`), "1");
    // An address that a script has given the page is none of the server's: what goes on there stays.
    await tab.run(`history.pushState(null, "", "/app/elsewhere")`);
    await tab.page.click("#count");
    await write("pages/other.ts", PAGE);
    await write("pages/_greeting.ts", `export const greeting = "two";\n`);
    await tab.until(greets("two!"));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await tab.stayed();
    await tab.run(`history.back()`);
    await Deno.remove(`${folder}/pages/index.ts`);
    await tab.until(isWaiting);
    await tab.reloaded();
    // The browser itself says what it could not get.
    assert.ok(tab.heard.length > 0);
    assert.deepEqual(tab.heard.splice(0).filter((line) => !line.includes("404 (Not Found)")), []);
  },
);
