/** What events bring along, row by row as the original's scripts in a browser sent it. */
import { strict as assert } from "node:assert";
import { Buffer } from "node:buffer";
import { bert, equal, format, type Term } from "@n2o/n2o";
import { browserTest } from "./chromium.ts";
import { NitroSite, NitroTab } from "./nitro_site.ts";

interface Row {
  readonly name: string;
  readonly html: string;
  readonly id?: string;
  readonly setup?: string;
  readonly timezone?: string;
  readonly hex?: string;
}

const { client } = JSON.parse(
  await Deno.readTextFile(new URL("../vectors/nitro.json", import.meta.url)),
) as { client: { query: Row[]; rendered: Row[] } };

/** Where this client differs on purpose: what it sends, as Erlang writes it, and why. */
const DEVIATIONS: { why: string; rows: Record<string, string> }[] = [
  {
    why: 'a box is an atom: a binary <<"false">> is taken for true too easily',
    rows: {
      "checkbox on": "true",
      "checkbox off": "false",
      "radio by id on": "true",
      "radio by id off": "false",
      "checkbox": "true",
    },
  },
  {
    why: "a day is the day that the field shows, in every time zone and in 1970",
    rows: {
      "date 1970-01-01": "{1970,1,1}",
      "date 1970-01-01 in Kyiv": "{1970,1,1}",
      "date in New York": "{2024,2,29}",
    },
  },
  {
    why: "several choices are a list",
    rows: {
      "multi select two": '[<<"a">>,<<"b">>]',
      "multi select none": "[]",
      "checkboxes by name": '[<<"1">>,<<"2">>]',
    },
  },
  {
    why: "a group's value is what is chosen in it, wherever the group has its id",
    rows: {
      "nitro radiogroup (div with the id)": '<<"2">>',
      "fieldset radio checked": '<<"2">>',
      "fieldset nested checkbox": '<<"c">>',
      "radiogroup": '<<"1">>',
    },
  },
  {
    why: "text that somebody types stays text",
    rows: { "textarea value true": '<<"true">>', "text contenteditable": '<<"v">>' },
  },
  {
    why: "terms come back as they were bound",
    rows: {
      "hidden data-bind not utf8": `<<"ÿþ">>`,
      "hidden data-bind improper list": "[a|b]",
      "hidden data-bind empty": '<<"h">>',
    },
  },
  {
    why: "an id needs to be no CSS name",
    rows: { "id with apostrophe, missing": "<<>>", "id with space, missing": "<<>>", "id empty": "<<>>" },
  },
];

/** Rows about the original's own scripts for lookups and lists: tests/nitro_controls and its neighbours have what ours do. */
const CONTROLS =
  /^(data-(text|vector|modify|edit|group)|sortable|modify list|calendar|combo\w+(?! with| data)|multipleInput)/;

await browserTest(
  "sources give the terms that the original gives, but for a table of deviations",
  async (browser) => {
    const site = new NitroSite();
    site.body = `<main id="m"></main>`;
    // The rows have styles of the original's in them.
    site.policy =
      "default-src 'self'; img-src data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'";
    const tabs = new Map<string, NitroTab>();
    const deviations = new Map(DEVIATIONS.flatMap(({ rows }) => Object.entries(rows)));
    const counted = { equal: 0, deviating: 0, controls: 0 };
    try {
      for (const row of [...client.query, ...client.rendered]) {
        const { name, html, id = "x", setup = "", timezone = "UTC", hex } = row;
        if (CONTROLS.test(name) && !/data-bind|with bind|without bind/.test(name)) {
          counted.controls++;
          continue;
        }
        let tab = tabs.get(timezone);
        if (tab === undefined) {
          const context = await browser.newContext({ timezoneId: timezone });
          tabs.set(timezone, tab = new NitroTab(site, await context.newPage()));
          await tab.open();
        }
        await tab.run(
          `document.getElementById("m").innerHTML = ${JSON.stringify(html.replaceAll("\\'", "'"))}`,
        );
        if (setup.includes("picks a file")) {
          await tab.page.setInputFiles("#x", {
            name: "фото.png",
            mimeType: "image/png",
            buffer: Buffer.from("x"),
          });
        } else if (setup) await tab.run(`{ const x = document.getElementById("x"); ${setup} }`);
        const ours = await sent(tab, id);
        const theirs = hex === undefined ? undefined : bert.decode(bytesOf(hex));
        const deviation = deviations.get(name);
        if (deviation !== undefined) {
          assert.equal(ours === undefined ? "nothing" : format(ours), deviation, name);
          assert.ok(theirs === undefined || !equal(ours!, theirs), `${name} deviates no more`);
          deviations.delete(name);
          counted.deviating++;
        } else {
          assert.ok(
            ours === undefined ? theirs === undefined : theirs !== undefined && equal(ours, theirs),
            `${name}: ${ours && format(ours)} in place of ${theirs && format(theirs)}`,
          );
          counted.equal++;
        }
      }
      assert.deepEqual([...deviations.keys()], []);
      console.log(counted);
      assert.ok(counted.equal > 90, JSON.stringify(counted));
    } finally {
      await site.close();
    }
  },
);

/** What the page would send for a source; `undefined` when that fails, and the event with it. */
async function sent(tab: NitroTab, id: string): Promise<Term | undefined> {
  const bytes = await tab.run<number[] | null>(`(async () => {
    const [{ page }, { bert }] = await Promise.all([import("/n2o/nitro.js"), import("/n2o/n2o.js")]);
    try {
      return Array.from(bert.encode(page.source(${JSON.stringify(id)})));
    } catch {
      return null;
    }
  })()`);
  return bytes === null ? undefined : bert.decode(Uint8Array.from(bytes));
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}
