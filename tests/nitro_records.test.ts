/**
 * The recording's records: each has its function here, with its fields.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { atom, format, type Tuple } from "@n2o/n2o";
import {
  alert,
  type Body,
  calendar,
  checkbox,
  elements,
  NitroError,
  render,
  select,
  span,
  spinner,
  submit,
  textarea,
  textbox,
  update,
} from "@n2o/n2o/nitro";
import { readReference, type Reference } from "../scripts/nitro_docs/reference.ts";
import { camelCase } from "./nitro_vector.ts";
import recorded from "./vectors/nitro.json" with { type: "json" };

const records = recorded.records as unknown as Readonly<Record<string, { readonly own?: readonly string[] }>>;
const elementRecords = Object.entries(records).filter(([name]) => name !== "element");

/** Fields of the original's records that are not here, each by its reason. */
const LEFT_OUT: Readonly<Record<string, readonly [fields: string, why: string]>> = {
  dtl: [
    "app folder ext bindScript",
    "`templates` says where its file is; the page's script comes by its connection",
  ],
  keygen: ["keytype", "it is `rsa` always, as the original prints it"],
  label: ["form", "the original does not print it, and HTML has no such attribute"],
  input_image: ["formnovalue", "`formnovalidate` is HTML's name"],
  table: ["border", "the original does not print it; a style sheet draws borders"],
  calendar: [
    "onSelect disableDayFn position reposition",
    "JavaScript for the original's date picker, and where it is shown",
  ],
  comboLookup: ["reader chunk", "how rows are read is the feed's affair, on the server"],
  comboLookupText: ["values", "the original does not draw them"],
};

Deno.test("each of the recorded elements has a function in the registry, and so its name in JSX", () => {
  const missing = elementRecords.map(([name]) => camelCase(name)).filter((name) =>
    !Object.hasOwn(elements, name)
  );
  deepStrictEqual(missing, []);
  strictEqual(elementRecords.length, 134);
});

Deno.test("each own field of a recorded element is a field of its function, but for those that are named", async () => {
  const reference = await readReference(fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, ""));
  const missing: Record<string, string> = {};
  for (const [name, { own = [] }] of elementRecords) {
    const known = fieldsOf(reference.entries.get(camelCase(name))!.fields!, reference);
    const unknown = own.map(camelCase).filter((field) => !known.has(field));
    if (unknown.length > 0) missing[name] = unknown.join(" ");
  }
  deepStrictEqual(
    missing,
    Object.fromEntries(Object.entries(LEFT_OUT).map(([name, [fields]]) => [name, fields])),
  );
});

function fieldsOf(name: string, reference: Reference): Set<string> {
  const set = reference.sets.get(name);
  if (set === undefined) return new Set();
  return new Set([
    ...set.own.map((field) => field.name),
    ...set.bases.flatMap((base) => [...fieldsOf(base, reference)]),
  ]);
}

Deno.test("a spinner says that it loads, by a picture if it has one", () => {
  const html = (body: Body) => render(body, { mode: "operations" }).html;
  strictEqual(html(spinner()), '<div class="n2o-spinner" role="status">Loading …</div>');
  strictEqual(
    html(spinner({ image: "/turn.gif" })),
    '<div class="n2o-spinner" role="status"><img src="/turn.gif" alt="Loading …"/></div>',
  );
  strictEqual(
    html(spinner({ id: "s", class: ["big", "red"], image: "/a.svg", body: "Saving <1>" })),
    '<div id="s" class="n2o-spinner big red" role="status"><img src="/a.svg" alt=""/>Saving &lt;1&gt;</div>',
  );
  strictEqual(
    html(spinner({ role: "alert", title: "t", image: "javascript:alert(1)", body: "x" })),
    '<div class="n2o-spinner" role="alert" title="t"><img src="about:invalid" alt=""/>x</div>',
  );
  strictEqual(render(spinner({ body: "x" })).html, html(spinner({ body: "x" })));
});

Deno.test("what a submit's click does runs behind its postback, for the original's client", () => {
  const { actions } = render(
    submit({
      id: "s",
      postback: atom("save"),
      click: [alert({ text: "it's" }), update("a", span({ id: "a", actions: alert({ text: "in" }) }))],
    }),
    { pickle: () => "P" },
  );
  const [posted, clicked] = actions.split("{var x=qi('s'); ").slice(1);
  ok(posted.includes("bin('P')"), posted);
  strictEqual(
    clicked,
    "x && x.addEventListener('click',function (event){ event.preventDefault(); alert(\"it\\'s\");" +
      'var x=qi(\'a\'); if(x) x.outerHTML=`<span id="a"></span>`;alert("in");});};',
  );
  const alone = render(submit({ click: alert({ text: "x" }) }));
  const [, id] = /id="([^"]*)"/.exec(alone.html)!;
  ok(alone.actions.startsWith(`{var x=qi('${id}'); x && x.addEventListener('click'`), alone.actions);
  for (const click of [undefined, null, []]) strictEqual(render(submit({ id: "s", click })).actions, "");
});

Deno.test("where a page runs no JavaScript a submit's click is an error that names it", () => {
  throws(
    () => render(submit({ id: "s", click: alert({ text: "x" }) }), { mode: "operations" }),
    (error) => {
      ok(error instanceof NitroError && error.code === "script_in_page");
      deepStrictEqual(error.value, { element: "submit", field: "click" });
      return true;
    },
  );
});

Deno.test("a textbox and a textarea send nothing by themselves, as recorded", () => {
  const rows = recorded.elements.filter((row) =>
    /^(?:textbox|textarea)$/.test((row as { element?: string }).element ?? "") &&
    row.case.includes("postback")
  ) as unknown as { readonly actions: string | null }[];
  deepStrictEqual(rows.map(({ actions }) => actions), [null, null, null]);
  for (const make of [textbox, textarea] as ((fields: object) => Body)[]) {
    for (const mode of ["script", "operations"] as const) {
      const { html, actions, operations } = render(make({ id: "t", postback: atom("p") }), { mode });
      deepStrictEqual([/ id="t"/.test(html), actions, operations], [true, "", []]);
    }
  }
});

Deno.test("both messages of an element have an event of their own on a page of operations", () => {
  for (const make of [calendar, checkbox, select]) {
    const types = (fields: object) =>
      (render(make({ id: "x", ...fields }), { mode: "operations" }).operations as Tuple[])
        .filter((operation) => operation[0] === atom("on")).map((operation) => format(operation[2]));
    deepStrictEqual(types({ postback: 1, update: 2 }), ['<<"change">>', '<<"input">>']);
    deepStrictEqual(types({ update: 2 }), ['<<"change">>']);
    deepStrictEqual(types({ postback: 1 }), ['<<"change">>']);
  }
});
