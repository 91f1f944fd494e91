/**
 * The `n2o` command: finds what is asked for, runs it, and ends the process.
 *
 * @module
 */
import type { Command } from "./command.ts";
import { isFolder } from "./exists.ts";
import { FAILED, OK, report, WRONG_USAGE } from "./exit.ts";
import { readFlags } from "./flags.ts";
import { didYouMean } from "./nearest.ts";
import { show } from "./problem.ts";
import { giveUpSpareRights } from "./spare_rights.ts";
import { stderr, stdout } from "./terminal.ts";

/** The commands; each is loaded when it is asked for, so that a server is up at once. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import("./serve.ts")).serve,
  dev: async () => (await import("./dev/command.ts")).dev,
  check: async () => (await import("./check.ts")).check,
  secret: async () => (await import("./secret.ts")).secret,
  reload: async () => (await import("./control/reload.ts")).reload,
  rollback: async () => (await import("./control/reload.ts")).rollback,
  status: async () => (await import("./control/status.ts")).status,
  send: async () => (await import("./send/mod.ts")).send,
  compile: async () => (await import("./compile/command.ts")).compile,
  new: async () => (await import("./new/command.ts")).create,
  generate: async () => (await import("./generate/command.ts")).generate,
  docs: async () => (await import("./docs/mod.ts")).docs,
};

/** Runs what the arguments ask for, and ends the process with its exit code. */
export async function main(args: readonly string[]): Promise<never> {
  let code = FAILED;
  try {
    code = await dispatch(args);
  } catch (error) {
    code = report(error);
  }
  Deno.exit(code);
}

async function dispatch(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h") return await help();
  if (name === "--version" || name === "-V" || name === "version") {
    const { version } = await import("./version.ts");
    stdout.line(`n2o ${version} (deno ${Deno.version.deno}, v8 ${Deno.version.v8})`);
    return OK;
  }
  if (name === "help") return await help(rest[0]);
  if (!Object.hasOwn(COMMANDS, name)) return unknown(name);
  giveUpSpareRights(name);
  const command = await COMMANDS[name]();
  const line = readFlags(rest, command.flags, command.arguments);
  return line.flags.has("help") ? await help(name) : await command.run(line);
}

async function help(name?: string): Promise<number> {
  const { commandHelp, overview } = await import("./help.ts");
  if (name !== undefined && !Object.hasOwn(COMMANDS, name)) return unknown(name);
  stdout.line(
    name === undefined ? overview() : commandHelp(await COMMANDS[name](), stdout.colours, stdout.columns),
  );
  return OK;
}

function unknown(name: string): number {
  if (name.startsWith("-")) {
    show(`${name} stands before the command`, "write the command first: n2o serve --port 8001", stderr);
  } else if (isFolder(name)) {
    show(`${name} is a folder, not a command`, `serve it with: n2o serve ${name}`, stderr);
  } else {
    const near = didYouMean(name, [...Object.keys(COMMANDS), "help", "version"]);
    show(`there is no command ${name}${near}`, "n2o --help lists the commands", stderr);
  }
  return WRONG_USAGE;
}
