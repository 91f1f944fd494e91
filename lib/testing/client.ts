/**
 * A client in tests: what it says and hears is written in Erlang's syntax.
 *
 * @module
 */
import { bert } from "../formats/bert.ts";
import { format, type Term } from "../term.ts";
import { parseTerm } from "../term_parse.ts";
import { answered, type Frame, Frames } from "./frames.ts";

/**
 * A client of an application that is being tested. `TestApplication.connect` makes it.
 *
 * @example
 * ```ts
 * import { type Protocol, reply } from "@n2o/n2o";
 * import { startTest } from "@n2o/n2o/testing";
 *
 * const echo: Protocol = { name: "echo", info: (message) => reply("default", message) };
 * await using app = startTest({ protocols: [echo] });
 * await using ann = await app.connect();
 * if (await ann.ask("{hello, 1}") !== "{hello,1}") throw new Error("no echo");
 * ```
 */
export class TestClient implements AsyncDisposable {
  readonly #frames: Frames;
  readonly #heard: string[];
  readonly #waiting: ((text: string) => void)[];

  private constructor(frames: Frames, heard: string[], waiting: ((text: string) => void)[]) {
    this.#frames = frames;
    this.#heard = heard;
    this.#waiting = waiting;
  }

  /** Connects to a WebSocket's URL. */
  static async open(url: string): Promise<TestClient> {
    const heard: string[] = [];
    const waiting: ((text: string) => void)[] = [];
    const frames = await Frames.open(url, (frame) => {
      const next = waiting.shift();
      if (next === undefined) heard.push(written(frame));
      else next(written(frame));
    });
    return new TestClient(frames, heard, waiting);
  }

  /** Sends a term, or what a text in Erlang's syntax stands for. Throws a `TermSyntaxError` for what is none. */
  say(message: Term | string): void {
    this.#frames.send(bert.encode(typeof message === "string" ? parseTerm(message) : message));
  }

  /** Sends text as it is, in a text frame. */
  sayText(text: string): void {
    this.#frames.send(text);
  }

  /**
   * The next message from the server, in Erlang's syntax; a text frame as it is, and `""` when no protocol took what was said. Throws an
   * `N2OError` `timeout` when none comes in 5 seconds.
   */
  async hear(): Promise<string> {
    const next = this.#heard.shift();
    if (next !== undefined) return next;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#waiting.push(resolve);
    return await answered(promise, () => "the server says nothing");
  }

  /** Sends, and gives the next message from the server. */
  async ask(message: Term | string): Promise<string> {
    this.say(message);
    return await this.hear();
  }

  /** Closes the connection. */
  async close(): Promise<void> {
    await this.#frames.close();
  }

  /** As {@linkcode TestClient.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function written(frame: Frame): string {
  if (typeof frame === "string") return frame;
  return frame.length === 0 ? "" : format(bert.decode(frame), { utf8: true });
}
