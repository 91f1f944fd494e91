/**
 * Whether what was measured is flat, and whether the counts come out even.
 *
 * @module
 */
import type { Account } from "./load.ts";
import type { Sample } from "./subject.ts";

/** What was measured, and what must hold of it. */
export interface Verdict {
  readonly name: string;
  readonly passed: boolean;
  /** The figures. */
  readonly said: string;
}

/** A straight line through points. */
export interface Fit {
  /** The mean of all values. */
  readonly mean: number;
  /** By how much the line rises from the first point to the last. */
  readonly rise: number;
  /** How far from the truth that may well be, by how the points scatter. */
  readonly error: number;
}

/** So much of its mean a quantity may rise in the second half. */
const FLAT = 0.04;
/** A rise of fewer standard errors is none. */
const ERRORS = 3;
/** So much more memory of objects and buffers may be held when all have gone: buffers for the next ones. */
const KEPT_BYTES = 6e6;

/** The line that fits best, by least squares. */
export function fit(points: readonly (readonly [number, number])[]): Fit {
  const count = points.length;
  const meanX = sum(points, ([x]) => x) / count, mean = sum(points, ([, y]) => y) / count;
  const width = sum(points, ([x]) => (x - meanX) ** 2);
  const slope = width === 0 ? 0 : sum(points, ([x, y]) => (x - meanX) * (y - mean)) / width;
  const scatter = sum(points, ([x, y]) => (y - mean - slope * (x - meanX)) ** 2);
  const span = points[count - 1][0] - points[0][0];
  const error = count > 2 && width > 0 ? Math.sqrt(scatter / (count - 2) / width) * span : Infinity;
  return { mean, rise: slope * span, error };
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0);
}

/** The quantities that must be flat under load, by their names. */
export const quantities: readonly { name: string; unit: string; of: (sample: Sample) => number }[] = [
  { name: "heap after garbage collection", unit: "MB", of: ({ heapBytes }) => heapBytes / 1e6 },
  { name: "buffers", unit: "MB", of: ({ bufferBytes }) => bufferBytes / 1e6 },
  { name: "resident memory", unit: "MB", of: ({ rssBytes }) => rssBytes / 1e6 },
  { name: "descriptors", unit: "", of: ({ descriptors }) => descriptors },
  { name: "connections", unit: "", of: ({ connections }) => connections },
  { name: "timers", unit: "", of: ({ timers }) => timers },
];

/** Judges samples under load, and those before and after it. */
export function judge(
  before: Sample,
  samples: readonly Sample[],
  after: Sample,
  account: Account,
): Verdict[] {
  const second = samples.slice(samples.length >> 1);
  const flat = quantities.map(({ name, unit, of }): Verdict => {
    const { mean, rise, error } = fit(second.map((sample) => [sample.seconds, of(sample)]));
    const passed = rise <= Math.max(FLAT * mean, ERRORS * error);
    const percent = mean === 0 ? 0 : 100 * rise / mean;
    return {
      name: `${name} flat`,
      passed,
      said: `mean ${shown(mean)} ${unit}`.trimEnd() + `, ${signed(percent)} %`,
    };
  });
  const even = (name: string, got: number, wanted: number): Verdict => ({
    name,
    passed: got === wanted,
    said: got === wanted ? String(got) : `${got} in place of ${wanted}`,
  });
  return [
    ...flat,
    even("connections left", after.connections, 0),
    {
      name: "heap and buffers when all have gone",
      passed: held(after) - held(before) <= KEPT_BYTES,
      said: `${shown(held(before) / 1e6)} MB before, ${shown(held(after) / 1e6)} MB after`,
    },
    {
      name: "descriptors as at the start",
      passed: after.descriptors <= before.descriptors,
      said: `${before.descriptors} before, ${after.descriptors} after`,
    },
    {
      name: "timers as at the start",
      passed: after.timers <= before.timers,
      said: `${before.timers} before, ${after.timers} after`,
    },
    even(
      "connections the server has counted",
      after.connectionsTotal - before.connectionsTotal,
      account.opened,
    ),
    even("ends that protocols have heard of", after.ended - before.ended, after.begun - before.begun),
    even("malformed frames, failures, errors in the log", after.faults, 0),
    {
      name: "what went wrong for clients",
      passed: account.faults.length === 0,
      said: account.faults.length === 0 ? "nothing" : account.faults.join("; "),
    },
  ];
}

function held({ heapBytes, bufferBytes }: Sample): number {
  return heapBytes + bufferBytes;
}

/** A figure with three digits that count. */
export function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}

function signed(percent: number): string {
  return `${percent >= 0 ? "+" : "−"}${Math.abs(percent).toFixed(1)}`;
}
