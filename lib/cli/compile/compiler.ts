/**
 * `deno compile`, called for one executable.
 *
 * @module
 */
import { join } from "node:path";
import type { Problem } from "../problem.ts";
import { keepLicences, namedFiles, packageCache } from "./cache_paths.ts";
import { undownloaded } from "./runtime.ts";
import type { Target } from "./targets.ts";

/** What is to be made. */
export interface Job {
  /** The program that compiles: `deno`, or its path. */
  readonly deno: string;
  /** The folder in which it runs: that of `deno.json` and of the paths below. */
  readonly folder: string;
  /** The module that runs first. */
  readonly entry: string;
  /** Modules and files that the entry's imports do not name. */
  readonly include: readonly string[];
  /** Permissions and the like. */
  readonly flags: readonly string[];
  /** For what system. */
  readonly target: Target;
  /** The executable's path. */
  readonly output: string;
  /** A folder for licences of packages, relative to the folder: it is made where some cannot go in as they are. */
  readonly licences: string;
  /** The compiler's environment besides this process's. */
  readonly env: Readonly<Record<string, string>>;
}

/** Arguments that hold for every executable: nothing that lies in the folder by chance, nothing that lies in a temporary folder at run time. */
const ALWAYS = [
  "--no-check",
  // A cache of compiled code would lie under a name that is known in a folder where everybody may write.
  "--no-code-cache",
  "--exclude-unused-npm",
  "--node-modules-dir=none",
];

/** Makes an executable that names nobody's folders; gives what went wrong. */
export async function compile(job: Job): Promise<Problem | undefined> {
  const said = await run(job, []);
  if (said !== undefined) return explain(job, said);
  const cache = await packageCache(job.deno, job.folder);
  const named = cache === undefined ? [] : namedFiles(job.output, cache);
  if (cache === undefined || named.length === 0) return undefined;
  const kept = keepLicences(named, cache, join(job.folder, job.licences));
  const more = named.map((path) => `--exclude=${path}`);
  if (kept) more.push(`--include=${job.licences}`);
  const again = await run(job, more);
  return again === undefined ? undefined : explain(job, again);
}

/** Runs the compiler; gives what it said when it failed. */
async function run(job: Job, more: readonly string[]): Promise<string | undefined> {
  const { success, stderr } = await new Deno.Command(job.deno, {
    args: [
      "compile",
      ...ALWAYS,
      ...job.flags,
      `--target=${job.target.name}`,
      `--output=${job.output}`,
      ...job.include.map((path) => `--include=${path}`),
      ...more,
      job.entry,
    ],
    cwd: job.folder,
    env: { NO_COLOR: "1", ...job.env },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  return success ? undefined : new TextDecoder().decode(stderr);
}

function explain({ target, output }: Job, said: string): Problem {
  if (/denort|Setting up base binary/.test(said) && /https?:/.test(said)) return undownloaded(target, said);
  const error = errorOf(said) ?? said.trim();
  const lines = error.replace(/You can use the .*$|Please delete .*$/s, "").split("\n").map((line) =>
    line.trim()
  );
  const what = lines.filter((line) => line !== "" && line !== "Caused by:").join(": ");
  return {
    where: output,
    what: `is not made: ${what}`,
    fix: "give another file with --output FILE, or mend that",
  };
}

/** What stands behind `error:`, without the compiler's own stack; `undefined` when it says no such thing. */
export function errorOf(said: string): string | undefined {
  return /^error: ([\s\S]*?)(?:\n\nStack backtrace:|$(?![\s\S]))/m.exec(said)?.[1].trim();
}
