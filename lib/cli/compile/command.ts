/**
 * `n2o compile`: makes an executable of an application.
 *
 * @module
 */
import { resolve } from "node:path";
import { applicationProblem } from "../application.ts";
import type { Command } from "../command.ts";
import { type Config, readConfig } from "../config.ts";
import { FAILED, OK, ProblemsError, WRONG_USAGE } from "../exit.ts";
import type { Flag } from "../flags.ts";
import type { Problem } from "../problem.ts";
import { showProblem } from "../problem.ts";
import { stderr, stdout } from "../terminal.ts";
import { applicationName } from "./application_files.ts";
import { compile as compileOne } from "./compiler.ts";
import { findDeno } from "./deno_program.ts";
import { moduleProblems } from "./modules.ts";
import { importFlags, rightProblem, rightsFlags } from "./rights.ts";
import { GivenRuntime } from "./runtime.ts";
import { Stage } from "./stage.ts";
import { findTarget, hostTarget, type Target, targets, unknownTarget } from "./targets.ts";

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
where it is started, or where --data says. Hidden files, tests and the data do not go in. It calls \`deno\`, which downloads the
runtime for each system once; where it cannot, DENORT_BIN names a copy.`,
  flags,
  arguments: 1,
  async run(line) {
    const names = (line.flags.get("target") ?? []).flatMap((value) => value.split(","));
    const wanted = names.includes("all") ? [...targets] : names.length === 0 ? host() : names.map(findTarget);
    const output = line.flags.get("output")?.[0];
    const allow = line.flags.get("allow") ?? [];
    const config = readConfig({ flags: new Map(), rest: line.rest, problems: [] });
    refuse([
      ...line.problems,
      line.rest.length === 0 ? NO_FOLDER : applicationProblem(config),
      ...names.filter((name) => name !== "all" && findTarget(name) === undefined).map(unknownTarget),
      names.length === 0 && wanted.length === 0 ? NO_HOST : undefined,
      output !== undefined && wanted.length > 1 ? ONE_OUTPUT : undefined,
      ...allow.map(rightProblem),
      ...config.problems.filter(({ where }) => config.file !== undefined && where.startsWith(config.file)),
    ], WRONG_USAGE);
    const found = await findDeno();
    if ("problem" in found) throw new ProblemsError([found.problem], FAILED);
    const jobs = (wanted as Target[]).map((target) => ({
      target,
      path: output ?? defaultPath(config, target, wanted.length),
    }));
    const runtime = new GivenRuntime();
    refuse([runtime.problem(jobs.map(({ target }) => target))], FAILED);
    using stage = new Stage(config, jobs.map(({ path }) => path));
    removeWhenInterrupted(stage);
    refuse(stage.problems, FAILED);
    refuse(await moduleProblems(found.deno, stage, allow), FAILED);
    stdout.line(`${stage.name}: ${stage.files} files, ${size(stage.bytes)}`);
    const failed = await make(
      stage,
      found.deno,
      jobs,
      [...rightsFlags(allow), ...importFlags(allow)],
      runtime,
    );
    return failed === 0 ? OK : FAILED;
  },
};

const NO_FOLDER: Problem = {
  where: "FOLDER",
  what: "is missing",
  fix: "name the folder of an application: n2o compile .",
};
const NO_HOST: Problem = {
  where: Deno.build.target,
  what: "is no system that Deno compiles for",
  fix: "name another one with --target",
};
const ONE_OUTPUT: Problem = {
  where: "--output",
  what: "names one file for several systems",
  fix: "leave it away: the files get the systems' names",
};

/** Ctrl-C ends the process, and would leave the folder behind. */
function removeWhenInterrupted(stage: Stage): void {
  Deno.addSignalListener("SIGINT", () => {
    stage[Symbol.dispose]();
    Deno.exit(INTERRUPTED);
  });
}

/** As shells tell the end by that signal. */
const INTERRUPTED = 130;

function host(): Target[] {
  const target = hostTarget();
  return target === undefined ? [] : [target];
}

function refuse(found: readonly (Problem | undefined)[], exitCode: number): void {
  const problems = found.filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new ProblemsError(problems, exitCode);
}

/** `./NAME`, or with the system's name where there are several, or where a folder has that name. */
function defaultPath({ folder }: Config, target: Target, count: number): string {
  const name = applicationName(folder ?? ".");
  const plain = `${name}${target.ending}`;
  return count === 1 && !isFolder(plain) ? plain : `${name}-${target.short}${target.ending}`;
}

/** Makes all of them; tells how many could not be made. */
async function make(
  stage: Stage,
  deno: string,
  jobs: readonly { target: Target; path: string }[],
  flags: readonly string[],
  runtime: GivenRuntime,
): Promise<number> {
  const { folder, entry, include } = stage;
  let failed = 0;
  for (const { target, path } of jobs) {
    const env = runtime.environment(target, jobs.length === 1);
    const output = resolve(path);
    const problem = await compileOne({ deno, folder, entry, include, flags, target, output, env });
    if (problem === undefined) {
      stdout.line(`${target.short.padEnd(14)} ${size(Deno.statSync(path).size).padStart(9)}  ${path}`);
    } else {
      showProblem(problem, stderr);
      failed++;
    }
  }
  return failed;
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
