/**
 * The server that reloads, in a process of its own, as seen from outside.
 *
 * @module
 */
import { linesOf } from "../../lines_of.ts";
import { cpuSecondsOf, rssBytesOf } from "../../process_account.ts";

/** How to start it. */
export interface ServerOptions {
  /** The program and its arguments. It says on standard output where it is: `http://…`, then `tcp://…`. */
  readonly command: readonly string[];
  /** Where it runs. */
  readonly cwd: string;
  /** Whether it reloads only when it is asked: by SIGHUP. @default false */
  readonly onRequest?: boolean;
}

/** How long the start and the end may take, in milliseconds. */
const PATIENCE_MS = 60_000;

/** The server; `await using` ends it. */
export class Server implements AsyncDisposable {
  webPort = 0;
  tcpPort = 0;
  /** What it says, line by line. */
  readonly lines: string[] = [];
  /** What it complains of and logs, on its other output. */
  readonly complaints: string[] = [];
  /** Whether it reloads only when it is asked; then it does not tell the connections' protocols. */
  readonly onRequest: boolean;
  #process: Deno.ChildProcess;
  #changed: PromiseWithResolvers<void> = Promise.withResolvers();
  #reading: Promise<unknown>;
  #ended = false;

  private constructor(process: Deno.ChildProcess, onRequest: boolean) {
    this.#process = process;
    this.onRequest = onRequest;
    this.#reading = Promise.all([
      this.#follow(process.stdout, this.lines),
      this.#follow(process.stderr, this.complaints),
    ]).then(() => {
      this.#ended = true;
      this.#tell();
    });
  }

  /** Starts it, and waits until it is up. */
  static async start(
    { command: [program, ...args], cwd, onRequest = false }: ServerOptions,
  ): Promise<Server> {
    const env = { ...withoutSettings(), NO_COLOR: "1" };
    const options = {
      args,
      cwd,
      env,
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    } as const;
    const server = new Server(new Deno.Command(program, options).spawn(), onRequest);
    try {
      server.webPort = portOf(await server.#found(/\bhttp:\/\/\S+:\d+/, server.lines));
      server.tcpPort = portOf(await server.#found(/\btcp:\/\/\S+:\d+/, server.lines));
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Waits for a complaint that matches, from the given one on. */
  async complained(pattern: RegExp, from: number): Promise<void> {
    await this.#found(pattern, this.complaints, from);
  }

  async #found(pattern: RegExp, lines: readonly string[], from = 0): Promise<string> {
    let patience: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => patience = setTimeout(resolve, PATIENCE_MS));
    const end = performance.now() + PATIENCE_MS;
    try {
      for (;;) {
        const found = lines.slice(from).map((line) => pattern.exec(line)).find((match) => match !== null);
        if (found !== undefined) return found[0];
        if (this.#ended) throw new Error(`the server has ended: ${this.complaints.join("\n")}`);
        if (performance.now() > end) {
          throw new Error(`never: ${pattern} in ${lines.slice(-40).join("\n")}`);
        }
        await Promise.race([this.#changed.promise, late]);
      }
    } finally {
      clearTimeout(patience);
    }
  }

  /** Files were saved: asks it to reload, unless it finds out itself. */
  saved(): void {
    if (this.onRequest) this.#process.kill("SIGHUP");
  }

  /** The memory that it holds, in bytes; 0 where nobody tells. */
  rssBytes(): number {
    if (Deno.build.os !== "linux") return 0;
    return rssBytesOf(this.#process.pid);
  }

  /** Processor time that it has used so far, in seconds; 0 where nobody tells. */
  cpuSeconds(): number {
    if (Deno.build.os !== "linux") return 0;
    return cpuSecondsOf(this.#process.pid);
  }

  /** Asks it to end, and waits for that; gives its exit code. */
  async end(): Promise<number> {
    this.#process.kill("SIGTERM");
    const patience = setTimeout(() => this.#process.kill("SIGKILL"), PATIENCE_MS);
    const { code } = await this.#process.status;
    clearTimeout(patience);
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#process.status;
    await this.#reading;
  }

  async #follow(stream: ReadableStream<Uint8Array<ArrayBuffer>>, into: string[]): Promise<void> {
    for await (const line of linesOf(stream)) {
      into.push(line);
      this.#tell();
    }
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

function withoutSettings(): Record<string, string> {
  return Object.fromEntries(Object.entries(Deno.env.toObject()).filter(([name]) => !name.startsWith("N2O_")));
}

function portOf(url: string): number {
  return Number(/:(\d+)$/.exec(url)![1]);
}
