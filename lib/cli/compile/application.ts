/**
 * What runs in an executable that `n2o compile` has made: the server of the application inside it.
 *
 * @module
 */
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "../command.ts";
import { FAILED, OK, report } from "../exit.ts";
import { readFlags } from "../flags.ts";
import { serve } from "../serve.ts";
import { stdout } from "../terminal.ts";
import { version } from "../version.ts";

/** Serves the application in a folder of the executable with these arguments, and ends the process. */
export async function runApplication(folder: URL, args: readonly string[]): Promise<never> {
  const path = fileURLToPath(folder).replace(/[\\/]$/, "");
  let code = FAILED;
  try {
    code = await run(path, args);
  } catch (error) {
    code = report(error);
  }
  Deno.exit(code);
}

async function run(folder: string, args: readonly string[]): Promise<number> {
  const name = basename(folder);
  if (args[0] === "--version" || args[0] === "-V") {
    stdout.line(`${name} (n2o ${version}, deno ${Deno.version.deno}, v8 ${Deno.version.v8})`);
    return OK;
  }
  const line = readFlags(args, serve.flags, 0);
  if (line.flags.has("help")) {
    const { commandHelp } = await import("../help.ts");
    stdout.line(commandHelp(command(name), stdout.colours, stdout.columns));
    return OK;
  }
  return await serve.run({ ...line, rest: [folder] });
}

function command(name: string): Command {
  return {
    ...serve,
    usage: `${name} [flags]`,
    about:
      `Serves ${name}, which is inside this program. Its data lie in .n2o/ of the folder where it is started, or where --data says.
A setting comes from its flag, else from its variable (N2O_PORT for --port), else from the n2o.json inside, else it is the
default. Ctrl-C and SIGTERM end the server after what it has begun; a second one ends it at once.`,
  };
}
