/**
 * The rows of servers under the same load: their rates, and the processor time that a message costs them.
 *
 * @module
 */

import { type Figure, median, type Row } from "./measure.ts";
import type { Round } from "./under_load.ts";

/** What is aimed at, in parts of the peer. */
export interface RatioGoal {
  /** The least rate, in parts of the peer's. */
  readonly ratio: number;
  /** Whether the same ratio in processor time will do. */
  readonly cpu: boolean;
}

/** What a comparison says besides the figures. */
export interface Comparison {
  readonly goal: RatioGoal;
  /** What the peer is. @default "bare Deno.serve" */
  readonly peer?: string;
  /** The unit of the rate. @default "messages/s" */
  readonly unit?: string;
  /** What stands beside, without a goal: names and rounds. */
  readonly beside?: readonly { readonly name: string; readonly rounds: readonly Round[] }[];
}

/** Two rows: the rate, and the processor time. */
export function compare(
  name: string,
  results: { readonly ours: readonly Round[]; readonly peer: readonly Round[] },
  { goal, peer = "bare Deno.serve", unit = "messages/s", beside = [] }: Comparison,
): Row[] {
  const rate = (rounds: readonly Round[]) => median(rounds, (round) => round.rate);
  const cpuUs = (rounds: readonly Round[]) => median(rounds, (round) => round.cpuUs);
  const figures = (of: (rounds: readonly Round[]) => number) => ({
    ours: of(results.ours),
    peer: { name: peer, figure: of(results.peer) },
    beside: beside.map(({ name, rounds }): Figure => ({ name, figure: of(rounds) })),
  });
  const rates = figures(rate);
  const costs = figures(cpuUs);
  const words = `≥ ${goal.ratio} × the peer${goal.cpu ? " in rate or CPU" : ""}`;
  const met = rates.ours >= goal.ratio * rates.peer.figure ||
    (goal.cpu && goal.ratio * costs.ours <= costs.peer.figure);
  const one = unit === "deliveries/s" ? "delivery" : unit.replace("s/s", "");
  return [
    { name, unit, ...rates, goal: { words, figure: goal.ratio * rates.peer.figure, met } },
    {
      name,
      unit: `µs of CPU a ${one}`,
      less: true,
      account: true,
      ...costs,
      goal: goal.cpu ? { words, figure: costs.peer.figure / goal.ratio, met } : undefined,
    },
  ];
}
