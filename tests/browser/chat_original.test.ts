/** The chat's pages with documents of the original's kind: the same page modules, answering in JavaScript that is evaluated. */
import assert from "node:assert/strict";
import { createChat } from "../../protocols/chat/mod.ts";
import { engines } from "../engines.ts";
import { browserTest, complaints, type Page } from "./chromium.ts";

const shell = (body: string) =>
  `<!DOCTYPE html><html><head><title>N2O</title><link rel="icon" href="/app/icon.svg"><script type="module" src="/n2o/original.js"></script></head><body>${body}</body></html>`;

const documents: Readonly<Record<string, string>> = {
  "/app/login.htm": shell(
    '<input id="user"><input id="pass" type="password"><button id="loginButton">wait</button>',
  ),
  "/app/index.htm": shell(
    '<h2 id="heading"></h2><button id="logout">wait</button><textarea id="message"></textarea><span id="upload"></span>' +
      '<button id="send">wait</button><div id="history"></div>',
  ),
};

function serveDocument(request: Request): Response | undefined {
  const html = documents[new URL(request.url).pathname];
  return html === undefined ? undefined : new Response(html, { headers: { "content-type": "text/html" } });
}

/** Logs in as the original's visitors do: the room stands where a password would. */
async function login(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/app/login.htm`);
  await page.locator("#loginButton", { hasText: "Login" }).waitFor();
  await page.fill("#user", name);
  await page.fill("#pass", "room1");
  await page.click("#loginButton");
  await page.waitForURL("**/app/index.htm?room=room1");
  await page.locator("#logout", { hasText: `Logout ${name}` }).waitFor();
}

const messages = (page: Page) => page.locator("#history message").allInnerTexts();

for (const engine of engines) {
  await browserTest(
    `${engine.name}: the chat with the original's kind of pages, two visitors`,
    async (browser) => {
      const folder = await Deno.makeTempDir();
      try {
        const { protocols, files } = createChat({ uploads: folder });
        await using running = engine.start({ protocols, files: [serveDocument, ...files] });
        const url = `http://${running.hostname}:${running.port}`;
        const [ann, bob] = await Promise.all(
          ["Ann", "Bob"].map(async (name) => {
            const page = await (await browser.newContext()).newPage();
            page.setDefaultTimeout(60_000);
            const heard = complaints(page);
            await login(page, url, name);
            return { page, heard };
          }),
        );
        assert.equal(await ann.page.innerText("#heading"), "room1");
        assert.equal(await ann.page.innerText("#send"), "Chat");
        await ann.page.locator("#ftp_open").waitFor();
        await ann.page.fill("#message", "Hello <b>Bob</b> `${1}`");
        await ann.page.click("#send");
        await bob.page.locator("#history message").waitFor();
        assert.deepEqual(await messages(bob.page), ["AnnHello <b>Bob</b> `${1}`"]);
        assert.equal(await bob.page.innerText("#history author"), "Ann");
        // Her own text is selected, so that the next one takes its place.
        await ann.page.locator("#message:focus").waitFor();
        await bob.page.fill("#message", "Hi");
        await bob.page.click("#send");
        await ann.page.locator("#history message").nth(1).waitFor();
        assert.deepEqual(await messages(ann.page), ["BobHi", "AnnHello <b>Bob</b> `${1}`"]);
        await bob.page.reload();
        await bob.page.locator("#history message").nth(1).waitFor();
        assert.deepEqual(await messages(bob.page), ["BobHi", "AnnHello <b>Bob</b> `${1}`"]);
        await bob.page.click("#logout");
        await bob.page.waitForURL("**/app/login.htm");
        await bob.page.goto(`${url}/app/index.htm?room=room1`);
        await bob.page.waitForURL("**/app/login.htm");
        assert.deepEqual([...ann.heard, ...bob.heard], []);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  );
}
