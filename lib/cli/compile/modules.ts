/**
 * Whether an application's modules, and all that they import, can go into an executable. `deno compile` itself takes broken ones in.
 *
 * @module
 */
import { join } from "node:path";
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
  const { modules, entry } = stage;
  const imports = modules.map((module) => `import ${JSON.stringify(`./${module}`)};\n`);
  if (await fetchAll(deno, stage, `import "./${entry}";\n${imports.join("")}`, allow) === undefined) {
    return [];
  }
  // The first fault ends the compiler's look at all of them.
  const found = new Map<string, Problem>();
  for (const one of [`import "./${entry}";`, ...imports]) {
    const said = await fetchAll(deno, stage, one, allow);
    if (said === undefined) continue;
    const problem = explainCompile(stage, said);
    found.set(`${problem.where} ${problem.what}`, problem);
  }
  return [...found.values()];
}

/**
 * Gets what a module imports; gives what stands against that. The module lies beside the configuration: an application's module as the
 * compiler's argument would be looked at with the application's own configuration.
 */
async function fetchAll(
  deno: string,
  { folder }: Stage,
  text: string,
  allow: readonly string[],
): Promise<string | undefined> {
  const path = join(folder, "modules.ts");
  Deno.writeTextFileSync(path, text);
  const { success, stderr } = await new Deno.Command(deno, {
    args: ["cache", "--quiet", ...importFlags(allow), "modules.ts"],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
  }).output();
  Deno.removeSync(path);
  if (success) return undefined;
  const said = new TextDecoder().decode(stderr);
  return errorOf(said) ?? said.trim();
}
