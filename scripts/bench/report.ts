/**
 * The table of a run, for the terminal and for `docs/bench.md`.
 *
 * @module
 */

import { ratio, shown } from "./figures.ts";
import type { Measurement, Row } from "./measure.ts";

const HEAD = ["measurement", "unit", "N2O", "peer", "N2O / peer", "goal", "met"];

/** `rows` as a Markdown table whose columns are padded, so that it reads well as plain text too. */
export function table(rows: Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    row.unit,
    shown(row.ours),
    `${shown(row.peer.figure)} (${row.peer.name})`,
    ratio(row),
    row.goal,
    row.met ? "yes" : "no",
  ]);
  const widths = HEAD.map((head, column) => Math.max(head.length, ...cells.map((row) => row[column].length)));
  const line = (row: string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  return [line(HEAD), line(widths.map((width) => "-".repeat(width))), ...cells.map(line)].join("\n");
}

/** The whole page: where and how it was measured, the table, the picture, and what each measurement is. */
export function page(rows: Row[], made: Measurement[], machine: string, command: string): string {
  return `# Measured

\`${command}\`, ${machine}.

Each figure is the median of several rounds; rounds of N2O and of its peer alternate, on the same machine, in the same
run. The load generator shares the machine's cores with the server. Compare the two columns, not one column with another
machine's.

![The table below as bars](bench.svg)

${table(rows)}

## How

${made.map(({ name, how }) => `- **${name}**: ${how}`).join("\n")}
`;
}
