/**
 * A server under measurement: a process of its own, with its processor time and memory as the kernel counts them.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { cpuSecondsOf, rssBytesOf } from "../process_account.ts";

/** A running server; `await using` ends it. */
export class Server implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  /** Where it listens on 127.0.0.1. */
  readonly port: number;

  private constructor(process: Deno.ChildProcess, port: number) {
    this.#process = process;
    this.port = port;
  }

  /** Runs `deno run` with `args` until it says `listening PORT` on standard output, as `listening.ts` does. */
  static start(args: string[]): Promise<Server> {
    return Server.spawn(Deno.execPath(), ["run", "--quiet", ...args]);
  }

  /** Runs another program until it says the same. */
  static async spawn(program: string, args: string[]): Promise<Server> {
    const process = new Deno.Command(program, {
      args,
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
      env: { NO_COLOR: "1" },
    }).spawn();
    const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let said = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`${program} ${args.join(" ")} ended before it listened: ${said}`);
      said += value;
      const port = /listening (\d+)\n/.exec(said)?.[1];
      if (port === undefined) continue;
      drain(reader);
      return new Server(process, Number(port));
    }
  }

  /** Processor time that it has used so far, of all its threads, in microseconds. */
  cpuUs(): number {
    return cpuSecondsOf(this.#process.pid) * 1e6;
  }

  /** Its resident memory in bytes, after a garbage collection if it was started with `--v8-flags=--expose-gc`. */
  async memoryBytes(): Promise<number> {
    this.#process.kill("SIGUSR2");
    await new Promise((resolve) => setTimeout(resolve, 700));
    return rssBytesOf(this.#process.pid);
  }

  /** Ends it at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.status;
  }
}

async function drain(reader: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await reader.read()).done);
}

/** The path of a file in this folder. */
export function beside(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
