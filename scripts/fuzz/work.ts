/**
 * Fuzzes in a thread of its own, so that one that hangs can be told from one that has much to do.
 *
 * @module
 */
import { startLive } from "./live.ts";
import { type Failure, runRounds } from "./rounds.ts";
import { targets } from "./targets.ts";

/** What is to be done. */
export interface Work {
  readonly target: string;
  readonly seed: number;
  readonly ms: number;
  readonly cases: number | undefined;
  /** Where the number of cases and the present seed stand. */
  readonly progress: SharedArrayBuffer;
}

/** What came of it. */
export interface Done {
  readonly cases: number;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly grownBytes: number | undefined;
  readonly failure: (Omit<Failure, "error"> & { readonly error: string }) | undefined;
}

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<Work>) => void;
  postMessage(done: Done): void;
};

scope.onmessage = async ({ data: { target: name, seed, ms, cases, progress } }) => {
  const shown = new Uint32Array(progress);
  await using target = name === "live" ? await startLive() : targets.find((target) => target.name === name)!;
  const { failure, ...rounds } = await runRounds(target, {
    seed,
    ms,
    ...(cases === undefined ? {} : { cases }),
    onCase(seed) {
      Atomics.store(shown, 1, seed);
      Atomics.add(shown, 0, 1);
    },
  });
  const said = failure && {
    ...failure,
    error: failure.error instanceof Error
      ? failure.error.stack ?? failure.error.message
      : String(failure.error),
  };
  scope.postMessage({ ...rounds, failure: said });
};
