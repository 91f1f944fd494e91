/**
 * How much of a time somebody waited for the machine: what it is not the server's fault to be late for.
 *
 * @module
 */

/** Parts of a time, between 0 and 1; `undefined` where nobody tells. */
export interface Pressure {
  /** In which somebody waited for a processor. */
  readonly processor: number | undefined;
  /** In which somebody waited for the disk. */
  readonly disk: number | undefined;
}

/** Begins to measure; what it gives ends it. */
export function pressure(): () => Pressure {
  const started = performance.now();
  const before = { processor: waited("cpu"), disk: waited("io") };
  return () => {
    const took = performance.now() - started;
    const part = (from: number | undefined, to: number | undefined) =>
      from === undefined || to === undefined ? undefined : (to - from) / took;
    return { processor: part(before.processor, waited("cpu")), disk: part(before.disk, waited("io")) };
  };
}

/** The whole time that somebody has waited so far, in milliseconds, as Linux counts it. */
function waited(what: "cpu" | "io"): number | undefined {
  try {
    const some = /^some .*total=(\d+)/.exec(Deno.readTextFileSync(`/proc/pressure/${what}`));
    return some === null ? undefined : Number(some[1]) / 1_000;
  } catch {
    return undefined;
  }
}
