/** Scripts over `kvStore` in processes of their own, and folders for them. */
import { text } from "./store_conformance.ts";

const KV = JSON.stringify(import.meta.resolve("../lib/store/kv.ts"));

/** How a script runs. */
export interface ChildOptions {
  /** Flags of `deno run`. */
  readonly flags?: readonly string[];
  /** As a user without privileges, where the tests run as root. */
  readonly plain?: boolean;
}

/** What a script that has ended left. */
export interface Ended {
  /** What it printed. */
  readonly text: string;
  /** Its exit code. */
  readonly code: number;
  /** What killed it. */
  readonly signal: string | null;
}

/** A script that runs until it is killed. */
export interface Running {
  /** Its process id. */
  readonly pid: number;
  /** What it prints, line by line. */
  readonly lines: AsyncIterable<string>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
}

/** Runs a script, in which `kvStore` is imported, to its end. */
export async function run(script: string, args: string[], options: ChildOptions = {}): Promise<Ended> {
  const scripts = await Deno.makeTempDir();
  try {
    const { stdout, code, signal } = await command(scripts, script, args, options).output();
    return { text: text(stdout), code, signal };
  } finally {
    await Deno.remove(scripts, { recursive: true });
  }
}

/** Starts a script, in which `kvStore` is imported. */
export async function start(script: string, args: string[]): Promise<Running> {
  const scripts = await Deno.makeTempDir();
  const child = command(scripts, script, args, {}).spawn();
  return {
    pid: child.pid,
    lines: linesOf(child.stdout),
    async kill() {
      child.kill("SIGKILL");
      await child.status;
      await Deno.remove(scripts, { recursive: true });
    },
  };
}

/** Gives a folder that is gone afterwards, and the path of a store in it. */
export async function inFolder(work: (path: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(`${folder}/store.kv`, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** How many values of any kind a database holds. */
export async function count(raw: Deno.Kv): Promise<number> {
  let n = 0;
  for await (const _ of raw.list({ start: [new Uint8Array()], end: [true] })) n++;
  return n;
}

function command(scripts: string, script: string, args: string[], options: ChildOptions): Deno.Command {
  const { flags = ["-A", "--unstable-kv"], plain = false } = options;
  const file = `${scripts}/child.js`;
  Deno.writeTextFileSync(file, `import { kvStore } from ${KV};\n${script}`);
  Deno.chmodSync(scripts, 0o777);
  const line = [Deno.execPath(), "run", "--no-config", "--no-lock", ...flags, file, ...args];
  if (plain && Deno.uid() === 0) {
    line.unshift("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
  }
  const env = { DENO_DIR: `${scripts}/deno`, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
  return new Deno.Command(line[0], { args: line.slice(1), env, stdout: "piped", stderr: "inherit" });
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
