/** Controls as elements: what they render for the original's client, and for the project's own. */
import { strict as assert } from "node:assert";
import { atom, bert, isTuple, type Term, tuple } from "@n2o/n2o";
import { type Element, input, NitroError, render } from "@n2o/n2o/nitro";
import * as controls from "../protocols/nitro/controls/mod.ts";
import { controlCount } from "./nitro_counts.ts";
import { controlDeviations, drawnInstead } from "./nitro_deviations_controls.ts";
import {
  camelCase,
  type ElementRow,
  type NitroVectors,
  recordedBody,
  recordedTerm,
  type Tagged,
} from "./nitro_vector.ts";
import recorded from "./vectors/nitro.json" with { type: "json" };

const vectors = recorded as unknown as NitroVectors;
const {
  calendar,
  comboLookup,
  comboLookupEdit,
  comboLookupGroup,
  comboLookupModify,
  comboLookupText,
  comboLookupVec,
  multipleInput,
  sortableList,
} = controls;

const NAMES = /^(combo|calendar$|koatuu$|multipleInput$|sortable_)/;
const rows = vectors.elements.filter(({ element }) => NAMES.test(element ?? ""));

/** Values of the recording: texts, and `{view_value_pairs, Pairs}`. */
function valuesOf(tagged: Tagged): unknown {
  if ("tuple" in tagged) {
    const pairs = ((tagged.tuple as Tagged[])[1].list ?? []) as { tuple: Tagged[] }[];
    return pairs.map(({ tuple: [view, bind] }) => ({ view: recordedBody(view), bind: recordedTerm(bind) }));
  }
  return ((tagged.list ?? []) as Tagged[]).map((one) =>
    "list" in one || isPairs(one) ? valuesOf(one) : recordedBody(one)
  );
}

function isPairs(tagged: Tagged): boolean {
  return "tuple" in tagged && (tagged.tuple as Tagged[])[0]?.atom === "view_value_pairs";
}

function fieldOf(name: string, tagged: Tagged): unknown {
  switch (name) {
    case "values":
      return valuesOf(tagged);
    case "value":
    case "minDate":
    case "maxDate":
      return "tuple" in tagged ? recordedTerm(tagged) : recordedBody(tagged);
    case "bind":
    case "update":
    case "default":
    case "postback":
    case "modify_default":
      return recordedTerm(tagged);
    case "source":
      return (tagged.list as Tagged[]).map(recordedTerm);
  }
  return recordedBody(tagged);
}

function elementOf({ element, fields = {} }: ElementRow): Element {
  const make = (controls as unknown as Record<string, (fields: object) => Element>)[camelCase(element!)];
  return make(
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [camelCase(name), fieldOf(name, value)]),
    ),
  );
}

function rendered(row: ElementRow): { html: string; actions: string; events: Term[] } {
  const events: Term[] = [];
  const pickle = (event: Term) => {
    events.push(event);
    return "<PICKLED>";
  };
  const { html, actions } = render(elementOf(row), { pickle });
  return { html: html.replaceAll("auto-", "GUID"), actions, events };
}

/** The recorded row: the search's own id is the input's here. */
function expected(row: ElementRow): { html: string; actions: string } {
  let html = (drawnInstead(row) ?? row.html ?? "").replaceAll(/<UID>(\\',\\')([^'\\]*)/g, "$2$1$2");
  let actions = row.actions ?? "";
  if (row.error !== undefined) actions = row.element === "multipleInput" ? "createSortable('#mi_list');" : "";
  if (row.case === "sortable_list values undefined") actions = "createSortable('#sl');";
  for (const deviation of controlDeviations) {
    if (!deviation.of(row) || drawnInstead(row) !== undefined) continue;
    if (deviation.html !== undefined) html = deviation.html(html);
    if (deviation.actions !== undefined) actions = deviation.actions(actions);
  }
  return { html, actions };
}

Deno.test("all controls of the recording render as it says, but for the deviations that are named", () => {
  assert.equal(rows.length, controlCount.rows);
  for (const row of rows) {
    const { html, actions, events } = rendered(row);
    assert.deepEqual({ html, actions }, expected(row), row.case);
    const sealed = (row.events ?? []).map((event) => tuple(atom("ev"), ...event.map(recordedTerm)));
    assert.deepEqual(
      events.map((event) => bert.encode(event)),
      sealed.map((event) => bert.encode(event)),
      row.case,
    );
  }
});

Deno.test("each deviation is about as many rows as it says, and each of them does differ", () => {
  for (const { what, count, of, html, actions } of controlDeviations) {
    const concerned = rows.filter(of);
    assert.equal(concerned.length, count, what);
    for (const row of concerned) {
      if (row.error !== undefined) continue;
      const now = rendered(row);
      if (html !== undefined) assert.notEqual(now.html, row.html, `${what}: ${row.case}`);
      if (actions !== undefined) assert.notEqual(now.actions, row.actions, `${what}: ${row.case}`);
    }
  }
  const untouched = rows.filter((row) => !controlDeviations.some(({ of }) => of(row)));
  assert.equal(untouched.length, controlCount.same);
});

/** The controls with what they need, each of them with a text that is hostile wherever it stands. */
function each(hostile: string): Record<string, Element> {
  const id = `i${hostile}`;
  const combo = comboLookup({
    id,
    feed: hostile,
    value: hostile,
    bind: hostile,
    update: hostile,
    class: hostile,
    placeholder: hostile,
  });
  const values = [hostile, { view: hostile, bind: hostile }];
  const texts = { add: hostile, remove: hostile, move: hostile, open: hostile, none: hostile };
  return {
    calendar: calendar({ id, name: hostile, value: tuple(2024, 2, 29), title: hostile }),
    comboLookup: combo,
    comboLookupVec: comboLookupVec({ id, input: combo, values, texts }),
    comboLookupEdit: comboLookupEdit({
      id,
      input: combo,
      form: input({ id: hostile, value: hostile }),
      multiple: true,
      values,
    }),
    comboLookupText: comboLookupText({ id, input: combo }),
    comboLookupGroup: comboLookupGroup({ id, input: combo, values: [values], subtitle: hostile, texts }),
    comboLookupModify: comboLookupModify({
      id,
      input: combo,
      modifyPos: 1,
      modifyFeed: hostile,
      values: [{ view: hostile, bind: tuple(hostile) }],
    }),
    multipleInput: multipleInput({ id, input: input({ id: hostile }), values, texts }),
    sortableList: sortableList({ id, values, closeable: true, texts }),
  };
}

Deno.test("on pages for the project's client no control has JavaScript, styles or links", () => {
  for (const [name, element] of Object.entries(each("x"))) {
    const { html, actions, operations } = render(element, { mode: "operations" });
    assert.doesNotMatch(html, / on[a-z]+=| style=|javascript:/, name);
    assert.equal(actions, "");
    if (name !== "calendar") assert.ok(operations.some((term) => isTuple(term, "control", 4)), name);
  }
});

Deno.test("hostile text stays text in all of them, in both ways to the browser", () => {
  const hostile = `"'><img src=x onerror=alert(1)>\\'\`\${x}</script>`;
  for (const mode of ["script", "operations"] as const) {
    const harmless = each("x");
    for (const [name, element] of Object.entries(each(hostile))) {
      const [html, plain] = [element, harmless[name]].map((one) => render(one, { mode }).html);
      const tags = (text: string) =>
        text.match(/<(?:[^>"]|"[^"]*")*>/g)!.map((tag) => tag.replaceAll(/"[^"]*"/g, '""')).join("");
      assert.equal(tags(html), tags(plain), `${name}, ${mode}`);
      assert.ok(!html.includes("<img"), `${name}, ${mode}`);
    }
  }
});

Deno.test("a calendar's days are checked, and stand as the browser's own field wants them", () => {
  const draw = (fields: Parameters<typeof calendar>[0]) =>
    render(calendar({ id: "d", ...fields }), { mode: "operations" });
  assert.equal(
    draw({ value: tuple(987, 1, 2), minDate: tuple(1, 1, 1), maxDate: tuple(9999, 12, 31), required: true })
      .html,
    '<input id="d" autocomplete="on" required="required" type="date" value="0987-01-02" min="0001-01-01" max="9999-12-31"/>',
  );
  assert.equal(draw({ value: [] }).html, '<input id="d" autocomplete="on" type="date"/>');
  assert.deepEqual(
    draw({ postback: atom("p"), update: atom("u"), source: ["d"] }).operations.map((term) =>
      isTuple(term) && term[2]
    ),
    ["change", "input"],
  );
  for (
    const value of [
      tuple(2023, 2, 29),
      tuple(2024, 4, 31),
      tuple(0, 1, 1),
      tuple(2024, 13, 1),
      tuple("2024", 1, 1),
      tuple(2024, 1),
    ]
  ) {
    for (const mode of ["script", "operations"] as const) {
      assert.throws(
        () => render(calendar({ value }), { mode }),
        (error) => error instanceof NitroError && error.code === "bad_field",
      );
    }
  }
  assert.throws(
    () => draw({ onkeypress: "k()" }),
    (error) => error instanceof NitroError && error.code === "script_in_page",
  );
});

Deno.test("a lookup is a combobox with a list, as screen readers know it", () => {
  const { html, operations } = render(
    comboLookup({
      id: "who",
      feed: "/users",
      delegate: "users",
      value: "Ann",
      bind: atom("ann"),
      ariaStates: { "aria-label": "Who" },
    }),
    { mode: "operations" },
  );
  assert.match(
    html,
    /^<div id="lookup_who" class="n2o-combo" data-n2o-control="combo-\w+"><input id="who" type="comboLookup" role="combobox" /,
  );
  assert.match(
    html,
    /aria-autocomplete="list" aria-expanded="false" autocomplete="off" aria-controls="comboContainer_who" aria-label="Who"/,
  );
  assert.match(html, /value="Ann" data-bind="g2QAA2Fubg=="/);
  assert.match(
    html,
    /<div id="comboContainer_who" class="n2o-combo-list" role="listbox" aria-label="Show all" hidden="hidden"><\/div><\/div>$/,
  );
  const [control] = operations;
  assert.ok(isTuple(control, "control", 4));
  assert.deepEqual(control[1], "who");
  const { operations: none } = render(comboLookup({ id: "who", disabled: true }), { mode: "operations" });
  assert.deepEqual(none, []);
});

Deno.test("what the server draws in a control has the same name for as long as it is the same", () => {
  const name = (values: readonly string[], title?: string) =>
    /data-n2o-control="([^"]*)"/.exec(
      render(sortableList({ id: "l", values, title }), { mode: "operations" }).html,
    )![1];
  assert.equal(name(["a", "b"]), name(["a", "b"], "another title"));
  assert.notEqual(name(["a", "b"]), name(["b", "a"]));
});

Deno.test("an input whose values gather needs an id, and a value whose part is chosen has that part", () => {
  const refused = (element: Element) =>
    assert.throws(
      () => render(element),
      (error) => error instanceof NitroError && error.code === "bad_field",
    );
  refused(multipleInput({ id: "m", input: input({}) }));
  refused(comboLookupEdit({ id: "e", input: input({}), form: input({}) }));
  for (const bind of [atom("a"), tuple(atom("a"))]) {
    refused(comboLookupModify({ id: "m", modifyPos: 2, values: [{ view: "v", bind }] }));
  }
});
