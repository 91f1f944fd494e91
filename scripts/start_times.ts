/**
 * How long it takes until the chat is served: by an executable, and by `deno run` of the same.
 *
 * @module
 */
import { rightsFlags, toolRights } from "../lib/cli/compile/rights.ts";

/** Medians in milliseconds, from the start of the process until the first page has been answered. */
export interface StartTimes {
  /** Of the executable. */
  readonly compiled: number;
  /** Of `deno run`, all of it in Deno's cache. */
  readonly run: number;
}

/** Measures both, one after the other in turns, so that what else the machine does meets both. */
export async function startTimes(executable: string, main: string, rounds = 7): Promise<StartTimes> {
  const folder = await Deno.makeTempDir();
  try {
    const run = ["run", ...rightsFlags(toolRights), main];
    const compiled: number[] = [];
    const ran: number[] = [];
    // The first round fills caches and does not count.
    for (let round = 0; round <= rounds; round++) {
      const times = [await start(executable, [], folder), await start(Deno.execPath(), run, folder)];
      if (round > 0) [compiled, ran].forEach((list, index) => list.push(times[index]));
    }
    return { compiled: median(compiled), run: median(ran) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function start(program: string, args: readonly string[], cwd: string): Promise<number> {
  const began = performance.now();
  const process = new Deno.Command(program, {
    args: [...args, "serve", "--port", "0", "--store", "memory"],
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = process.stdout.getReader();
  try {
    let line = "";
    const decoder = new TextDecoder();
    while (!line.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`${program} has not started`);
      line += decoder.decode(value, { stream: true });
    }
    const response = await fetch(`${/ at (\S+)\/ /.exec(line)?.[1]}/app/login.htm`);
    await response.body?.cancel();
    return performance.now() - began;
  } finally {
    process.kill("SIGKILL");
    await reader.cancel();
    await process.status;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
