/**
 * A picture of the elements: a page of this library, as Chromium shows it.
 *
 * @module
 */
import { atom, createN2O, type FileHandler, heart, tuple } from "@n2o/n2o";
import {
  blockquote,
  type Body,
  button,
  calendar,
  checkbox,
  code,
  color,
  comboLookup,
  createCombo,
  createNitro,
  date,
  details,
  dropdown,
  type Element,
  fieldset,
  h1,
  h2,
  header,
  hr,
  inputTime,
  label,
  legend,
  li,
  link,
  main,
  mark,
  meter,
  number,
  ol,
  option,
  p,
  type Page,
  panel,
  password,
  progress,
  radio,
  radiogroup,
  range,
  search,
  section,
  sortableList,
  span,
  spinner,
  summary,
  table,
  tbody,
  td,
  textarea,
  textbox,
  th,
  tr,
  ul,
  upload,
} from "@n2o/n2o/nitro";
import { Buffer } from "node:buffer";
import { startChromium } from "../../tests/browser/chromium.ts";

const WIDTH = 1200;
const STYLES: Readonly<Record<string, string>> = {
  "/app/picture.css": "scripts/nitro_docs/picture.css",
  "/app/controls.css": "lib/client/nitro/controls.css",
  "/app/upload.css": "lib/client/nitro/upload.css",
};

/** The picture, a PNG. */
export async function picture(): Promise<Uint8Array> {
  const combo = createCombo({
    feeds: { "/towns": ["Chernivtsi", "Kharkiv", "Kyiv", "Lviv", "Odesa", "Poltava", "Uzhhorod"] },
  });
  const nitro = createNitro({ pages: { "app/picture": combo.page(gallery()) } });
  const n2o = createN2O({ protocols: [heart, nitro], files: [styles, nitro.documents] });
  const { port } = n2o.listen({ port: 0, hostname: "127.0.0.1" });
  const browser = await startChromium();
  try {
    const page = await browser.newPage({
      viewport: { width: WIDTH, height: 1400 },
      deviceScaleFactor: 1.5,
      locale: "en-GB",
    });
    const failed: string[] = [];
    page.on("pageerror", (error) => failed.push(String(error)));
    await page.goto(`http://127.0.0.1:${port}/app/picture.htm`);
    await page.locator("#ready").waitFor({ state: "attached" });
    await page.locator("#photos input[type=file]").setInputFiles([
      { name: "northern lights.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(2_400_000) },
      { name: "novel.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(80_000) },
    ]);
    await page.locator("#town").pressSequentially("iv");
    await page.locator("#comboContainer_town [role=option]").first().waitFor();
    if (failed.length > 0) throw new Error(failed.join("\n"));
    return await page.locator("body").screenshot();
  } finally {
    await browser.close();
    await n2o.close();
  }
}

const styles: FileHandler = async (request) => {
  const path = STYLES[new URL(request.url).pathname];
  if (path === undefined) return undefined;
  const text = await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
  return new Response(text, { headers: { "content-type": "text/css; charset=utf-8" } });
};

function gallery(): Page {
  return {
    document: {
      title: "NITRO",
      styles: Object.keys(STYLES),
      body: [
        header({
          body: [h1({ body: "NITRO" }), p({ body: "Elements of pages that are written on the server" })],
        }),
        main({ id: "cards" }),
      ],
    },
    init(nitro) {
      nitro.insertBottom("cards", [...cards(), span({ id: "ready" })]);
    },
  };
}

function cards(): Element[] {
  return [
    card("Text", "h2 p mark code link blockquote", [
      p({
        body: [
          "Plain text, ",
          mark({ body: "marked" }),
          " text, a ",
          code({ body: "program" }),
          " & a ",
          link({ url: "#", body: "link" }),
          ".",
        ],
      }),
      blockquote({ body: "1 < 2, and nothing of it is markup." }),
    ]),
    card("Lists", "ul ol li details", [
      panel({
        class: "two",
        body: [
          ul({ body: [li({ body: "messages" }), li({ body: "processes" })] }),
          ol({ body: [li({ body: "one" }), li({ body: "two" })] }),
        ],
      }),
      details({ open: true, body: [summary({ body: "More of it" }), "What is in there."] }),
    ]),
    card("Buttons", "button link with a postback", [
      panel({
        class: "row",
        body: [
          button({ id: "send", class: "first", body: "Send", postback: atom("send") }),
          button({ body: "Cancel" }),
          button({ body: "Not now", disabled: true }),
        ],
      }),
      hr(),
      link({ id: "logout", body: "Log out", postback: atom("logout") }),
    ]),
    card("Fields", "label textbox password textarea", [
      field("name", "Name", textbox({ id: "name", value: "Ada Lovelace" })),
      field("pass", "Password", password({ id: "pass", value: "countess" })),
      field("message", "Message", textarea({ id: "message", rows: 2, placeholder: "Write …" })),
    ]),
    card("More fields", "search number range color date inputTime", [
      field("find", "Search", search({ id: "find", placeholder: "Everything" })),
      panel({
        class: "two",
        body: [
          field("count", "Number", number({ id: "count", value: 3 })),
          field("paint", "Colour", color({ id: "paint", value: "#0b6b5d" })),
        ],
      }),
      panel({
        class: "two",
        body: [
          field("day", "Day", date({ id: "day", value: "2026-11-25" })),
          field("time", "Time", inputTime({ id: "time", value: "10:30" })),
        ],
      }),
      field("volume", "Range", range({ id: "volume", value: 70 })),
    ]),
    card("Choices", "checkbox radiogroup dropdown fieldset", [
      checkbox({ id: "news", checked: true, body: "Send me news" }),
      fieldset({
        legend: legend({ body: "Size" }),
        body: radiogroup({
          id: "size",
          body: [choice("small", "Small"), choice("medium", "Medium", true), choice("large", "Large")],
        }),
      }),
      dropdown({
        id: "lang",
        options: [option({ value: "en", label: "English" }), option({ value: "uk", label: "Українська" })],
      }),
    ]),
    card("Tables", "table tr th td", [
      table({
        id: "people",
        header: tr({ cells: [th({ body: "Name" }), th({ body: "Born" })] }),
        caption: null,
        body: tbody({
          body: [["Ada", 1815], ["Grace", 1906], ["Joan", 1917]].map(([name, born]) =>
            tr({ cells: [td({ body: name }), td({ body: born })] })
          ),
        }),
      }),
    ]),
    card("Measures", "progress meter spinner", [
      field("bar", "Progress", progress({ id: "bar", value: 64, max: 100 })),
      field("level", "Meter", meter({ id: "level", value: 8, min: 0, max: 10, low: 3, high: 9 })),
      spinner({ body: "Saving …" }),
    ]),
    card("Files", "upload", [upload({ id: "photos", accept: "image/*", auto: false })]),
    card("Days and lookups", "calendar comboLookup", [
      field("born", "Day of birth", calendar({ id: "born", value: tuple(1815, 12, 10) })),
      field("town", "Town", comboLookup({ id: "town", feed: "/towns", placeholder: "Town" })),
    ], "tall"),
    card("Lists that are sorted", "sortableList", [
      sortableList({ id: "order", values: ["first", "second", "third"], closeable: true }),
    ]),
  ];
}

function card(title: string, names: string, body: Body, wide = ""): Element {
  return section({
    class: ["card", wide],
    body: [h2({ body: title }), p({ class: "names", body: names }), body],
  });
}

function field(id: string, text: string, input: Element): Element {
  return panel({ class: "field", body: [label({ for: id, body: text }), input] });
}

function choice(id: string, text: string, checked = false): Element {
  return radio({ id, checked, value: id, body: text });
}
