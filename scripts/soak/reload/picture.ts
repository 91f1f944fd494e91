/**
 * The picture of runs: how long each good save took to be live, and the memory, over time.
 *
 * @module
 */
import { escapeSvg, framed } from "../../picture.ts";
import { shown } from "../judge.ts";
import { GOAL_MS, type Named } from "./report.ts";

const WIDTH = 960, MARGIN = 24, LEFT = 210, HEAD = 76, LIVE = 150, MEMORY = 80, GAP = 34;

const STYLE = `
  circle { fill: var(--data) }
  .goal { stroke: var(--missed); stroke-dasharray: 4 4 }`;

/** An SVG picture of runs, with `subtitle` under its title. */
export function picture(runs: readonly Named[], subtitle: string): string {
  const each = LIVE + MEMORY + 2 * GAP;
  const height = HEAD + runs.length * each + MARGIN;
  return framed({
    width: WIDTH,
    height,
    margin: MARGIN,
    title: "Saved under load",
    description: "Milliseconds from save to live, and the server's memory, over time",
    subtitle,
    style: STYLE,
    body: runs.map((named, index) => drawn(named, HEAD + index * each)).join("\n"),
  });
}

function drawn({ name, run }: Named, top: number): string {
  const { points, samples } = run;
  const end = samples[samples.length - 1].seconds;
  const x = (seconds: number) => (LEFT + seconds / end * (WIDTH - LEFT - MARGIN)).toFixed(1);
  const most = Math.max(1.2 * GOAL_MS, ...points.map(([, ms]) => ms));
  const foot = top + LIVE;
  const y = (ms: number) => (foot - ms / most * (LIVE - 10)).toFixed(1);
  const dots = points.map(([seconds, ms]) =>
    `<circle${ms > GOAL_MS ? ' class="missed"' : ""} cx="${x(seconds)}" cy="${y(ms)}" r="2.2"/>`
  );
  const times = points.map(([, ms]) => ms).sort((a, b) => a - b);
  const memoryFoot = foot + GAP + MEMORY;
  const bytes = samples.map(({ rssBytes }) => rssBytes);
  const ceiling = 1.1 * Math.max(...bytes);
  const line = samples.map(({ seconds, rssBytes }) =>
    `${x(seconds)},${(memoryFoot - rssBytes / ceiling * (MEMORY - 10)).toFixed(1)}`
  );
  return `<text x="${MARGIN}" y="${top + 24}">${escapeSvg(name)}</text>
<text class="small quiet" x="${MARGIN}" y="${top + 44}">from save to live</text>
<text class="small quiet" x="${MARGIN}" y="${top + 62}">${shown(times[0] ?? 0)} to ${
    shown(times.at(-1) ?? 0)
  } ms</text>
<text class="small quiet" x="${LEFT - 8}" y="${Number(y(GOAL_MS)) + 4}" text-anchor="end">${GOAL_MS} ms</text>
<line class="goal" x1="${LEFT}" x2="${WIDTH - MARGIN}" y1="${y(GOAL_MS)}" y2="${y(GOAL_MS)}"/>
<line x1="${LEFT}" x2="${WIDTH - MARGIN}" y1="${foot}" y2="${foot}"/>
${dots.join("\n")}
<text class="small quiet" x="${MARGIN}" y="${memoryFoot - MEMORY + 24}">resident memory</text>
<text class="small quiet" x="${MARGIN}" y="${memoryFoot - MEMORY + 42}">${
    shown(Math.min(...bytes) / 1e6)
  } to ${shown(Math.max(...bytes) / 1e6)} MB</text>
<line x1="${LEFT}" x2="${WIDTH - MARGIN}" y1="${memoryFoot}" y2="${memoryFoot}"/>
<polyline points="${line.join(" ")}"/>`;
}
