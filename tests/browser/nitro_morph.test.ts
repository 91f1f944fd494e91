/** Updates leave alone what is the same, and what is the user's. */
import { strict as assert } from "node:assert";
import { atom, type Term, text, tuple } from "@n2o/n2o";
import { nitroTest } from "./nitro_site.ts";

const op = (name: string, ...rest: Term[]): Term => tuple(atom(name), ...rest);
const update = (id: string, html: string): Term => op("update", id, html);

await nitroTest(
  "focus, selection, scroll, typed text, ticks, open details and playing videos stay through updates around them",
  `<div id="all"><p id="first">0</p>
     <input id="f" value="server"><textarea id="a">text</textarea>
     <input id="c" type="checkbox"><select id="s"><option value="1">1</option><option value="2">2</option></select>
     <details id="d"><summary>more</summary>inside</details>
     <div id="scroll" data-n2o-style="height:50px;overflow:auto"><p data-n2o-style="height:500px">long</p></div>
     <div id="e" contenteditable="true">edit</div><video id="v" muted></video></div>`,
  async (tab) => {
    await tab.run(`(() => {
      const [video, canvas] = [document.getElementById("v"), document.createElement("canvas")];
      canvas.getContext("2d");
      video.srcObject = canvas.captureStream(10);
      video.play().catch(() => {});
    })()`);
    await tab.page.fill("#a", "mine");
    await tab.page.check("#c");
    await tab.page.selectOption("#s", "2");
    await tab.page.click("#d summary");
    await tab.run(`document.getElementById("scroll").scrollTop = 77;`);
    await tab.page.click("#e");
    await tab.page.keyboard.type("ed ");
    await tab.page.fill("#f", "typed text");
    await tab.run(`window.nodes = [...document.querySelectorAll("[id]")];
      document.getElementById("f").setSelectionRange(2, 5)`);
    const html = (n: number) =>
      `<div id="all" class="n${n}"><p id="p${n}">new</p><p id="first">${n}</p>
       <input id="f" value="server" class="n${n}"><textarea id="a" class="n${n}">text</textarea>
       <input id="c" type="checkbox" class="n${n}"><select id="s"><option value="0">0</option><option value="1">1</option><option value="2">2</option></select>
       <details id="d" class="n${n}"><summary>more</summary>inside ${n}</details>
       <div id="scroll" class="n${n}" data-n2o-style="height:50px;overflow:auto"><p data-n2o-style="height:500px">long ${n}</p></div>
       <div id="e" class="n${n}" contenteditable="true">edit</div><p>${n}</p><video id="v" class="n${n}" muted></video></div>`;
    for (let n = 1; n <= 3; n++) await tab.apply(update("all", html(n)));
    assert.deepEqual(
      await tab.run(`(() => {
        const by = (id) => document.getElementById(id);
        const f = by("f");
        return {
          f: [f.value, f.selectionStart, f.selectionEnd, document.activeElement === f, f.className],
          a: [by("a").value, by("a").className], c: [by("c").checked, by("c").className],
          s: [by("s").value, by("s").length], d: [by("d").open, by("d").lastChild.data], scroll: by("scroll").scrollTop,
          e: by("e").textContent.trim(), first: by("first").textContent, v: by("v").paused, p: by("p3") !== null && by("p2") === null,
          same: window.nodes.every((node) => node.isConnected),
        };
      })()`),
      {
        f: ["typed text", 2, 5, true, "n3"],
        a: ["mine", "n3"],
        c: [true, "n3"],
        s: ["2", 3],
        d: [true, "inside 3"],
        scroll: 77,
        e: "edited",
        first: "3",
        v: false,
        p: true,
        same: true,
      },
    );
    // What the server itself renders anew there is the server's.
    await tab.apply(update(
      "all",
      `<div id="all"><input id="f" value="other"><textarea id="a">words</textarea><input id="c" type="checkbox">
       <details id="d" open><summary>more</summary></details></div>`,
    ));
    assert.deepEqual(
      await tab.run(`["f", "a"].map((id) => document.getElementById(id).value)`),
      ["other", "words"],
    );
    await tab.apply(update(
      "all",
      `<div id="all"><input id="c" type="checkbox" checked><details id="d"><summary>more</summary></details></div>`,
    ));
    await tab.apply(update("all", `<div id="all"><input id="c" type="checkbox"></div>`));
    assert.equal(await tab.run(`document.getElementById("c").checked`), false);
  },
);

await nitroTest(
  "a details element that the server opens and closes follows it, and in between the user",
  `<div id="all"></div>`,
  async (tab) => {
    const html = (open: string, text: string) =>
      update("all", `<div id="all"><details id="d"${open}><summary>s</summary>${text}</details></div>`);
    const isOpen = () => tab.run(`document.getElementById("d").open`);
    await tab.apply(html("", "1"));
    await tab.page.click("#d summary");
    await tab.apply(html("", "2"));
    assert.equal(await isOpen(), true);
    await tab.apply(html(" open", "3"));
    assert.equal(await isOpen(), true);
    await tab.page.click("#d summary");
    await tab.apply(html(" open", "4"));
    assert.equal(await isOpen(), false);
    await tab.apply(html("", "5"), html(" open", "6"));
    assert.equal(await isOpen(), true);
  },
);

await nitroTest(
  "a root with another id and all-new children ends up complete (F14)",
  `<main><div id="old"><span id="x">1</span><span>2</span></div></main>`,
  async (tab) => {
    const html = `<div id="new"><span id="y">a</span><span id="z">b</span><b>c</b></div>`;
    await tab.apply(update("old", html));
    assert.equal(await tab.run(`document.querySelector("main").innerHTML`), html);
    await tab.apply(update("new", `<section><i id="y">1</i></section><p id="w">2</p>text`));
    assert.equal(
      await tab.run(`document.querySelector("main").innerHTML`),
      `<section><i id="y">1</i></section><p id="w">2</p>text`,
    );
  },
);

await nitroTest(
  "rows keep their nodes by id, in whatever order they come, and the one with the focus never moves",
  `<table><tbody id="t"></tbody></table>`,
  async (tab) => {
    const rows = (ids: number[]) =>
      update(
        "t",
        `<tbody id="t">${
          ids.map((id) => `<tr id="r${id}"><td><input id="i${id}"></td></tr>`).join("")
        }</tbody>`,
      );
    const seen = () => tab.run(`[...document.querySelectorAll("tr")].map(({ id }) => +id.slice(1))`);
    await tab.apply(rows([1, 2, 3, 4, 5]));
    await tab.page.fill("#i3", "three");
    await tab.run(`window.lost = 0; document.getElementById("i3").addEventListener("blur", () => lost++);
      window.kept = [1, 2, 3, 4, 5].map((n) => document.getElementById("r" + n));`);
    let seed = 7;
    const random = () => (seed = seed * 16807 % 2147483647) / 2147483647;
    for (let n = 0; n < 40; n++) {
      const ids = Array.from({ length: 8 }, (_, i) => i + 1).filter((id) => id <= 5 || random() < 0.5)
        .map((id): [number, number] => [random(), id]).sort(([a], [b]) => a - b).map(([, id]) => id);
      await tab.apply(rows(ids));
      assert.deepEqual(await seen(), ids);
    }
    assert.deepEqual(
      await tab.run(
        `[document.activeElement.id, document.activeElement.value, lost, kept.every((row) => row.isConnected)]`,
      ),
      ["i3", "three", 0, true],
    );
  },
);

await nitroTest(
  "any tree becomes any other: what the page shows is what was rendered",
  `<main><div id="root"></div></main>`,
  async (tab) => {
    let seed = 42;
    const random = (n: number) => (seed = seed * 16807 % 2147483647) % n;
    const tags = ["div", "p", "span", "ul", "input", "section", "b"];
    const tree = (depth: number, ids: Set<number>): string => {
      let html = "";
      for (let n = random(5); n > 0; n--) {
        if (random(4) === 0) {
          html += `text ${random(5)} `;
          continue;
        }
        const tag = tags[random(depth > 3 ? 1 : tags.length)];
        const id = random(12);
        const own = random(2) === 0 && !ids.has(id) ? ` id="n${ids.add(id), id}"` : "";
        const attributes = `${own}${random(3) === 0 ? ` class="c${random(3)}"` : ""}${
          random(5) === 0 ? ` title="t${random(3)}"` : ""
        }`;
        if (tag === "input") html += `<input${attributes}>`;
        else {html += `<${tag}${attributes}>${
            tag === "p" ? `x${random(4)}` : depth > 3 ? "" : tree(depth + 1, ids)
          }</${tag}>`;}
      }
      return html;
    };
    const trees = Array.from({ length: 300 }, () => `<div id="root">${tree(0, new Set())}</div>`);
    const wrong = await tab.run(`(async () => {
      const [{ page }, { tuple, atom }] = await Promise.all([import("/n2o/nitro.js"), import("/n2o/n2o.js")]);
      const wrong = [];
      let before = "";
      for (const html of ${JSON.stringify(trees)}) {
        const template = document.createElement("template");
        template.innerHTML = html;
        const right = template.innerHTML;
        page.apply([tuple(atom("update"), "root", html)]);
        const now = document.querySelector("main").innerHTML;
        if (now !== right) wrong.push([before, right, now]);
        before = right;
      }
      return wrong;
    })()`);
    assert.deepEqual(wrong, []);
  },
);

await nitroTest(
  "elements without ids are matched by the ids inside of them",
  `<div id="all"><div><input id="f"></div></div>`,
  async (tab) => {
    await tab.page.fill("#f", "typed");
    await tab.run(`window.field = document.getElementById("f")`);
    const inner = ["<div>error</div>", "<div>two</div>", "", "<p>x</p><div></div>"];
    for (const before of inner) {
      await tab.apply(
        update("all", `<div id="all">${before}<div class="x"><input id="f"></div>${before}</div>`),
      );
      assert.deepEqual(
        await tab.run(`[document.activeElement === field, field.value, field.parentNode.className]`),
        [
          true,
          "typed",
          "x",
        ],
      );
    }
    // Also without an id of the root.
    await tab.apply(op("update", op("qs", "#all > div.x"), `<div class="y"><b>1</b><input id="f"></div>`));
    assert.deepEqual(await tab.run(`[document.activeElement === field, field.parentNode.className]`), [
      true,
      "y",
    ]);
  },
);

await nitroTest(
  "listeners and rules stay with an element that is patched, and go with an update and with a removal",
  `<div id="all"><button id="b">1</button><input id="f"></div>`,
  async (tab, site) => {
    const html = (n: number) => `<div id="all"><i>${n}</i><button id="b">${n}</button><input id="f"></div>`;
    const pickles = () => site.events.map((event) => text(event[2]));
    const click = async () => {
      await tab.page.click("#b");
      await tab.apply();
    };
    await tab.apply(
      op("on", "b", "click", "ONE", [atom("f")]),
      op("validate", "f", [tuple(atom("required"), true, "!")]),
    );
    await tab.apply(op("patch", "all", html(2)));
    await click();
    assert.deepEqual(pickles(), []);
    await tab.page.fill("#f", "x");
    await click();
    assert.deepEqual(pickles(), ["ONE"]);
    // Another takes its place.
    await tab.apply(op("on", "b", "click", "TWO", []));
    await click();
    assert.deepEqual(pickles(), ["ONE", "TWO"]);
    await tab.apply(update("all", html(3)));
    await click();
    assert.deepEqual(pickles(), ["ONE", "TWO"]);
    await tab.page.fill("#f", "");
    await tab.apply(op("on", "b", "click", "THREE", [atom("f")]));
    await click();
    assert.deepEqual(pickles(), ["ONE", "TWO", "THREE"]);
    // Also in a list that gets the same row again.
    await tab.apply(op("insert", "all", atom("beforeend"), `<button id="b">4</button>`));
    await click();
    await tab.apply(op("on", "b", "keydown:x", "KEY", []), op("remove", "b"));
    await tab.apply(op("insert", "all", atom("beforeend"), `<button id="b">5</button>`));
    await click();
    assert.deepEqual(pickles(), ["ONE", "TWO", "THREE"]);
  },
);

await nitroTest(
  "a field that had to be replaced gets the focus and the text back",
  `<div id="all"><div><input id="f" value="v"></div></div>`,
  async (tab) => {
    await tab.page.fill("#f", "typed");
    await tab.run(`document.getElementById("f").setSelectionRange(1, 3)`);
    await tab.apply(update("all", `<div id="all"><section><input id="f" value="v"></section></div>`));
    assert.deepEqual(
      await tab.run(
        `(({ id, value, selectionStart, selectionEnd }) => [id, value, selectionStart, selectionEnd])(document.activeElement)`,
      ),
      ["f", "typed", 1, 3],
    );
  },
);
