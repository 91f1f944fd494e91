/**
 * `n2o status`: how a running server is.
 *
 * @module
 */
import type { Command } from "../command.ts";
import { OK } from "../exit.ts";
import { printable, showProblem } from "../problem.ts";
import { bold, stderr, stdout } from "../terminal.ts";
import { ask } from "./client.ts";
import { controlFlags, readTarget } from "./command.ts";
import type { ShownCertificate, Status } from "./wire.ts";

/** The command. */
export const status: Command = {
  usage: "n2o status [FOLDER] [flags]",
  about:
    `Tells how the server of FOLDER (without it, of the chat here) is: its generation, its connections, what it counts, its
memory and its chain. The exit code is 0 when it answers, else 1.`,
  flags: controlFlags,
  arguments: 1,
  async run(line) {
    const { answer } = await ask(readTarget(line), "status");
    if (line.flags.has("json")) stdout.line(JSON.stringify(answer));
    else describe(answer as Status);
    return OK;
  },
};

function describe(status: Status): void {
  const { counters, memory, problems } = status;
  const rest = Object.entries(counters).filter(([name, count]) => count !== 0 && name !== "connections");
  const chain = status.chain.map(({ name, file }) => file === undefined ? name : `${name} (${file})`);
  const rows: [string, string][] = [
    ["application", status.name],
    ["n2o", `${status.version}, process ${status.pid}`],
    ["address", status.urls.join(", ")],
    ...(status.certificate === undefined ? [] : [certificateRow(status.certificate)]),
    ["generation", String(status.generation)],
    ["up for", spoken(status.uptimeMs)],
    ["connections", String(counters.connections ?? 0)],
    ["counters", rest.map(([name, count]) => `${name} ${count}`).join(", ") || "all 0"],
    ["memory", `${mebibytes(memory.rss)}, of it JavaScript's ${mebibytes(memory.heapUsed)}`],
    ["protocols", chain.join(", ") || "none"],
  ];
  for (const [title, text] of rows) {
    stdout.line(`${bold(title.padEnd(12), stdout.colours)} ${printable(text)}`);
  }
  for (const problem of problems) showProblem(problem, stderr);
}

function certificateRow({ names, until }: ShownCertificate): [string, string] {
  const leftMs = Date.parse(until) - Date.now();
  const left = leftMs > 0 ? `for ${spoken(leftMs)} more` : "EXPIRED";
  return ["certificate", `${names}, until ${until.slice(0, 10)}: ${left}`];
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

/** A time in its two largest units. */
function spoken(timeMs: number): string {
  const seconds = Math.floor(timeMs / 1000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return first === -1
    ? "0 s"
    : parts.slice(first, first + 2).map(([count, unit]) => `${count} ${unit}`).join(" ");
}
