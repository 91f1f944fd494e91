/**
 * How the command ends: its exit codes, and errors in words that say what to do.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import { type Problem, show, showProblem, thrown } from "./problem.ts";
import { stderr } from "./terminal.ts";

/** All went well, also a server that was asked to stop and has. */
export const OK = 0;
/** The command could not do what it was asked to. */
export const FAILED = 1;
/** The command line, a variable or `n2o.json` is wrong. */
export const WRONG_USAGE = 2;

/** Ends a command with problems that their author can mend, each shown. */
export class ProblemsError extends Error {
  /** What is wrong. */
  readonly problems: readonly Problem[];
  /** The exit code. */
  readonly exitCode: number;

  /** Takes the problems and the exit code. */
  constructor(problems: readonly Problem[], exitCode: number) {
    super(problems.map(({ where, what }) => `${where}: ${what}`).join("; "));
    this.problems = problems;
    this.exitCode = exitCode;
  }
}

/** What to do about an error of the library, where its message does not tell a user of the command. */
const NEXT: Readonly<Record<string, string>> = {
  port_taken:
    'another port: --port 8002, N2O_PORT=8002 or "port": 8002 in n2o.json; --port 0 takes a free one',
  port_forbidden: "another port: --port 8001",
  path_taken: "another path: --tcp unix:PATH",
  path_forbidden: "a folder where this user may write: --tcp unix:PATH",
  bad_path: "a shorter path in a folder that is there: --tcp unix:PATH",
  bad_host: "give an address of this machine: --host 127.0.0.1, or --host 0.0.0.0 for all of them",
  bad_tls: "give the PEM files of a certificate and its key: --tls-cert FILE --tls-key FILE",
  data_unwritable: "give this user write access, or put the data elsewhere: --data DIR",
  store_locked:
    "stop the n2o that serves this data already, or give this one its own: --data DIR, or --store kv:PATH",
  store_unavailable: "run deno with --unstable-kv, or keep nothing: --store memory",
  store_unwritable: "give this user write access, or another place: --store kv:PATH, or --store memory",
  store_version:
    "run the version of n2o that wrote it, or a newer one, or give another file: --store kv:PATH",
  store_foreign: "give another file: --store kv:PATH",
  store_corrupt: "restore it from a copy, move it away to begin anew, or give another file: --store kv:PATH",
  bad_secret_file: "`n2o secret --help` tells how key files are made; --secret-file FILE names another one",
};

/** What to do about an error of the library, beyond what its message says. */
export function nextStep(error: N2OError): string | undefined {
  return NEXT[error.code];
}

/** Shows an error on stderr and gives the exit code. A stack is shown only for what nobody expected. */
export function report(error: unknown): number {
  if (error instanceof ProblemsError) {
    for (const problem of error.problems) showProblem(problem, stderr);
    return error.exitCode;
  }
  const permission = missingPermission(error);
  if (permission !== undefined) {
    show(permission.what, permission.fix, stderr);
  } else if (error instanceof N2OError) {
    show(error.message, nextStep(error), stderr);
  } else if (error instanceof Error && isSystemError(error)) {
    show(error.message, undefined, stderr);
  } else {
    show(
      error instanceof Error ? `unexpected: ${error.message}` : `unexpected: ${thrown(error)}`,
      undefined,
      stderr,
    );
    if (error instanceof Error && error.stack !== undefined) stderr.line(error.stack);
  }
  return FAILED;
}

/** What a program is not allowed to do, and the flag that allows it, when that is why something failed. */
export function missingPermission(error: unknown): { what: string; fix: string } | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const found = /Requires (\w+) access(?: to (?:"([^"]*)"|([^,]+)))?/.exec(cause.message);
    if (!(cause instanceof Deno.errors.NotCapable) || found === null) continue;
    const [, kind, name, other] = found;
    const target = name ?? other;
    const flag = name === undefined ? `--allow-${kind}` : `--allow-${kind}=${name}`;
    const fix = Deno.build.standalone ? `this program was compiled without ${flag}` : `run deno with ${flag}`;
    return { what: `${kind} access${target === undefined ? "" : ` to ${target}`} is not allowed`, fix };
  }
  return undefined;
}

/** What the operating system refuses is an answer, not a fault of this program. */
function isSystemError(error: Error): boolean {
  return Object.values(Deno.errors).some((kind) => error instanceof kind);
}
