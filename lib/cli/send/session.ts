/**
 * One run of `n2o send`: connects, sends, prints, ends.
 *
 * @module
 */
import { FAILED, OK, ProblemsError, WRONG_USAGE } from "../exit.ts";
import { show } from "../problem.ts";
import { caret } from "./caret.ts";
import type { Channel, ChannelOptions, Frame } from "./channel.ts";
import { Dialogue, type End } from "./dialogue.ts";
import { explain } from "./failure.ts";
import { isGreeting, isToken } from "./greeting.ts";
import { linesOf } from "./lines.ts";
import { MessageError, oddity, readMessage, showFrame } from "./message.ts";
import type { SendOptions } from "./options.ts";
import { Prompt } from "./prompt.ts";
import { stderr, stdout } from "../terminal.ts";

/** Signals that end it, with their exit codes. */
const ENDINGS: readonly (readonly [Deno.Signal, number])[] = [["SIGINT", 130], ["SIGTERM", 143]];

/** What to do about a close code, where its reason does not tell. */
const CLOSES: Readonly<Record<number, string>> = {
  1007: "does the server take this format? --json sends JSON, --text texts",
  1009: "the server takes shorter messages only: its limit maxFrameBytes",
};

/** Talks to the endpoint; `messages` are those of the command line, and without any they come from stdin. */
export async function converse(
  where: string,
  options: SendOptions,
  messages: readonly string[],
): Promise<number> {
  const frames: Frame[] = [];
  for (const [i, message] of messages.entries()) {
    const frame = read(message, options, `message ${i + 1}`, true);
    if (frame === undefined) return WRONG_USAGE;
    frames.push(frame);
  }
  return await new Session(where, options).run(frames);
}

class Session {
  readonly #where: string;
  readonly #options: SendOptions;
  readonly #prompt = new Prompt();
  readonly #dialogue: Dialogue;
  #code = OK;

  constructor(where: string, options: SendOptions) {
    this.#where = where;
    this.#options = options;
    // a token that changes is sent unasked
    const isExtra = (frame: Frame) => options.handshake && isToken(frame);
    this.#dialogue = new Dialogue(
      (frame) => isExtra(frame) ? this.#tell(frame) : this.#print(frame),
      isExtra,
    );
  }

  async run(frames: readonly Frame[]): Promise<number> {
    const { waitMs, listen, handshake } = this.#options;
    const dialogue = this.#dialogue;
    const channel = await this.#open();
    dialogue.open(channel);
    this.#listenForSignals();
    if (handshake && !await this.#greet(channel)) return await this.#leave(channel, FAILED);
    const isComplete = frames.length > 0 ? await this.#sendAll(frames) : await this.#sendLines();
    if (listen && this.#code === OK) await dialogue.until(() => false, Infinity);
    else await dialogue.answered(waitMs);
    return await this.#leave(channel, this.#code, isComplete);
  }

  async #open(): Promise<Channel> {
    const { target, timeoutMs } = this.#options;
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await this.#connect({ ...this.#options, signal });
    } catch (error) {
      throw new ProblemsError([await explain(error, this.#where, target)], FAILED);
    }
  }

  async #connect(options: ChannelOptions): Promise<Channel> {
    const { target, notation } = this.#options;
    const dialogue = this.#dialogue;
    const bert = notation.content !== "json";
    switch (target.kind) {
      case "websocket":
        return await (await import("./websocket.ts")).openWebSocket(target.url, options, dialogue);
      case "post":
        return (await import("./post.ts")).openPost(target.url, options, dialogue);
      case "datagram": {
        const { openDatagrams } = await import("./datagram.ts");
        return await openDatagrams(target.hostname, target.port, bert, options, dialogue);
      }
      default:
        return await (await import("./stream.ts")).openStream(target, bert, options, dialogue);
    }
  }

  /** Shakes hands; tells whether that went well. */
  async #greet(channel: Channel): Promise<boolean> {
    const { token, timeoutMs } = this.#options;
    const answer = await this.#dialogue.greet(token, timeoutMs);
    if (answer === undefined) {
      if (!this.#dialogue.over) {
        const what = `${this.#where}: no answer to the handshake within ${timeoutMs / 1000}s`;
        show(what, "--no-handshake talks to servers that are not N2O", stderr);
      }
      return false;
    }
    channel.greeted?.(answer);
    // of a server that is not N2O it may be something else
    if (!isGreeting(answer, `N2O,${token}`)) this.#print(answer);
    else this.#tell(answer);
    return true;
  }

  /** Tells what belongs to the handshake, to who wants to know it. */
  #tell(frame: Frame): void {
    const { verbose, notation } = this.#options;
    if (!verbose) return;
    const line = showFrame(frame, notation) ?? oddity(frame);
    this.#prompt.above(() => stderr.line(`n2o: handshake: ${line}`));
  }

  /** Sends the messages; tells whether all went out. */
  async #sendAll(frames: readonly Frame[]): Promise<boolean> {
    for (const frame of frames) {
      await this.#dialogue.send(frame);
      if (this.#dialogue.over) return false;
    }
    return true;
  }

  /** Sends what stdin brings, a message a line; tells whether all went out. */
  async #sendLines(): Promise<boolean> {
    const dialogue = this.#dialogue;
    const lines = linesOf(Deno.stdin.readable);
    for (let number = 1;; number++) {
      this.#prompt.show();
      const next = await dialogue.race(lines.next());
      if (next === undefined) return false;
      if (next.done === true) return true;
      if (next.value.trim() === "") continue;
      const name = this.#prompt.used ? undefined : `stdin, line ${number}`;
      const frame = read(next.value, this.#options, name, false);
      if (frame !== undefined) await dialogue.send(frame);
      else if (!this.#prompt.used) {
        this.#code = WRONG_USAGE;
        return false;
      }
      if (dialogue.over) return false;
    }
  }

  #print(frame: Frame): void {
    const line = showFrame(frame, this.#options.notation);
    if (line !== undefined) this.#prompt.above(() => stdout.line(line));
    else this.#prompt.above(() => stderr.line(`n2o: ${oddity(frame)}`));
    if (stdout.gone) this.#dialogue.stop();
  }

  #listenForSignals(): void {
    for (const [signal, code] of ENDINGS) {
      Deno.addSignalListener(signal, () => {
        if (this.#dialogue.over) Deno.exit(code);
        // who listens, or sits at the terminal, ends it in no other way
        if (!this.#options.listen && !this.#prompt.used) this.#code = code;
        this.#dialogue.stop();
      });
    }
  }

  /** Ends, and says what has gone wrong. */
  async #leave(channel: Channel, code: number, isComplete = true): Promise<number> {
    const { waitMs, listen, target, verbose } = this.#options;
    const { end, failure, unanswered, sent } = this.#dialogue;
    this.#prompt.end();
    if (failure !== undefined) throw new ProblemsError([await explain(failure, this.#where, target)], FAILED);
    if (end === undefined) {
      await channel.end();
      if (unanswered > 0 && waitMs > 0 && code === OK && !listen && !stdout.gone) {
        const what = `${unanswered} of ${sent} messages got no answer within ${waitMs / 1000}s`;
        show(what, "--wait TIME waits longer, --wait 0 does not wait", stderr);
      }
      return code;
    }
    const isGood = isGoodbye(end) && isComplete && (end.code !== 1005 || unanswered === 0);
    if (!isGood || verbose || target.kind === "websocket") {
      show(told(this.#where, end), CLOSES[end.code], stderr);
    }
    return code !== OK ? code : isGood ? OK : FAILED;
  }
}

/** The frame of a message; shows what is wrong with it when it has none. */
function read(
  message: string,
  { notation }: SendOptions,
  name: string | undefined,
  fromShell: boolean,
): Frame | undefined {
  try {
    return readMessage(message, notation);
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    show(name === undefined ? error.message : `${name}: ${error.message}`, undefined, stderr);
    for (const line of caret(message, error.offset)) stderr.line(`     ${line}`);
    const next = fromShell ? error.nextInShell : error.next;
    if (next !== undefined) stderr.line(`     ${next}`);
    return undefined;
  }
}

function isGoodbye({ code }: End): boolean {
  return code === 1000 || code === 1001 || code === 1005;
}

function told(where: string, { code, reason }: End): string {
  if (reason.startsWith("HTTP ")) return `${where}: ${reason}`;
  return `${where}: closed by the server: ${code} ${reason}`.trimEnd();
}
