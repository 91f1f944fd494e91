import assert from "node:assert/strict";
import { bodies, pageTest, say, server, shows, UNREACHABLE, user } from "./chat_site.ts";

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
