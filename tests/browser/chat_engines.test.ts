/** The chat's pages on each engine: two visitors, a file, a network that goes and comes back, a slow one. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createChat } from "../../protocols/chat/mod.ts";
import { Gate } from "../client/gate.ts";
import { engines } from "../engines.ts";
import { type Browser, browserTest, complaints, type Page, UNREACHABLE } from "./chromium.ts";

const CSP = { "content-security-policy": "default-src 'self'" };

interface Visitor {
  readonly page: Page;
  readonly heard: string[];
  readonly network: (conditions: Conditions) => Promise<void>;
}

interface Conditions {
  readonly offline?: boolean;
  readonly latency?: number;
  readonly throughput?: number;
}

/** A relay before a server. */
class DisposableGate extends Gate {
  [Symbol.dispose](): void {
    this.close();
  }
}

async function enter(browser: Browser, port: number, name: string): Promise<Visitor> {
  const context = await browser.newContext({ locale: "en-GB" });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const heard = complaints(page);
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  await page.goto(`http://127.0.0.1:${port}/app/login.htm?room=garden`);
  // What is typed before the page is connected is kept, but nobody hears the key.
  await page.locator('#pass[value="garden"]').waitFor();
  await page.fill("#user", name);
  await page.press("#user", "Enter");
  await page.waitForURL("**/app/index.htm?room=garden");
  await page.locator('#history[aria-busy="false"]').waitFor({ state: "attached" });
  const network = async ({ offline = false, latency = 0, throughput = -1 }: Conditions) => {
    await devtools.send("Network.emulateNetworkConditions", {
      offline,
      latency,
      downloadThroughput: throughput,
      uploadThroughput: throughput,
    });
  };
  return { page, heard, network };
}

async function say(page: Page, text: string): Promise<void> {
  await page.fill("#message", text);
  await page.press("#message", "Enter");
}

const texts = (page: Page) => page.locator("#history .body").allTextContents();
const waitFor = (page: Page, text: string) =>
  page.locator("#history .body", { hasText: text }).first().waitFor();

for (const engine of engines) {
  await browserTest(`${engine.name}: the chat's pages under default-src 'self'`, async (browser) => {
    const folder = await Deno.makeTempDir();
    try {
      const { protocols, files } = createChat({ uploads: folder, headers: CSP });
      await using running = engine.start({ protocols, files });
      using gate = new DisposableGate(running.port);
      const ann = await enter(browser, running.port, "Ann");
      const bob = await enter(browser, gate.port, "Bob");

      await say(ann.page, "Hello");
      await waitFor(bob.page, "Hello");
      await bob.page.setInputFiles("#upload input", {
        name: "what we said.txt",
        mimeType: "text/plain",
        buffer: Buffer.from("Hello, said Ann"),
      });
      const [download] = await Promise.all([
        ann.page.waitForEvent("download"),
        ann.page.click('#history a.file:has-text("what we said.txt")'),
      ]);
      assert.equal(download.suggestedFilename(), "what we said.txt");
      assert.equal(await Deno.readTextFile(await download.path()), "Hello, said Ann");

      // A network that goes: what is written waits, and what was missed comes.
      gate.refusing = true;
      await bob.network({ offline: true });
      gate.cut();
      await bob.page.locator('html[data-n2o-state="offline"] .when-offline').first().waitFor();
      await say(bob.page, "from the train");
      await bob.page.locator(".sending").waitFor();
      await bob.page.fill("#message", "typed in the tunnel");
      await say(ann.page, "Are you there?");
      await waitFor(ann.page, "Are you there?");
      gate.refusing = false;
      await bob.network({});
      await waitFor(bob.page, "from the train");
      await waitFor(ann.page, "from the train");
      assert.equal(await bob.page.inputValue("#message"), "typed in the tunnel");
      const expected = ["Hello", "what we said.txt", "Are you there?", "from the train"];
      for (const { page } of [ann, bob]) assert.deepEqual(await texts(page), expected);

      // A slow one: the field is ready for the next text at once.
      await bob.network({ latency: 400, throughput: 50_000 });
      await say(bob.page, "slowly");
      assert.equal(await bob.page.inputValue("#message"), "");
      await bob.page.locator("#message").pressSequentially("but surely");
      await waitFor(bob.page, "slowly");
      assert.equal(await bob.page.inputValue("#message"), "but surely");
      assert.deepEqual(await texts(bob.page), [...expected, "slowly"]);
      await bob.network({});

      // Back and forward.
      await ann.page.click('#rooms a:has-text("lobby")');
      await ann.page.locator("#heading", { hasText: "lobby" }).waitFor();
      await bob.page.locator("#people li", { hasText: "Ann" }).waitFor({ state: "detached" });
      await ann.page.goBack();
      await ann.page.locator("#heading", { hasText: "garden" }).waitFor();
      await waitFor(ann.page, "slowly");
      await bob.page.locator("#people li", { hasText: "Ann" }).waitFor();
      await say(bob.page, "welcome back");
      await waitFor(ann.page, "welcome back");
      assert.deepEqual(await texts(ann.page), [...expected, "slowly", "welcome back"]);
      assert.deepEqual([...ann.heard, ...bob.heard].filter((line) => !UNREACHABLE.test(line)), []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
