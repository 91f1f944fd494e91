/**
 * What a run proves, as verdicts, a page and a picture.
 *
 * @module
 */
import { shown, type Verdict } from "../judge.ts";
import { table } from "../page.ts";
import { wrongs } from "./account.ts";
import { percentile, type Run } from "./run.ts";

/** A run with its name: `engine stream`. */
export interface Named {
  readonly name: string;
  readonly run: Run;
}

/** A save is to be live within so long in all but one of a hundred cases, in milliseconds. */
export const GOAL_MS = 200;

/** Judges a run. */
export function verdicts(
  { account, points, samples, seconds, cpu, swaps, untold, lateness, pressure }: Run,
): Verdict[] {
  const counts = wrongs.map((wrong): Verdict => {
    const count = account.wrong.get(wrong)!;
    return { name: wrong, passed: count === 0, said: count === 0 ? "none" : shown(count) };
  });
  const latencies = points.map(([, ms]) => ms).sort((a, b) => a - b);
  const at = (part: number) =>
    latencies[Math.min(latencies.length - 1, Math.ceil(latencies.length * part) - 1)];
  const good = account.arrivals.length;
  const [start, middle, end] = [0, samples.length >> 1, samples.length - 1].map((at) =>
    samples[at].rssBytes / 1e6
  );
  const delay = (part: number) => percentile(account.delays, part);
  return [
    {
      name: "messages answered",
      passed: account.answered === account.sent,
      said: `${account.answered.toLocaleString("en")} of ${account.sent.toLocaleString("en")}, ${
        shown(account.answered / seconds)
      } a second`,
    },
    ...counts,
    {
      name: "good saves that went live",
      passed: latencies.length === good,
      said: `${latencies.length} of ${good}, and ${account.broken} broken ones between them`,
    },
    {
      name: `from save to live, p99 at most ${GOAL_MS} ms`,
      passed: at(0.99) <= GOAL_MS,
      said: latencies.length === 0
        ? "none"
        : `p50 ${ms(at(0.5))}, p95 ${ms(at(0.95))}, p99 ${ms(at(0.99))}, most ${ms(at(1))}`,
    },
    {
      name: "every connection upgraded by every swap, once",
      passed: account.skipped === 0,
      said: `${swaps} swaps each${account.skipped === 0 ? "" : `, ${account.skipped} left out`}`,
    },
    ...(untold === undefined ? [] : [{
      name: "every connection told of every swap",
      passed: untold === 0,
      said: untold === 0 ? "yes" : `${untold} connections were not`,
    }]),
    information("an answer takes", `p50 ${delay(0.5)} ms, p99 ${delay(0.99)} ms, most ${delay(1)} ms`),
    information(
      "memory grows",
      `from ${shown(start)} to ${shown(end)} MB, in the second half by ${(end - middle).toFixed(1)} MB`,
    ),
    information("the server uses", `${(100 * cpu).toFixed(0)} % of a core`),
    information("the client itself is late", `p50 ${lateness[0]} ms, p99 ${lateness[1]} ms`),
    information(
      "somebody waits on this machine",
      `for a processor ${percent(pressure.processor)}, for the disk ${percent(pressure.disk)} of the time`,
    ),
  ];
}

function information(name: string, said: string): Verdict {
  return { name, passed: true, said };
}

function percent(part: number | undefined): string {
  return part === undefined ? "?" : `${(100 * part).toFixed(0)} %`;
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}

/** The page, in Markdown. */
export function page(runs: readonly Named[], intro: string): string {
  const parts = runs.map(({ name, run }) => `## ${name}\n\n${table(verdicts(run))}\n`);
  return `# Saved under load\n\n${intro}\n\n![From save to live, and memory, over time](reload.svg)\n\n${
    parts.join("\n")
  }`;
}

/** All figures, for other programs. */
export function figures(runs: readonly Named[]): unknown {
  return runs.map(({ name, run }) => ({
    name,
    seconds: run.seconds,
    sent: run.account.sent,
    answered: run.account.answered,
    wrong: Object.fromEntries(run.account.wrong),
    texts: run.account.texts,
    good: run.account.arrivals.length,
    broken: run.account.broken,
    live: run.account.arrivals.map(({ save, wroteAt, liveAt }) => ({
      number: save.number,
      way: save.way,
      ms: liveAt === undefined ? undefined : Math.round(10 * Math.max(0, liveAt - wroteAt!)) / 10,
    })),
    swaps: run.swaps,
    untold: run.untold,
    rssBytes: run.samples.map(({ rssBytes }) => rssBytes),
    cpu: run.cpu,
    lateness: run.lateness,
    pressure: run.pressure,
  }));
}
