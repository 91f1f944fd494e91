/**
 * A served chat, its visitors, and what can be seen of their pages: for tests.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { freePort } from "../free_port.ts";
import { type Browser, findChromium, type Page, startChromium } from "./chromium.ts";

type ContextOptions = Parameters<Browser["newContext"]>[0];

const ignore = await findChromium() === undefined;
if (ignore) console.warn("skipped the tests of the chat's pages: there is no Chromium here");

let chromium: Browser;
export let server: Awaited<ReturnType<typeof startServer>>;

Deno.test.beforeAll(async () => {
  if (!ignore) [chromium, server] = await Promise.all([startChromium(), startServer()]);
});
Deno.test.afterAll(async () => {
  if (!ignore) await Promise.all([chromium.close(), server.remove()]);
});

export const PHONE: ContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};
export const MARKUP = "</script><img src=x onerror=alert(1)>";

/** A server with a data folder of its own, in a process that can be killed and started again on the same port. */
async function startServer() {
  const folder = await Deno.makeTempDir();
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const port = String(freePort());
  let process: Deno.ChildProcess;
  let url = "";
  async function start() {
    process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--config", `${root}deno.json`, "--allow-net", "--allow-read", "--allow-write=.n2o"],
        ...["--allow-env=N2O_*", `${root}main.ts`, "serve", "--port", port],
      ],
      cwd: folder,
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    for await (const line of process.stdout.pipeThrough(new TextDecoderStream())) {
      const found = line.match(/http:\S+(?=\/)/);
      if (found === null) continue;
      url = found[0];
      return;
    }
    throw new Error("the server does not start");
  }
  async function kill() {
    process.kill("SIGKILL");
    await process.status;
  }
  async function remove() {
    await kill();
    await Deno.remove(folder, { recursive: true });
  }
  await start();
  return {
    get url() {
      return url;
    },
    start,
    kill,
    remove,
  };
}

let visitors = 0;

/** A browser profile of its own, and everything that its pages complain of. */
export async function visitor(options: ContextOptions = {}) {
  const context = await chromium.newContext({
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    ...options,
  });
  context.setDefaultTimeout(Number(Deno.env.get("CHAT_TIMEOUT") ?? 60_000));
  const complaints: string[] = [];
  context.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  context.on("weberror", (error) => complaints.push(String(error.error())));
  context.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  return { context, complaints, page: await context.newPage() };
}

/** A visitor who has logged in and sees a room's history. */
export async function user(room: string, options: ContextOptions & { name?: string } = {}) {
  const { name = `User ${++visitors}`, ...rest } = options;
  const who = await visitor(rest);
  await login(who.page, name, room);
  return { ...who, name };
}

export async function login(page: Page, name: string, room: string) {
  await page.goto(`${server.url}/app/login.htm?${new URLSearchParams({ room })}`);
  await page.fill("#user", name);
  await page.click("#loginButton");
  await page.waitForURL("**/app/index.htm?*");
  await joined(page);
}

/** Waits until a page shows what has been said. */
export const joined = (page: Page) =>
  page.locator('#history[aria-busy="false"]').waitFor({ state: "attached" });

export async function say(page: Page, text: string) {
  await page.fill("#message", text);
  await page.press("#message", "Enter");
  // What waits for an answer lets one more event wait.
  await page.locator('#send[aria-busy="true"]').waitFor({ state: "detached" });
}

/** The same while there is no connection: nobody answers. */
export async function sayInVain(page: Page, text: string) {
  await page.fill("#message", text);
  await page.press("#message", "Enter");
}

/** The messages that a page shows: their texts, folded or not. */
export const bodies = (page: Page) =>
  page.locator("#history .bubble").evaluateAll((all) =>
    all.map((bubble) => [...bubble.querySelectorAll(".body")].map((body) => body.textContent).join(""))
  );

/** Waits until a page shows so many messages, and none waits to be sent. */
export async function shows(page: Page, count: number) {
  await page.locator("#history .bubble").nth(count - 1).waitFor({ state: "attached" });
  await page.locator('#send[aria-busy="true"]').waitFor({ state: "detached" });
  assert.equal(await page.locator("#history .bubble").count(), count);
}

/** Looks until something is so: the page's policy lets nothing be evaluated there that waits by itself. */
export async function comes(look: () => Promise<boolean>, what: string) {
  for (let tries = 0; tries < 2400; tries++) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`never: ${what}`);
}

/** The id of the element that has the focus. */
export const focused = (page: Page) => page.locator(":focus").getAttribute("id");

/** What reaches over the sides of the page, or is cut off there. */
export const overflowing = (page: Page) =>
  page.locator("body *").evaluateAll((all, pageWidth) =>
    all.filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      if (element.closest(".hidden-text")) return false;
      const cut = element.matches(".body") && element.scrollWidth > element.clientWidth;
      return cut || left < -0.5 || right > pageWidth + 0.5;
    }).map((element) => element.outerHTML.slice(0, 100)), page.viewportSize()!.width);

/** A test of pages; the browser's own connections are no leaks of the test. */
export function pageTest(name: string, run: () => Promise<void>) {
  Deno.test({ name: `chat pages: ${name}`, ignore, sanitizeOps: false, sanitizeResources: false, fn: run });
}
