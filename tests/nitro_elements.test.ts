import { strict as assert } from "node:assert";
import { type Body, render } from "@n2o/n2o/nitro";
import { atom, format, tuple } from "../lib/term.ts";
import { madeIds } from "./made_ids.ts";
import { controlCount, elementCount, templateCount, uploadCount } from "./nitro_counts.ts";
import { type Deviation, elementDeviations, keyOf, type Outcome } from "./nitro_deviations.ts";
import {
  type ElementRow,
  type NitroVectors,
  recordedBody,
  recordedElement,
  recordedTerm,
  type TaggedFields,
} from "./nitro_vector.ts";
import { vectors } from "./vector_term.ts";

const recording = await vectors<NitroVectors>("nitro");

/** Elements whose rows have tests of their own. */
const ELSEWHERE = /^(?:calendar|comboLookup\w*|koatuu|multipleInput|sortable_\w+|upload|dtl)$/;

const rows = recording.elements.filter((row) => !ELSEWHERE.test(row.element ?? ""));

function fieldsOf(row: ElementRow): TaggedFields {
  return row.fields_set === undefined ? row.fields ?? {} : recording.field_sets[row.fields_set];
}

/** What was recorded. */
function recorded(row: ElementRow): Outcome {
  if (row.html === undefined) return { error: row.error ?? "no UTF-8" };
  const events = (row.events ?? []).map((event) => format(tuple(atom("ev"), ...event.map(recordedTerm))));
  return { html: row.html, actions: row.actions ?? "", events: events.join("\n") };
}

/** What comes out here; ids that were made are named by the order in which they appear, as in the recording. */
function drawn(row: ElementRow): Outcome {
  const events: string[] = [];
  const named = madeIds();
  try {
    const body = row.input === undefined
      ? recordedElement(row.element!, fieldsOf(row))
      : recordedBody(row.input);
    const { html, actions } = render(body as Body, {
      pickle: (event) => {
        events.push(format(event));
        return "<PICKLED>";
      },
    });
    return { html: named(html), actions: named(actions), events: named(events.join("\n")) };
  } catch (error) {
    return { error: (error as { code?: string }).code ?? String(error) };
  }
}

/** What has to come out, and the deviations that make it differ from what was recorded. */
function expected(row: ElementRow): { outcome: Outcome; by: Deviation[] } {
  const by: Deviation[] = [];
  let outcome = recorded(row);
  for (const deviation of elementDeviations) {
    const changed = deviation.change(outcome, row, fieldsOf(row));
    if (changed !== outcome) by.push(deviation);
    outcome = changed;
  }
  return { outcome, by };
}

/** Nothing wired and no events are the same as none recorded. */
function plain({ html, actions = "", events = "", error }: Outcome): Outcome {
  return error === undefined ? { html, actions, events } : { error };
}

Deno.test("elements give the recorded HTML and JavaScript, but for the deviations", () => {
  const elsewhere = controlCount.rows + uploadCount.rows + templateCount.rows;
  assert.equal(recording.elements.length - rows.length, elsewhere, "rows that have tests elsewhere");
  for (const row of rows) {
    assert.deepEqual(plain(drawn(row)), plain(expected(row).outcome), keyOf(row));
  }
});

Deno.test("each deviation concerns as many rows as it says, and each of them really differs", () => {
  const counts = new Map(elementDeviations.map((deviation) => [deviation, 0]));
  let same = 0;
  for (const row of rows) {
    const { by } = expected(row);
    for (const deviation of by) counts.set(deviation, counts.get(deviation)! + 1);
    if (by.length === 0) same++;
    else {assert.notDeepEqual(
        plain(drawn(row)),
        plain(recorded(row)),
        `${keyOf(row)} is no deviation any more`,
      );}
  }
  for (const [deviation, count] of counts) assert.equal(count, deviation.rows, deviation.what);
  assert.deepEqual({ rows: rows.length, same, differ: rows.length - same, elsewhere: 0 }, elementCount);
});
