/** Elements as a page of operations has them. */
import { strict as assert } from "node:assert";
import { atom, format, text, type Tuple, tuple } from "@n2o/n2o";
import {
  calendar,
  checkbox,
  insertTop,
  option,
  panel,
  renderOperations,
  select,
  spinner,
  style,
  update,
} from "@n2o/n2o/nitro";
import { files } from "../../lib/client/bundle/mod.ts";
import { nitroTest } from "./nitro_site.ts";

await nitroTest(
  "a box, a choice and a day send both of their messages for one change, with the new value",
  `<main><div id="h"></div></main>`,
  async (tab, site) => {
    const messages = { postback: atom("postback"), update: atom("update") };
    const body = [
      checkbox({ id: "box", body: "box", ...messages }),
      select({ id: "choice", body: ["a", "b"].map((value) => option({ value, body: value })), ...messages }),
      calendar({ id: "day", value: tuple(2026, 11, 25), source: ["day"], ...messages }),
    ];
    let sealed = 0;
    await tab.apply(
      ...renderOperations(update("h", panel({ id: "h", body })), {
        pickle: (event) => `${text((event as Tuple)[2])}${++sealed}`,
      }),
    );
    const changes: [string, () => Promise<unknown>, string][] = [
      ["box", () => tab.page.check("#box"), "true"],
      ["choice", () => tab.page.selectOption("#choice", "b"), '<<"b">>'],
      ["day", () => tab.page.fill("#day", "2026-12-01"), "{2026,12,1}"],
    ];
    for (const [id, change, value] of changes) {
      const before = site.events.length;
      await change();
      await site.until(`both messages of ${id} came`, () => site.events.length === before + 2);
      const events = site.events.slice(before);
      assert.deepEqual(events.map((event) => text(event[2])!.replace(/\d+/, "")).sort(), [
        "postback",
        "update",
      ]);
      for (const event of events) {
        const [[, sent]] = (event[3] as Tuple[]).slice(1);
        assert.equal(format(sent), value);
      }
    }
  },
);

await nitroTest(
  "a spinner is a status to screen readers, and a ring that turns to the eye, unless its visitor wants no motion",
  `<main><div id="h"></div></main>`,
  async (tab) => {
    await tab.apply(...renderOperations(update("h", spinner({ id: "h" }))));
    assert.equal(await tab.page.locator("main").ariaSnapshot(), "- main:\n  - status: Loading …");
    const turns = `getComputedStyle(document.querySelector("#h"), "::before").animationName`;
    assert.equal(await tab.run(turns), "none");
    await tab.apply(
      ...renderOperations(insertTop({ qs: "main" }, style({ body: files["controls.css"] }))),
    );
    assert.equal(await tab.run(turns), "n2o-turn");
    await tab.page.emulateMedia({ reducedMotion: "reduce" });
    assert.equal(await tab.run(turns), "none");
    await tab.page.emulateMedia({ reducedMotion: "no-preference" });
    await tab.apply(
      ...renderOperations(
        update("h", spinner({ id: "h", image: "data:image/gif;base64,R0lGODlhAQABAAAAACw=" })),
      ),
    );
    assert.equal(await tab.run(turns), "none");
    assert.equal(
      await tab.page.locator("main").ariaSnapshot(),
      '- main:\n  - status:\n    - img "Loading …"',
    );
  },
);
