/**
 * What a measurement is, and how two servers are measured against each other.
 *
 * @module
 */

import type { LoadGenerator } from "./wsload.ts";

/** One figure of the table: this library beside its peer. */
export interface Row {
  /** What was measured. */
  readonly name: string;
  /** The unit of both figures. */
  readonly unit: string;
  /** Whether the smaller figure is the better one. @default false */
  readonly less?: boolean;
  /** This library's figure. */
  readonly ours: number;
  /** What it was compared with, and its figure. */
  readonly peer: { readonly name: string; readonly figure: number };
  /** What was aimed at, in words. */
  readonly goal: string;
  /** Whether it was reached. */
  readonly met: boolean;
}

/** How a measurement is to be made. */
export interface Settings {
  /** Pairs of rounds whose medians count. */
  readonly rounds: number;
  /** Seconds of a round under load. */
  readonly seconds: number;
  /** The compiled load generator. */
  readonly load: LoadGenerator;
  /** A folder for the measurement's files, removed at the end. */
  readonly folder: string;
}

/** A measurement, known by its name on the command line. */
export interface Measurement {
  readonly name: string;
  /** How it is made, and what the peer is: a sentence or two of Markdown. */
  readonly how: string;
  readonly run: (settings: Settings) => Promise<Row[]>;
}

/** Rounds of `ours` and `peer` in turn, after one of each that doesn't count, so that noise hits both. */
export async function alternate<T>(
  rounds: number,
  ours: () => Promise<T>,
  peer: () => Promise<T>,
): Promise<{ ours: T[]; peer: T[] }> {
  const results = { ours: [] as T[], peer: [] as T[] };
  await ours();
  await peer();
  for (let round = 0; round < rounds; round++) {
    results.ours.push(await ours());
    results.peer.push(await peer());
  }
  return results;
}

/** The median of `values` as `pick` reads them. */
export function median<T>(values: T[], pick: (value: T) => number): number {
  const sorted = values.map(pick).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
