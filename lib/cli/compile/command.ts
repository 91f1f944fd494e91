/**
 * `n2o compile`: makes an executable of an application.
 *
 * @module
 */
import { resolve } from "node:path";
import type { Command } from "../command.ts";
import { FAILED, OK, ProblemsError } from "../exit.ts";
import type { Flag } from "../flags.ts";
import type { Problem } from "../problem.ts";
import { printable, showProblem } from "../problem.ts";
import { stderr, stdout } from "../terminal.ts";
import { compile as compileOne } from "./compiler.ts";
import { findDeno } from "./deno_program.ts";
import { moduleProblems } from "./modules.ts";
import { readOrder, type Wanted } from "./order.ts";
import { importFlags, rightsFlags } from "./rights.ts";
import { GivenRuntime } from "./runtime.ts";
import { Stage } from "./stage.ts";
import { targets } from "./targets.ts";

const flags: readonly Flag[] = [
  { name: "output", value: "FILE", about: "write the executable there", shown: "./NAME of the folder" },
  {
    name: "target",
    value: "NAME",
    many: true,
    about: `make it for this system: ${targets.map(({ short }) => short).join(", ")}, or all`,
    shown: "this one",
  },
  {
    name: "allow",
    value: "RIGHT",
    many: true,
    about: "allow its modules this too, such as env=DATABASE_URL, run=git, sys or ffi",
    shown: "net, read, write, env=N2O_*",
  },
];

/** The command. */
export const compile: Command = {
  usage: "n2o compile FOLDER [flags]",
  about:
    `Makes an executable of the application in FOLDER: its modules with the packages that they import, pages, static files and
n2o.json are inside. Started, it serves the application and takes the flags of \`n2o serve\`; its data lie in .n2o/ of the folder
where it is started, or where --data says. Hidden files, tests, data of servers and programs made before do not go in; keys and
links that lead out of the folder are refused. It calls \`deno\`, which downloads the runtime for each system once; where it
cannot, DENORT_BIN names a copy.`,
  flags,
  arguments: 1,
  async run(line) {
    const { config, wanted, allow } = readOrder(line);
    const found = await findDeno();
    if ("problem" in found) throw new ProblemsError([found.problem], FAILED);
    const runtime = new GivenRuntime();
    refuse([runtime.problem(wanted.map(({ target }) => target))]);
    const made: Stage[] = [];
    removeWhenInterrupted(made);
    using stage = new Stage(config, wanted.map(({ path }) => path));
    made.push(stage);
    refuse(stage.problems);
    refuse(await moduleProblems(found.deno, stage, allow));
    stdout.line(`${stage.name}: ${stage.files} files, ${size(stage.bytes)}`);
    for (const [path, what] of stage.leftOut) stdout.line(printable(`not in it: ${path}, ${what}`));
    const flags = [...rightsFlags(allow), ...importFlags(allow)];
    return await make(stage, found.deno, wanted, flags, runtime) === 0 ? OK : FAILED;
  },
};

/** A signal ends the process, and would leave the folder behind, with a copy of the application. */
function removeWhenInterrupted(made: readonly Stage[]): void {
  for (const [signal, code] of SIGNALS) {
    Deno.addSignalListener(signal, () => {
      for (const stage of made) stage[Symbol.dispose]();
      Deno.exit(code);
    });
  }
}

/** With the exit codes by which shells tell the end by them. */
const SIGNALS: readonly (readonly [Deno.Signal, number])[] = Deno.build.os === "windows"
  ? [["SIGINT", 130], ["SIGBREAK", 149]]
  : [["SIGHUP", 129], ["SIGINT", 130], ["SIGTERM", 143]];

function refuse(found: readonly (Problem | undefined)[]): void {
  const problems = found.filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new ProblemsError(problems, FAILED);
}

/** Makes all of them; tells how many could not be made. */
async function make(
  stage: Stage,
  deno: string,
  wanted: readonly Wanted[],
  flags: readonly string[],
  runtime: GivenRuntime,
): Promise<number> {
  const { folder, entry, include } = stage;
  let failed = 0;
  for (const { target, path } of wanted) {
    const env = runtime.environment(target, wanted.length === 1);
    const output = resolve(path);
    const job = { deno, folder, entry, include, flags, target, output, licences: "licences", env };
    const problem = await compileOne(job);
    if (problem === undefined) {
      stdout.line(`${target.short.padEnd(14)} ${size(Deno.statSync(path).size).padStart(9)}  ${path}`);
    } else {
      showProblem(problem, stderr);
      failed++;
    }
  }
  return failed;
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
