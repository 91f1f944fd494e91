/**
 * `n2o reload` and `n2o rollback`: a running server takes other modules, while it serves.
 *
 * @module
 */
import type { Command } from "../command.ts";
import { FAILED, OK } from "../exit.ts";
import type { CommandLine } from "../flags.ts";
import { printable, type Problem, showProblem } from "../problem.ts";
import { stderr, stdout } from "../terminal.ts";
import { ask } from "./client.ts";
import { controlFlags, readTarget } from "./command.ts";
import type { ReloadAnswer } from "./wire.ts";

/** Files are named up to so many. */
const NAMED = 8;

/** The command `n2o reload`. */
export const reload: Command = {
  usage: "n2o reload [FOLDER] [flags]",
  about:
    `Makes the server of FOLDER (without it, of the chat here) load its modules anew as far as they or what they import have
changed, and its certificate. They are put in force all at once or, when one of them is broken, not at all: what is wrong is shown then, the
server goes on with what it has, and the exit code is 1. Messages that are being handled end with the old modules; no
connection is closed. The server is found by its data: FOLDER/.n2o/control.sock, or --data. Only its owner may ask.`,
  flags: controlFlags,
  arguments: 1,
  run: (line) => change(line, "reload"),
};

/** The command `n2o rollback`. */
export const rollback: Command = {
  usage: "n2o rollback [FOLDER] [flags]",
  about:
    `Puts back in force what the server of FOLDER served before its last reload. The files on disk stay as they are: the next
reload takes them again.`,
  flags: controlFlags,
  arguments: 1,
  run: (line) => change(line, "rollback"),
};

async function change(line: CommandLine, command: "reload" | "rollback"): Promise<number> {
  const { answer } = await ask(readTarget(line), command);
  const result = answer as ReloadAnswer;
  const failed = result.problems.length > 0;
  if (line.flags.has("json")) stdout.line(JSON.stringify(answer));
  else if (failed) tell(result);
  else stdout.line(printable(summary(result, command)));
  return failed ? FAILED : OK;
}

function tell({ problems, generation }: ReloadAnswer): void {
  for (const problem of problems) showProblem(problem as Problem, stderr);
  stderr.line(`n2o: nothing was replaced: generation ${generation} serves on`);
}

function summary(answer: ReloadAnswer, command: "reload" | "rollback"): string {
  const { generation, changed, protocols, replaced = false, later = [], certificate } = answer;
  const chain = `the chain is ${protocols.join(", ") || "empty"}`;
  const what = command === "rollback"
    ? `generation ${generation} is in force again`
    : changed.length > 0
    ? `generation ${generation} is in force: ${named(changed)}`
    : replaced
    ? `generation ${generation} is in force: the settings differ`
    : `generation ${generation} stays in force: no module differs`;
  const restart = later.length === 0 ? "" : `; a restart is needed for ${later.join(", ")}`;
  const shown = certificate === undefined
    ? ""
    : `; the certificate of ${certificate.names} is in force, until ${certificate.until.slice(0, 10)}`;
  return `${what}${shown}; ${chain}${restart}`;
}

function named(files: readonly string[]): string {
  const more = files.length - NAMED;
  return files.slice(0, NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
