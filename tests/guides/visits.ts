/**
 * The pages of guides in a real browser: one for all guides, started when the first page is looked at.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import { type Browser, complaints, findChromium, type Page, startChromium } from "../browser/chromium.ts";
import { skip } from "../command.ts";

let browser: Promise<Browser | undefined> | undefined;

/** Opens a page, does something with it, and holds it to a clean console. */
export async function visit(
  url: string,
  act: (page: Page) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const running = await (browser ??= start());
  if (running === undefined) return;
  const context = await running.newContext();
  try {
    // The browser asks for it by itself, whatever the page says.
    await context.route("**/favicon.ico", (route) => route.fulfill({ status: 204 }));
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const heard = complaints(page);
    const answer = await page.goto(url);
    ok(answer?.ok(), `${url}: ${answer?.status()}`);
    await act(page);
    await page.waitForLoadState("networkidle");
    deepStrictEqual(heard, [], `${url} complains`);
  } finally {
    await context.close();
  }
}

/** Ends the browser. */
export async function endVisits(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

async function start(): Promise<Browser | undefined> {
  if (await findChromium() !== undefined) return await startChromium();
  skip("pages of guides are not looked at: no Chromium");
  return undefined;
}
