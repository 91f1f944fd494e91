/**
 * The runtime that an executable is made of: what `DENORT_BIN` names, else what Deno downloads.
 *
 * @module
 */
import type { Problem } from "../problem.ts";
import { type Target, targetOf } from "./targets.ts";

const VARIABLE = "DENORT_BIN";

/** The runtime that `DENORT_BIN` names; it is for one system. */
export class GivenRuntime {
  /** Its path; `undefined` when Deno is to download its own. */
  readonly path: string | undefined = Deno.env.get(VARIABLE) || undefined;

  /** Takes the variable out of the environment: the compiler would take that runtime for every system. */
  constructor() {
    Deno.env.delete(VARIABLE);
  }

  /** The compiler's environment for a target. What is `alone` is what the runtime was given for. */
  environment(target: Target, alone: boolean): Record<string, string> {
    if (this.path === undefined || !(alone || this.#target()?.name === target.name)) return {};
    return { [VARIABLE]: this.path };
  }

  /** What is wrong with it for these targets. */
  problem(targets: readonly Target[]): Problem | undefined {
    if (this.path === undefined) return undefined;
    const [first] = targets;
    const where = `${VARIABLE}=${this.path}`;
    const fix =
      `set ${VARIABLE} to the denort of Deno's release for ${first.short}, or unset it: Deno gets its own`;
    let found: Target | undefined;
    try {
      found = this.#target();
    } catch (error) {
      const what = error instanceof Deno.errors.NotFound ? "is not there" : "cannot be read";
      return { where, what, fix };
    }
    if (found === undefined) return { where, what: "is no runtime", fix };
    if (targets.length > 1 || found.name === first.name) return undefined;
    return { where, what: `is a runtime for ${found.short}`, fix };
  }

  #target(): Target | undefined {
    return this.path === undefined ? undefined : targetOf(firstBytes(this.path));
  }
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
