/** The documents of `n2o docs` in Chromium: on a desktop and on a phone, light and dark, without a complaint. */
import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import { entries } from "../../lib/cli/docs/contents.ts";
import { reference } from "../../lib/cli/docs/reference.ts";
import { Repository } from "../../lib/cli/docs/repository.ts";
import { Site } from "../../lib/cli/docs/site.ts";
import { pageOf, writeReference } from "../../scripts/reference.ts";
import { type Browser, browserTest, complaints, type Page } from "./chromium.ts";

const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1400, height: 900 };

async function withSite(use: (url: string) => Promise<void>, made?: URL): Promise<void> {
  const site = new Site(new Repository(), made && reference(made));
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, site.answer);
  try {
    await use(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

async function open(
  browser: Browser,
  viewport = DESKTOP,
  colorScheme: "light" | "dark" = "light",
): Promise<[Page, string[]]> {
  const context = await browser.newContext({ viewport, colorScheme, locale: "en-GB" });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  return [page, complaints(page)];
}

await browserTest(
  "every document fits a phone's width, and nothing in it breaks the policy",
  async (browser) => {
    await withSite(async (url) => {
      const [page, heard] = await open(browser, PHONE);
      const wide: string[] = [];
      for (const { path } of entries) {
        await page.goto(`${url}/${path}`);
        if (await page.evaluate("document.documentElement.scrollWidth > innerWidth")) wide.push(path);
      }
      deepStrictEqual(wide, []);
      deepStrictEqual(heard, []);
    });
  },
);

await browserTest("the reference of the exports fits a phone's width, too", async (browser) => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    deepStrictEqual(await writeReference(`${folder}/made`), []);
    await withSite(async (url) => {
      const [page] = await open(browser, PHONE);
      const wide: string[] = [];
      const pages = [pageOf(".", "createN2O"), pageOf(".", "Secret"), pageOf("./nitro", "button")];
      for (const path of ["", "all_symbols.html", ...pages]) {
        await page.goto(`${url}/reference/${path}`);
        if (await page.evaluate("document.documentElement.scrollWidth > innerWidth")) wide.push(path);
      }
      deepStrictEqual(wide, []);
    }, new URL(`file://${folder}/made/`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

await browserTest(
  "on a desktop navigation and contents stand beside the text; the contents show where one is",
  async (browser) => {
    await withSite(async (url) => {
      const [page, heard] = await open(browser);
      await page.goto(`${url}/`);
      ok(await page.isVisible("#menu") && await page.isVisible("#outline"));
      ok(!await page.isVisible(".open"));
      await page.click('#menu a:text("NITRO: pages")');
      await page.click('#outline a:text-is("Validation")');
      await page.locator('#outline a[aria-current]:text-is("Validation")').waitFor();
      match(page.url(), /\/docs\/nitro\.md#validation$/);
      const { y: top } = (await page.locator("#validation").boundingBox())!;
      ok(top > 0 && top < 200, `the heading is ${top} px from the top`);
      deepStrictEqual(heard, []);
    });
  },
);

await browserTest(
  "on a phone the panels lie over the page when asked for, and go when a link of theirs is followed",
  async (browser) => {
    await withSite(async (url) => {
      const [page, heard] = await open(browser, PHONE);
      await page.goto(`${url}/docs/wire.md`);
      ok(!await page.isVisible("#menu") && !await page.isVisible("#outline"));
      await page.click('button[popovertarget="outline"]');
      await page.click("#outline li:nth-child(2) a");
      await page.waitForURL("**/docs/wire.md#*");
      await page.locator("#outline").waitFor({ state: "hidden" });
      await page.click('button[popovertarget="menu"]');
      await page.keyboard.press("Escape");
      await page.locator("#menu").waitFor({ state: "hidden" });
      await page.click('button[popovertarget="menu"]');
      await page.click('#menu a:text-is("UDP")');
      await page.waitForURL("**/docs/udp.md");
      deepStrictEqual(heard, []);
    });
  },
);

await browserTest("the search takes a key, and leads to the part that was found", async (browser) => {
  await withSite(async (url) => {
    const [page, heard] = await open(browser);
    await page.goto(`${url}/`);
    await page.keyboard.press("/");
    await page.keyboard.type("slow client");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/search?q=slow+client");
    ok(await page.locator(".hits li").count() > 0);
    await page.click(".hits li a");
    await page.waitForURL("**/*.md#*");
    const id = decodeURIComponent(new URL(page.url()).hash.slice(1));
    strictEqual(await page.locator(`[id="${id}"]`).count(), 1);
    deepStrictEqual(heard, []);
  });
});

await browserTest("it is dark where the system is, and code is copied whole", async (browser) => {
  await withSite(async (url) => {
    const colours = async (scheme: "light" | "dark") => {
      const [page] = await open(browser, DESKTOP, scheme);
      await page.goto(`${url}/README.md`);
      return await page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]",
      ) as [string, string];
    };
    const [light, dark] = [await colours("light"), await colours("dark")];
    notStrictEqual(light[0], dark[0]);
    notStrictEqual(light[1], dark[1]);
    const [page, heard] = await open(browser);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.goto(`${url}/README.md`);
    const frame = page.locator(".frame").first();
    await frame.hover();
    await frame.locator(".copy").click();
    await frame.locator('.copy:text-is("Copied")').waitFor();
    strictEqual(
      await page.evaluate("navigator.clipboard.readText()"),
      await frame.locator("code").textContent(),
    );
    deepStrictEqual(heard, []);
  });
});

await browserTest("without scripts it is all there: documents, panels, search", async (browser) => {
  await withSite(async (url) => {
    const context = await browser.newContext({ viewport: PHONE, javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${url}/docs/limits.md`);
    await page.click('button[popovertarget="menu"]');
    await page.click('#menu a:text-is("UDP")');
    await page.waitForURL("**/docs/udp.md");
    await page.fill("input[type=search]", "proof");
    await page.press("input[type=search]", "Enter");
    await page.waitForURL("**/search?q=proof");
    ok(await page.locator(".hits li").count() > 0);
  });
});
