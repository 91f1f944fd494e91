/**
 * What the commands have in common that reach a server.
 *
 * @module
 */
import { folderProblem } from "../application.ts";
import { type Config, configFlags, readConfig } from "../config.ts";
import { ProblemsError, WRONG_USAGE } from "../exit.ts";
import type { CommandLine, Flag } from "../flags.ts";

/** The flags that say which server, and `--json`. */
export const controlFlags: readonly Flag[] = [
  ...configFlags.filter(({ name }) => name === "data" || name === "config"),
  { name: "json", about: "print the answer as JSON" },
];

/** The configuration as far as it says which server. What else is wrong with it is the server's matter. */
export function readTarget(line: CommandLine): Config {
  const config = readConfig(line);
  const folder = folderProblem(config);
  const usage = folder === undefined ? config.usage : [...config.usage, folder];
  if (usage.length > 0) throw new ProblemsError(usage, WRONG_USAGE);
  return config;
}
