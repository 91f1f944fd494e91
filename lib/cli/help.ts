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

/**
 * What a command is for, with its flags.
 *
 * @param columns Of the terminal: longer lines go on in the next one. @default as long as they are
 */
export function commandHelp(
  { usage, about, flags }: Command,
  colours: boolean,
  columns: number = Infinity,
): string {
  const head = `${bold("Usage:", colours)} ${usage}\n\n${folded(about, columns)}`;
  if (flags.length === 0) return head;
  const shown = flags.map((flag) => [left(flag), flag] as const);
  const width = Math.max(...shown.map(([text]) => text.length));
  const lines = shown.map(([text, flag]) =>
    broken(`  ${text.padEnd(width)}  ${right(flag)}`, columns, width + 4)
  );
  return `${head}\n\n${bold("Flags:", colours)}\n${lines.join("\n")}`;
}

/** A text whose lines fit, set anew where one does not: what stands in two columns goes on below the second one. */
function folded(text: string, columns: number): string {
  if (text.split("\n").every((line) => line.length <= columns)) return text;
  return text.split("\n\n").map((paragraph) => {
    const isTable = /^\S+ {2,}\S/m.test(paragraph);
    const rows = isTable ? paragraph.replace(/\n +/g, " ").split("\n") : [paragraph.replaceAll("\n", " ")];
    return rows.map((row) => broken(row, columns, /^\S+ {2,}(?=\S)/.exec(row)?.[0].length ?? 0)).join("\n");
  }).join("\n\n");
}

/** A line in as many as it needs; those behind the first are set in, unless too little room is left there. */
function broken(line: string, columns: number, indent: number): string {
  const margin = columns - indent < 24 ? 4 : indent;
  const rows: string[] = [];
  let rest = line;
  while (rest.length > columns) {
    const space = rest.lastIndexOf(" ", columns);
    const least = rows.length === 0 ? indent : margin;
    const end = space > least ? space : rest.indexOf(" ", least + 1);
    if (end === -1) break;
    rows.push(rest.slice(0, end).trimEnd());
    rest = " ".repeat(margin) + rest.slice(end + 1).trimStart();
  }
  return [...rows, rest].join("\n");
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
