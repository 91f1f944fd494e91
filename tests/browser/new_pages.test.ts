/** The pages of a new project: on a phone and a desktop, light and dark, by keyboard, for those who hear them. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { withFolder } from "../command.ts";
import { newProject, servingTask, task } from "../project.ts";
import { browserTest, complaints, type Page } from "./chromium.ts";

const SIZES = [{ width: 320, height: 568 }, { width: 390, height: 844 }, { width: 1280, height: 800 }];

/** What is wrong with how a page looks: what is cut off, hard to read, or hard to hit. */
function faults(page: Page): Promise<string[]> {
  // As text, since it runs in the page.
  return page.evaluate(`(() => {
    const found = [];
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth) found.push("wider than the window: " + root.scrollWidth);
    const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((value) => value / 255)
      .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
      .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const colour = channels(getComputedStyle(at).backgroundColor);
        if (colour.length === 3 || colour[3] === 1) return colour;
      }
      return [255, 255, 255];
    };
    for (const element of document.querySelectorAll("main *")) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      const name = element.localName + (element.id && "#" + element.id);
      if (own || element.localName === "input") {
        const [a, b] = [light(channels(getComputedStyle(element).color)), light(ground(element))];
        const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (contrast < 4.5) found.push(name + " has a contrast of " + contrast.toFixed(2));
      }
      if (/^(button|input)$/.test(element.localName)) {
        const { width, height } = element.getBoundingClientRect();
        if (width < 44 || height < 44) found.push(name + " is small: " + width + " × " + height);
      }
    }
    return found;
  })()`);
}

await browserTest("the pages of a new project are good to read and to hit everywhere", async (browser) => {
  await withFolder({}, async (cwd) => {
    const project = await newProject(cwd, `my-${"long-".repeat(9)}app`);
    await task(project, "generate", "page", "hello");
    await servingTask(project, "start", async ({ url }) => {
      for (const viewport of SIZES) {
        for (const colorScheme of ["light", "dark"] as const) {
          const context = await browser.newContext({ viewport, colorScheme });
          const page = await context.newPage();
          const heard = complaints(page);
          const at = `${viewport.width} ${colorScheme}`;
          await page.goto(url);
          await page.getByRole("status").getByText("0", { exact: true }).waitFor();
          deepStrictEqual(await faults(page), [], at);
          await page.goto(`${url}/app/hello`);
          await page.getByLabel("Your name").waitFor();
          deepStrictEqual(await faults(page), [], at);
          deepStrictEqual(heard, [], at);
          await context.close();
        }
      }
    });
  });
});

await browserTest("they are used by keyboard alone, and say when the server is gone", async (browser) => {
  await withFolder({}, async (cwd) => {
    const project = await newProject(cwd, "my-app");
    await task(project, "generate", "page", "hello");
    await servingTask(project, "start", async (server) => {
      const page = await browser.newPage();
      await page.goto(`${server.url}/app/hello`);
      await page.getByLabel("Your name").waitFor();
      await page.keyboard.press("Tab");
      await page.keyboard.type("Ann");
      await page.keyboard.press("Enter");
      await page.getByRole("status").getByText("Hello, Ann!").waitFor();
      await page.goto(server.url);
      const count = (number: string) => page.getByRole("status").getByText(number, { exact: true }).waitFor();
      await count("0");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      strictEqual(await page.evaluate("document.activeElement.id"), "more");
      ok(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle !== 'none'"), "it shows");
      await page.keyboard.press("Enter");
      await count("1");
      await page.keyboard.press("Space");
      await count("2");
      const lost = page.getByText("The server does not answer.");
      ok(!await lost.isVisible());
      await server.stop();
      await lost.waitFor();
    });
  });
});
