/** A form with every kind of input, from the elements in TypeScript to the terms that the page's module gets, on both engines. */
import { strict as assert } from "node:assert";
import { atom, format, heart, type Term } from "@n2o/n2o";
import * as nitro from "@n2o/n2o/nitro";
import { Changes } from "../client/until.ts";
import { engines } from "../engines.ts";
import { browserTest, complaints } from "./chromium.ts";

const SELECTED = { value: "b", body: "B", selected: true };

/** Every kind of input, what it is filled with, and what of it arrives. */
const FIELDS: [id: string, field: nitro.Element, typed: string | boolean | string[], term: string][] = [
  ["text", nitro.textbox({ id: "text" }), `a"b'c\`d <b> Привіт 😀`, `<<"a\\"b'c\`d <b> Привіт 😀"/utf8>>`],
  ["plain", nitro.input({ id: "plain", value: "given" }), "", `<<>>`],
  ["password", nitro.password({ id: "password" }), "p", '<<"p">>'],
  ["email", nitro.email({ id: "email" }), "a@b.c", '<<"a@b.c">>'],
  ["number", nitro.number({ id: "number" }), "1.5", '<<"1.5">>'],
  ["range", nitro.range({ id: "range", min: 0, max: 10 }), "7", '<<"7">>'],
  ["color", nitro.color({ id: "color" }), "#ff0000", '<<"#ff0000">>'],
  ["search", nitro.search({ id: "search" }), "s", '<<"s">>'],
  ["tel", nitro.tel({ id: "tel" }), "+38 044", '<<"+38 044">>'],
  ["url", nitro.url({ id: "url" }), "https://n2o.dev", '<<"https://n2o.dev">>'],
  ["date", nitro.date({ id: "date" }), "1970-01-01", "{1970,1,1}"],
  ["no_date", nitro.date({ id: "no_date" }), "", "<<>>"],
  ["time", nitro.inputTime({ id: "time" }), "10:30", '<<"10:30">>'],
  ["month", nitro.month({ id: "month" }), "2024-02", '<<"2024-02">>'],
  ["week", nitro.week({ id: "week" }), "2024-W05", '<<"2024-W05">>'],
  ["local", nitro.datetimeLocal({ id: "local" }), "2024-02-29T10:30", '<<"2024-02-29T10:30">>'],
  ["area", nitro.textarea({ id: "area" }), "one\ntwo ", '<<"one\\ntwo ">>'],
  ["true_area", nitro.textarea({ id: "true_area" }), "true", '<<"true">>'],
  ["box", nitro.checkbox({ id: "box" }), true, "true"],
  ["no_box", nitro.checkbox({ id: "no_box", checked: true }), false, "false"],
  [
    "select",
    nitro.select({ id: "select", body: [nitro.option({ value: "a", body: "A" }), nitro.option(SELECTED)] }),
    ["a"],
    '<<"a">>',
  ],
  [
    "yes",
    nitro.select({
      id: "yes",
      body: [nitro.option({ value: "false", body: "no" }), nitro.option({ value: "true", body: "yes" })],
    }),
    ["true"],
    "true",
  ],
  [
    "several",
    nitro.select({
      id: "several",
      multiple: true,
      body: ["a", "b", "c"].map((value) => nitro.option({ value, body: value })),
    }),
    ["a", "c"],
    '[<<"a">>,<<"c">>]',
  ],
  ["hidden", nitro.hidden({ id: "hidden", value: "h" }), [], '<<"h">>'],
];

for (const engine of engines) {
  await browserTest(
    `${engine.name}: a form with every kind of input gives its terms to the page, under a strict policy`,
    async (browser) => {
      const changes = new Changes();
      const got: Record<string, string>[] = [];
      const sources = [...FIELDS.map(([id]) => id), "radios", "nothing"].map(atom);
      const page = nitro.createNitro({
        pages: {
          "app/form": {
            document: { title: "Form", body: nitro.panel({ id: "all" }) },
            init(page) {
              const fields = FIELDS.map(([, field]) => nitro.panel({ body: field }));
              const radios = nitro.radiogroup({
                id: "radios",
                body: ["1", "2"].map((value) =>
                  nitro.radio({ id: `r${value}`, name: "radios", value, body: value })
                ),
              });
              const send = nitro.button({
                id: "send",
                body: "Send",
                postback: atom("send"),
                source: sources,
              });
              page.update(
                "all",
                nitro.panel({
                  id: "all",
                  body: [...fields, radios, send, nitro.p({ id: "count", body: "0" })],
                }),
              );
            },
            event(_message, page) {
              got.push(
                Object.fromEntries(
                  sources.map(({ name }) => [name, format(page.q(name) as Term, { utf8: true })]),
                ),
              );
              page.update("count", nitro.p({ id: "count", body: `${got.length}` }));
              changes.changed();
            },
          },
        },
      });
      await using app = engine.start({ protocols: [heart, page], files: [page.documents] });
      const tab = await browser.newPage();
      const heard = complaints(tab);
      await tab.goto(`http://127.0.0.1:${app.port}/app/form.htm`);
      await tab.waitForSelector("#send");
      for (const [id, , typed] of FIELDS) {
        if (typeof typed === "string") await tab.fill(`#${id}`, typed);
        else if (typeof typed === "boolean") await tab.setChecked(`#${id}`, typed);
        else if (typed.length > 0) await tab.selectOption(`#${id}`, typed);
      }
      await tab.check("#r2");
      await tab.click("#send");
      await changes.until("the form came", () => got.length === 1);
      assert.deepEqual(got[0], {
        ...Object.fromEntries(FIELDS.map(([id, , , term]) => [id, term])),
        radios: '<<"2">>',
        nothing: "<<>>",
      });
      // The answer changed the page, and nothing in the form.
      await tab.waitForSelector("#count:text('1')");
      await tab.click("#send");
      await changes.until("it came again", () => got.length === 2);
      assert.deepEqual(got[1], got[0]);
      assert.deepEqual(heard.filter((text) => !text.includes("status of 404")), []);
      await tab.close();
    },
  );
}
