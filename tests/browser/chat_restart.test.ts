import assert from "node:assert/strict";
import { bodies, joined, pageTest, say, server, shows, UNREACHABLE, user, visitor } from "./chat_site.ts";

pageTest("a server that is killed and started again: both go on, nothing is lost or doubled", async () => {
  const ann = await user("restart");
  const bob = await user("restart");
  const sent: string[] = [];
  const both = async (round: number) => {
    for (const { page, name } of [ann, bob]) {
      const text = `${name} in round ${round}`;
      await say(page, text);
      sent.push(text);
    }
  };
  await both(1);
  await Promise.all([ann, bob].map(({ page }) => shows(page, 2)));
  for (const round of [2, 3]) {
    await server.kill();
    await Promise.all([ann, bob].map(({ page }) => page.locator('#banner[data-tone="warn"]').waitFor()));
    await both(round);
    assert.match(await ann.page.locator("#outgoing").innerText(), /Waits for the connection/);
    await server.start();
    for (const { page } of [ann, bob]) await page.locator("#tryNow").click({ timeout: 1000 }).catch(() => {});
    await Promise.all([ann, bob].map(({ page }) => shows(page, 2 * round)));
  }
  await both(4);
  await Promise.all([ann, bob].map(({ page }) => shows(page, 8)));
  const order = await bodies(ann.page);
  assert.deepEqual([...order].sort(), sent.sort());
  assert.deepEqual(await bodies(bob.page), order);
  await ann.page.reload();
  await shows(ann.page, 8);
  assert.deepEqual(await bodies(ann.page), order);
  assert.deepEqual(await bob.page.locator("#people bdi").allTextContents(), [bob.name, ann.name]);
  assert.deepEqual([...ann.complaints, ...bob.complaints].filter((line) => !UNREACHABLE.test(line)), []);
  await Promise.all([ann.context.close(), bob.context.close()]);
});

pageTest("what was not sent when the page was left can be sent by the next one", async () => {
  const { page, context, complaints } = await user("left");
  await server.kill();
  await page.locator('#banner[data-tone="warn"]').waitFor();
  await say(page, "kept");
  await say(page, "dropped");
  await server.start();
  await page.reload();
  await page.locator(".failed").first().waitFor();
  await page.locator(".failed", { hasText: "dropped" }).getByText("Discard").click();
  await page.locator(".failed").getByText("Send again").click();
  await shows(page, 1);
  assert.deepEqual(await bodies(page), ["kept"]);
  assert.deepEqual(complaints.filter((line) => !UNREACHABLE.test(line)), []);
  await context.close();
});

pageTest(
  "a session that is gone when the connection comes back: to the login, and nothing written is lost",
  async () => {
    const { page, context, complaints, name } = await user("gone");
    await server.kill();
    await page.locator('#banner[data-tone="warn"]').waitFor();
    await say(page, "waiting");
    await page.fill("#message", "not yet sent");
    const session = await context.cookies();
    await context.clearCookies();
    await server.start();
    await page.locator("#tryNow").click({ timeout: 1000 }).catch(() => {});
    await page.waitForURL("**/app/login.htm?*");
    await page.locator("#notice", { hasText: "has ended" }).waitFor();
    // the name is free again when its session has ended
    const old = await visitor();
    await old.context.addCookies(session);
    await old.page.goto(`${server.url}/app/login.htm`);
    await old.page.click("#logoutButton");
    await old.page.locator("#login").waitFor();
    assert.equal(await page.inputValue("#room"), "gone");
    await page.fill("#user", name);
    await page.click("#loginButton");
    await joined(page);
    assert.equal(await page.inputValue("#message"), "not yet sent");
    await page.locator(".failed", { hasText: "waiting" }).getByText("Send again").click();
    await shows(page, 1);
    await old.context.close();
    assert.deepEqual(complaints.filter((line) => !UNREACHABLE.test(line)), []);
    await context.close();
  },
);

pageTest("a logout while the server is away ends the session in this browser, in all tabs", async () => {
  const { page, context, complaints } = await user("away");
  const other = await context.newPage();
  await other.goto(page.url());
  await joined(other);
  await server.kill();
  await page.locator('#banner[data-tone="warn"]').waitFor();
  await context.route("**/app/login.htm?*", (route) => route.fulfill({ body: "the login" }));
  await page.click("#logout");
  await Promise.all([page, other].map((tab) => tab.waitForURL("**/app/login.htm?*")));
  assert.deepEqual(await context.cookies(), []);
  await server.start();
  assert.deepEqual(complaints.filter((line) => !UNREACHABLE.test(line)), []);
  await context.close();
});
