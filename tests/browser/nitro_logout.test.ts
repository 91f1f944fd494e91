/** A session that ends in one tab: what the others of its visitor do. */
import { strict as assert } from "node:assert";
import { atom } from "@n2o/n2o";
import { button, createNitro, type Nitro, p, type Page, panel } from "@n2o/n2o/nitro";
import { engines } from "../engines.ts";
import { browserTest, complaints } from "./chromium.ts";

const ICON = "data:,";

function show(nitro: Nitro): void {
  const name = nitro.session.user ?? "nobody";
  nitro.update("who", panel({ id: "who", body: [p({ id: "name", body: name }), links()] }));
}

function links() {
  return ["login", "logout"].map((id) => button({ id, body: id, postback: atom(id) }));
}

function account(logout?: string): Page {
  return {
    document: { title: "Account", icon: ICON, logout, body: panel({ id: "who" }) },
    init: show,
    event(message, nitro) {
      if (message === atom("login")) nitro.cx.login("Ada");
      else nitro.cx.logout();
      show(nitro);
    },
  };
}

for (const engine of engines) {
  await browserTest(
    `${engine.name}: a logout in one tab loads the others anew, or leads them where their document says`,
    async (browser) => {
      const nitro = createNitro({
        pages: {
          account: account(),
          other: { ...account("/goodbye"), name: "other" },
          goodbye: { document: { title: "Goodbye", icon: ICON, body: p({ id: "name", body: "Goodbye" }) } },
        },
      });
      await using app = engine.start({ protocols: [nitro], files: [nitro.documents] });
      const url = `http://${app.hostname}:${app.port}`;
      const visitor = await browser.newContext();
      const open = async (path: string) => {
        const page = await visitor.newPage();
        const heard = complaints(page);
        await page.goto(url + path);
        await page.locator("#name").waitFor();
        return { page, heard };
      };
      const first = await open("/account");
      await first.page.click("#login");
      await first.page.locator("#name", { hasText: "Ada" }).waitFor();
      const [same, bare, other] = [
        await open("/account?a=1&b=%22"),
        await open("/account/of%3Ada"),
        await open("/other"),
      ];
      assert.equal(await same.page.innerText("#name"), "Ada");
      await first.page.click("#logout");
      await same.page.locator("#name", { hasText: "nobody" }).waitFor();
      assert.equal(same.page.url(), `${url}/account?a=1&b=%22`);
      await bare.page.locator("#name", { hasText: "nobody" }).waitFor();
      assert.equal(bare.page.url(), `${url}/account/of%3Ada`);
      // It is a page like any other then.
      await same.page.click("#login");
      await same.page.locator("#name", { hasText: "Ada" }).waitFor();
      await other.page.locator("#name", { hasText: "Goodbye" }).waitFor();
      assert.equal(other.page.url(), `${url}/goodbye`);
      assert.deepEqual([first, same, bare, other].map(({ heard }) => heard), [[], [], [], []]);
    },
  );
}
