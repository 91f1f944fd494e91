/** `/n2o/original.js`: pages whose server answers in JavaScript, with the code that the original's server really sent. */
import { strict as assert } from "node:assert";
import { bert, equal, format, type Term } from "@n2o/n2o";
import { browserTest } from "./chromium.ts";
import { NitroSite, NitroTab } from "./nitro_site.ts";

interface Click {
  readonly name: string;
  readonly html: string;
  readonly code: string;
  readonly do: string[];
  readonly sent: { readonly hex: string }[];
}

interface Dom {
  readonly name: string;
  readonly before: string;
  readonly code: string;
  readonly after: string;
  readonly error?: string;
}

interface Enc {
  readonly js: string;
  readonly hex?: string;
  readonly error?: string;
}

const { client } = JSON.parse(
  await Deno.readTextFile(new URL("../vectors/nitro.json", import.meta.url)),
) as { client: { clicks: Click[]; dom: Dom[]; enc: Enc[] } };

const decode = (hex: string): Term =>
  bert.decode(Uint8Array.from(hex.match(/../g)!, (byte) => parseInt(byte, 16)));

/** Clicks that send something else, on purpose: what changes in the frame, and why. */
const CLICKS: Record<string, [from: string, to: string]> = {
  // Boxes are atoms.
  "several sources": ['{c,<<"true">>}', "{c,true}"],
  "checkbox change": ['{"c",<<"true">>}', '{"c",true}'],
  // What code gives is sent, in place of [].
  "code source: raw JS number": ["{x,[]}", "{x,2}"],
  "code source: raw JS string": ["{x,[]}", '{x,<<"s">>}'],
};

/** A site for the original's kind of pages, and a tab on it. */
async function originalTest(
  name: string,
  run: (tab: NitroTab, site: NitroSite) => Promise<void>,
): Promise<void> {
  await browserTest(name, async (browser) => {
    const site = new NitroSite();
    site.module = "original.js";
    site.policy = "";
    site.body = `<main id="place"></main>`;
    try {
      const tab = new NitroTab(site, await browser.newPage());
      await tab.open("import('/n2o/original.js').then(({ client }) => client.state === 'open')");
      await run(tab, site);
    } finally {
      await site.close();
    }
  });
}

/** Has the page run code that comes from the server, and waits until it has. */
async function runs(tab: NitroTab, site: NitroSite, code: string): Promise<void> {
  site.io(code);
  site.io("window.steps = (window.steps ?? 0) + 1;");
  await tab.until("window.steps === 1");
  await tab.run("window.steps = undefined");
}

await originalTest("clicks send what they send with the original's scripts", async (tab, site) => {
  assert.equal(site.received[0], "N2O,");
  const deviations = new Map(Object.entries(CLICKS));
  for (const row of client.clicks) {
    const { name } = row;
    await tab.run(`document.getElementById("place").innerHTML = ${JSON.stringify(row.html)}`);
    await runs(tab, site, row.code);
    const before = site.received.length;
    for (const step of row.do) {
      const [verb, ...rest] = step.split(":");
      if (verb === "click") {
        await tab.run(`document.getElementById(${JSON.stringify(rest.join(":"))}).click()`);
      } else if (verb === "select") {
        await tab.page.selectOption(`#${rest[0]}`, rest[1]);
      } else if (verb === "js") await tab.run(rest.join(":"));
      else await tab.run(`window.confirm = () => ${verb === "accept"}`);
    }
    // What is sent now comes behind all that.
    await tab.run(`direct(atom("mark"))`);
    await site.until("the mark came", () => format(site.received.at(-1) as Term) === "{direct,mark}");
    const sent = site.received.slice(before, -1).map((term) => format(term as Term));
    const theirs = row.sent.map(({ hex }) => format(decode(hex)));
    const deviation = deviations.get(name);
    if (deviation === undefined) assert.deepEqual(sent, theirs, name);
    else {
      assert.notDeepEqual(sent, theirs, `${name} deviates no more`);
      assert.deepEqual(sent, theirs.map((text) => text.replace(...deviation)), name);
      deviations.delete(name);
    }
  }
  assert.deepEqual([...deviations.keys()], []);
  assert.equal(client.clicks.length, 32);
});

await originalTest(
  "the code of updates changes the page as it does with the original's scripts",
  async (tab, site) => {
    for (const { name, before, code, after } of client.dom) {
      await tab.run(`document.getElementById("place").innerHTML = ${JSON.stringify(before)}`);
      await runs(tab, site, code);
      assert.equal(await tab.run(`document.getElementById("place").innerHTML`), after, name);
    }
    const failing = client.dom.filter(({ error }) => error !== undefined).length;
    assert.equal(tab.heard.filter((text) => text.startsWith("Eval failed:")).length, failing);
  },
);

/** Expressions that give something else, on purpose. */
const TERMS: Record<string, string> = {
  // The original's bytes are another atom's, or none.
  "atom('Ж')": "'Ж'",
  "atom('café')": "café",
  "atom('a'.repeat(256))": "bad_atom",
  // It gets these numbers wrong.
  "number(-134217729)": "-134217729",
  "number(-2147483649)": "-2147483649",
  "number(-4294967296)": "-4294967296",
  "number(-9007199254740991)": "-9007199254740991",
  "number(-1000000000)": "-1000000000",
  "number(1.5)": "1.5",
  "number(-1.5)": "-1.5",
  // What is no number is an error, not 0, and not a float that Erlang refuses.
  "number(NaN)": "bad_term",
  "number(Infinity)": "bad_term",
  "number('abc')": "bad_term",
  "number(undefined)": "bad_term",
  "float(NaN)": "bad_float",
  "float(Infinity)": "bad_float",
  "float(-Infinity)": "bad_float",
  // What code gives is sent, in place of [].
  "'abc'": '<<"abc">>',
  "5": "5",
  "true": "true",
  "list(1,2)": "[1,2]",
};

await originalTest(
  "terms are made as with the original's constructors, but for what it makes wrong",
  async (tab) => {
    const different: Record<string, string> = {};
    let same = 0;
    for (const { js, hex } of client.enc) {
      // Terms in the original's own form are nobody's but its scripts'.
      if (/\{t:|\.buffer|^\{|Array\(/.test(js) || hex === undefined) continue;
      const bytes = await tab.run<number[] | string>(
        `(() => { try { return Array.from(enc(${js})); } catch (error) { return error.code; } })()`,
      );
      const ours = typeof bytes === "string" ? bytes : bert.decode(Uint8Array.from(bytes));
      if (typeof bytes !== "string" && equal(ours, decode(hex))) same++;
      else different[js] = typeof bytes === "string" ? bytes : format(ours);
    }
    assert.deepEqual(different, TERMS);
    assert.equal(same, 71);
  },
);
