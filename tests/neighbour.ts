/**
 * A well-behaved client beside the one that a test is about.
 *
 * @module
 */
import { bert } from "@n2o/n2o";
import { type Address, RawSocket } from "./raw_socket.ts";
import { t } from "./speech.ts";

/** A client that sends `{echo, N}` and waits for its echo, over and over, until it is asked how it went. */
export class Neighbour implements AsyncDisposable {
  #socket: RawSocket;
  #stopped = false;
  #echoes = 0;
  #running: Promise<void>;

  private constructor(socket: RawSocket) {
    this.#socket = socket;
    this.#running = this.#run();
    this.#running.catch(() => {});
  }

  /** Connects and begins. The application must have a protocol that echoes. */
  static async move(address: Address): Promise<Neighbour> {
    return new Neighbour(await RawSocket.open(address, "/ws/neighbour"));
  }

  /** Echoes so far. */
  get echoes(): number {
    return this.#echoes;
  }

  /** Waits for so many further echoes; throws when the neighbour was disturbed. */
  async undisturbed(echoes = 3): Promise<void> {
    const until = this.#echoes + echoes;
    while (this.#echoes < until) {
      await Promise.race([this.#running, new Promise((resolve) => setTimeout(resolve, 1))]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    await this.#running.finally(() => this.#socket.close());
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const sent = bert.encode(t("echo", this.#echoes));
      await this.#socket.send("binary", sent);
      const { op, payload } = await this.#socket.frame();
      if (op !== "binary" || payload.toHex() !== sent.toHex()) throw new Error(`disturbed: ${op} ${payload}`);
      this.#echoes++;
      // Well-behaved: far from the limit of messages a second.
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}
