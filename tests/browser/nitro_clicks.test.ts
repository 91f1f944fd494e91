/** Clicks that the original's scripts were recorded at, on a page of operations: the same events are sent. */
import { strict as assert } from "node:assert";
import { atom, bert, charlist, format, type Term, tuple } from "@n2o/n2o";
import { nitroTest } from "./nitro_site.ts";

interface Row {
  readonly name: string;
  readonly html: string;
  readonly code: string;
  readonly do: string[];
  readonly sent: { readonly hex: string }[];
}

const { client: { clicks } } = JSON.parse(
  await Deno.readTextFile(new URL("../vectors/nitro.json", import.meta.url)),
) as { client: { clicks: Row[] } };

/** Rows that are JavaScript by nature: no operation says them. */
const SCRIPTS = /^(code source|api|wf_event|direct|confirm|validation|element with validation|link)/;

/** Rows where something else is sent, on purpose. */
const DEVIATIONS: Record<string, [from: string, to: string] | number> = {
  // Boxes are atoms.
  "several sources": ['{c,<<"true">>}', "{c,true}"],
  "checkbox change": ['{"c",<<"true">>}', '{"c",true}'],
  // The second listener takes the first one's place: one event.
  "wired twice": 1,
};

/** The operations that say what the code of a row does. */
function operationsOf({ name, code }: Row): Term[] {
  const operations: Term[] = [];
  for (const [, id, html] of code.matchAll(/var x=qi\('([^']*)'\); if\(x\) x\.outerHTML=`([^`]*)`;/g)) {
    operations.push(tuple(atom("update"), id, html));
  }
  const listeners =
    /var x=qi\('([^;]*)'\); x && x\.addEventListener\('(\w+)'.*?bin\('(P[0-9a-f]+)'\),\[(.*?)\]\)\)\); }/g;
  for (const [, id, type, pickle, values] of code.matchAll(listeners)) {
    const sources = [...values.matchAll(/tuple\((atom|bin|string)\('([^']*)'\),querySource\('/g)].map(
      ([, kind, key]): Term => kind === "atom" ? atom(key) : kind === "bin" ? key : charlist(key),
    );
    operations.push(tuple(atom("on"), id, type, pickle, sources));
  }
  assert.ok(operations.length > 0, name);
  return operations;
}

const rows = clicks.filter(({ name }) => !SCRIPTS.test(name));

await nitroTest(
  "clicks on a page of operations send what the original's scripts send",
  `<main id="place"></main>`,
  async (tab, site) => {
    const deviations = new Map(Object.entries(DEVIATIONS));
    for (const row of rows) {
      const { name, html } = row;
      await tab.run(`document.getElementById("place").innerHTML = ${JSON.stringify(html)}`);
      await tab.apply(...operationsOf(row));
      const before = site.events.length;
      for (const step of row.do) {
        const [verb, id, value] = step.split(":");
        if (verb === "click") await tab.run(`document.getElementById(${JSON.stringify(id)}).click()`);
        else await tab.page.selectOption(`#${id}`, value);
      }
      const expected = name === "id with apostrophe" ? 1 : row.sent.length;
      const deviation = deviations.get(name);
      deviations.delete(name);
      const count = typeof deviation === "number" ? deviation : expected;
      await site.until(`${count} events of "${name}"`, () => site.events.length >= before + count);
      await tab.apply();
      const sent = site.events.slice(before).map((term) => format(term));
      // There the original's own code fails; here it is an id like any other.
      if (name === "id with apostrophe") assert.match(sent[0], /^{pickle,<<"a'b">>,/);
      else {
        let theirs = row.sent.map(({ hex }) =>
          format(bert.decode(Uint8Array.from(hex.match(/../g)!, (byte) => parseInt(byte, 16))))
        );
        if (typeof deviation === "number") theirs = theirs.slice(-deviation);
        else if (deviation !== undefined) theirs = theirs.map((text) => text.replace(...deviation));
        assert.deepEqual(sent, theirs, name);
      }
    }
    assert.deepEqual([...deviations.keys()], []);
    assert.equal(rows.length, 17);
  },
  (site) => {
    // A row has an inline style, as the original renders it.
    site.policy += "; style-src 'self' 'unsafe-inline'";
  },
);
