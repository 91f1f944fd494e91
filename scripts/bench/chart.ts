/**
 * The chart of the table: for each row two bars, ours above its peer's, as long as their figures.
 *
 * @module
 */

import { shown } from "./figures.ts";
import type { Row } from "./measure.ts";

const WIDTH = 800;
const MARGIN = 24;
const HEAD = 84;
const ROW = 72;
const BAR = 16;
/** The longest bar; what is left of the width takes its figure and the peer's name. */
const LONGEST = 400;

/** Colours for light and dark pages; the picture follows the reader's setting. */
const STYLE = `
  svg { --page: #fff; --text: #1c2430; --quiet: #5b6675; --line: #dde2e8; --ours: #0b7a68; --peer: #a9b4c2; --bad: #b3401f }
  @media (prefers-color-scheme: dark) {
    svg { --page: #14181f; --text: #e8ecf1; --quiet: #9aa6b5; --line: #2a323d; --ours: #3fc9ae; --peer: #56616f; --bad: #ff9469 }
  }
  text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--text) }
  .title { font-size: 20px; font-weight: 600 }
  .name { font-weight: 600 }
  .quiet { fill: var(--quiet) }
  .bad { fill: var(--bad) }
  .figure { font-size: 12px; font-variant-numeric: tabular-nums }
  .page { fill: var(--page) }
  .ours { fill: var(--ours) }
  .peer { fill: var(--peer) }
  line { stroke: var(--line) }`;

/** An SVG picture of `rows`, with `subtitle` (the machine, the date) under its title. */
export function chart(rows: Row[], subtitle: string): string {
  const height = HEAD + rows.length * ROW + MARGIN;
  const description = rows.map((row) =>
    `${row.name}: ${shown(row.ours)} against ${shown(row.peer.figure)} ${row.unit}`
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
    `role="img" aria-labelledby="title description">
<title id="title">N2O against its peers</title>
<desc id="description">${escape(description.join("; "))}</desc>
<style>${STYLE}
</style>
<rect class="page" width="${WIDTH}" height="${height}" rx="8"/>
<text class="title" x="${MARGIN}" y="40">N2O against its peers</text>
<text class="quiet" x="${MARGIN}" y="62">${escape(subtitle)}</text>
${rows.map((row, index) => drawn(row, HEAD + index * ROW)).join("\n")}
</svg>
`;
}

function drawn(row: Row, top: number): string {
  const most = Math.max(row.ours, row.peer.figure);
  const bar = (kind: string, y: number, figure: number, label: string) => {
    const length = Math.max(2, Math.round(figure / most * LONGEST));
    return `<rect class="${kind}" x="${MARGIN}" y="${y}" width="${length}" height="${BAR}" rx="3"/>
<text class="figure" x="${MARGIN + length + 8}" y="${y + 12.5}">${shown(figure)} <tspan class="quiet">${
      escape(label)
    }</tspan></text>`;
  };
  const verdict = row.met
    ? `<tspan class="quiet">goal ${escape(row.goal)}</tspan>`
    : `<tspan class="bad">missed ${escape(row.goal)}</tspan>`;
  return `<line x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${top}" y2="${top}"/>
<text x="${MARGIN}" y="${top + 20}"><tspan class="name">${escape(row.name)}</tspan> <tspan class="quiet">${
    escape(row.unit) + (row.less ? ", less is better" : "")
  }</tspan></text>
<text x="${WIDTH - MARGIN}" y="${top + 20}" text-anchor="end">${verdict}</text>
${bar("ours", top + 29, row.ours, "N2O")}
${bar("peer", top + 48, row.peer.figure, row.peer.name)}`;
}

function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
