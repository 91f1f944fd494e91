/**
 * The process that is soaked, as seen from outside.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { linesOf } from "../lines_of.ts";
import { cpuSecondsOf, rssBytesOf } from "../process_account.ts";
import type { State } from "./server.ts";

/** How long it may take to end, in milliseconds. */
const PATIENCE_MS = 10_000;

/** How a process is at a time. */
export interface Sample extends State {
  /** Seconds since the start. */
  readonly seconds: number;
  readonly rssBytes: number;
  readonly descriptors: number;
}

/** The server in a process of its own; `await using` ends it. */
export class Subject implements AsyncDisposable {
  /** Where it listens on 127.0.0.1. */
  readonly webPort: number;
  readonly tcpPort: number;
  #process: Deno.ChildProcess;
  #lines: AsyncIterator<string>;
  #asking: WritableStreamDefaultWriter<Uint8Array>;
  #started = performance.now();
  #last: Promise<unknown> = Promise.resolve();

  private constructor(process: Deno.ChildProcess, lines: AsyncIterator<string>, first: string) {
    this.#process = process;
    this.#lines = lines;
    this.#asking = process.stdin.getWriter();
    [this.webPort, this.tcpPort] = first.split(" ").slice(1).map(Number);
  }

  /** Starts it. */
  static async start(): Promise<Subject> {
    const file = fileURLToPath(new URL("server.ts", import.meta.url));
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-net=127.0.0.1", "--v8-flags=--expose-gc", file],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const lines = linesOf(process.stdout);
    const { value, done } = await lines.next();
    if (done || !value.startsWith("listening ")) throw new Error("the server has not started");
    return new Subject(process, lines, value);
  }

  /** How it is; one question after another. */
  sample(): Promise<Sample> {
    const sample = this.#last.then(() => this.#sample());
    this.#last = sample.catch(() => {});
    return sample;
  }

  async #sample(): Promise<Sample> {
    await this.#asking.write(new TextEncoder().encode("\n"));
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("the server has ended");
    const { pid } = this.#process;
    return {
      ...JSON.parse(value) as State,
      seconds: (performance.now() - this.#started) / 1000,
      rssBytes: rssBytesOf(pid),
      descriptors: [...Deno.readDirSync(`/proc/${pid}/fd`)].length,
    };
  }

  /** Processor time that it has used so far, in seconds. */
  cpuSeconds(): number {
    return cpuSecondsOf(this.#process.pid);
  }

  /** Has it end by itself; gives its exit code, `undefined` when it does not end. */
  async end(): Promise<number | undefined> {
    await this.#asking.close();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((resolve) =>
      timer = setTimeout(() => resolve(undefined), PATIENCE_MS)
    );
    const status = await Promise.race([this.#process.status, late]);
    clearTimeout(timer);
    return status?.code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#process.status;
  }
}
