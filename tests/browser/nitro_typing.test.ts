/** Typing, by keys and by input methods, while updates come. */
import { strict as assert } from "node:assert";
import { atom, type Term, text, tuple } from "@n2o/n2o";
import { NitroSite, nitroTest } from "./nitro_site.ts";

const op = (name: string, ...rest: Term[]): Term => tuple(atom(name), ...rest);

/** Sends updates of the whole form again and again, as fast as asked, until it is told to stop; tells how many. `patch` keeps what listens. */
function storm(site: NitroSite, everyMs: number, html: (n: number) => string, kind = "update"): () => number {
  let n = 0;
  const timer = setInterval(() => site.send(op(kind, "all", html(++n))), everyMs);
  return () => {
    clearInterval(timer);
    return n;
  };
}

const valueOf = (event: ReturnType<() => NitroSite["events"]>[number]): string =>
  text(NitroSite.values(event).f)!;

await nitroTest(
  "typing into a field loses no key while 100 updates a second come around it, and of it",
  `<div id="all"><input id="f"><textarea id="a"></textarea></div>`,
  async (tab, site) => {
    const stop = storm(
      site,
      10,
      (n) =>
        `<div id="all"><p>${n}</p>${
          n % 2 ? `<p id="p">odd</p>` : ""
        }<input id="f" class="c${n}"><textarea id="a" title="${n}"></textarea><p>${n}</p></div>`,
    );
    const words = "The quick brown fox jumps over the lazy dog, 0123456789 times. ".repeat(3);
    await tab.page.click("#f");
    await tab.page.keyboard.type(words, { delay: 3 });
    await tab.page.click("#a");
    await tab.page.keyboard.type("one\ntwo three ", { delay: 30 });
    // In the middle of the text, too.
    for (let n = 0; n < 9; n++) await tab.page.keyboard.press("ArrowLeft");
    await tab.page.keyboard.type("and ", { delay: 30 });
    const updates = stop();
    await tab.apply();
    assert.deepEqual(await tab.run(`["f", "a"].map((id) => document.getElementById(id).value)`), [
      words,
      "one\ntand wo three ",
    ]);
    assert.ok(updates > 100, `${updates} updates`);
    assert.equal(await tab.run(`document.getElementById("f").className`), `c${updates}`);
  },
);

await nitroTest(
  "an input method's text is left alone by 20 updates a second, and each change of it is an event that waits for no space (F15)",
  `<div id="all"><input id="f"></div>`,
  async (tab, site) => {
    await tab.apply(op("on", "f", "input", "P", [atom("f")]));
    await tab.run(
      `window.inputs = 0; document.getElementById("f").addEventListener("input", () => inputs++)`,
    );
    const cdp = await tab.page.context().newCDPSession(tab.page);
    await tab.page.click("#f");
    const stop = storm(
      site,
      50,
      (n) => `<div id="all"><p>${n}</p><input id="f" class="c${n}"><b>${n}</b></div>`,
      "patch",
    );
    const compose = (text: string) =>
      cdp.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
    let typed = "";
    for (const word of ["きょう", "は", "はれ"]) {
      for (let n = 1; n <= word.length; n++) {
        const before = site.events.length;
        await compose(word.slice(0, n));
        // It comes now, and not when the word is finished.
        await site.until("the event came", () => site.events.length > before);
        assert.equal(valueOf(site.events.at(-1)!), typed + word.slice(0, n));
        await new Promise((resolve) => setTimeout(resolve, 120));
        assert.equal(await tab.run(`document.getElementById("f").value`), typed + word.slice(0, n));
      }
      const during = await tab.run(`document.getElementById("f").className`);
      assert.ok(during === "" || typed !== "", "the field was touched while composing");
      await cdp.send("Input.insertText", { text: word });
      typed += word;
      await tab.until(`document.getElementById("f").value === ${JSON.stringify(typed)}`);
    }
    const updates = stop();
    await tab.apply();
    // What was withheld has been done since.
    await tab.until(`document.getElementById("f").className === "c${updates}"`);
    assert.equal(await tab.run(`document.getElementById("f").value`), typed);
    assert.ok(updates > 10, `${updates} updates`);
    const inputs = await tab.run<number>("inputs");
    await site.until("all events came", () => site.events.length >= inputs);
    assert.equal(site.events.length, inputs);
    assert.equal(valueOf(site.events.at(-1)!), typed);
  },
);

await nitroTest(
  "a field is not even removed, emptied or replaced while an input method composes in it, but afterwards",
  `<div id="all"><div id="box"><input id="f"></div></div>`,
  async (tab) => {
    const cdp = await tab.page.context().newCDPSession(tab.page);
    await tab.page.click("#f");
    for (
      const operation of [
        op("set", "f", "value", "set"),
        op("replace", "f", `<input id="f" value="replaced">`),
        op("clear", "box"),
        op("update", "all", `<div id="all">without</div>`),
      ]
    ) {
      await tab.page.click("#f");
      await tab.page.fill("#f", "");
      await cdp.send("Input.imeSetComposition", { text: "か", selectionStart: 1, selectionEnd: 1 });
      await tab.apply(operation);
      assert.equal(await tab.run(`document.getElementById("f").value`), "か");
      await cdp.send("Input.insertText", { text: "火" });
      await tab.until(
        `document.getElementById("f")?.value !== "か" && document.getElementById("f")?.value !== "火"`,
      );
      await tab.apply(op("update", "all", `<div id="all"><div id="box"><input id="f"></div></div>`));
    }
  },
);

await nitroTest(
  "the Enter that takes an input method's candidate sends nothing, the next one the whole text once (F16)",
  `<textarea id="f"></textarea><textarea id="g" data-n2o-enter="send"></textarea><button id="send">send</button>`,
  async (tab, site) => {
    await tab.apply(
      op("on", "f", "keydown:Enter", "DOWN", [atom("f")]),
      op("on", "f", "keyup:Enter", "UP", [atom("f")]),
      op("on", "send", "click", "CLICK", [tuple(atom("f"), "g")]),
    );
    const cdp = await tab.page.context().newCDPSession(tab.page);
    const enter = { key: "Enter", code: "Enter" };
    for (const field of ["f", "g"]) {
      const before = site.events.length;
      await tab.page.click(`#${field}`);
      await cdp.send("Input.imeSetComposition", { text: "かな", selectionStart: 2, selectionEnd: 2 });
      await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", windowsVirtualKeyCode: 229, ...enter });
      await cdp.send("Input.insertText", { text: "仮名" });
      await cdp.send("Input.dispatchKeyEvent", { type: "keyUp", windowsVirtualKeyCode: 13, ...enter });
      await tab.page.keyboard.type("!");
      await tab.apply();
      assert.equal(site.events.length, before);
      // Shift makes a line.
      await tab.page.keyboard.press("Shift+Enter");
      await tab.page.keyboard.type("?");
      await tab.page.keyboard.press("Enter");
      const count = field === "f" ? 2 : 1;
      await site.until("the text came", () => site.events.length >= before + count);
      await tab.apply();
      const sent = site.events.slice(before).map((event) => [text(event[2]), valueOf(event)]);
      assert.deepEqual(
        sent,
        field === "f" ? [["DOWN", "仮名!\n?"], ["UP", "仮名!\n?"]] : [["CLICK", "仮名!\n?"]],
      );
    }
  },
);
