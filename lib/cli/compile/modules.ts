/**
 * Whether an application's modules, and all that they import, can go into an executable. `deno compile` itself takes broken ones in.
 *
 * @module
 */
import type { Problem } from "../problem.ts";
import { errorOf } from "./compiler.ts";
import { explainCompile } from "./explain.ts";
import { importFlags } from "./rights.ts";
import type { Stage } from "./stage.ts";

/** Gets all packages, and finds what is wrong with the modules. */
export async function moduleProblems(
  deno: string,
  stage: Stage,
  allow: readonly string[],
): Promise<Problem[]> {
  const { modules } = stage;
  if (await fetchAll(deno, stage, [stage.entry, ...modules], allow) === undefined) return [];
  // The first fault ends the compiler's look at all of them.
  const found = new Map<string, Problem>();
  for (const module of [stage.entry, ...modules]) {
    const said = await fetchAll(deno, stage, [module], allow);
    if (said === undefined) continue;
    const problem = explainCompile(stage, said);
    found.set(`${problem.where} ${problem.what}`, problem);
  }
  return [...found.values()];
}

async function fetchAll(
  deno: string,
  { folder }: Stage,
  modules: readonly string[],
  allow: readonly string[],
): Promise<string | undefined> {
  const { success, stderr } = await new Deno.Command(deno, {
    args: ["cache", "--quiet", ...importFlags(allow), ...modules],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
  }).output();
  if (success) return undefined;
  const said = new TextDecoder().decode(stderr);
  return errorOf(said) ?? said.trim();
}
