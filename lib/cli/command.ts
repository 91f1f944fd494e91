/**
 * What a command is.
 *
 * @module
 */
import type { CommandLine, Flag } from "./flags.ts";

/** One command. */
export interface Command {
  /** How it is called: `n2o serve [FOLDER]`. */
  readonly usage: string;
  /** What it does, in a few lines. */
  readonly about: string;
  /** Its flags. */
  readonly flags: readonly Flag[];
  /** How many arguments it takes besides. */
  readonly arguments: number;
  /** Does it; gives the exit code. */
  run(line: CommandLine): Promise<number>;
}
