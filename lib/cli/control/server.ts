/**
 * The server's end of the control socket.
 *
 * @module
 */
import type { Logger } from "../../log.ts";
import { printable } from "../problem.ts";
import { version } from "../version.ts";
import { close, readLine, writeAll } from "./line.ts";
import { type SocketFile, takeSocketFile } from "./socket_file.ts";
import {
  ANSWER_BYTES,
  commandOf,
  commands,
  lineOf,
  QUESTION_BYTES,
  type Refusal,
  type ReloadAnswer,
  type Status,
} from "./wire.ts";

/** What a server does when it is asked to. */
export interface ControlHandlers {
  /** Loads anew what has changed. */
  reload(): Promise<ReloadAnswer>;
  /** Puts back what was served before the last reload; `undefined` where there is nothing. */
  rollback(): Promise<ReloadAnswer | undefined>;
  /** Tells how the server is. */
  status(): Status;
}

/** How long somebody may take to ask, and to take the answer, in milliseconds. */
export const PATIENCE_MS = 5000;
/** So many connections at once. */
const MOST = 32;
/** One that has not asked after so many milliseconds makes room for another. */
const GRACE_MS = 500;
/** After an error of the listener, such as too many open files, in milliseconds. */
const PAUSE_MS = 100;

/** Answers what commands ask over the control socket: one question a connection, one reload or rollback at a time. */
export class ControlServer {
  #file: SocketFile;
  #handlers: ControlHandlers;
  #log: Logger;
  #patienceMs: number;
  #silent = new Map<Deno.Conn, number>();
  #asked = new Set<Deno.Conn>();
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** Takes the socket; {@linkcode ControlServer.listen} makes it. */
  constructor(file: SocketFile, handlers: ControlHandlers, log: Logger, patienceMs = PATIENCE_MS) {
    this.#file = file;
    this.#patienceMs = patienceMs;
    this.#handlers = handlers;
    this.#log = log;
    this.#accept();
  }

  /** Takes the socket of a path and answers there; throws as {@linkcode takeSocketFile} does. */
  static async listen(
    path: string,
    handlers: ControlHandlers,
    log: Logger,
    patienceMs = PATIENCE_MS,
  ): Promise<ControlServer> {
    return new ControlServer(await takeSocketFile(path), handlers, log, patienceMs);
  }

  /** Where it is. */
  get path(): string {
    return this.#file.path;
  }

  /** Ends it. The file goes unless another server has taken it; answers on their way are still written. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#file.release();
    for (const connection of this.#silent.keys()) close(connection);
  }

  async #accept(): Promise<void> {
    while (!this.#closed) {
      try {
        const connection = await this.#file.listener.accept();
        this.#serve(connection).catch((error) => this.#log.error("control_failed", { error }))
          .finally(() => close(connection));
      } catch (error) {
        if (this.#closed || error instanceof Deno.errors.BadResource) return;
        this.#log.warn("control_accept_failed", { error });
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  async #serve(connection: Deno.Conn): Promise<void> {
    if (this.#silent.size + this.#asked.size >= MOST && !this.#makeRoom()) {
      await this.#write(connection, { error: BUSY });
      return;
    }
    this.#silent.set(connection, Date.now());
    const read = await readLine(connection, QUESTION_BYTES, this.#patienceMs).finally(() =>
      this.#silent.delete(connection)
    );
    if ("none" in read) {
      if (read.none === "too_long") await this.#write(connection, { error: NO_QUESTION });
      return;
    }
    this.#asked.add(connection);
    try {
      await this.#write(connection, await this.#answer(commandOf(read.line)));
    } finally {
      this.#asked.delete(connection);
    }
  }

  #makeRoom(): boolean {
    const [oldest] = this.#silent;
    if (oldest === undefined || Date.now() - oldest[1] < GRACE_MS) return false;
    this.#silent.delete(oldest[0]);
    close(oldest[0]);
    return true;
  }

  async #answer(command: string | undefined): Promise<{ answer: unknown } | { error: Refusal }> {
    if (command === undefined) return { error: NO_QUESTION };
    try {
      if (command === "status") return { answer: this.#handlers.status() };
      if (command !== "reload" && command !== "rollback") return { error: unknown(command) };
      this.#log.info("control_request", { command });
      const answer = await this.#inTurn(() => this.#handlers[command]());
      return answer === undefined ? { error: NOTHING_BEFORE } : { answer };
    } catch (error) {
      this.#log.error("control_failed", { command, error });
      return { error: failed(error) };
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(work);
    this.#turn = next.catch(() => {});
    return next;
  }

  async #write(connection: Deno.Conn, what: { answer: unknown } | { error: Refusal }): Promise<void> {
    const line = lineOf({ version, ...what });
    await writeAll(
      connection,
      line.length > ANSWER_BYTES ? lineOf({ version, error: TOO_MUCH }) : line,
      this.#patienceMs,
    );
  }
}

const BUSY: Refusal = { code: "busy", what: "the server is asked by too many", fix: "try again" };
const NO_QUESTION: Refusal = {
  code: "bad_request",
  what: "that is no question to a server",
  fix: 'send one line: {"command":"status"}',
};
const NOTHING_BEFORE: Refusal = {
  code: "nothing_before",
  what: "nothing was served before that could be put back",
  fix: "put the files back, then run: n2o reload",
};
const TOO_MUCH: Refusal = {
  code: "failed",
  what: "the answer would be too long",
  fix: "look at the server's log",
};

function unknown(command: string): Refusal {
  const name = printable(command.slice(0, 80));
  const fix = `it knows ${commands.join(", ")}; restart it with the newer n2o`;
  return { code: "unknown_command", what: `this server knows no ${name}`, fix };
}

function failed(error: unknown): Refusal {
  const what = error instanceof Error ? error.message : String(error);
  return { code: "failed", what, fix: "look at the server's log" };
}
