/**
 * A page of the chat as its browser speaks with the server: in operations, as the project's own client does.
 *
 * @module
 */
import { atom, bert, format, isTuple, type Term, text, type Tuple, tuple } from "@n2o/n2o";
import { type Address, RawSocket } from "./raw_socket.ts";
import { say } from "./speech.ts";

/** What an `{io, Operations, Data}` brings. */
export interface Heard {
  /** The operations in Erlang's syntax. */
  readonly said: string;
  /** The data. */
  readonly data: string;
}

/** One page, connected. */
export class ChatPage implements AsyncDisposable {
  /** The token to go on with. */
  token = "";
  readonly #socket: RawSocket;
  readonly #events = new Map<string, string>();

  private constructor(socket: RawSocket) {
    this.#socket = socket;
  }

  /** Connects, and says `N2O,`. */
  static async open(address: Address, path: string, token = ""): Promise<ChatPage> {
    const page = new ChatPage(await RawSocket.open(address, `/ws/app/${path}`));
    page.token = token;
    await page.greet();
    return page;
  }

  /** Says `N2O,` with its token. */
  greet(): Promise<void> {
    return this.#socket.send("text", `N2O,${this.token},operations`);
  }

  /** Logs a visitor in, and opens a room for it. */
  static async enter(address: Address, name: string, room: string, seen = ""): Promise<ChatPage> {
    await using login = await ChatPage.open(address, "login.htm");
    await login.hear();
    await login.send("loginButton", { user: name, pass: room });
    await login.hear();
    await login.hear();
    return await ChatPage.resume(address, room, login.token, seen);
  }

  /** Opens a room for who is logged in, and says how much of it the page shows. */
  static async resume(address: Address, room: string, token: string, seen = ""): Promise<ChatPage> {
    const page = await ChatPage.open(address, `index.htm?room=${encodeURIComponent(room)}`, token);
    await page.hear();
    await page.send("seen", { seen });
    return page;
  }

  /** The next answer; `close CODE` when there is none. */
  async hear(): Promise<Heard> {
    const frame = await this.#socket.frame();
    if (frame.op === "close") return { said: `close ${frame.payload.length}`, data: "" };
    const io = frame.payload.length === 0 ? undefined : bert.decode(frame.payload);
    if (!isTuple(io, "io", 3)) {
      return { said: io === undefined ? "nothing" : format(io, { utf8: true }), data: "" };
    }
    const [, operations, data] = io;
    if (Array.isArray(operations)) { for (const operation of operations) this.#note(operation); }
    if (isTuple(data, "Token", 2)) this.token = text(data[1])!;
    // Attributes are read as they stand in the page.
    const said = format(operations, { utf8: true }).replaceAll('\\"', '"');
    return { said, data: format(data, { utf8: true }) };
  }

  /** Hears until something is said that has a text in it, and gives all that was said. */
  async until(part: string): Promise<string> {
    for (let all = "";;) {
      const { said } = await this.hear();
      all += said;
      if (said.includes(part) || said.startsWith("close")) return all;
    }
  }

  /** Sends an element's event with values of fields. */
  send(trigger: string, values: Readonly<Record<string, string>> = {}, id = ""): Promise<void> {
    return this.say(this.event(trigger, values, id));
  }

  /** An element's event. */
  event(trigger: string, values: Readonly<Record<string, string>> = {}, id = ""): Tuple {
    const pickled = this.#events.get(trigger);
    if (pickled === undefined) throw new Error(`${trigger} has no event`);
    const detail: Term = tuple(tuple(trigger, "detail"), id === "" ? [] : id);
    const sources = Object.entries(values).map(([key, value]): Term => tuple(atom(key), value));
    return tuple(atom("pickle"), trigger, pickled, [detail, ...sources]);
  }

  /** Sends a term. */
  say(term: Term): Promise<void> {
    return say(this.#socket, term);
  }

  /** Makes sure that nothing comes. */
  quiet(): Promise<void> {
    return this.#socket.quiet();
  }

  /** Is gone. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#socket[Symbol.asyncDispose]();
  }

  #note(operation: Term): void {
    const target = isTuple(operation) ? operation[1] : undefined;
    if (isTuple(operation, "on", 5) && !isTuple(target)) {
      this.#events.set(text(target!)!, text(operation[3])!);
    } else if (isTuple(operation, "on", 5)) this.#events.set(text(operation[2])!, text(operation[3])!);
    else if (isTuple(operation, "event", 4)) this.#events.set(text(target!)!, text(operation[2])!);
  }
}
