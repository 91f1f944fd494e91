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
  const cells = rows.flatMap(({ name, unit, ours, peer, beside = [], goal }) =>
    [peer, ...beside].map((other) => [
      name,
      unit,
      shown(ours),
      `${shown(other.figure)} (${other.name})`,
      ratio(ours, other.figure),
      other === peer && goal !== undefined ? goal.words : "",
      other === peer && goal !== undefined ? goal.met ? "yes" : "no" : "",
    ])
  );
  const widths = HEAD.map((head, column) => Math.max(head.length, ...cells.map((row) => row[column].length)));
  const line = (row: string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  return [line(HEAD), line(widths.map((width) => "-".repeat(width))), ...cells.map(line)].join("\n");
}

/** The whole page: where and how it was measured, the table, the picture, and what each measurement is. */
export function page(rows: Row[], made: Measurement[], machine: string, command: string): string {
  return `# Measured

\`${command}\`, ${machine}.

Each figure is the median of several rounds; rounds of N2O and of its peers alternate, on the same machine, in the same
run. The load generator shares the machine's cores with the server. Compare the columns, not one column with another
machine's. Rows without a goal are there for information.

![Each row's ratio as a bar](bench.svg)

The longer a bar to the right of 1×, the better: where less is better, the picture shows the inverse.

${table(rows)}

## How

${made.map(({ name, how }) => `- **${name}**: ${how}`).join("\n")}

## N2O on Erlang

Not measured in this run, but recorded earlier with the same load generator and messages, on a machine of this kind,
by N2O on Erlang with both cores:

| work                        | N2O on Erlang             |
| --------------------------- | ------------------------- |
| echo, depth 1               | 72,000–80,000 messages/s  |
| echo, depth 16              | 123,000–199,000 messages/s |
| fan-out to 1000, depth 8    | 246,000 deliveries/s      |
| idle connection             | 7.8 KB                    |
`;
}
