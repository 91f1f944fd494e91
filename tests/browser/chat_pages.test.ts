import assert from "node:assert/strict";
import { assets } from "../../protocols/chat/assets.ts";
import {
  bodies,
  comes,
  focused,
  joined,
  login,
  MARKUP,
  overflowing,
  pageTest,
  PHONE,
  say,
  server,
  shows,
  user,
  visitor,
} from "./chat_site.ts";

Deno.test("chat pages: every file of the folder is embedded under its path", async () => {
  const folder = new URL("../../protocols/chat/static", import.meta.url);
  const paths: string[] = [];
  for (const part of ["", "/app", "/app/icons"]) {
    for await (const entry of Deno.readDir(new URL(folder.href + part))) {
      if (entry.isFile) paths.push(`${part}/${entry.name}`);
    }
  }
  assert.deepEqual([...assets.keys()].sort(), paths.sort());
  for (const [path, { text }] of assets) {
    assert.equal(text, await Deno.readTextFile(new URL(folder.href + path)));
  }
});

pageTest("the login says that it checks no password, and goes on to the room", async () => {
  const { page, context, complaints } = await visitor();
  await page.goto(server.url);
  await page.waitForURL("**/app/login.htm");
  assert.match(await page.locator(".hint").innerText(), /no password is asked/);
  await page.fill("#user", "First visitor");
  await page.fill("#pass", "entrance");
  await page.click("#loginButton");
  await page.waitForURL("**/app/index.htm?room=entrance");
  await joined(page);
  assert.equal(await page.locator("#heading").innerText(), "entrance");
  assert.ok(await page.locator("#empty").isVisible());
  assert.deepEqual(complaints, []);
  await context.close();
});

pageTest(
  "the login refuses a name in use, an impossible one and none, in words beside the field",
  async () => {
    const ann = await user("refusals");
    const { page, context, complaints } = await visitor();
    await page.goto(`${server.url}/app/login.htm`);
    for (
      const [name, problem] of [["", /Say who you are/], [ann.name, /is taken/], [
        "x".repeat(3000),
        /does not take/,
      ]] as const
    ) {
      await page.fill("#user", name);
      await page.click("#loginButton");
      await page.locator("#userProblem", { hasText: problem }).waitFor();
      assert.equal(await page.getAttribute("#user", "aria-invalid"), "true");
      assert.equal(await focused(page), "user");
    }
    assert.deepEqual([...complaints, ...ann.complaints], []);
    await Promise.all([context.close(), ann.context.close()]);
  },
);

pageTest("a visitor who is logged in is offered to go on, or to log out", async () => {
  const { page, context, complaints, name } = await user("again");
  await page.goto(`${server.url}/app/login.htm?room=again`);
  await page.locator("#already .name", { hasText: name }).waitFor();
  await page.click("#goOn");
  await joined(page);
  await page.goto(`${server.url}/app/login.htm?room=again`);
  await page.click("#logoutButton");
  await page.fill("#user", name);
  await page.click("#loginButton");
  await joined(page);
  assert.deepEqual(complaints, []);
  await context.close();
});

pageTest("two users see each other and what they say; who leaves is gone from the list", async () => {
  const ann = await user("two");
  const bob = await user("two");
  await ann.page.locator("#people li", { hasText: bob.name }).waitFor();
  await bob.page.locator("#people li", { hasText: ann.name }).waitFor();
  assert.deepEqual(await bob.page.locator("#people bdi").allTextContents(), [bob.name, ann.name]);
  assert.equal(await bob.page.locator("#peopleCount").innerText(), "2");
  await say(ann.page, "Hello Bob");
  await shows(bob.page, 1);
  await say(bob.page, "Hello Ann");
  await shows(ann.page, 2);
  for (const { page } of [ann, bob]) {
    assert.deepEqual(await bodies(page), ["Hello Bob", "Hello Ann"]);
    assert.equal(await page.locator(".group.own").count(), 1);
    assert.equal(await page.locator(".day:visible").count(), 1);
    const times = await page.locator("#history .group time").evaluateAll((all) =>
      all.map((time) => time.getAttribute("datetime"))
    );
    for (const time of times) assert.ok(Math.abs(Date.now() - Date.parse(time!)) < 60_000);
  }
  await bob.page.click("#logout");
  await bob.page.waitForURL("**/app/login.htm?*");
  await ann.page.locator("#people li", { hasText: bob.name }).waitFor({ state: "detached" });
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  await Promise.all([ann.context.close(), bob.context.close()]);
});

pageTest("a reload keeps the user, the history and the draft", async () => {
  const { page, context, complaints, name } = await user("reload");
  await say(page, "one");
  await say(page, "two");
  await shows(page, 2);
  await page.fill("#message", "not yet sent");
  await page.reload();
  await joined(page);
  await shows(page, 2);
  assert.deepEqual(await bodies(page), ["one", "two"]);
  assert.equal(await page.inputValue("#message"), "not yet sent");
  await page.locator("#people li", { hasText: name }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

pageTest("the rooms that were visited stand in the list, and another one opens by its name", async () => {
  const { page, context, complaints } = await user("garden");
  await page.fill("#otherRoom", "kitchen & cellar");
  await page.press("#otherRoom", "Enter");
  await joined(page);
  assert.equal(await page.locator("#heading").innerText(), "kitchen & cellar");
  await page.reload();
  await joined(page);
  assert.deepEqual(await page.locator("#rooms a").allTextContents(), ["garden", "kitchen & cellar", "lobby"]);
  await page.click('#rooms a:has-text("garden")');
  await page.locator("#heading", { hasText: "garden" }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

pageTest("a logout in one tab sends the other tab to the login", async () => {
  const { page, context, complaints } = await user("tabs");
  const other = await context.newPage();
  await other.goto(page.url());
  await joined(other);
  await page.click("#logout");
  await Promise.all([page, other].map((tab) => tab.waitForURL("**/app/login.htm?*")));
  await other.locator("#notice", { hasText: "another tab" }).waitFor();
  await other.goto(`${server.url}/app/index.htm?room=tabs`);
  await other.waitForURL("**/app/login.htm?*");
  assert.deepEqual(complaints, []);
  await context.close();
});

pageTest("hostile names, rooms and texts do nothing but show", async () => {
  const room = `${MARKUP} "'\`&amp;`;
  const ann = await user(room, { name: "</b><img src=x onerror=alert(1)>" });
  const bob = await user(room, { name: "\u202eשלום `${\"'" });
  const texts = [
    MARKUP,
    "<b>bold</b> &lt; &amp; \\u003c \\",
    "quotes ' \" and `back${quotes}`",
    "line\u2028separator\u2029and\u0000zero",
    "שלום, abc \u202e reversed",
    "😀 👩‍👩‍👧‍👦 🇪🇺",
    "javascript:alert(1) data:text/html,<script>alert(1)</script>",
    "W".repeat(500),
  ];
  for (const text of texts) await say(ann.page, text);
  for (const { page } of [ann, bob]) {
    await shows(page, texts.length);
    // HTML has no NUL; browsers show this in its place.
    assert.deepEqual(await bodies(page), texts.map((text) => text.replaceAll("\0", "\ufffd")));
    assert.equal(await page.locator("#heading").textContent(), room);
    assert.equal(await page.locator("#history :is(img, script, b, a), #people img, #rooms img").count(), 0);
    assert.deepEqual(await overflowing(page), []);
  }
  assert.equal(await bob.page.locator(".by bdi").first().textContent(), ann.name);
  assert.deepEqual(
    (await ann.page.locator("#people bdi").allTextContents()).sort(),
    [ann.name, bob.name].sort(),
  );
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  await Promise.all([ann.context.close(), bob.context.close()]);
});

pageTest(
  "addresses are links that tell the other side nothing, and end where the sentence goes on",
  async () => {
    const { page, context, complaints } = await user("links");
    await say(page, "See https://example.org/a?b=1&c=2, (http://example.org/x(y)) and ftp://example.org.");
    await shows(page, 1);
    const links = page.locator("#history a");
    assert.deepEqual(
      await links.evaluateAll((all) =>
        all.map((link) => [link.getAttribute("href"), link.getAttribute("rel")])
      ),
      [
        ["https://example.org/a?b=1&c=2", "noopener noreferrer nofollow"],
        ["http://example.org/x(y)", "noopener noreferrer nofollow"],
      ],
    );
    assert.deepEqual(complaints, []);
    await context.close();
  },
);

pageTest("a text of 64 KB is folded, and shows whole when asked", async () => {
  const ann = await user("long");
  const bob = await user("long", PHONE);
  const text = "0123456789abcdef".repeat(4096);
  await say(ann.page, text);
  await shows(bob.page, 1);
  const rest = bob.page.locator("#history .rest");
  assert.ok(await rest.isHidden());
  assert.ok((await bob.page.locator("#history .body").first().innerText()).length < 2000);
  assert.deepEqual(await overflowing(bob.page), []);
  await bob.page.click(".more summary");
  await rest.waitFor();
  assert.deepEqual(await bodies(bob.page), [text]);
  assert.deepEqual(await overflowing(bob.page), []);
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  await Promise.all([ann.context.close(), bob.context.close()]);
});

pageTest(
  "Enter sends and stays in the field, Shift+Enter starts a line, nothing but space is not sent",
  async () => {
    const { page, context, complaints } = await user("keys");
    await page.focus("#message");
    await page.keyboard.press("Enter");
    await page.keyboard.type("  ");
    await page.keyboard.press("Enter");
    await page.fill("#message", "");
    await page.keyboard.type("first");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("second");
    await page.keyboard.press("Enter");
    await shows(page, 1);
    assert.deepEqual(await bodies(page), ["first\nsecond"]);
    assert.equal(await page.inputValue("#message"), "");
    assert.equal(await focused(page), "message");
    await page.keyboard.type("by button");
    await page.click("#send");
    await shows(page, 2);
    assert.equal(await focused(page), "message");
    assert.deepEqual(complaints, []);
    await context.close();
  },
);

pageTest("an input method's Enter sends nothing; the next one sends the whole text once", async () => {
  const { page, context, complaints } = await user("kana");
  await page.focus("#message");
  const devtools = await context.newCDPSession(page);
  const enter = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13 };
  const press = async (key: typeof enter) => {
    await devtools.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...key });
    await devtools.send("Input.dispatchKeyEvent", { type: "keyUp", ...key });
  };
  await devtools.send("Input.imeSetComposition", { text: "かな", selectionStart: 2, selectionEnd: 2 });
  await press(enter);
  await press({ ...enter, windowsVirtualKeyCode: 229 });
  await devtools.send("Input.insertText", { text: "仮名" });
  assert.equal(await page.inputValue("#message"), "仮名");
  assert.equal(await page.locator(".bubble").count(), 0);
  await page.keyboard.press("Enter");
  await shows(page, 1);
  assert.deepEqual(await bodies(page), ["仮名"]);
  assert.deepEqual(complaints, []);
  await context.close();
});

pageTest("who reads further up stays there and is told of new messages", async () => {
  const ann = await user("up");
  const bob = await user("up");
  for (let i = 1; i <= 30; i++) await say(ann.page, `line ${i}`);
  await shows(bob.page, 30);
  assert.ok(await bob.page.locator("#history .bubble").last().isVisible());
  assert.ok(await bob.page.locator("#newest").isHidden());
  await bob.page.locator("#scroll").evaluate((list) => {
    list.scrollTo(0, 0);
    // The page hears of it with its next frame.
    return new Promise((resolve) => list.ownerDocument.defaultView!.requestAnimationFrame(resolve));
  });
  await say(ann.page, "line 31");
  await bob.page.locator("#newest").waitFor();
  assert.equal(await bob.page.locator("#scroll").evaluate((list) => list.scrollTop), 0);
  await bob.page.click("#newest");
  await bob.page.locator("#newest").waitFor({ state: "hidden" });
  const below = await bob.page.locator("#scroll").evaluate((list) =>
    list.scrollHeight - list.scrollTop - list.clientHeight
  );
  assert.ok(below < 8);
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  await Promise.all([ann.context.close(), bob.context.close()]);
});

pageTest(
  "the title counts what comes while its reader looks elsewhere, and a line stands before it",
  async () => {
    const ann = await user("title");
    const bob = await user("title");
    const look = (type: "blur" | "focus") => bob.page.evaluate(`dispatchEvent(new Event("${type}"))`);
    await say(ann.page, "zero");
    await shows(bob.page, 1);
    const title = await bob.page.title();
    await look("blur");
    await say(ann.page, "one");
    await say(ann.page, "two");
    await shows(bob.page, 3);
    await comes(async () => await bob.page.title() === `(2) ${title}`, "the title counts");
    assert.equal(await bob.page.locator("#new + .day + .group .body").first().textContent(), "one");
    await look("focus");
    await comes(async () => await bob.page.title() === title, "the title is as before");
    await say(bob.page, "three");
    await shows(ann.page, 4);
    assert.equal(await ann.page.locator("#new").count(), 0);
    assert.deepEqual([...ann.complaints, ...bob.complaints], []);
    await Promise.all([ann.context.close(), bob.context.close()]);
  },
);

pageTest("who comes back to a room finds a line before what was said meanwhile", async () => {
  const ann = await user("back");
  const bob = await user("back");
  await say(bob.page, "I am off");
  await shows(ann.page, 1);
  await bob.page.goto(`${server.url}/app/index.htm?room=elsewhere`);
  await joined(bob.page);
  await ann.page.locator("#people li", { hasText: bob.name }).waitFor({ state: "detached" });
  await say(ann.page, "A pity");
  await bob.page.goBack();
  await joined(bob.page);
  await shows(bob.page, 2);
  assert.deepEqual(await bodies(bob.page), ["I am off", "A pity"]);
  assert.equal(await bob.page.locator("#new + .day + .group .body").textContent(), "A pity");
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  await Promise.all([ann.context.close(), bob.context.close()]);
});

pageTest("a long talk is shown from its end, and the rest when it is asked for", async () => {
  const { page, context, complaints } = await user("history");
  for (let i = 1; i <= 120; i++) await say(page, `line ${i}`);
  await shows(page, 120);
  await page.reload();
  await joined(page);
  await shows(page, 100);
  assert.equal((await bodies(page))[0], "line 21");
  await page.click("#more");
  await page.locator("#more").waitFor({ state: "detached" });
  assert.deepEqual(await bodies(page), Array.from({ length: 120 }, (_, i) => `line ${i + 1}`));
  assert.deepEqual(complaints, []);
  await context.close();
});

pageTest(
  "on a phone nothing is wider than the page, and the sheet keeps the focus until Escape",
  async () => {
    const { page, context, complaints } = await visitor(PHONE);
    const room = "phone".repeat(20);
    await page.goto(`${server.url}/app/login.htm?${new URLSearchParams({ room })}`);
    assert.deepEqual(await overflowing(page), []);
    await login(page, "W".repeat(32), room);
    await say(page, "W".repeat(300));
    await shows(page, 1);
    assert.deepEqual(await overflowing(page), []);
    assert.equal(await page.locator("#badge").innerText(), "1");
    const small = await page.locator("button:visible, a:visible").evaluateAll((all) =>
      all.map((each) => each.getBoundingClientRect()).filter(({ width, height }) =>
        Math.min(width, height) < 44
      ).length
    );
    assert.equal(small, 0, "every target is 44 pixels or more");
    assert.ok(await page.locator("#people").isHidden());
    await page.click("#openSide");
    await page.locator("#people").waitFor();
    for (const key of ["Shift+Tab", "Shift+Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab"]) {
      await page.keyboard.press(key);
      assert.equal(await page.evaluate(`document.activeElement.closest(".main") === null`), true);
    }
    assert.deepEqual(await overflowing(page), []);
    await page.keyboard.press("Escape");
    await page.locator("#people").waitFor({ state: "hidden" });
    assert.equal(await focused(page), "openSide");
    assert.deepEqual(complaints, []);
    await context.close();
  },
);
