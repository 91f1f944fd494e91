/**
 * How many recorded rows come out as they were recorded, from the tests that count them.
 *
 * @module
 */
import {
  actionCount,
  controlCount,
  conversionCount,
  elementCount,
  hostileRows,
  messageCount,
  moreConversionCount,
  moreCount,
  type RowCount,
  templateCount,
  uploadCount,
} from "../../tests/nitro_counts.ts";
import { ELSEWHERE } from "../../tests/nitro_escape_rows.ts";

/** The tables. */
export function countsPart(): string {
  const row = (name: string, { rows, same, differ, elsewhere }: RowCount) =>
    `| ${name} | ${rows} | ${same} | ${differ || ""} | ${elsewhere || ""} |`;
  const elements = [elementCount, controlCount, uploadCount, templateCount];
  const all = elements.reduce((sum, { rows }) => sum + rows, 0);
  return [
    [
      "| recorded | rows | byte for byte | differ as named below | no function here |",
      "| --- | --: | --: | --: | --: |",
      row("elements", elementCount),
      row("calendar, lookups and lists", controlCount),
      row("`upload`", uploadCount),
      row("`dtl`", templateCount),
      row("actions", actionCount),
      row("conversions of text", conversionCount),
      row("messages to pages, and their answers", messageCount),
      row("more elements, controls and actions", moreCount),
      row("more conversions of text", moreConversionCount),
    ].join("\n"),
    `The first four are the ${all} rows of elements. Besides there are ${hostileRows} rows of hostile text, which the original does not
escape: they say what must not happen, and each has its test. Conversions that are not here:`,
    [
      "| function of the original's | rows | here |",
      "| --- | --: | --- |",
      ...Object.entries(ELSEWHERE).map(([name, [rows, why]]) => `| \`${name}\` | ${rows} | ${why} |`),
    ].join("\n"),
  ].join("\n\n");
}
