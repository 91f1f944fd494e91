/**
 * The runtime that an executable is made of: what `DENORT_BIN` names, else what Deno downloads.
 *
 * @module
 */
import type { Problem } from "../problem.ts";
import { type Target, targetOf } from "./targets.ts";

const VARIABLE = "DENORT_BIN";

/** What is wrong with the file that `DENORT_BIN` names, for an executable for `target`. */
export function runtimeProblem(path: string, target: Target): Problem | undefined {
  const fix =
    `set ${VARIABLE} to the denort of Deno's release for ${target.short}, or unset it: Deno gets its own`;
  let found: Target | undefined;
  try {
    found = targetOf(firstBytes(path));
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "is not there" : "cannot be read";
    return { where: `${VARIABLE}=${path}`, what: why, fix };
  }
  if (found?.name === target.name) return undefined;
  const what = found === undefined ? "is no runtime" : `is a runtime for ${found.short}`;
  return { where: `${VARIABLE}=${path}`, what, fix };
}

function firstBytes(path: string): Uint8Array {
  using file = Deno.openSync(path);
  const bytes = new Uint8Array(4096);
  return bytes.subarray(0, file.readSync(bytes) ?? 0);
}

/** What to do where Deno could not download the runtime. */
export function undownloaded(target: Target, said: string): Problem {
  const address = /\((https?:[^)\s]+)\)|(https?:\S+)/.exec(said);
  const url = address?.[1] ?? address?.[2] ?? "Deno's release page";
  return {
    where: target.short,
    what: "the runtime that goes into the executable cannot be downloaded",
    fix: `where ${url} can be reached, get that file, unpack it, and set ${VARIABLE} to the denort inside`,
  };
}
