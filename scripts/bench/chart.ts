/**
 * The chart of the table: for each row a bar, how many times its peer this library is.
 *
 * @module
 */

import { escapeSvg, framed } from "../picture.ts";
import { shown } from "./figures.ts";
import type { Row } from "./measure.ts";

const WIDTH = 960;
const MARGIN = 24;
const HEAD = 104;
const ROW = 30;
const BAR = 14;
/** The bars stand between the names and the figures. */
const LEFT = 336;
const RIGHT = 680;
/** What the scale reaches, in powers of two: from an eighth to sixteen times, unless there is more. */
const LEAST = -3;
const MOST = 4;

const STYLE = `
  .met { fill: var(--data) }
  .one { stroke: var(--other) }
  .goal { stroke: var(--text); stroke-width: 2 }
  .beside { fill: var(--page); stroke: var(--text); stroke-width: 1.5 }`;

/** An SVG picture of `rows`, with `subtitle` (the machine, the date) under its title. */
export function chart(all: Row[], subtitle: string): string {
  const rows = all.filter((row) => row.account !== true);
  const scale = scaleOf(rows);
  const foot = HEAD + rows.length * ROW;
  const height = foot + MARGIN;
  const description = rows.map((row) =>
    `${row.name}: ${shown(row.ours)} against ${shown(row.peer.figure)} ${row.unit}`
  );
  const beside = [...new Set(rows.flatMap((row) => row.beside ?? []).map(({ name }) => name))];
  return framed({
    width: WIDTH,
    height,
    margin: MARGIN,
    title: "N2O, in times its peers",
    description: description.join("; "),
    subtitle,
    style: STYLE,
    body: [
      legend(beside),
      ...scale.marks.map((mark) => axis(mark, scale, foot)),
      ...rows.map((row, index) => drawn(row, HEAD + index * ROW, scale)),
    ].join("\n"),
  });
}

/** Where a ratio stands from left to right: each doubling as far as the next. */
interface Scale {
  readonly marks: readonly number[];
  x(ratio: number): number;
}

function scaleOf(rows: Row[]): Scale {
  const powers = rows.flatMap((row) => ratios(row)).map(Math.log2).filter(Number.isFinite);
  const least = Math.min(LEAST, Math.floor(Math.min(...powers)));
  const most = Math.max(MOST, Math.ceil(Math.max(...powers)));
  return {
    marks: Array.from({ length: most - least + 1 }, (_, index) => 2 ** (least + index)),
    x: (ratio) => Math.round(LEFT + (Math.log2(ratio) - least) / (most - least) * (RIGHT - LEFT)),
  };
}

/** Of a row: ours, the goal, and what stands beside, in times the peer; where less is better, its inverse. */
function ratios(row: Row): number[] {
  const figures = [
    row.ours,
    row.goal?.figure ?? row.peer.figure,
    ...(row.beside ?? []).map((one) => one.figure),
  ];
  return figures.map((figure) => better(row, figure));
}

function better(row: Row, figure: number): number {
  return row.less ? row.peer.figure / figure : figure / row.peer.figure;
}

function legend(beside: string[]): string {
  const y = 84;
  const parts = [
    `<rect class="met" x="${MARGIN}" y="${y - 10}" width="22" height="10" rx="2"/>`,
    `<text class="small quiet" x="${MARGIN + 28}" y="${y}">goal met</text>`,
    `<rect class="missed" x="${MARGIN + 92}" y="${y - 10}" width="22" height="10" rx="2"/>`,
    `<text class="small quiet" x="${MARGIN + 120}" y="${y}">missed</text>`,
    `<line class="goal" x1="${MARGIN + 180}" x2="${MARGIN + 180}" y1="${y - 12}" y2="${y + 2}"/>`,
    `<text class="small quiet" x="${MARGIN + 188}" y="${y}">goal</text>`,
  ];
  if (beside.length > 0) {
    parts.push(
      `<text class="small quiet" x="${WIDTH - MARGIN}" y="${y - 24}" text-anchor="end">○ ${
        escapeSvg(beside.join(", "))
      }</text>`,
    );
  }
  return parts.join("\n");
}

function axis(mark: number, scale: Scale, foot: number): string {
  const x = scale.x(mark);
  const label = mark < 1 ? `1/${1 / mark}` : `${mark}×`;
  return `<line${mark === 1 ? ' class="one"' : ""} x1="${x}" x2="${x}" y1="${HEAD - 12}" y2="${foot}"/>
<text class="small quiet" x="${x}" y="${HEAD - 20}" text-anchor="middle">${label}</text>`;
}

function drawn(row: Row, top: number, scale: Scale): string {
  const middle = top + ROW / 2;
  const ours = scale.x(better(row, row.ours));
  const one = scale.x(1);
  const kind = row.goal?.met === false ? "missed" : "met";
  const goal = row.goal === undefined ? "" : (() => {
    const x = scale.x(better(row, row.goal.figure));
    return `\n<line class="goal" x1="${x}" x2="${x}" y1="${middle - 10}" y2="${middle + 10}"/>`;
  })();
  const others = (row.beside ?? []).map(({ figure }) =>
    `\n<circle class="beside" cx="${scale.x(better(row, figure))}" cy="${middle}" r="4"/>`
  ).join("");
  return `<text x="${MARGIN}" y="${middle + 4.5}">${escapeSvg(row.name)}</text>
<rect class="${kind}" x="${Math.min(ours, one)}" y="${middle - BAR / 2}" width="${
    Math.max(2, Math.abs(ours - one))
  }" height="${BAR}" rx="2"/>${goal}${others}
<text class="small" x="${RIGHT + 18}" y="${middle + 4}">${shown(row.ours)} <tspan class="quiet">against ${
    shown(row.peer.figure)
  } ${escapeSvg(row.unit)}</tspan></text>`;
}
