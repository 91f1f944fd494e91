import assert from "node:assert/strict";
import { UNREACHABLE } from "./chromium.ts";
import { uploadTest, Visit } from "./upload_site.ts";

for (const engine of ["stream", "serve"]) {
  await uploadTest(
    `${engine}: several at once, named, sized, counted, and complete; the page hears of each`,
    async (site, browser) => {
      const visit = await Visit.open(browser, site);
      const names = ["a.bin", "b.bin", "c d.txt", "привіт.txt", "empty.txt"];
      const sizes = [3_000_000, 500_000, 12_345, 5, 0];
      await visit.choose(...await Promise.all(names.map((name, i) => site.file(name, sizes[i], i))));
      await visit.done(5);
      await site.hasStored(...names);
      assert.deepEqual(await visit.list(), names.map((name) => `${name} done`));
      const shown = await visit.page.locator(".n2o-upload-size").allTextContents();
      assert.deepEqual(shown, ["3 MB", "500 KB", "12.3 KB", "5 B", "0 B"]);
      const told = await visit.page.locator("#stored li").allTextContents();
      assert.deepEqual(told.toSorted(), names.toSorted());
      assert.deepEqual(visit.heard, []);
    },
    {},
    engine,
  );
}

await uploadTest(
  "choose A, cancel it, choose B; cancel A and choose A again: only what is chosen now is listed and sent (F18)",
  async (site, browser) => {
    const visit = await Visit.open(browser, site);
    const [a, b] = [await site.file("a.bin", 5_000_000), await site.file("b.bin", 300_000, 1)];
    await visit.choose(a);
    await visit.halfway("a.bin", 2);
    await visit.row("a.bin").getByRole("button", { name: "Cancel a.bin" }).click();
    assert.deepEqual(await visit.list(), []);
    await visit.choose(b);
    assert.deepEqual((await visit.list()).map((line) => line.split(" ")[0]), ["b.bin"]);
    await visit.done(1);
    await site.hasStored("b.bin");
    await site.noParts();

    await visit.choose(a);
    await visit.halfway("a.bin", 2);
    await visit.row("a.bin").getByRole("button", { name: "Cancel" }).click();
    await visit.choose(a);
    await visit.done(2);
    assert.deepEqual(await visit.list(), ["b.bin done", "a.bin done"]);
    await site.hasStored("a.bin", "b.bin");
    await site.noParts();
    assert.deepEqual(visit.heard, []);
  },
  { bytesPerSecond: 1_000_000 },
);

await uploadTest("the server is killed in the middle of ten files: all finish", async (site, browser) => {
  const visit = await Visit.open(browser, site);
  const names = Array.from({ length: 10 }, (_, i) => `f${i}.bin`);
  await visit.choose(...await Promise.all(names.map((name, i) => site.file(name, 1_500_000 + i, i))));
  await visit.halfway("f1.bin", 5, 100);
  await site.kill();
  await visit.page.locator(".n2o-upload-state", { hasText: "Waiting for the connection" }).first().waitFor();
  await site.start();
  await visit.done(10);
  await site.hasStored(...names);
  assert.deepEqual(visit.heard.filter((line) => !UNREACHABLE.test(line)), []);
}, { bytesPerSecond: 2_000_000 });

await uploadTest(
  "the page is killed in the middle and opened again: what was chosen is known, and goes on when it is chosen again",
  async (site, browser) => {
    const context = await browser.newContext();
    const first = await Visit.open(context, site);
    const [a, b] = [await site.file("a.bin", 6_000_000), await site.file("b.bin", 5_000_000, 1)];
    await first.choose(a, b);
    await first.halfway("a.bin");
    await first.halfway("b.bin");
    // Another tab of the visitor's does not lay hands on them.
    const other = await Visit.open(context, site);
    await other.until("navigator.locks.query().then(({ pending }) => pending.length === 0)");
    assert.deepEqual(await other.list(), []);
    await other.page.close();
    const crash = await context.newCDPSession(first.page);
    const crashed = first.page.waitForEvent("crash");
    crash.send("Page.crash").catch(() => {});
    await crashed;
    await first.page.close();

    const visit = await Visit.open(context, site);
    for (const name of ["a.bin", "b.bin"]) await visit.row(name).waitFor();
    assert.deepEqual((await visit.list()).toSorted(), ["a.bin missing", "b.bin missing"]);
    assert.equal(
      await visit.row("a.bin").locator(".n2o-upload-state").textContent(),
      "Choose a.bin again to go on",
    );
    const percent = await visit.percent("a.bin");
    assert.ok(percent >= 10, `${percent}`);
    const chooser = visit.page.waitForEvent("filechooser");
    await visit.row("a.bin").getByRole("button", { name: "Choose" }).click();
    await (await chooser).setFiles([a, b]);
    await visit.done(2);
    await site.hasStored("a.bin", "b.bin");
    await visit.page.reload();
    await visit.ready();
    assert.deepEqual(await visit.list(), [], "what is done is forgotten");
    assert.deepEqual(visit.heard, []);
  },
  { bytesPerSecond: 1_000_000 },
);

await uploadTest(
  "files that were chosen before the page was loaded anew are listed in their order",
  async (site, browser) => {
    const names = Array.from({ length: 9 }, (_, i) => `f${i}.bin`);
    const visit = await Visit.open(browser, site);
    for (const part of [names.slice(0, 4), names.slice(4)]) {
      await visit.choose(...await Promise.all(part.map((name) => site.file(name, 1000))));
    }
    await visit.row("f8.bin").waitFor();
    await visit.page.reload();
    await visit.row("f8.bin").waitFor();
    assert.deepEqual(await visit.list(), names.map((name) => `${name} missing`));
  },
  { auto: false },
);

await uploadTest(
  "the network is gone for a while in the middle, and slow (3G) to begin with",
  async (site, browser) => {
    const visit = await Visit.open(browser, site);
    const network = await visit.page.context().newCDPSession(visit.page);
    const conditions = (offline: boolean, bytesPerSecond: number, latency: number) =>
      network.send("Network.emulateNetworkConditions", {
        offline,
        latency,
        downloadThroughput: bytesPerSecond,
        uploadThroughput: bytesPerSecond,
      });
    await network.send("Network.enable");
    const connections: string[] = [];
    network.on("Network.webSocketCreated", ({ url }) => connections.push(url));
    await conditions(false, 50_000, 400);
    await visit.choose(await site.file("slow.bin", 400_000), await site.file("fast.bin", 9_000_000, 1));
    await visit.page.waitForTimeout(6000);
    assert.deepEqual(connections, [], "slow is not gone");
    await visit.halfway("slow.bin", 1, 100);
    await conditions(false, -1, 0);
    await visit.halfway("fast.bin", 5);
    await conditions(true, 0, 0);
    await visit.page.evaluate("dispatchEvent(new Event('offline'))");
    await visit.row("fast.bin").locator(".n2o-upload-state", { hasText: "Waiting for the connection" })
      .waitFor();
    await conditions(false, -1, 0);
    await visit.done(2);
    await site.hasStored("fast.bin", "slow.bin");
    assert.equal(connections.length > 0, true);
  },
  { bytesPerSecond: 1_200_000 },
);

await uploadTest(
  "what is not wanted is said, and nothing of it is sent: by the page's own rules, and by the server's",
  async (site, browser) => {
    const visit = await Visit.open(browser, site);
    await visit.choose(
      await site.file("large.bin", 1_000_001),
      await site.file("a.exe", 10),
      await site.file("good.txt", 10),
      await site.file("b.txt", 10),
      await site.file("c.txt", 10),
    );
    const errors = visit.page.getByRole("alert").filter({ hasText: /./ });
    await errors.nth(2).waitFor();
    assert.deepEqual(await errors.allTextContents(), [
      "This file is too large (1 MB at most)",
      "Diese Art geht nicht",
      "Too many files (3 at most)",
    ]);
    const labels = await visit.page.locator("button:not(:empty)").evaluateAll((all) =>
      all.map((one) => one.ariaLabel)
    );
    assert.deepEqual(
      labels.filter((label) => !/good|b\.txt/.test(label!)),
      ["Remove large.bin", "Remove a.exe", "Remove c.txt"],
    );
    for (const name of ["large.bin", "a.exe", "c.txt"]) {
      await visit.row(name).getByRole("button", { name: "Remove" }).click();
    }
    await visit.done(2);
    await site.hasStored("b.txt", "good.txt");
    assert.deepEqual(visit.heard, []);
  },
  {
    maxBytes: 1_000_000,
    maxFiles: 3,
    accept: ".txt, .bin,.exe",
    texts: { errors: { type_refused: "Diese Art geht nicht" } },
  },
);

await uploadTest(
  "files are dropped on it, also of types that the dialog would not offer",
  async (site, browser) => {
    const visit = await Visit.open(browser, site);
    const [drop, over] = await visit.page.evaluateHandle(`(() => {
    const data = new DataTransfer();
    data.items.add(new File(["dropped"], "drop.txt"));
    data.items.add(new File(["%"], "drop.bin"));
    return data;
  })()`).then(async (data) => {
      const target = visit.page.locator(".n2o-upload-drop");
      await target.dispatchEvent("dragover", { dataTransfer: data });
      const over = await visit.page.locator("#upload[data-over]").count();
      await target.dispatchEvent("dragleave", { dataTransfer: data });
      const left = await visit.page.locator("#upload[data-over]").count();
      await target.dispatchEvent("drop", { dataTransfer: data });
      return [data, [over, left]];
    });
    assert.ok(drop);
    assert.deepEqual(over, [1, 0]);
    await visit.row("drop.bin").getByRole("alert").filter({ hasText: "not accepted" }).waitFor();
    await visit.page.locator('.n2o-upload-file[data-state="done"]').waitFor();
    assert.deepEqual(await visit.list(), ["drop.txt done", "drop.bin failed"]);
    assert.deepEqual(site.stored(), ["drop.txt"]);
  },
  { accept: ".txt" },
);

await uploadTest(
  "by keyboard: choose, pause, resume; the page may draw the element anew meanwhile",
  async (site, browser) => {
    const visit = await Visit.open(browser, site);
    const { page } = visit;
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate("document.activeElement.type"), "file");
    const chooser = page.waitForEvent("filechooser");
    await page.keyboard.press("Enter");
    await (await chooser).setFiles(await site.file("a.bin", 6_000_000));
    await visit.halfway("a.bin", 3);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate("document.activeElement.ariaLabel"), "Pause a.bin");
    await page.keyboard.press("Space");
    await visit.row("a.bin").getByText("Paused").waitFor();
    assert.equal(await page.evaluate("document.activeElement.ariaLabel"), "Resume a.bin");
    await page.evaluate(`import("/n2o/n2o.js").then(async ({ tuple, atom }) => {
    const { page } = await import("/n2o/nitro.js");
    page.send(tuple(atom("direct"), "again"));
  })`);
    const percent = await visit.percent("a.bin");
    assert.deepEqual(await visit.list(), ["a.bin paused"]);
    assert.equal(await page.evaluate("document.activeElement.ariaLabel"), "Resume a.bin");
    await page.keyboard.press("Enter");
    await visit.done(1);
    assert.ok(percent < 100);
    await site.hasStored("a.bin");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate("document.activeElement.ariaLabel"), "Remove a.bin");
    await page.keyboard.press("Enter");
    assert.deepEqual(await visit.list(), []);
    assert.equal(await page.evaluate("document.activeElement.type"), "file", "the focus is not lost");
    assert.deepEqual(site.stored(), ["a.bin"], "it is only taken from the list");
    assert.deepEqual(visit.heard, []);
  },
  { bytesPerSecond: 1_000_000 },
);
