/**
 * A real browser for tests: Debian's Chromium or any other, driven by Playwright.
 *
 * It is found by the environment's `CHROMIUM`, else by its usual names in `PATH`. Without one the tests are skipped, and say so.
 */
import type { Browser, BrowserContext, CDPSession, LaunchOptions, Page } from "npm:playwright-core@1.65.1";
import { delimiter, join } from "node:path";

export type { Browser, BrowserContext, CDPSession, Page };

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

const MISSING = "no Chromium: `apt-get install chromium`, or name one in the environment's CHROMIUM";

/** The path of a Chromium; `undefined` when this machine has none. */
export async function findChromium(): Promise<string | undefined> {
  const named = Deno.env.get("CHROMIUM");
  if (named !== undefined) return named;
  const extension = Deno.build.os === "windows" ? ".exe" : "";
  for (const folder of (Deno.env.get("PATH") ?? "").split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, name + extension);
      if ((await Deno.stat(path).catch(() => undefined))?.isFile) return path;
    }
  }
  return undefined;
}

/**
 * Loads Playwright. As it loads it looks for Windows around it in a file that Deno shows only to programs with all permissions;
 * this variable makes it look when it needs to know, which is never.
 */
async function playwright(): Promise<typeof import("npm:playwright-core@1.65.1")> {
  Deno.env.set("__IS_WSL_TEST__", "1");
  return await import("npm:playwright-core@1.65.1");
}

/** Starts Chromium, headless, with an empty profile; throws where there is none. */
export async function startChromium(options: LaunchOptions = {}): Promise<Browser> {
  const executablePath = await findChromium();
  if (executablePath === undefined) throw new Error(MISSING);
  const { chromium } = await playwright();
  return await chromium.launch({
    executablePath,
    ...options,
    // Chromium's sandbox does not work for root, who runs tests in containers.
    chromiumSandbox: Deno.uid() !== 0,
    args: ["--disable-quic", "--disable-gpu", ...options.args ?? []],
  });
}

/**
 * Registers a test that gets a browser of its own, or says why it is skipped.
 *
 * The test runner's checks for what is left open are off: Playwright keeps its own timers and pipes for a while.
 */
export async function browserTest(
  name: string,
  run: (browser: Browser) => Promise<void>,
  options: LaunchOptions = {},
): Promise<void> {
  const ignore = await findChromium() === undefined;
  if (ignore) console.warn(`skipped "${name}": ${MISSING}`);
  Deno.test({
    name,
    ignore,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      const browser = await startChromium(options);
      try {
        await run(browser);
      } finally {
        await browser.close();
      }
    },
  });
}

/** What a browser itself says of a server or a network that is away; no page can keep it from that. */
export const UNREACHABLE =
  /net::ERR_(?:CONNECTION_\w+|EMPTY_RESPONSE|INTERNET_DISCONNECTED|NETWORK_\w+|SOCKET_\w+)|WebSocket connection to .* failed|Connection reset/;

/** What a page says that it should not: its errors, and its console's errors and warnings. */
export function complaints(page: Page): string[] {
  const heard: string[] = [];
  page.on("pageerror", (error) => heard.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") heard.push(message.text());
  });
  return heard;
}
