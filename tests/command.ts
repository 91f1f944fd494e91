/**
 * The real command in processes of its own, with the permissions of the task `start`, and a client to talk to it.
 *
 * @module
 */
import { bert, type Term } from "@n2o/n2o";
import { strictEqual } from "node:assert/strict";
import { root } from "./root.ts";

const { tasks } = JSON.parse(Deno.readTextFileSync(`${root}/deno.json`)) as { tasks: Record<string, string> };
/** What of the task stands before `main.ts`. The `.n2o` in it is that of the folder where the command runs. */
const startFlags = tasks.start.replace(/^deno /, "").replace(/ main\.ts.*$/, "").replaceAll("'", "").split(
  " ",
);
/** Nothing that a test waits for takes longer; what does, hangs. */
const PATIENCE_MS = 60_000;

/** Whether this runs as root, who may read and write everything. */
export const isRoot = Deno.uid() === 0;

/** How a command is run. */
export interface Run {
  /** The folder where it runs. @default that of the tests, for commands that write nothing */
  readonly cwd?: string;
  /** Variables besides the usual ones. */
  readonly env?: Readonly<Record<string, string>>;
  /** The arguments of `deno` before `main.ts`. @default those of the task `start` */
  readonly deno?: readonly string[];
  /** A program that is the command, in place of `deno` and `main.ts`. */
  readonly program?: string;
  /** Runs without root's right to read and write everything. */
  readonly plain?: boolean;
}

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line of the command, for a shell too. */
export function commandLine(args: readonly string[], deno: readonly string[] = startFlags): string[] {
  return [Deno.execPath(), ...deno, `${root}/main.ts`, ...args];
}

/** The environment that the command has in tests: nothing of `N2O_*` but what is given. */
export function environment(env: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = Object.entries(Deno.env.toObject()).filter(([name]) => !name.startsWith("N2O_"));
  return { ...Object.fromEntries(kept), NO_COLOR: "1", ...env };
}

function prepare(args: readonly string[], options: Run): [string, Deno.CommandOptions] {
  const line = options.program === undefined ? commandLine(args, options.deno) : [options.program, ...args];
  if (options.plain === true && isRoot) {
    line.unshift("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all");
  }
  const [program, ...rest] = line;
  return [program, {
    args: rest,
    cwd: options.cwd ?? `${root}/tests`,
    env: environment(options.env),
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }];
}

/** Runs a command to its end. */
export async function run(args: readonly string[], options: Run = {}): Promise<Ended> {
  const [program, given] = prepare(args, options);
  const { code, stdout, stderr } = await new Deno.Command(program, given).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** A server that runs. Disposing of it kills it. */
export class Server implements AsyncDisposable {
  /** The line that it printed when it was up. */
  line = "";
  /** Where it is, without a slash at the end. */
  url = "";
  /** What it wrote to stderr so far, line by line. */
  readonly log: string[] = [];
  /** What it wrote to stdout since its first line. */
  printed = "";
  /** How it ended. */
  readonly status: Promise<Deno.CommandStatus>;
  #process: Deno.ChildProcess;
  #changed = Promise.withResolvers<void>();
  #out: ReadableStreamDefaultReader<Uint8Array>;
  #reading: Promise<void>;
  #draining: Promise<void> | undefined;
  #err: ReadableStreamDefaultReader<Uint8Array>;

  /** Use {@linkcode serve}. */
  constructor(process: Deno.ChildProcess) {
    this.#process = process;
    this.status = process.status;
    this.#out = process.stdout.getReader();
    this.#err = process.stderr.getReader();
    this.#reading = this.#follow();
  }

  get pid(): number {
    return this.#process.pid;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Waits for the first line of stdout. */
  async start(): Promise<this> {
    const decoder = new TextDecoder();
    while (!this.line.includes("\n")) {
      const { value, done } = await patient(this.#out.read(), "the first line");
      if (done) throw new Error(`the server ended: ${await this.rest()}`);
      this.line += decoder.decode(value, { stream: true });
    }
    this.line = this.line.trimEnd();
    this.url = / at (\S+)\/ /.exec(this.line)?.[1] ?? "";
    this.#draining = this.#drain();
    return this;
  }

  /** Waits until a line of the log has this in it, and gives the line. */
  async logged(text: string): Promise<string> {
    for (;;) {
      const found = this.log.find((line) => line.includes(text));
      if (found !== undefined) return found;
      await patient(this.#changed.promise, `"${text}" in ${this.log.join("\n")}`);
    }
  }

  /** Waits until this has been printed on stdout behind the first line. */
  async prints(text: string | RegExp): Promise<void> {
    while (typeof text === "string" ? !this.printed.includes(text) : !text.test(this.printed)) {
      await patient(this.#changed.promise, `"${text}" in ${this.printed}`);
    }
  }

  /** Everything on stderr, once the server has ended. */
  async rest(): Promise<string> {
    await this.#reading;
    return this.log.join("\n");
  }

  /** Sends a signal. */
  signal(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  /** Sends a signal, and gives the exit code. */
  async stop(signal: Deno.Signal = "SIGTERM"): Promise<number> {
    this.signal(signal);
    const { code } = await patient(this.status, "the end");
    return code;
  }

  /** Reads stdout and stderr no more. */
  async goAway(): Promise<void> {
    await this.#out.cancel();
    await this.#err.cancel();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.status;
    await this.goAway();
    await Promise.all([this.#reading, this.#draining]);
  }

  /** A process waits for the reader of a full pipe. */
  async #drain(): Promise<void> {
    const decoder = new TextDecoder();
    for (;;) {
      const { value, done } = await this.#out.read();
      if (done) return;
      this.printed += decoder.decode(value, { stream: true });
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
  }

  async #follow(): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { value, done } = await this.#err.read();
      if (done) break;
      const lines = (text + decoder.decode(value, { stream: true })).split("\n");
      text = lines.pop()!;
      this.log.push(...lines);
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
    if (text !== "") this.log.push(text);
    this.#changed.resolve();
  }
}

/** Starts `n2o serve` on a free port and waits until it is up. */
export function serve(args: readonly string[] = [], options: Run = {}): Promise<Server> {
  return start(["serve", "--port", "0", ...args], options);
}

/** Starts a task of `deno.json` that serves, and waits until it is up. */
export function task(name: string, args: readonly string[]): Promise<Server> {
  const [program, given] = prepare([], {});
  return up(program, { ...given, args: ["task", "--quiet", name, ...args], cwd: root });
}

/** Starts a command that serves, and waits until it is up. */
export function start(args: readonly string[], options: Run = {}): Promise<Server> {
  return up(...prepare(args, options));
}

async function up(program: string, options: Deno.CommandOptions): Promise<Server> {
  const server = new Server(new Deno.Command(program, options).spawn());
  try {
    return await server.start();
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

/** A WebSocket that gives what comes in one after another: terms, texts, and at the end the close code. */
export class Dialogue implements AsyncDisposable {
  #socket: WebSocket;
  #came: (Term | { code: number })[] = [];
  #waiting: PromiseWithResolvers<void> = Promise.withResolvers();

  /** Use {@linkcode connect}. */
  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    const push = (what: Term | { code: number }) => {
      this.#came.push(what);
      this.#waiting.resolve();
    };
    socket.onmessage = ({ data }) => push(typeof data === "string" ? data : read(new Uint8Array(data)));
    socket.onclose = ({ code }) => push({ code });
  }

  /** Sends a text as it is, and a term as BERT. */
  send(message: Term): void {
    this.#socket.send(typeof message === "string" ? message : new Uint8Array(bert.encode(message)));
  }

  /** What came next. */
  async next(): Promise<Term> {
    while (this.#came.length === 0) {
      this.#waiting = Promise.withResolvers();
      await patient(this.#waiting.promise, "a message");
    }
    const next = this.#came.shift()!;
    if (isEnd(next)) throw new Error(`closed with ${next.code}`);
    return next;
  }

  /** Sends, and gives what comes next. */
  ask(message: Term): Promise<Term> {
    this.send(message);
    return this.next();
  }

  /** Waits for the end; gives the close code. */
  async ended(): Promise<number> {
    for (;;) {
      const end = this.#came.find(isEnd);
      if (end !== undefined) return end.code;
      this.#waiting = Promise.withResolvers();
      await patient(this.#waiting.promise, "the end");
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => this.#socket.addEventListener("close", resolve));
    this.#socket.close();
    await patient(closed, "the close");
  }
}

/** Connects to a server. */
export async function connect(url: string, path = "/ws/"): Promise<Dialogue> {
  const socket = new WebSocket(url.replace(/^http/, "ws") + path);
  const dialogue = new Dialogue(socket);
  await patient(
    new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", () => reject(new Error(`no connection to ${url}${path}`)));
    }),
    "a connection",
  );
  return dialogue;
}

/** Makes a folder with these files, runs, and removes the folder. */
export async function withFolder(
  files: Readonly<Record<string, string>>,
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text);
    }
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The body of an answer, whose status must be 200. */
export async function download(url: string): Promise<string> {
  const response = await fetch(url);
  const text = await response.text();
  strictEqual(response.status, 200, `${url}: ${response.status}`);
  return text;
}

/** Says that a test has been skipped, in the words that the runner counts. */
export function skip(why: string): void {
  console.log(`SKIPPED: ${why}`);
}

function read(bytes: Uint8Array): Term {
  return bytes.length === 0 ? "" : bert.decode(bytes);
}

function isEnd(what: Term | { code: number }): what is { code: number } {
  return Object.getPrototypeOf(what) === Object.prototype && "code" in (what as object);
}

async function patient<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`never: ${what}`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
