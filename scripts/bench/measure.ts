/**
 * What a measurement is, and how two servers are measured against each other.
 *
 * @module
 */

import type { LoadGenerator } from "./wsload.ts";

/** What a server came to, and what it is called. */
export interface Figure {
  readonly name: string;
  readonly figure: number;
}

/** What is aimed at. */
export interface Goal {
  /** In words. */
  readonly words: string;
  /** The figure at which it is reached. */
  readonly figure: number;
  /** Whether it was reached, by this figure or another that will do as well. */
  readonly met: boolean;
}

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
  readonly peer: Figure;
  /** Others under the same load, for information. */
  readonly beside?: readonly Figure[];
  /** What was aimed at, if anything was. */
  readonly goal: Goal | undefined;
  /** Whether it only accounts for the row above, and has no place in the picture. @default false */
  readonly account?: boolean;
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
  const [ofOurs, ofPeer] = await inTurn(rounds, [ours, peer]);
  return { ours: ofOurs, peer: ofPeer };
}

/**
 * The same with any number of them; of those that are `undefined` there are no results. Without `warmUp` the first round of each
 * counts.
 */
export async function inTurn<T>(
  rounds: number,
  all: readonly ((() => Promise<T>) | undefined)[],
  { warmUp = true } = {},
): Promise<T[][]> {
  const results: T[][] = all.map(() => []);
  for (let round = warmUp ? -1 : 0; round < rounds; round++) {
    for (const [index, one] of all.entries()) {
      const result = await one?.();
      if (result !== undefined && round >= 0) results[index].push(result);
    }
  }
  return results;
}

/** The median of `values` as `pick` reads them. */
export function median<T>(values: readonly T[], pick: (value: T) => number): number {
  const sorted = values.map(pick).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
