/**
 * The page and the picture of a soak.
 *
 * @module
 */
import { framed } from "../picture.ts";
import { quantities, shown, type Verdict } from "./judge.ts";
import type { Account } from "./load.ts";
import type { Sample } from "./subject.ts";

/** What a soak came to. */
export interface Soak {
  readonly minutes: number;
  readonly machine: string;
  readonly samples: readonly Sample[];
  readonly verdicts: readonly Verdict[];
  readonly account: Account;
  /** The server's part of a core. */
  readonly load: number;
}

/** The table of the verdicts. */
export function table(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ name, passed, said }) =>
    `| ${name} | ${said} | ${passed ? "yes" : "**no**"} |`
  );
  return ["| what must hold | measured | holds |", "|---|---|---|", ...rows].join("\n");
}

/** The page, in Markdown. */
export function page({ minutes, machine, samples, verdicts, account, load }: Soak): string {
  const last = samples[samples.length - 1], first = samples[0];
  const rate = (last.messagesIn - first.messagesIn) / (last.seconds - first.seconds);
  const visits = [...account.visits].map(([name, count]) => `| ${name} | ${count.toLocaleString("en")} |`);
  return `# Soak

\`deno task soak\`: ${minutes} minutes of load on a server in a process of its own, engine \`stream\`, WebSocket and TCP. ${machine}.

The load is held at half of what the server's thread can do: it used ${
    (100 * load).toFixed(0)
  } % of a core, and took ${shown(rate)} messages a second, ${
    account.echoes.toLocaleString("en")
  } echoes and ${
    account.deliveries.toLocaleString("en")
  } deliveries of a topic in all, each compared with what was sent. Every five seconds the server collects its garbage and tells how it is; the lines are fitted through the second half.

![Heap, memory, descriptors and connections over time](soak.svg)

${table(verdicts)}

Besides 32 clients that echo in batches and 100 that hear a topic, clients came and went, in one of these ways each:

| a client | visits |
|---|---|
${visits.join("\n")}
`;
}

const WIDTH = 960, PANEL = 110, LEFT = 210, MARGIN = 24, HEAD = 76;

/** The picture: each quantity over time, from zero. */
export function picture({ minutes, machine, samples }: Soak): string {
  const height = HEAD + quantities.length * PANEL + MARGIN;
  const seconds = samples[samples.length - 1].seconds - samples[0].seconds;
  const x = (sample: Sample) =>
    LEFT + (sample.seconds - samples[0].seconds) / seconds * (WIDTH - LEFT - MARGIN);
  const panels = quantities.map(({ name, unit, of }, index) => {
    const top = HEAD + index * PANEL, foot = top + PANEL - 30;
    const most = Math.max(...samples.map(of), 1e-9) * 1.1;
    const y = (sample: Sample) => foot - of(sample) / most * (PANEL - 40);
    const points = samples.map((sample) => `${x(sample).toFixed(1)},${y(sample).toFixed(1)}`).join(" ");
    const values = samples.map(of);
    return `<text x="${MARGIN}" y="${top + 24}">${name}</text>
<text class="small quiet" x="${MARGIN}" y="${top + 44}">${shown(Math.min(...values))} to ${
      shown(Math.max(...values))
    } ${unit}</text>
<line x1="${LEFT}" x2="${WIDTH - MARGIN}" y1="${foot}" y2="${foot}"/>
<polyline points="${points}"/>`;
  });
  return framed({
    width: WIDTH,
    height,
    margin: MARGIN,
    title: `A soak of ${minutes} minutes`,
    description: `${quantities.map(({ name }) => name).join(", ")} over time`,
    subtitle: machine,
    style: "",
    body: panels.join("\n"),
  });
}
