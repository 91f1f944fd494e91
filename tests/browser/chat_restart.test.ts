import assert from "node:assert/strict";
import {
  bodies,
  comes,
  joined,
  pageTest,
  say,
  sayInVain,
  server,
  shows,
  user,
  visitor,
} from "./chat_site.ts";
import { type Page, UNREACHABLE } from "./chromium.ts";

const away = (page: Page) => page.locator('[data-n2o-state="waiting"] .when-waiting').first().waitFor();
const tryNow = (page: Page) =>
  page.locator("[data-n2o-connect]").first().click({ timeout: 1000 }).catch(() => {});

pageTest("a server that is killed and started again: both go on, nothing is lost or doubled", async () => {
  const ann = await user("restart");
  const bob = await user("restart");
  const sent: string[] = [];
  const both = async (round: number, tell: (page: Page, text: string) => Promise<void>) => {
    for (const { page, name } of [ann, bob]) {
      const text = `${name} in round ${round}`;
      await tell(page, text);
      sent.push(text);
    }
  };
  await both(1, say);
  await Promise.all([ann, bob].map(({ page }) => shows(page, 2)));
  for (const round of [2, 3]) {
    await server.kill();
    await Promise.all([ann, bob].map(({ page }) => away(page)));
    await both(round, sayInVain);
    await ann.page.locator(".sending").waitFor();
    await ann.page.fill("#message", "typed meanwhile");
    await server.start();
    for (const { page } of [ann, bob]) await tryNow(page);
    await Promise.all([ann, bob].map(({ page }) => shows(page, 2 * round)));
    assert.equal(await ann.page.inputValue("#message"), "typed meanwhile");
  }
  await both(4, say);
  await Promise.all([ann, bob].map(({ page }) => shows(page, 8)));
  const order = await bodies(ann.page);
  assert.deepEqual([...order].sort(), sent.sort());
  assert.deepEqual(await bodies(bob.page), order);
  await ann.page.reload();
  await joined(ann.page);
  await shows(ann.page, 8);
  assert.deepEqual(await bodies(ann.page), order);
  assert.deepEqual(await bob.page.locator("#people .name").allTextContents(), [bob.name, ann.name]);
  assert.deepEqual([...ann.complaints, ...bob.complaints].filter((line) => !UNREACHABLE.test(line)), []);
  await Promise.all([ann.context.close(), bob.context.close()]);
});

pageTest("what was not sent when the page was left stands in its field again", async () => {
  const { page, context, complaints } = await user("left");
  await server.kill();
  await away(page);
  await sayInVain(page, "kept");
  assert.equal(await page.inputValue("#message"), "");
  await server.start();
  await page.reload();
  await joined(page);
  assert.equal(await page.inputValue("#message"), "kept");
  await page.press("#message", "Enter");
  await shows(page, 1);
  assert.deepEqual(await bodies(page), ["kept"]);
  assert.deepEqual(complaints.filter((line) => !UNREACHABLE.test(line)), []);
  await context.close();
});

pageTest(
  "a session that is gone when the connection comes back: the page says so, and keeps what was written",
  async () => {
    const { page, context, complaints, name } = await user("gone");
    await server.kill();
    await away(page);
    await page.fill("#message", "not yet sent");
    const session = await context.cookies();
    await context.clearCookies();
    await page.evaluate("sessionStorage.clear(), localStorage.clear()");
    await server.start();
    await tryNow(page);
    await page.locator("#closed", { hasText: "session has ended" }).waitFor();
    assert.equal(await page.inputValue("#message"), "not yet sent");
    await page.click("#closed a");
    await page.waitForURL("**/app/login.htm?*");
    await page.locator("#notice", { hasText: "has ended" }).waitFor();
    assert.equal(await page.inputValue("#pass"), "gone");
    // The name is free again when its session has ended.
    const old = await visitor();
    await old.context.addCookies(session);
    await old.page.goto(`${server.url}/app/login.htm`);
    await old.page.click("#logoutButton");
    await old.page.locator("#login").waitFor();
    await page.fill("#user", name);
    await page.click("#loginButton");
    await joined(page);
    await old.context.close();
    assert.deepEqual(complaints.filter((line) => !UNREACHABLE.test(line)), []);
    await context.close();
  },
);

pageTest("a logout while the server is away waits for it, and ends the session in all tabs", async () => {
  const { page, context, complaints } = await user("away");
  const other = await context.newPage();
  await other.goto(page.url());
  await joined(other);
  await server.kill();
  await away(page);
  await page.click("#logout");
  await server.start();
  for (const tab of [page, other]) await tryNow(tab);
  await page.waitForURL("**/app/login.htm?*");
  // The other tab hears of it, or finds its session gone, as it happens to come back before or after.
  await comes(
    async () =>
      other.url().includes("/app/login.htm") ||
      /session has ended/.test(
        await other.locator("#closed").textContent({ timeout: 500 }).catch(() => "") ?? "",
      ),
    "the other tab knows",
  );
  await page.goto(`${server.url}/app/index.htm?room=away`);
  await page.waitForURL("**/app/login.htm?*");
  assert.deepEqual(complaints.filter((line) => !UNREACHABLE.test(line)), []);
  await context.close();
});
