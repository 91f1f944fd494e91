import { strict as assert } from "node:assert";
import { atom, tuple } from "@n2o/n2o/client";
import { nitroTest } from "./nitro_site.ts";

const op = (name: string, ...rest: Parameters<typeof tuple>) => tuple(atom(name), ...rest);

await nitroTest(
  "a page that loads the module greets with its mode, and applies what comes under a strict policy",
  `<div id="h"><p>old</p></div>`,
  async (tab, site) => {
    assert.equal(site.received[0], "N2O,,operations");
    await tab.apply(op("update", "h", `<div id="h"><p>new</p></div>`));
    assert.equal(await tab.html("#h"), `<div id="h"><p>new</p></div>`);
    await tab.apply(op("text", "h", "a < b"));
    assert.equal(await tab.html("#h"), `<div id="h">a &lt; b</div>`);
    await tab.apply(op("on", "h", "click", "PICKLE", [atom("x")]));
    await tab.page.click("#h");
    await site.until("the click came", () => site.events.length === 1);
    assert.deepEqual(
      site.events[0],
      tuple(atom("pickle"), bytes("h"), bytes("PICKLE"), [
        tuple(tuple(bytes("h"), bytes("detail")), []),
        tuple(atom("x"), bytes("")),
      ]),
    );
  },
);

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
