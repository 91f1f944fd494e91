/**
 * Help texts.
 *
 * @module
 */
import type { Command } from "./command.ts";
import type { Flag } from "./flags.ts";
import { bold } from "./terminal.ts";
import { version } from "./version.ts";

/** What all commands are for. */
export function overview(): string {
  return `n2o ${version}: a message protocol loop for WebSocket, HTTP, TCP and UDP

  n2o new NAME                  make a project
  n2o generate KIND NAME        add a page or a protocol to it, with a test
  n2o serve [FOLDER]            serve an application, or the chat
  n2o dev [FOLDER]              serve it, and take over what is saved
  n2o check [FOLDER]            say what would be served, and what is wrong with it
  n2o secret new [FOLDER]       make the keys that sign tokens
  n2o secret rotate [FOLDER]    put a new key in front of them
  n2o reload [FOLDER]           make its server take the modules that have changed
  n2o rollback [FOLDER]         put back what it served before
  n2o status [FOLDER]           say how its server is
  n2o send URL [TERM…]          talk to an endpoint from here
  n2o compile FOLDER            make an executable of an application
  n2o docs                      these and all other documents, in a browser
  n2o COMMAND --help            all about a command
  n2o --version

Everything about the command: docs/cli.md`;
}

/** What a command is for, with its flags. */
export function commandHelp({ usage, about, flags }: Command, colours: boolean): string {
  const shown = flags.map((flag) => [left(flag), flag] as const);
  const width = Math.max(...shown.map(([text]) => text.length));
  const lines = shown.map(([text, flag]) => `  ${text.padEnd(width)}  ${right(flag)}`);
  const head = `${bold("Usage:", colours)} ${usage}\n\n${about}`;
  return `${head}\n\n${bold("Flags:", colours)}\n${lines.join("\n")}`;
}

function left({ name, value }: Flag): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

function right({ about, many, shown }: Flag): string {
  const notes = [many ? "repeatable" : "", shown === undefined ? "" : `default: ${shown}`].filter((note) =>
    note !== ""
  );
  return notes.length === 0 ? about : `${about} [${notes.join("; ")}]`;
}
