/**
 * The commands in a block of `sh` or `console`.
 *
 * @module
 */

/** A command, and what is shown of its output. */
export interface ShownCommand {
  /** The command, over several lines if need be. */
  readonly text: string;
  /** What is shown of its output; `undefined` where nothing is shown of any command's. */
  readonly output: string | undefined;
}

/** The commands of a block of `sh`: one a line, but for lines that go on. */
export function shellCommands(text: string): ShownCommand[] {
  const commands: ShownCommand[] = [];
  let open = "";
  for (const line of text.split("\n")) {
    open += open === "" ? line : `\n${line}`;
    if (goesOn(open)) continue;
    if (open.trim() !== "" && !open.trimStart().startsWith("#")) {
      commands.push({ text: open, output: undefined });
    }
    open = "";
  }
  if (open !== "") throw new Error(`a command does not end: ${open}`);
  return commands;
}

/** The commands of a block of `console`: behind `$ `, with their output below. Lines that go on begin with `> `. */
export function consoleCommands(text: string): ShownCommand[] {
  const commands: { text: string; output: string }[] = [];
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const last = commands.at(-1);
    if (line.startsWith("$ ")) commands.push({ text: line.slice(2), output: "" });
    else if (last === undefined) throw new Error("a console block begins with a command behind $");
    else if (last.output === "" && line.startsWith("> ")) last.text += `\n${line.slice(2)}`;
    else last.output += `${line}\n`;
  }
  return commands;
}

/** Whether a shell would want more lines: a backslash at the end, an open quote, a document that has not ended. */
function goesOn(text: string): boolean {
  const here = /<<-?\s*'?(\w+)'?/.exec(text);
  if (here !== null) return !new RegExp(`\n${here[1]}$`).test(text);
  if (/\\$/.test(text)) return true;
  const quotes = text.replace(/\\./g, "").replace(/(^|\s)#.*$/gm, "");
  return /^(?:[^'"]|'[^']*'|"[^"]*")*$/.test(quotes) === false;
}
