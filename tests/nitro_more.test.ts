/**
 * More that was recorded of the original: elements with their fields by themselves, in groups and in random combinations, controls and actions.
 *
 * @module
 */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { moreConversionCount, moreCount } from "./nitro_counts.ts";
import { convert, nameOf, textOf } from "./nitro_escape_rows.ts";
import { moreConversions, type MoreDeviation, moreDeviations } from "./nitro_deviations_more.ts";
import * as rows from "./nitro_more_rows.ts";
import type { Difference, Drawn, MoreRow, MoreVectors } from "./nitro_more_rows.ts";
import { vectors } from "./vector_term.ts";

const recording = await vectors<MoreVectors>("nitro_more");

/** What differs, in each row where anything does. */
function compared(): { name: string; differences: Difference[] }[] {
  const draw = (row: MoreRow, was: Drawn, make: Parameters<typeof rows.drawn>[0]) => {
    const fields = rows.fieldsOf(row, recording);
    const name = `${row.element} ${JSON.stringify(fields)}`;
    return { name, differences: rows.differences(row.element, fields, was, rows.drawn(make)) };
  };
  return [
    ...recording.elements.map((row) => draw(row, rows.recorded(row), () => rows.elementOf(row, recording))),
    ...recording.controls.map((row) =>
      draw(row, rows.recordedControl(row), () => rows.controlOf(row.element, rows.fieldsOf(row, recording)))
    ),
    ...recording.actions.map((row) => {
      const was = { ...rows.recorded(row as unknown as MoreRow), html: "", actions: row.js! };
      const fields = row.fields ?? { target: row.args![0] };
      const name = JSON.stringify([row.action ?? row.call, row.fields ?? row.args]);
      return { name, differences: rows.differences(row.action ?? row.call!, fields, was, rows.said(row)) };
    }),
  ];
}

Deno.test("each of the rows comes out as it was recorded, but for the deviations that are named", () => {
  const counts = new Map<MoreDeviation, number>(moreDeviations.map((one) => [one, 0]));
  let same = 0;
  const all = compared();
  for (const { name, differences } of all) {
    if (differences.length === 0) same++;
    const by = new Set<MoreDeviation>();
    for (const difference of differences) {
      const deviation = moreDeviations.find((one) => one.of(difference));
      if (deviation === undefined) {
        const { part, name: attribute, from, to } = difference;
        strictEqual(`${to}`, `${from}`, `${name}: ${part} ${attribute ?? ""}`);
      } else by.add(deviation);
    }
    for (const one of by) counts.set(one, counts.get(one)! + 1);
  }
  for (const [one, count] of counts) strictEqual(count, one.rows, one.what);
  deepStrictEqual({ rows: all.length, same, differ: all.length - same, elsewhere: 0 }, moreCount);
});

Deno.test("each of the conversions gives the original's text, but for the deviations that are named", () => {
  const counts = new Map(moreConversions.map((one) => [one, 0]));
  let same = 0;
  for (const row of recording.escape) {
    const name = nameOf(row);
    const [was, now] = [textOf(row.out!), convert(row)];
    if (was === now) same++;
    else {
      const deviation = moreConversions.find((one) => one.is(row, name));
      if (deviation === undefined) strictEqual(now, was, name);
      else counts.set(deviation, counts.get(deviation)! + 1);
    }
  }
  for (const [one, count] of counts) strictEqual(count, one.rows, one.what);
  const rows = recording.escape.length;
  deepStrictEqual({ rows, same, differ: rows - same, elsewhere: 0 }, moreConversionCount);
});
