/**
 * The load generator `wsload.c`: compiled where a C compiler is, run, and its line read.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** What one run of the generator counted. */
export interface Load {
  /** Replies (or with fan-out deliveries) a second. */
  readonly rate: number;
  /** The 99th percentile of the time from a frame to its reply, in microseconds. */
  readonly p99Us: number;
}

/** What a run is to do. */
export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  /** Frames in flight on each connection; 0 leaves them idle. */
  readonly depth: number;
  readonly seconds: number;
  /** Frames as `OPCODE:HEX`; the last one is the load, those before are sent once each. */
  readonly frames: string[];
  /** Whether only the first connection sends, and every delivery counts. */
  readonly fanOut?: boolean;
  /** Whether it speaks TCP, frames behind their length in four bytes, in place of WebSocket. */
  readonly packet?: boolean;
  /** The address of this machine that the connections come from. @default "127.0.0.1" */
  readonly from?: string;
  /** Called once all are connected and have sent what is sent once. */
  readonly onStarted?: () => void;
}

/** The compiled generator. */
export class LoadGenerator {
  readonly #program: string;

  private constructor(program: string) {
    this.#program = program;
  }

  /** Compiles the generator into `folder`; throws an `Error` that says how to get a compiler when there is none. */
  static async compile(folder: string): Promise<LoadGenerator> {
    const program = `${folder}/wsload`;
    const source = fileURLToPath(new URL("./wsload.c", import.meta.url));
    let output: Deno.CommandOutput;
    try {
      output = await new Deno.Command("cc", { args: ["-O2", "-o", program, source] }).output();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new Error(
        "the load generator needs a C compiler named cc; on Debian: apt-get install gcc libc6-dev",
      );
    }
    if (!output.success) throw new Error(new TextDecoder().decode(output.stderr));
    return new LoadGenerator(program);
  }

  /** Runs it to its end; throws an `Error` with its words when a connection was refused or lost. */
  async run(options: LoadOptions): Promise<Load> {
    const process = this.#spawn(options);
    const [complaints, said, { success }] = await Promise.all([
      read(process.stderr, options.onStarted),
      read(process.stdout),
      process.status,
    ]);
    const line = /replies\/s (\d+) .* p99 (\d+) /.exec(said);
    if (!success || !line) throw new Error(`the load generator failed: ${complaints}${said}`);
    return { rate: Number(line[1]), p99Us: Number(line[2]) };
  }

  /** Opens connections that have sent what is sent once and are idle from then on; `await using` ends them. */
  async hold(options: Omit<LoadOptions, "depth" | "seconds" | "onStarted">): Promise<AsyncDisposable> {
    const process = this.#spawn({ ...options, depth: 0, seconds: 3600 });
    const started = Promise.withResolvers<void>();
    const ended = Promise.all([read(process.stderr, started.resolve), read(process.stdout)]);
    const failed = ended.then((said) => {
      throw new Error(`the load generator failed: ${said.join("")}`);
    });
    let over = false;
    // One that is lost later would falsify what is measured beside it.
    failed.catch((error) => over || console.error(error.message));
    await Promise.race([started.promise, failed]);
    return {
      async [Symbol.asyncDispose]() {
        if (over) return;
        over = true;
        process.kill("SIGKILL");
        await process.status;
        await ended;
      },
    };
  }

  #spawn(options: LoadOptions): Deno.ChildProcess {
    const { port, path, connections, depth, seconds, frames, fanOut, packet, from } = options;
    const env: Record<string, string> = {};
    if (fanOut) env.FANOUT = "1";
    if (packet) env.PACKET = "4";
    if (from !== undefined) env.FROM = from;
    return new Deno.Command(this.#program, {
      args: [port, path, connections, depth, seconds, ...frames].map(String),
      env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }
}

async function read(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onStarted?: () => void,
): Promise<string> {
  let text = "";
  for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.startsWith("started\n")) {
      text = text.slice("started\n".length);
      onStarted?.();
    }
  }
  return text;
}
