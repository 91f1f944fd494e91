import { strict as assert } from "node:assert";
import { type Mode, render, renderActions, update } from "@n2o/n2o/nitro";
import { type Browser, browserTest, type Page } from "./chromium.ts";
import { HostileTrees, type Seen } from "./hostile_tree.ts";

const SEED = 20261125;
const TREES = 60;

/** The page's functions: what brings a tree into it, and what it then has. */
const PAGE = `
window.ran = 0;
window.qi = (id) => document.getElementById(id);
window.text = (base64) => new TextDecoder().decode(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
window.seen = (node) => node.nodeType === 3 ? node.data : {
  tag: node.localName,
  attributes: Object.fromEntries(Array.from(node.attributes, (a) => [a.name, a.value])),
  children: Array.from(node.childNodes, seen),
};
window.touch = () => {
  for (const one of document.querySelectorAll("#host *")) {
    for (const type of ["mouseover", "mouseout", "mousemove", "focus", "blur", "error", "load", "keydown", "change"]) {
      one.dispatchEvent(new Event(type, { bubbles: true, cancelable: true }));
    }
  }
};
window.show = (put) => {
  document.body.innerHTML = '<div id="host"><div id="t"></div></div>';
  put();
  touch();
  return Array.from(qi("host").childNodes, seen);
};
`;

/** Where a tree is to be seen in a page, and what is brought into it. */
interface Way {
  readonly mode: Mode;
  readonly name: string;
  show(page: Page, trees: HostileTrees): Promise<{ seen: readonly Seen[]; expected: readonly Seen[] }>;
}

function inBase64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}

const WAYS: readonly Way[] = [
  {
    mode: "operations",
    name: "its HTML is set into a page without scripts",
    async show(page, trees) {
      const { body, seen } = trees.next();
      const { html } = render(body, { mode: "operations" });
      const shown = await page.evaluate(`show(() => { qi("host").innerHTML = text("${inBase64(html)}"); })`);
      return { seen: shown as Seen[], expected: seen };
    },
  },
  {
    mode: "script",
    name: "the JavaScript of its update is run",
    async show(page, trees) {
      const { body, seen } = trees.next();
      const js = renderActions(update("t", body));
      const shown = await page.evaluate(`show(() => { (0, eval)(text("${inBase64(js)}")); })`);
      return { seen: shown as Seen[], expected: seen };
    },
  },
  {
    mode: "script",
    name: "its HTML is a document's own",
    async show(page, trees) {
      const { body, seen } = trees.next();
      const { html } = render(body);
      // Written while the document is read, so that a script in it would run.
      const shown = await page.evaluate(`(() => {
        document.open();
        document.write('<!doctype html><html><head></head><body><div id="host">' + text("${
        inBase64(html)
      }") + "</div></body></html>");
        document.close();
        touch();
        return Array.from(qi("host").childNodes, seen);
      })()`);
      return { seen: shown as Seen[], expected: seen };
    },
  },
];

for (const { mode, name, show } of WAYS) {
  await browserTest(
    `a tree of hostile text is in the document as it was meant, and nothing of it runs, when ${name}`,
    async (browser: Browser) => {
      console.log(`seed ${SEED}, ${TREES} trees`);
      const page = await browser.newPage();
      const dialogs: string[] = [];
      page.on("dialog", (dialog) => {
        dialogs.push(dialog.message());
        return dialog.dismiss();
      });
      await page.evaluate(PAGE);
      const trees = new HostileTrees(SEED, mode);
      for (let tree = 0; tree < TREES; tree++) {
        const { seen, expected } = await show(page, trees);
        assert.deepEqual(seen, expected, `tree ${tree}`);
      }
      // Pictures and frames report after they were tried to be loaded.
      await page.evaluate("new Promise((done) => setTimeout(done, 300))");
      assert.equal(await page.evaluate("ran"), 0);
      assert.deepEqual(dialogs, []);
    },
  );
}
