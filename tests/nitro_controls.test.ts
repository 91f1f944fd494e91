/** Controls as elements: what they render for the original's client, and for the project's own. */
import { strict as assert } from "node:assert";
import { atom, bert, isTuple, type Term, tuple } from "@n2o/n2o";
import { type Element, input, NitroError, render } from "@n2o/n2o/nitro";
import * as controls from "../protocols/nitro/controls/mod.ts";
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
  assert.equal(rows.length, 48);
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
  assert.equal(untouched.length, 13);
});
