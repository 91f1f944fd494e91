/**
 * A command of a guide that goes on: a server.
 *
 * @module
 */

/** Nothing that a guide waits for takes longer. */
const PATIENCE_MS = 60_000;

/** A server that runs, in a group of processes of its own. */
export class Background {
  /** The command. */
  readonly text: string;
  /** What it has said so far, both streams together. */
  output = "";
  #process: Deno.ChildProcess;
  #reading: Promise<void>;
  #more = Promise.withResolvers<void>();
  #ended = false;

  /** Starts a command. */
  constructor(text: string, cwd: string, env: Record<string, string>) {
    this.text = text;
    this.#process = new Deno.Command("setsid", {
      args: ["bash", "-c", `exec 2>&1\n${text}`],
      cwd,
      env,
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#reading = this.#read();
  }

  /** Waits until what it has said fulfils something. */
  async until(fulfilled: (output: string) => boolean, what: string): Promise<void> {
    const late = Date.now() + PATIENCE_MS;
    while (!fulfilled(this.output)) {
      if (this.#ended) {
        throw new Error(`${this.text} ended; ${what} was to come, and it said:\n${this.output}`);
      }
      const left = late - Date.now();
      if (left <= 0) throw new Error(`${this.text}: ${what} never came; it said:\n${this.output}`);
      let timer: ReturnType<typeof setTimeout> | undefined;
      const over = new Promise<void>((resolve) => timer = setTimeout(resolve, left));
      await Promise.race([this.#more.promise, over]);
      clearTimeout(timer);
    }
  }

  /** Ends it and all that it started. */
  async stop(): Promise<void> {
    await this.signal("TERM");
    const timer = setTimeout(() => void this.signal("KILL"), 8000);
    await this.#process.status;
    await this.#reading;
    clearTimeout(timer);
  }

  /** Sends a signal. */
  async signal(name: string): Promise<void> {
    await new Deno.Command("kill", { args: [`-${name}`, "--", `-${this.#process.pid}`], stderr: "null" })
      .output();
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of this.#process.stdout) {
      this.output += decoder.decode(bytes, { stream: true });
      this.#tell();
    }
    this.#ended = true;
    this.#tell();
  }

  #tell(): void {
    this.#more.resolve();
    this.#more = Promise.withResolvers();
  }
}
