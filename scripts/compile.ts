/**
 * Makes the `n2o` program: one executable a system, with the client, the chat, the documents and the library inside.
 *
 *     deno task compile [--target NAME]… [--output FILE] [--no-start]
 *
 * Without `--target` all systems are served, and the files lie in `dist/`. The last lines tell the sizes, and how soon the program
 * for this machine is up.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "../lib/cli/compile/compiler.ts";
import { rightsFlags, toolRights } from "../lib/cli/compile/rights.ts";
import { GivenRuntime } from "../lib/cli/compile/runtime.ts";
import { findTarget, hostTarget, type Target, targets, unknownTarget } from "../lib/cli/compile/targets.ts";
import { readFlags } from "../lib/cli/flags.ts";
import { type Problem, showProblem } from "../lib/cli/problem.ts";
import { stderr, stdout } from "../lib/cli/terminal.ts";
import { startTimes } from "./start_times.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { exports } = JSON.parse(Deno.readTextFileSync(join(root, "deno.json"))) as {
  exports: Record<string, string>;
};
/** What no import of `main.ts` reaches: what protocol modules may import, the documents, and what `n2o compile` needs. */
const INCLUDE = [
  ...Object.values(exports),
  "lib/cli/compile/application.ts",
  "docs",
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
  "deno.json",
  "deno.lock",
];

const line = readFlags(Deno.args, [
  { name: "target", value: "NAME", many: true, about: "make it for this system" },
  { name: "output", value: "FILE", about: "write it there; for one target only" },
  { name: "no-start", about: "do not measure how soon it is up" },
], 0);
const names = line.flags.get("target") ?? [];
const wanted = names.length === 0 ? [...targets] : names.map(findTarget);
const output = line.flags.get("output")?.[0];
const wrong: Problem[] = [
  ...line.problems,
  ...names.filter((name) => findTarget(name) === undefined).map(unknownTarget),
  ...(output !== undefined && wanted.length > 1
    ? [{ where: "--output", what: "names one file for several systems", fix: "give one --target with it" }]
    : []),
];
for (const problem of wrong) showProblem(problem, stderr);
if (wrong.length > 0) Deno.exit(2);

const runtime = new GivenRuntime();
const fault = runtime.problem(wanted as Target[]);
if (fault !== undefined) {
  showProblem(fault, stderr);
  Deno.exit(1);
}
let failed = 0;
for (const target of wanted as Target[]) {
  const path = output ?? join(root, "dist", `n2o-${target.short}${target.ending}`);
  Deno.mkdirSync(dirname(path), { recursive: true });
  const started = performance.now();
  const problem = await compile({
    deno: Deno.execPath(),
    folder: root,
    entry: "main.ts",
    include: INCLUDE,
    flags: rightsFlags(toolRights),
    target,
    output: path,
    licences: "dist/licences",
    env: runtime.environment(target, wanted.length === 1),
  });
  if (problem !== undefined) {
    showProblem(problem, stderr);
    failed++;
    continue;
  }
  if (target.name === hostTarget()?.name) await tryOut(path);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const size = (Deno.statSync(path).size / 1e6).toFixed(1);
  stdout.line(`${target.short.padEnd(14)} ${size.padStart(6)} MB  ${seconds.padStart(5)} s  ${path}`);
  if (target.name === hostTarget()?.name && !line.flags.has("no-start")) await tellStart(path);
}
if (failed > 0) {
  stdout.line(`${failed} of ${wanted.length} could not be made`);
  Deno.exit(1);
}

async function tellStart(path: string): Promise<void> {
  const { compiled, run } = await startTimes(path, join(root, "main.ts"));
  const ratio = (compiled / run).toFixed(2);
  stdout.line(
    `up in ${compiled.toFixed(0)} ms, under deno run in ${
      run.toFixed(0)
    } ms (${ratio}; medians, until the chat answers)`,
  );
}

/** The compiler leaves out, without a word, what is imported when it is needed and is not there: each command is loaded once. */
async function tryOut(path: string): Promise<void> {
  const help = async (command: string[]) => {
    const { success, stdout, stderr } = await new Deno.Command(path, { args: [...command, "--help"] })
      .output();
    const decoder = new TextDecoder();
    if (!success) throw new Error(`${path} ${command.join(" ")}: ${decoder.decode(stderr)}`);
    return decoder.decode(stdout);
  };
  const commands = new Set([...(await help([])).matchAll(/^ +n2o ([a-z]+)/gm)].map(([, name]) => name));
  for (const name of commands) await help([name]);
}
